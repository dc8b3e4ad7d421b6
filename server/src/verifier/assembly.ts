// Inline assembly: what it may have done to the values that it was given, as far as its text tells. The instructions are not followed.
import type { AsmOp } from '../flow/ir.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { UNKNOWN_VALUE } from './value.js';

export function assembly(machine: Machine, state: State, o: AsmOp): void {
	const { template } = o.statement;
	if (o.clobbersMemory) state.forgetLoads();
	const ids = new Set<number>();
	for (const register of o.reads) {
		const value = state.get(register);
		if (value.kind === 'pointer') ids.add(value.id);
	}
	// Jumps of its own may have checked or changed what it was given.
	const jumps = o.statement.labels.length === 0 && /\b(goto|exit)\b/.test(template);
	if (jumps) state.rewrite((v) => (v.kind === 'pointer' && ids.has(v.id) ? UNKNOWN_VALUE : v));
	if (/\bcall\b/.test(template)) machine.unknown('inline assembly calls a function', machine.place(state, o.at));
	else if (ids.size > 0 && (jumps || /\*\s*\(/.test(template))) {
		machine.unknown('inline assembly works on a pointer', machine.place(state, o.at));
	}
	for (const w of o.writes) state.set(w.register, w.keep === undefined ? UNKNOWN_VALUE : state.get(w.keep));
}
