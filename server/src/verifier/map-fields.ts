// Timers, workqueues and task work lie in map values, and are set up with the map that they lie in; of two inner maps it must be the same.
// Facts: process_timer_func(), process_wq_func() of kernel/bpf/verifier.c, 6.12; check_map_field_pointer(), process_map_ptr_arg(), 7.3.
import type { CallOp } from '../flow/ir.js';
import { readingOf } from './kptr-tag.js';
import { argumentText } from './locks.js';
import type { Machine } from './machine.js';
import { type SpecialKind, specialFields } from './records.js';
import type { State } from './state.js';
import { mayBeNull, type Pointer, type Value } from './value.js';

const FIELDS: ReadonlyMap<string, { readonly kind: SpecialKind; readonly words: string }> = new Map([
	['bpf_timer', { kind: 'timer', words: 'timer' }],
	['bpf_wq', { kind: 'workqueue', words: 'workqueue' }],
	['bpf_task_work', { kind: 'task_work', words: 'bpf_task_work' }],
]);

/** Reports an argument that may be NULL; from then on it counts as checked. */
export function reportMaybeNull(machine: Machine, state: State, o: CallOp, value: Pointer, index: number, verifier: string): void {
	const callee = o.callee.kind === 'function' ? o.callee.symbol.name : '';
	const at = machine.place(state, o.argumentRanges[index] ?? o.at);
	machine.reporter.report(state, {
		rule: 'possibly-null-argument',
		at,
		variant: 'kfunc',
		verifier,
		facts: { callee, argument: index + 1 },
	});
	state.markNotNull(value.id);
}

export function isMapField(struct: string | undefined): struct is string {
	return struct !== undefined && FIELDS.has(struct);
}

/**
 * Checks a call that works on a `struct` of a map value. `index` is its argument's, from 0, and `map` that of the map that goes with it, where the
 * call takes one.
 */
export function checkMapField(
	machine: Machine,
	state: State,
	o: CallOp,
	struct: string,
	values: readonly Value[],
	index: number,
	map?: number,
): void {
	const value = values[index];
	const { kind, words } = FIELDS.get(struct)!;
	if (value?.kind !== 'pointer' || value.variable || value.base.is === 'global') return;
	const report = (variant: string, verifier: string): void => {
		const at = machine.place(state, o.argumentRanges[index] ?? o.at);
		const callee = o.callee.kind === 'function' ? o.callee.symbol.name : '';
		const facts = { callee, variable: argumentText(at), argument: index + 1, expected: struct };
		machine.reporter.report(state, { rule: 'special-field', at, variant, verifier, facts });
	};
	const { base } = value;
	if (base.is !== 'map_value') {
		report('not-in-map', `arg#${index} doesn't point to a map value`);
		return;
	}
	// A helper's argument was looked at before, and counts as checked.
	if (mayBeNull(value)) reportMaybeNull(machine, state, o, value, index, `arg#${index} doesn't point to a map value`);
	if (!base.map.value) return;
	const field = specialFields(base.map.value, readingOf(machine)).find((candidate) => candidate.kind === kind);
	if (!field) report('missing', `map '${base.map.name}' has no valid ${struct}`);
	else if (field.offset !== value.offset)
		report('offset', `off ${value.offset} doesn't point to 'struct ${struct}' that is at ${field.offset}`);
	const passed = map === undefined ? undefined : values[map];
	if (!field || passed?.kind !== 'pointer' || passed.base.is !== 'map') return;
	if (passed.base.map === base.map && passed.base.uid === base.uid) return;
	const mine = base.uid === 0 ? 0 : 1;
	const other = passed.base.uid === 0 ? 0 : mine + 1;
	report('wrong-map', `${words} pointer in R${index + 1} map_uid=${mine} doesn't match map pointer in R${map! + 1} map_uid=${other}`);
}
