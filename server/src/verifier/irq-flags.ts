// Interrupts that are off, with the flags saved in a slot of the stack: restored in the reverse order, from the slot and by the kind of call that
// saved them. Facts: process_irq_flag(), mark_stack_slot_irq_flag(), unmark_stack_slot_irq_flag() of kernel/bpf/verifier.c, 7.3 (since 6.14).
import type { CallOp, Range } from '../flow/ir.js';
import { argumentText } from './locks.js';
import type { Machine } from './machine.js';
import { stackPlace } from './stack-slots.js';
import type { IrqSave, State } from './state.js';
import { freshId, type IrqFlagState, type Value } from './value.js';

/** Bytes of a slot. */
const SLOT = 8;

/** bpf_local_irq_save() and bpf_res_spin_lock_irqsave(): `argument` counts from 0. */
export function saveInterrupts(machine: Machine, state: State, o: CallOp, value: Value, argument: number, family: IrqSave['family']): void {
	const at = o.argumentRanges[argument] ?? o.at;
	const variable = argumentText(machine.place(state, at));
	const slot = slotOf(machine, state, value, argument, at, variable);
	const place = machine.place(state, o.at);
	const id = freshId();
	if (slot) {
		const memory = state.memory(slot.object)!;
		const overlapping = [...memory.cells].filter(([offset, cell]) => offset < slot.offset + SLOT && offset + cell.size > slot.offset);
		const held = overlapping.map(([, cell]) => cell.value).find((content) => content.kind === 'irq-flag');
		if (held?.kind === 'irq-flag') {
			report(machine, state, place, 'overwritten', `expected uninitialized irq flag as arg#${argument}`, variable);
			// It counts as saved twice, so that two calls restore it; a loop does not add up.
			const saved = state.irqs.filter((irq) => irq.id === held.id);
			if (saved.length === 1) state.irqs.push(saved[0]!);
			return;
		}
		for (const [offset] of overlapping) memory.cells.delete(offset);
		memory.cells.set(slot.offset, { size: SLOT, value: { kind: 'irq-flag', id, family } });
	}
	state.irqs.push({ id, place, family, variable });
	state.step({ place, kind: 'lock', text: 'interrupts are turned off' });
}

/** bpf_local_irq_restore() and bpf_res_spin_unlock_irqrestore(): `argument` counts from 0. */
export function restoreInterrupts(
	machine: Machine,
	state: State,
	o: CallOp,
	value: Value,
	argument: number,
	family: IrqSave['family'],
): void {
	const at = o.argumentRanges[argument] ?? o.at;
	const variable = argumentText(machine.place(state, at));
	const slot = slotOf(machine, state, value, argument, at, variable);
	if (!slot) {
		// What is restored is not known, but something is.
		state.irqs.pop();
		return;
	}
	const place = machine.place(state, o.at);
	const flag = state.slot(slot.object, slot.offset);
	if (flag?.kind !== 'irq-flag') {
		report(machine, state, place, 'not-saved', `expected an initialized irq flag as arg#${argument}`, variable);
		// The flags that were meant count as restored.
		state.irqs.pop();
		return;
	}
	const mine = state.irqs.findLast(({ id }) => id === flag.id);
	if (flag.family !== family)
		report(
			machine,
			state,
			place,
			'family',
			`irq flag acquired by ${flag.family} kfuncs cannot be restored with ${family} kfuncs`,
			variable,
			RESTORES[flag.family],
		);
	else if (mine && mine !== state.irqs.at(-1))
		report(machine, state, place, 'order', `cannot restore irq state out of order, expected id=${state.irqs.length}`, variable);
	// As after the repair: what this slot holds is restored.
	state.irqs = state.irqs.filter((_, k) => k !== state.irqs.lastIndexOf(mine!));
	if (!state.irqs.some(({ id }) => id === flag.id)) state.memory(slot.object)!.cells.delete(slot.offset);
	state.step({ place, kind: 'unlock', text: 'interrupts are as before' });
}

/** What this slot holds counts as restored: the call was objected to already. */
export function forgetInterrupts(state: State, value: Value): void {
	const slot = stackPlace(value);
	const flag = slot && state.slot(slot.object, slot.offset);
	if (flag?.kind !== 'irq-flag') return;
	state.irqs = state.irqs.filter(({ id }) => id !== flag.id);
	state.memory(slot!.object)!.cells.delete(slot!.offset);
}

const RESTORES: Readonly<Record<IrqFlagState['family'], string>> = {
	native: 'bpf_local_irq_restore',
	lock: 'bpf_res_spin_unlock_irqrestore',
};

/** Interrupts that are off by themselves: those of a lock come back with it. */
export function interruptsOff(state: State): IrqSave | undefined {
	return state.irqs.findLast(({ family }) => family === 'native' || !state.locks.some(({ kind }) => kind === 'res_spin_irq'));
}

/** Reports what is left to restore at a way out. `verifier` are the kernel's words. */
export function reportInterruptsOff(machine: Machine, state: State, at: Range, verifier: string): void {
	const off = interruptsOff(state);
	if (off) report(machine, state, machine.place(state, at), 'missing-restore', verifier, off.variable, RESTORES[off.family]);
}

/** The slot of the stack that the argument leads to; anything else is reported, unless nothing is known of it. */
function slotOf(
	machine: Machine,
	state: State,
	value: Value,
	argument: number,
	at: Range,
	variable: string,
): { object: number; offset: number } | undefined {
	const slot = stackPlace(value);
	if (slot && state.objects.has(slot.object)) return slot;
	const place = machine.place(state, at);
	if (value.kind === 'unknown' || slot || (value.kind === 'pointer' && value.base.is === 'stack'))
		machine.unknown('where the interrupt flags lie is not known', place);
	else report(machine, state, place, 'not-stack', `arg#${argument} doesn't point to an irq flag on stack`, variable);
	return undefined;
}

function report(
	machine: Machine,
	state: State,
	at: ReturnType<Machine['place']>,
	variant: string,
	verifier: string,
	variable: string,
	release?: string,
): void {
	machine.reporter.report(state, {
		rule: 'irq-region',
		at,
		variant,
		verifier,
		facts: { variable: variable.replace(/^(\([^()]*\)\s*)?&\s*/, ''), ...(release ? { release } : {}) },
	});
}
