// The prototype of what a program attaches to: a tracepoint, an LSM hook, a member of a struct_ops struct.
import { type CType, type FunctionType, strip } from '../btf/ctype.js';
import type { Catalog, TargetPrototype } from '../kernel/catalog.js';
import type { Program, Scope } from './model.js';

export interface AttachPrototype {
	readonly parameters: readonly { readonly type: CType; readonly name?: string }[];
	readonly result: CType | undefined;
}

/**
 * The attach target's prototype: out of BTF or vmlinux.h where the unit has it, else the catalog's. Undefined for targets whose prototype neither
 * tells, such as the functions of fentry.
 */
export function attachPrototype(
	{ section, structOps }: Pick<Program, 'section' | 'structOps'>,
	scope: Scope,
	catalog: Catalog,
): AttachPrototype | undefined {
	const parsed = (target: TargetPrototype | undefined): AttachPrototype | undefined =>
		target && {
			result: scope.parseType(target.result),
			parameters: target.parameters.map((q) => ({ type: scope.parseType(q.type), name: q.name })),
		};
	if (structOps) {
		const record = scope.record(structOps.struct);
		const member = record?.members.find((m) => m.name === structOps.member);
		const t = member ? strip(member.type) : undefined;
		const fn = t?.kind === 'pointer' ? strip(t.to) : undefined;
		return fn?.kind === 'function' ? fromFunction(fn, 0) : undefined;
	}
	if (section.target === undefined) return undefined;
	if (section.attachType === 'TRACE_RAW_TP') {
		const symbol = scope.symbol(`btf_trace_${section.target}`);
		if (symbol?.kind === 'typedef') {
			const t = strip(symbol.type);
			const fn = t.kind === 'pointer' ? strip(t.to) : t;
			if (fn.kind === 'function') return fromFunction(fn, 1);
		}
		return parsed(catalog.tracepoint(section.target));
	}
	if (section.programType === 'LSM') return parsed(catalog.lsmHook(section.target));
	return undefined;
}

function fromFunction(fn: FunctionType, skip: number): AttachPrototype {
	return { parameters: fn.parameters.slice(skip), result: fn.result };
}
