// May a program of some type call a kfunc? Facts: btf_kfunc_is_allowed() and the sets' registrations and filters, as the catalog has them.
import type { Kfunc } from './catalog.js';

/** Where a program is, as far as that is known: `structOps` is the member that it fills. */
export interface Caller {
	readonly programType?: string | undefined;
	readonly attachType?: string | undefined;
	readonly structOps?: { readonly struct: string; readonly member: string } | undefined;
}

/** Programs of type EXT take the rights of what they replace, which nobody knows before load: they may. So may a program of a type that is not known. */
export function mayCallKfunc(kfunc: Kfunc, caller: Caller): boolean {
	return mayCallByType(kfunc, caller) && mayCallByPlace(kfunc, caller);
}

function mayCallByType(kfunc: Kfunc, { programType }: Caller): boolean {
	return !programType || programType === 'EXT' || kfunc.programTypes.includes('*') || kfunc.programTypes.includes(programType);
}

/** Of those types that may call it only some programs may. What is not known of a program does not count against it. */
function mayCallByPlace(kfunc: Kfunc, { programType, attachType, structOps }: Caller): boolean {
	const places = !programType ? undefined : kfunc.attachTypes?.[programType];
	if (!places) return true;
	if (programType !== 'STRUCT_OPS') return attachType === undefined || places.includes(attachType);
	return !structOps || places.includes(structOps.struct) || places.includes(`${structOps.struct}.${structOps.member}`);
}

/** The places that may call it, members of one struct_ops together: `sched_ext_ops (enqueue, dispatch), Qdisc_ops`. */
export function placesText(places: readonly string[]): string {
	const members = new Map<string, string[]>();
	for (const place of places) {
		const [struct = '', member] = place.split('.');
		const known = members.get(struct) ?? [];
		members.set(struct, member === undefined ? known : [...known, member]);
	}
	return [...members].map(([struct, list]) => (list.length > 0 ? `${struct} (${list.join(', ')})` : struct)).join(', ');
}
