// Pointers that were moved while they may be NULL. Facts: adjust_ptr_min_max_vals() of kernel/bpf/verifier.c, 6.12: arithmetic on such a pointer is
// refused. An offset that only an access uses is part of the access; one whose result is compared or passed on is an instruction of its own.
import type { Range } from '../flow/ir.js';
import { referenceOf } from './access.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { Flag, mayBeNull, type Pointer, typeName, type Value } from './value.js';

/** The pointer after the offset was added; `relocated` where the loader fills the offset in, so that even 0 is added. */
export function move(state: State, p: Pointer, bytes: number, relocated: boolean): Pointer {
	const offset = p.offset + bytes;
	if (!mayBeNull(p)) return bytes === 0 ? p : { ...p, offset };
	return { ...p, offset, moved: offset === (p.start ?? 0) && !relocated ? undefined : (p.moved ?? holderOf(state, p)) };
}

/** Objects to a pointer that was moved while it may be NULL and that is needed as a value; gives the value after the repair. */
export function settle(machine: Machine, state: State, v: Value, at: Range): Value {
	if (v.kind !== 'pointer' || v.moved === undefined || !mayBeNull(v)) return v;
	machine.reporter.report(state, {
		rule: 'possibly-null-dereference',
		at: machine.place(state, at),
		variant: 'arithmetic',
		verifier: `R1 pointer arithmetic on ${typeName(v)} prohibited, null-check it first`,
		facts: { type: typeName(v), ...(v.moved ? { variable: v.moved } : {}) },
		...referenceOf(state, v),
	});
	state.markNotNull(v.id);
	return { ...v, flags: v.flags & ~Flag.MaybeNull };
}

/** The variable of this function that holds the pointer as it was given out; empty where none does. */
function holderOf(state: State, p: Pointer): string {
	for (const [register, value] of state.frame.registers) {
		if (value.kind !== 'pointer' || value.id !== p.id || value.moved !== undefined || value.offset !== (p.start ?? 0)) continue;
		const local = state.frame.graph.locals.find((one) => one.register === register);
		if (local && !local.name.startsWith('(')) return local.name;
	}
	return '';
}
