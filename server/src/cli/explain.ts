// `bpfls explain RULE` and `bpfls kfunc NAME`: pages of what is known.
import { readFileSync } from 'node:fs';
import { describeHelper, describeKfunc } from '../kernel/describe.js';
import { rulePage } from '../report/package-files.js';
import { allRules } from '../rules/registry.js';
import { targetCatalogs, targetName } from '../rules/target.js';
import { closest } from './closest.js';
import type { Output } from './output.js';

/** Prints a rule's page. Gives the exit status. */
export function runExplain(rule: string, output: Output): number {
	const page = rulePage(rule);
	if (!page) {
		const ids = allRules().map((one) => one.id);
		const near = closest(rule, ids);
		output.error(`bpfls: no rule '${rule}'${near ? `; did you mean ${near}?` : ''}\nThe rules are: ${ids.join(', ')}\n`);
		return 2;
	}
	output.out(readFileSync(page, 'utf8'));
	return 0;
}

/** Prints what the target's catalogs know of a kfunc or helper; for a range, what each end of it knows. Gives the exit status. */
export function runKfunc(name: string, kernel: string, output: Output): number {
	const catalogs = targetCatalogs(kernel);
	const ends = catalogs.length === 1 ? catalogs : [catalogs[0]!, catalogs.at(-1)!];
	const pages = ends.map((catalog) => describeKfunc(catalog, name) ?? describeHelper(catalog, name));
	if (pages.every((text) => text === undefined)) {
		const names = catalogs.flatMap((catalog) => [...catalog.kfuncs()].map((kfunc) => kfunc.name));
		const near = closest(name, names);
		output.error(`bpfls: Linux ${targetName(kernel)} has no kfunc or helper '${name}'${near ? `; did you mean ${near}?` : ''}\n`);
		return 2;
	}
	for (const [index, text] of pages.entries()) {
		const page = text ?? `Linux ${ends[index]!.release} has no kfunc or helper ${name}.\n`;
		if (pages.length > 1) output.out(`${index > 0 ? '\n' : ''}=== Linux ${ends[index]!.release}\n\n`);
		output.out(page.endsWith('\n') ? page : `${page}\n`);
	}
	return 0;
}
