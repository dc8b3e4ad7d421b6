// What the compiler makes of an access through a pointer that a branch before it found to be NULL: C says that it cannot happen, so the compiler
// leaves out the way to a store, back to the last branch, and that branch with it. The verifier sees neither. Of a load it leaves out no more than the load.
//
// It does so (measured with clang 19, -O2) where the access is reached through the branch only. A call of a helper or kfunc may never return, so that the
// way up to it stays, and what follows it in the program's text is whatever comes next. The compiler sees NULL in the address 0 and in a NULL that is
// indexed: an access to a later member of the object stays, and so does one whose offset the loader fills in (`preserve_access_index`).
import { dominates } from '../flow/dominators.js';
import type { CompareOperator, Range } from '../flow/ir.js';
import type { Machine } from './machine.js';
import type { State, Turn } from './state.js';
import { constant, isNull, type Pointer, type Scalar, type Unknown, type Value } from './value.js';

/** The pointer that is NULL where `v` is true (`wanted`) or false; undefined where the condition says no such thing. */
export function foundNull(v: Value, wanted: boolean): Pointer | undefined {
	if (v.kind === 'pointer') return !wanted && v.offset === 0 && !v.variable ? v : undefined;
	if (v.kind !== 'scalar' || !v.condition) return undefined;
	const { left, right } = v.condition;
	const operator: CompareOperator = v.condition.operator;
	if (operator !== '==' && operator !== '!=') return undefined;
	const equal = (operator === '==') === wanted;
	if (left.kind === 'scalar' && right.kind === 'scalar' && right.min === right.max && (right.min === 0 || right.min === 1))
		return foundNull(left, (right.min === 1) === equal);
	const pointer = left.kind === 'pointer' && isNull(right) ? left : right.kind === 'pointer' && isNull(left) ? right : undefined;
	return pointer && equal ? foundNull(pointer, false) : undefined;
}

/** Remembers that the way into the state's present block found the pointer of this identity to be NULL. */
export function noteNull(state: State, id: number): void {
	const { graph, depth } = state.frame;
	if (graph.joins.has(state.block)) return;
	state.nulls = [...state.nulls, { id, graph, depth, block: state.block }];
}

/** Something was done of which the compiler does not know that control comes back from it. */
export function passBarrier(state: State): void {
	state.turn = undefined;
}

/** A frame is left: what was found in it holds no more. */
export function leaveNulls(state: State): void {
	if (state.nulls.length > 0) state.nulls = state.nulls.filter(({ depth }) => depth < state.frames.length);
}

/** Was the pointer of this identity found to be NULL by a branch that every way to this point takes? */
function isFoundNull(state: State, id: number): boolean {
	return state.nulls.some((mark) => {
		const frame = state.frames[mark.depth];
		if (mark.id !== id || frame?.graph !== mark.graph) return false;
		const block = state.frames[mark.depth + 1]?.back?.block ?? state.block;
		return dominates(mark.graph, mark.block, block);
	});
}

/** An address as the compiler has it: a pointer that was found to be NULL is the constant. */
export function asCompiled(state: State, address: Value): Value {
	if (address.kind !== 'pointer' || state.nulls.length === 0 || address.variable || !isFoundNull(state, address.id)) return address;
	return { ...constant(address.offset), null: address.id };
}

/** Does the compiler see that an access through this number is one through NULL? */
function isImpossible(state: State, address: Scalar, volatile: boolean): boolean {
	if (address.null === undefined || address.relocated || volatile || !isFoundNull(state, address.null)) return false;
	return isNull(address) || address.min !== address.max;
}

/**
 * A load through a number. True where the compiler sees that it is through NULL: it leaves the load out, and what is read is whatever it likes. The way
 * to it stays.
 */
export function readsNothing(machine: Machine, state: State, address: Scalar, at: Range, volatile: boolean): boolean {
	if (!isImpossible(state, address, volatile)) return false;
	remark(machine, state, at, 'left-open');
	return true;
}

function remark(machine: Machine, state: State, at: Range, variant: string): void {
	if (state.doubt === true) return;
	machine.reporter.remark(state, {
		rule: 'possibly-null-dereference',
		at: machine.place(state, at),
		variant,
		level: 'warning',
		verifier: "R1 invalid mem access 'scalar'",
		facts: { type: 'scalar' },
	});
}

/**
 * A store through a number. True where the compiler leaves the way to it out: the path ends here, the person is told, and a branch right before it
 * is left out, too, in another run.
 */
export function leavesOut(machine: Machine, state: State, address: Scalar, at: Range, volatile: boolean): boolean {
	if (!isImpossible(state, address, volatile) || !leaveOut(machine, state, at)) return false;
	remark(machine, state, at, 'left-out');
	return true;
}

/** A branch on what was read through NULL: the compiler takes it for impossible, as it does a store. */
export function leavesBranchOut(machine: Machine, state: State, condition: Unknown, at: Range): boolean {
	return condition.null !== undefined && isFoundNull(state, condition.null) && leaveOut(machine, state, at);
}

/** The way to this point is left out; false where there are too many of such. */
function leaveOut(machine: Machine, state: State, at: Range): boolean {
	// What is not certain to come here makes the compiler leave nothing out that is certain. Where only the verifier may know better, the compiler does
	// what it does.
	if (state.doubt === true) {
		machine.reporter.doubted ??= "R1 invalid mem access 'scalar'";
		state.dead = true;
		return true;
	}
	const { turn } = state;
	if (turn) {
		if (!machine.fold(turn)) return false;
	} else if (state.references.size > 0 || state.locks.length > 0 || state.rcu > 0 || state.preempt > 0 || state.irqs.length > 0)
		machine.unknown('an access through NULL, of which the compiler leaves nothing but the call before it', machine.place(state, at));
	state.dead = true;
	return true;
}

/** Names a branch together with the calls that lead to it. */
export function turnKey(state: State): string {
	return `${state.frame.chain}#${state.block}`;
}

/** The way that a branch goes where the compiler left out the other. */
export function goesTo(turn: Turn): boolean {
	return !turn.taken;
}
