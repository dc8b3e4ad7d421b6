// The generator against a search that understands no C: every kfunc entry of a tree, and how entries become kfuncs.
import { spawnSync } from 'node:child_process';
import { generate } from '../../server/src/kernel/generate/generate.js';
import type { CatalogFile } from '../../server/src/kernel/schema.js';

/** The folders that the search goes through. */
const SEARCHED = ['kernel', 'net', 'fs', 'drivers', 'mm'];
const ENTRY = 'BTF_ID_FLAGS\\(func,';

/** What is true of a tree, line by line, and what is not. */
export interface Compared {
	readonly catalog: CatalogFile;
	readonly lines: readonly string[];
	/** Entries or prototypes in which generator and search differ. */
	readonly differences: readonly string[];
	/** How many entries the search found. */
	readonly found: number;
}

/** Reads a tree with the generator and with grep. */
export function compareWithSearch(root: string): Compared {
	const { catalog, entries } = generate(root);
	const searched = search(root);
	const differences: string[] = [];
	const lines: string[] = [];
	for (const path of new Set([...searched.keys(), ...entries.keys()])) {
		const theirs = searched.get(path) ?? [];
		const ours = entries.get(path) ?? [];
		if (SEARCHED.some((folder) => path.startsWith(`${folder}/`))) {
			for (const name of without(theirs, ours)) differences.push(`${path}: the search finds ${name}, the generator does not`);
			for (const name of without(ours, theirs)) differences.push(`${path}: the generator finds ${name}, the search does not`);
		} else lines.push(`${path}: ${ours.length} entries beside those, in a folder that the search does not go through: ${ours.join(', ')}`);
	}
	const found = [...searched.values()].flat().length;
	const kfuncs = Object.entries(catalog.kfuncs).filter(([, row]) => row.module === undefined);
	const account = accountOf([...entries.values()].flat(), catalog);
	lines.push(...account.lines);
	if (account.kfuncs !== kfuncs.length) differences.push(`the entries make ${account.kfuncs} kfuncs, the catalog has ${kfuncs.length}`);
	for (const [name, row] of kfuncs) if (row.result === '') differences.push(`${name}: no prototype`);
	lines.unshift(`${found} entries in ${SEARCHED.join(', ')}; ${kfuncs.length} kfuncs in all, each with a prototype`);
	return { catalog, lines, differences, found };
}

/** By file, the word behind `func` on each line that grep finds. */
function search(root: string): Map<string, string[]> {
	const { stdout, status } = spawnSync('grep', ['-rE', ENTRY, '--include=*.c', ...SEARCHED], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 1 << 26,
	});
	if (status !== 0) throw new Error(`grep found nothing in ${root}`);
	const out = new Map<string, string[]>();
	for (const line of stdout.split('\n')) {
		const colon = line.indexOf(':');
		if (colon < 0) continue;
		const path = line.slice(0, colon);
		const name = /BTF_ID_FLAGS\(func,\s*(\w+)/.exec(line)?.[1] ?? line.slice(colon + 1).trim();
		out.set(path, [...(out.get(path) ?? []), name]);
	}
	return out;
}

/** What `a` has more than `b`, each as often as that. */
function without(a: readonly string[], b: readonly string[]): string[] {
	const rest = [...b];
	return a.filter((name) => {
		const at = rest.indexOf(name);
		if (at >= 0) rest.splice(at, 1);
		return at < 0;
	});
}

/** How many kfuncs the entries make, and each group of entries that does not make one of its own. */
function accountOf(entries: readonly string[], { kfuncs, modifyReturn }: CatalogFile): { kfuncs: number; lines: string[] } {
	const own = (name: string): boolean => Object.hasOwn(kfuncs, name) && kfuncs[name]!.module === undefined;
	const names = new Set(entries);
	const again = entries.filter((name, index) => entries.indexOf(name) !== index && own(name));
	const returnsOnly = entries.filter((name) => !own(name) && Object.hasOwn(modifyReturn, name));
	const parameters = entries.filter((name) => !own(name) && !Object.hasOwn(modifyReturn, name));
	const byMacro = Object.keys(kfuncs).filter((name) => own(name) && !names.has(name));
	const listed = (what: string, some: readonly string[]): string[] =>
		some.length === 0 ? [] : [`${what}: ${some.length} (${some.join(', ')})`];
	return {
		kfuncs: entries.length - again.length - returnsOnly.length - parameters.length + byMacro.length,
		lines: [
			...listed('entries of a kfunc that stands in another set too', again),
			...listed('entries of sets that only programs which modify returns are given: no kfuncs', returnsOnly),
			...listed('entries in the body of a macro, with its parameter for a name', parameters),
			...listed('kfuncs that such a macro lists', byMacro),
		],
	};
}
