// Iterators and dynptrs that live in local variables: which state they are in, and what each call asks of it.
// Facts: process_iter_arg(), process_iter_next_call(), process_dynptr_func() of kernel/bpf/verifier.c, 6.12.
import type { Range } from '../flow/ir.js';
import type { Machine } from './machine.js';
import { acquire, released } from './references.js';
import { inReadSection } from './regions.js';
import type { State } from './state.js';
import { type DynptrState, freshId, type IteratorState, type Value } from './value.js';

/** The local and offset that the argument points to, if it is exactly known. */
export function stackPlace(v: Value): { object: number; offset: number } | undefined {
	return v.kind === 'pointer' && v.base.is === 'stack' && !v.variable ? { object: v.base.object, offset: v.offset } : undefined;
}

function name(state: State, object: number): string {
	return state.objects.get(object)?.local.name ?? '';
}

export function newIterator(machine: Machine, state: State, v: Value, type: string, rcuProtected: boolean, by: string, at: Range): void {
	const place = stackPlace(v);
	if (!place) {
		if (v.kind !== 'unknown')
			machine.reporter.report(state, iteratorReport(machine, state, at, 'not-stack', `arg#0 expected pointer to an iterator on stack`, ''));
		return;
	}
	const old = state.slot(place.object, place.offset);
	if (old?.kind === 'iterator') {
		machine.reporter.report(
			state,
			iteratorReport(
				machine,
				state,
				at,
				'initialised',
				`expected uninitialized ${type.replace('bpf_', '')} as arg #0`,
				name(state, place.object),
			),
		);
		return;
	}
	const ref = acquire(machine, state, { kind: 'iterator', struct: type, by, at, releasedBy: [by.replace(/_new$/, '_destroy')] });
	const slot: IteratorState = {
		kind: 'iterator',
		type,
		state: 'active',
		ref,
		rcu: rcuProtected && inReadSection(machine, state),
		...(rcuProtected && !inReadSection(machine, state) ? { untrusted: true } : {}),
	};
	state.memory(place.object)!.cells.set(place.offset, { size: 8, value: slot });
}

/** The iterator that `next` or `destroy` is given; reports one that was never made. */
export function iteratorOf(machine: Machine, state: State, v: Value, type: string, at: Range): IteratorState | undefined {
	const place = stackPlace(v);
	const slot = place ? state.slot(place.object, place.offset) : undefined;
	if (slot?.kind === 'iterator' && slot.type === type) {
		if (slot.untrusted) {
			machine.reporter.report(
				state,
				iteratorReport(machine, state, at, 'rcu', `expected an RCU CS when using ${type}_next`, name(state, place!.object)),
			);
		}
		return slot;
	}
	if (v.kind === 'unknown') return undefined;
	machine.reporter.report(
		state,
		iteratorReport(
			machine,
			state,
			at,
			'uninitialised',
			`expected an initialized ${type.replace('bpf_', '')} as arg #0`,
			place ? name(state, place.object) : '',
		),
	);
	return undefined;
}

export function destroyIterator(machine: Machine, state: State, v: Value, type: string, at: Range): void {
	const slot = iteratorOf(machine, state, v, type, at);
	const place = stackPlace(v);
	if (!slot || !place) return;
	state.referencesToWrite().delete(slot.ref);
	state.memory(place.object)!.cells.delete(place.offset);
	state.rewrite((w) => (w.kind === 'pointer' && w.of === slot.ref ? released() : w));
}

function iteratorReport(machine: Machine, state: State, at: Range, variant: string, verifier: string, variable: string) {
	return { rule: 'iterator-state' as const, at: machine.place(state, at), variant, verifier, facts: { ...(variable ? { variable } : {}) } };
}

// ---- Dynptrs ----

function dynptrReport(machine: Machine, state: State, at: Range, variant: string, verifier: string, variable: string) {
	return { rule: 'dynptr-state' as const, at: machine.place(state, at), variant, verifier, facts: { ...(variable ? { variable } : {}) } };
}

/** Would overwriting this dynptr lose the record that it holds? destroy_if_dynptr_stack_slot(), 6.12; clones count since dynptr_ref_cnt(), 7.2. */
export function holdsLastRecord(machine: Machine, state: State, slot: DynptrState): boolean {
	if (!slot.ref || !state.references.has(slot.ref)) return false;
	if (!machine.semantics.clonesKeepRecords) return true;
	let holders = 0;
	for (const { cells } of state.objects.values())
		for (const { value } of cells.values()) if (value.kind === 'dynptr-slot' && value.ref === slot.ref) holders++;
	return holders <= 1;
}

export function newDynptr(
	machine: Machine,
	state: State,
	v: Value,
	type: DynptrState['type'],
	at: Range,
	more: { ref?: number; readOnly?: boolean } = {},
): void {
	const place = stackPlace(v);
	if (v.kind === 'pointer' && v.base.is === 'dynptr') {
		machine.reporter.report(state, dynptrReport(machine, state, at, 'constant', 'Dynptr has to be an uninitialized dynptr', ''));
	}
	if (v.kind === 'scalar' || (v.kind === 'pointer' && v.base.is !== 'stack' && v.base.is !== 'dynptr')) {
		const report = dynptrReport(machine, state, at, 'not-stack', `expected pointer to stack or const struct bpf_dynptr`, '');
		machine.reporter.report(state, report);
	}
	if (!place) return;
	const memory = state.memory(place.object);
	if (!memory) return;
	for (const [offset, cell] of memory.cells) {
		if (offset >= place.offset + 16 || offset + Math.max(cell.size, cell.value.kind === 'dynptr-slot' ? 16 : 0) <= place.offset) continue;
		if (cell.value.kind === 'dynptr-slot') {
			if (holdsLastRecord(machine, state, cell.value)) {
				machine.reporter.report(
					state,
					dynptrReport(machine, state, at, 'overwritten', 'cannot overwrite referenced dynptr', memory.local.name),
				);
			}
			forgetSlices(state, cell.value.id);
		}
		memory.cells.delete(offset);
	}
	memory.cells.set(place.offset, {
		size: 16,
		value: { kind: 'dynptr-slot', type, id: freshId(), ref: more.ref ?? 0, ...(more.readOnly ? { readOnly: true } : {}) },
	});
}

/** The dynptr that an argument is; reports one that was never made. A callback's constant dynptr counts as initialised. */
export function dynptrOf(machine: Machine, state: State, v: Value, argument: number, at: Range): DynptrState | undefined {
	if (v.kind === 'pointer' && v.base.is === 'dynptr' && (v.offset !== 0 || v.variable)) {
		machine.reporter.report(
			state,
			dynptrReport(machine, state, at, 'offset', `dereference of modified dynptr_ptr ptr off=${v.offset} disallowed`, ''),
		);
	}
	if (v.kind === 'unknown' || (v.kind === 'pointer' && v.base.is === 'dynptr')) return undefined;
	const place = stackPlace(v);
	const slot = place ? state.slot(place.object, place.offset) : undefined;
	if (slot?.kind === 'dynptr-slot') return slot;
	if (v.kind === 'pointer' && v.base.is === 'stack' && v.variable) return undefined;
	machine.reporter.report(
		state,
		dynptrReport(
			machine,
			state,
			at,
			'uninitialised',
			`Expected an initialized dynptr as arg #${argument}`,
			place ? name(state, place.object) : '',
		),
	);
	return undefined;
}

export function forgetSlices(state: State, dynptr: number): void {
	state.rewrite((v) => (v.kind === 'pointer' && v.of === dynptr ? released() : v));
}

/** Submit or discard: the reservation ends, and with it every dynptr and slice of it. */
export function releaseDynptr(machine: Machine, state: State, v: Value, at: Range): void {
	const place = stackPlace(v);
	if (v.kind === 'pointer' && v.base.is === 'dynptr') {
		machine.reporter.report(state, dynptrReport(machine, state, at, 'unowned', 'cannot release unowned const bpf_dynptr', ''));
		return;
	}
	const slot = place ? state.slot(place.object, place.offset) : undefined;
	if (slot?.kind !== 'dynptr-slot' || !slot.ref || !state.references.has(slot.ref)) {
		if (v.kind !== 'unknown')
			machine.reporter.report(
				state,
				dynptrReport(machine, state, at, 'unacquired', 'arg 1 is an unacquired reference', place ? name(state, place.object) : ''),
			);
		return;
	}
	const { ref } = slot;
	state.referencesToWrite().delete(ref);
	for (const id of [...state.objects.keys()]) {
		const object = state.memory(id)!;
		for (const [offset, cell] of object.cells) {
			if (cell.value.kind !== 'dynptr-slot' || cell.value.ref !== ref) continue;
			forgetSlices(state, cell.value.id);
			object.cells.delete(offset);
		}
	}
}
