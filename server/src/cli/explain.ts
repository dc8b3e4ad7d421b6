// `bpfls explain RULE` and `bpfls kfunc NAME`: pages of what is known.
import { readFileSync } from 'node:fs';
import { describeHelper, describeKfunc } from '../kernel/describe.js';
import { loadCatalog } from '../kernel/load.js';
import { rulePage } from '../report/package-files.js';
import { allRules } from '../rules/registry.js';
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

/** Prints what a release's catalog knows of a kfunc or helper. Gives the exit status. */
export function runKfunc(name: string, kernel: string, output: Output): number {
	const catalog = loadCatalog(kernel);
	const text = describeKfunc(catalog, name) ?? describeHelper(catalog, name);
	if (text === undefined) {
		const near = closest(
			name,
			[...catalog.kfuncs()].map((kfunc) => kfunc.name),
		);
		output.error(`bpfls: Linux ${kernel} has no kfunc or helper '${name}'${near ? `; did you mean ${near}?` : ''}\n`);
		return 2;
	}
	output.out(text.endsWith('\n') ? text : `${text}\n`);
	return 0;
}
