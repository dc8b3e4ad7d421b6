// Where the kernel's own documentation speaks of a kfunc or helper.
import { join } from 'node:path';
import { packageFolder, readJson } from './files.js';

let table: Readonly<Record<string, string>> | undefined;

/** The page on a helper. Throws CatalogError where the table is malformed. */
export function helperLink(): string {
	return links().helper!;
}

/** The page on a kfunc: that on the subject of its source file, where there is one, else that on kfuncs. Throws as `helperLink`. */
export function kfuncLink(source: string | undefined): string {
	const subjects = Object.keys(links()).filter((subject) => subject.includes('/') && source?.startsWith(subject));
	const longest = subjects.reduce((best, each) => (each.length > best.length ? each : best), '');
	return links()[longest] ?? links().kfunc!;
}

function links(): Readonly<Record<string, string>> {
	table ??= readJson(join(packageFolder('words'), 'links.json')) as Readonly<Record<string, string>>;
	return table;
}
