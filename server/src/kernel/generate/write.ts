// A catalog as text: keys sorted, one entity a line, so that a release's change reads well in a review.
import type { CatalogFile } from '../schema.js';

/** Keys whose values hold one entity each. */
const TABLES: ReadonlySet<string> = new Set([
	'kfuncs',
	'sets',
	'helpers',
	'programTypes',
	'trust',
	'rcu',
	'destructors',
	'lsm',
	'tracepoints',
	'tracepointMarks',
	'traceEvents',
	'structOps',
	'denied',
	'modifyReturn',
	'config',
	'since',
	'rows',
]);

/** The file's text, with a newline at its end. Order of keys within an entity is that in which it was made. */
export function writeCatalog(catalog: CatalogFile | Record<string, unknown>): string {
	const lines: string[] = [];
	for (const [key, value] of Object.entries(catalog)) {
		if (TABLES.has(key) && value && typeof value === 'object') {
			const names = Object.keys(value).sort(compare);
			const rows = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify((value as Record<string, unknown>)[name])}`);
			lines.push(`${JSON.stringify(key)}:{${rows.length > 0 ? `\n${rows.join(',\n')}\n` : ''}}`);
		} else if (Array.isArray(value))
			lines.push(`${JSON.stringify(key)}:[${value.length > 0 ? `\n${value.map((each) => JSON.stringify(each)).join(',\n')}\n` : ''}]`);
		else lines.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
	}
	return `{\n${lines.join(',\n')}\n}\n`;
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
