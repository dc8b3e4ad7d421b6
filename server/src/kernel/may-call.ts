// May a program of some type call a kfunc? Facts: btf_kfunc_is_allowed() and the sets' registrations, as the catalog has them.
import type { Kfunc } from './catalog.js';

/** Programs of type EXT take the rights of what they replace, which nobody knows before load: they may. So may a program of a type that is not known. */
export function mayCallKfunc(kfunc: Kfunc, programType: string | undefined, attachType: string | undefined): boolean {
	if (programType === undefined || programType === 'EXT') return true;
	if (!kfunc.programTypes.includes('*') && !kfunc.programTypes.includes(programType)) return false;
	const attachTypes = kfunc.attachTypes?.[programType];
	return attachTypes === undefined || attachType === undefined || attachTypes.includes(attachType);
}
