// Loops in a few rounds. A loop whose rounds differ in numbers only is not unrolled: where its beginning is reached again, the numbers that moved lose the
// bound that moved. That is an over-approximation, so a program in which nothing was found that way holds. Where anything new was found, or something became
// unknown, on a path through such a state, the program is judged again with its loops unrolled, as the kernel does: no finding ever rests on a range that was
// guessed. Since the guess allows more than can happen, it says all that there is to say: as soon as the second run has said as much, it has nothing left to look for.
import { replaced } from './precision.js';
import { specialFields } from './records.js';
import { isLasting, placeOf } from './remembered.js';
import type { Frame, StackObject, State } from './state.js';
import { constant, type Pointer, scalar, type Value } from './value.js';

/** What one run knows of its own haste; shared by its states. */
export interface Haste {
	/** Something was lost that rounds taken one by one do not lose: what this run says is neither right nor all. */
	stumbled: boolean;
	/** Something was said that rounds taken one by one may not say. */
	suspects: boolean;
}

/** Something is lost in this state: if its numbers were guessed, the run does not count. */
export function stumble(state: State): void {
	if (state.haste) state.haste.stumbled = true;
}

/** Something is said in this state: if its numbers were guessed, it counts when it is said again. */
export function suspect(state: State): void {
	if (state.haste) state.haste.suspects = true;
}

/**
 * Widens `state` against `earlier`, which came to the same place. False, and nothing is done, where they differ in more than numbers and pointers that may move, or
 * in constants that the loader set: only where it is `crowded` these are guessed too.
 */
export function hurry(state: State, earlier: State, haste: Haste, crowded: boolean): boolean {
	if (!differInNumbers(earlier, state)) return false;
	const apart = differInConstants(earlier, state);
	if (apart && !crowded) return false;
	state.haste = haste;
	// A number that is not remembered is any number when it is read again.
	state.forgetLoads((_, value) => value.kind !== 'scalar', apart);
	state.frames.forEach((frame, depth) => {
		const old = earlier.frames[depth]!;
		// Both hold the very same: nobody wrote there since.
		if (frame.registers !== old.registers)
			frame.registers.forEach((value, register) => {
				const next = wider(value, old.registers.get(register));
				if (next !== value) state.ownFrame(depth).registers.set(register, next);
			});
		const { objects } = state.frames[depth]!;
		for (const local of objects.keys()) {
			const id = objects.get(local)!;
			const before = earlier.objects.get(old.objects.get(local) ?? -1);
			const now = state.objects.get(id);
			if (!now || !before || before.cells === now.cells) continue;
			for (const [offset, cell] of now.cells) {
				const next = wider(cell.value, before.cells.get(offset)?.value ?? rest(before));
				if (next !== cell.value) state.memory(id)!.cells.set(offset, replaced(cell, next));
			}
			for (const [offset, { size, value }] of before.cells) {
				if (now.cells.has(offset) || value.kind !== 'scalar' || now.rest !== 'zero') continue;
				state.memory(id)!.cells.set(offset, { size, value: wider(constant(0), value) });
			}
		}
	});
	return true;
}

function differInConstants({ loads: a }: State, { loads: b }: State): boolean {
	const tellApart = (one: State['loads'], other: State['loads']): boolean => {
		for (const [key, value] of one) {
			if (value.kind !== 'scalar' || !isLasting(placeOf(key).base)) continue;
			const there = other.get(key);
			if (there?.kind !== 'scalar' || there.min !== value.min || there.max !== value.max) return true;
		}
		return false;
	};
	return tellApart(a, b) || tellApart(b, a);
}

/** What a part of a local holds into which nothing was written. */
function rest(object: StackObject): Value | undefined {
	return object.rest === 'zero' ? constant(0) : undefined;
}

function wider(value: Value, old: Value | undefined): Value {
	if (value.kind === 'pointer') return old?.kind === 'pointer' && !samePlace(old, value) ? anywhere(value) : value;
	if (value.kind !== 'scalar' || value.typeOf || old?.kind !== 'scalar') return value;
	if (old.min === value.min && old.max === value.max) return value;
	const min = value.min >= old.min ? old.min : value.min >= 0 ? 0 : Number.NEGATIVE_INFINITY;
	const max = value.max <= old.max ? old.max : value.max <= 0 ? 0 : Number.POSITIVE_INFINITY;
	return scalar(min, max, [value]);
}

function anywhere(p: Pointer): Pointer {
	return { ...p, symbol: undefined, range: undefined, variable: true };
}

function samePlace(a: Pointer, b: Pointer): boolean {
	return a.offset === b.offset && a.variable === b.variable && a.symbol === b.symbol;
}

/** Nothing that is followed lies in a packet or a buffer, nor in a map's value without special fields: a pointer into it may move. */
function mayMove({ base }: Pointer): boolean {
	return base.is === 'packet' || base.is === 'buf' || (base.is === 'map_value' && specialFields(base.map.value).length === 0);
}

function alike(a: Value | undefined, b: Value | undefined): boolean {
	if (a === b) return true;
	if (a === undefined || b === undefined || a.kind !== b.kind) return false;
	if (a.kind !== 'pointer' || b.kind !== 'pointer') return true;
	return a.flags === b.flags && a.base.is === b.base.is && (a.ref === 0) === (b.ref === 0) && (samePlace(a, b) || mayMove(a));
}

function differInNumbers(a: State, b: State): boolean {
	if (
		a.references.size !== b.references.size ||
		a.locks.length !== b.locks.length ||
		a.irqs.length !== b.irqs.length ||
		a.rcu !== b.rcu ||
		a.preempt !== b.preempt ||
		a.frames.length !== b.frames.length
	)
		return false;
	for (let depth = b.frames.length - 1; depth >= 0; depth--) {
		const frame = b.frames[depth]!;
		const other = a.frames[depth]!;
		if (frame.registers !== other.registers && !registersAlike(other, frame)) return false;
		for (const local of frame.objects.keys()) {
			const now = b.objects.get(frame.objects.get(local)!)?.cells;
			const before = a.objects.get(other.objects.get(local) ?? -1)?.cells;
			if (now === before) continue;
			for (const [offset, cell] of now ?? []) {
				const was = before?.get(offset)?.value;
				if (cell.value.kind !== 'scalar' || (was && was.kind !== 'scalar')) if (!alike(was, cell.value)) return false;
			}
			for (const [offset, cell] of before ?? []) if (cell.value.kind !== 'scalar' && !now?.has(offset)) return false;
		}
	}
	return true;
}

function registersAlike(a: Frame, b: Frame): boolean {
	for (const register of b.registers.keys()) if (!alike(a.registers.get(register), b.registers.get(register))) return false;
	return true;
}
