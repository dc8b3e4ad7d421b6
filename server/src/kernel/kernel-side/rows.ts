// What kernel-side sources give to a catalog: their kfuncs as answers of `Catalog`, and their destructors.
import type { Kfunc } from '../catalog.js';
import { type Allowed, KfuncFilters } from '../generate/filters.js';
import { releaseOf } from '../generate/kfuncs.js';
import { declaredParameters } from '../loaded-catalog.js';
import { typesServedBy } from './hooks.js';
import type { KernelSource, KfuncEntry } from './source.js';

export interface WorkspaceKfuncs {
	readonly kfuncs: ReadonlyMap<string, Kfunc>;
	/** Struct to the kfunc that its destructor stands for. */
	readonly destructors: ReadonlyMap<string, string>;
}

/**
 * The kfuncs that a file registers, with what it says of them. A kfunc whose function stands in another file has no prototype here:
 * `otherwise` is asked for it, and where that knows none either, the kfunc is left out, since nothing could be said of a call.
 *
 * @param release decides which program types a registration serves.
 */
export function kfuncsOf(source: KernelSource, release: string, otherwise: (name: string) => Kfunc | undefined): WorkspaceKfuncs {
	const kfuncs = new Map<string, Kfunc>();
	const filters = new KfuncFilters([]);
	const members = new Map(source.sets.map((set) => [set.name, set.entries.map((entry) => entry.name)]));
	const allowed = (filter: string, entry: string, type: string): Allowed => filters.allowed([source.file], filter, entry, type, members);
	for (const set of source.sets) {
		if (set.holders.length > 0 && set.holders.every((holder) => holder.modifyReturn && holder.programTypes.length === 0)) continue;
		for (const entry of set.entries) {
			const kfunc = kfuncOf(source, release, entry, allowed, kfuncs.get(entry.name), otherwise);
			if (kfunc) kfuncs.set(entry.name, kfunc);
		}
	}
	return { kfuncs, destructors: new Map(source.destructors.map(([struct, destructor]) => [struct, releaseOf(destructor)])) };
}

function kfuncOf(
	source: KernelSource,
	release: string,
	entry: KfuncEntry,
	allowed: (filter: string, entry: string, type: string) => Allowed,
	earlier: Kfunc | undefined,
	otherwise: (name: string) => Kfunc | undefined,
): Kfunc | undefined {
	const { set } = entry;
	const prototype = source.function(entry.name) ?? otherwise(entry.name);
	if (!prototype) return undefined;
	const types = new Map<string, Allowed>(earlier?.programTypes.map((type) => [type, earlier.attachTypes?.[type] ?? 'all']));
	for (const holder of set.holders)
		for (const type of holder.programTypes.flatMap((one) => typesServedBy(one, release))) {
			const lets = holder.filter === undefined ? 'all' : allowed(holder.filter, entry.name, type);
			const before = types.get(type) ?? [];
			if (lets === 'all' || before === 'all') types.set(type, 'all');
			else if (lets.length > 0) types.set(type, [...new Set([...before, ...lets])]);
		}
	// Where another file, or code that nobody follows here, may register the set, no program type is ruled out.
	if (set.usedElsewhere || set.holders.some((holder) => holder.handedOn || !holder.isStatic)) types.set('*', 'all');
	const attach = [...types].flatMap(([type, lets]): [string, readonly string[]][] => (lets === 'all' ? [] : [[type, lets]]));
	const flags = earlier?.flags ?? entry.flags.map((flag) => flag.name);
	const parameters = prototype.parameters.map(({ name, type }) => ({ name, type }));
	return {
		name: entry.name,
		flags,
		result: prototype.result,
		// The verifier passes these itself: programs declare and call the kfunc without them.
		parameters: flags.includes('KF_IMPLICIT_ARGS') ? declaredParameters(parameters, (one) => one.type) : parameters,
		sets: [...(earlier?.sets ?? []), set.name],
		programTypes: [...types.keys()].sort(),
		...(attach.length > 0 ? { attachTypes: Object.fromEntries(attach) } : {}),
		source: source.path,
	};
}
