// Our own words and small tables on what stands in calls and declarations: flags of helpers and kfuncs, arguments of helpers, types of maps, iterators.
import { join } from 'node:path';
import { packageFolder, readJson } from './files.js';
import { compareReleases } from './release.js';

/** One constant that an argument takes. */
export interface CallFlag {
	readonly name: string;
	readonly words: string;
	/** Its value, for a constant that kernel headers define as a macro, so that BTF does not have it. */
	readonly value?: string;
}

/** What a map of some type needs besides its type: which members its definition has. */
export type MapShape = 'keyed' | 'array' | 'bytes' | 'ids' | 'values' | 'storage' | 'programs' | 'maps' | 'stacks' | 'pages';

export interface MapType {
	/** Without `BPF_MAP_TYPE_`. */
	readonly name: string;
	readonly shape: MapShape;
	/** Flags without which the kernel refuses it. */
	readonly flags?: string;
	readonly words: string;
}

interface FlagTable {
	readonly flags: Readonly<Record<string, string>>;
	readonly values: Readonly<Record<string, string>>;
	/** Function, and argument from 0, to the flags. */
	readonly calls: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
interface Since {
	/** The first release that has it, where that is none of the oldest. */
	readonly since?: string;
	readonly words: string;
}

const tables = new Map<string, unknown>();

/** A table of the folder of words, read once. Throws CatalogError where the file is malformed. */
function table<T>(file: string): T {
	if (!tables.has(file)) tables.set(file, readJson(join(packageFolder('words'), file)));
	return tables.get(file) as T;
}

/** The flags that an argument (from 0) of a helper, a kfunc or a map's definition takes; none where nothing is known. Source: include/uapi/linux/bpf.h. */
export function callFlags(name: string, argument: number): readonly CallFlag[] {
	const { flags, values, calls } = table<FlagTable>('call-flags.json');
	const row = Object.hasOwn(calls, name) ? calls[name]![String(argument)] : undefined;
	return (row ?? []).map((flag) => {
		const value = values[flag];
		return { name: flag, words: flags[flag] ?? '', ...(value === undefined ? {} : { value }) };
	});
}

/** The map types that a program may declare for a release, in the order in which they are offered. Source: enum bpf_map_type. */
export function mapTypes(release: string): readonly MapType[] {
	return Object.entries(table<Record<string, Since & Omit<MapType, 'name'>>>('map-types.json'))
		.filter(([, row]) => hasCome(row, release))
		.map(([name, { since: _, ...row }]) => ({ name, ...row }));
}

/** The targets of `SEC("iter/...")` that a release has. Source: DEFINE_BPF_ITER_FUNC(). */
export function iteratorTargets(release: string): readonly { readonly name: string; readonly words: string }[] {
	return Object.entries(table<Record<string, Since>>('iterators.json'))
		.filter(([, row]) => hasCome(row, release))
		.map(([name, { words }]) => ({ name, words }));
}

/** On an argument of a helper, by its kind in the catalog (`ARG_PTR_TO_MEM|MEM_RDONLY`); empty where nothing is known. Source: enum bpf_arg_type. */
export function argumentWords(kind: string): string {
	const words = table<Record<string, string>>('arguments.json');
	const parts = kind.replace('_OR_NULL', '|OR_NULL').split('|');
	return parts.flatMap((part) => words[part] ?? []).join(' ');
}

function hasCome({ since }: Since, release: string): boolean {
	return since === undefined || compareReleases(since, release) <= 0;
}
