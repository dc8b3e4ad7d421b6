// Own words on kfuncs, helpers, flags, parameter suffixes and program types: read when the first one is asked for.
import { join } from 'node:path';
import { packageFolder, readJson } from './files.js';

export type WordKind = 'kfunc' | 'helper' | 'flag' | 'suffix' | 'program-type';

const FILES: Readonly<Record<WordKind, string>> = {
	kfunc: 'kfuncs.json',
	helper: 'helpers.json',
	flag: 'flags.json',
	suffix: 'suffixes.json',
	'program-type': 'program-types.json',
};

const tables = new Map<WordKind, Readonly<Record<string, string>>>();

/** One or two sentences on `name`; undefined where there are none. Throws CatalogError where the file is malformed. */
export function words(kind: WordKind, name: string): string | undefined {
	let table = tables.get(kind);
	if (!table) {
		table = readJson(join(packageFolder('words'), FILES[kind])) as Readonly<Record<string, string>>;
		tables.set(kind, table);
	}
	return Object.hasOwn(table, name) ? table[name] : undefined;
}
