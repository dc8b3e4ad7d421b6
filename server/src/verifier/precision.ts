// What the outcome of a path rested on: which numbers decided a branch, a place or a check, and which remembered cells were read. An explored
// state stands for any other that agrees with it in these alone, as the kernel's verifier does with precise registers and read marks
// (mark_chain_precision() and mark_reg_read() of kernel/bpf/verifier.c, 6.12).
//
// Values and cells are shared by reference between a path's state and the states recorded on its way. A mark on a value is therefore a mark in each
// of those; what was made from other values leads on to them.
import type { Cell } from './state.js';
import type { Scalar, Value } from './value.js';

/** A number's own value mattered: it and all that it was computed from must be the same, or within, in a state that is to be covered. */
export function precise(v: Value | undefined): void {
	if (v?.kind !== 'scalar' || v.precise) return;
	const pending: Scalar[] = [v];
	const add = (one: Value): void => {
		if (one.kind === 'scalar' && !one.precise) pending.push(one);
	};
	for (let one = pending.pop(); one; one = pending.pop()) {
		if (one.precise) continue;
		one.precise = true;
		if (one.from) for (const source of one.from) add(source);
		if (one.condition) {
			add(one.condition.left);
			add(one.condition.right);
		}
	}
}

/** The numbers among the values that a result's precision leads on to; undefined where there are none. */
export function sources(left: Value, right: Value): readonly Scalar[] | undefined {
	const one = left.kind === 'scalar' && !left.precise ? left : undefined;
	const other = right.kind === 'scalar' && !right.precise ? right : undefined;
	if (one && other) return [one, other];
	const only = one ?? other;
	return only && [only];
}

/** The cell's content was looked at. */
export function readCell(cell: Cell): void {
	for (let one: Cell | undefined = cell; one && !one.read; one = one.from) one.read = true;
}

/** The cell with another value that came of its own: reading it is reading the old one. */
export function replaced(cell: Cell, value: Value): Cell {
	return cell.read ? { size: cell.size, value } : { size: cell.size, value, from: cell };
}
