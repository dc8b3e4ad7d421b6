// The flags of a kfunc in programs of one type: sets may disagree about them, and each set is registered for types of its own.
import type { Kfunc } from './catalog.js';
import { typesServedBy } from './kernel-side/hooks.js';
import type { KfuncRow, SetRow } from './schema.js';

/**
 * The flags by program type, where the sets of a row differ. Of a set for every type (`*`) and one for the program's own, the former counts.
 * Source: btf_kfunc_id_set_contains() in kernel/bpf/btf.c, 6.12.
 */
export function flagsByType(
	row: KfuncRow,
	sets: Readonly<Record<string, SetRow>>,
	release: string,
): Readonly<Record<string, readonly string[]>> | undefined {
	if (!row.flagsBySet) return undefined;
	const out: Record<string, readonly string[]> = {};
	for (const [set, flags] of Object.entries(row.flagsBySet))
		for (const registered of (Object.hasOwn(sets, set) && sets[set]?.for) || [])
			for (const type of typesServedBy(registered, release)) out[type] ??= flags;
	return out;
}

const known = new WeakMap<Kfunc, Map<string, Kfunc>>();

/** The kfunc as a program of this type meets it. The same object for the same question. */
export function kfuncIn(kfunc: Kfunc, programType: string | undefined): Kfunc {
	const flags = kfunc.flagsByType?.['*'] ?? (programType === undefined ? undefined : kfunc.flagsByType?.[programType]);
	if (!flags || programType === undefined || flags === kfunc.flags) return kfunc;
	let types = known.get(kfunc);
	if (!types) known.set(kfunc, (types = new Map()));
	let found = types.get(programType);
	if (!found) types.set(programType, (found = { ...kfunc, flags }));
	return found;
}
