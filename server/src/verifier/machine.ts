// The exploration: follows every path of one program through its control-flow graphs, callees and callbacks, in abstract states.
//
// Paths are followed depth first. Where paths meet, a state that an explored one covers is dropped; when too many different states meet
// at one place, numbers are widened until they agree. Limits make the program "unknown", never silently accepted or rejected.

import { type CallOp, type FlowGraph, type Operation, type Range, type Register, reads } from '../flow/ir.js';
import { liveAfter } from '../flow/live-after.js';
import type { Catalog } from '../kernel/catalog.js';
import type { ReturnRange } from '../kernel/return-ranges.js';
import { type Semantics, semanticsOf } from '../kernel/semantics.js';
import type { FunctionSymbol, GlobalSymbol, Place, Program, Unit } from '../program/model.js';
import { assume, truth } from './assume.js';
import { type Checkpoint, Checkpoints } from './checkpoint.js';
import { covers } from './cover.js';
import type { Graphs } from './graphs.js';
import { type Haste, hurry } from './haste.js';
import { foundNull, goesTo, leaveNulls, leavesBranchOut, noteNull, turnKey } from './impossible.js';
import { settle } from './moved.js';
import { precise, replaced } from './precision.js';
import { readingsOf } from './read-again.js';
import { isLasting, isReachable, placeOf } from './remembered.js';
import type { Reporter } from './reporter.js';
import { wantedReturn } from './return-value.js';
import type { CallbackReturn, Cell, Frame, State, Turn, Waiting } from './state.js';
import type { Stepwise } from './steps.js';
import { constant, freshId, scalar, UNKNOWN_VALUE, type Value } from './value.js';

/** Operations that one program may cost before its verdict is "unknown". */
export const OPERATION_LIMIT = 400_000;
/** Different states that are kept apart where paths meet; beyond it numbers are widened. */
export const STATES_PER_JOIN = 64;
/** The same while findings are not yet looked for in earnest: see haste.ts. */
export const HASTY_STATES = 2;
/** Different states up to which these are kept apart by constants that the loader sets. */
const STATES_OF_CONSTANTS = 8;
/** States at one join beyond which the program is given up. */
export const STATES_PER_JOIN_LIMIT = 200;
/** Operations after which others may come between: some milliseconds. */
const OPERATIONS_PER_STEP = 2000;
/** Branches that one program may lose to the compiler; each costs another run. */
export const FOLD_LIMIT = 64;
/** Frames of the call stack, as in the kernel (MAX_CALL_FRAMES). */
export const FRAME_LIMIT = 8;

/** Why there is no verdict on a program whose text is not whole. */
export const BROKEN_TEXT = 'the text could not be understood';

export interface Probe {
	/** A run begins: what an earlier one of the same program saw does not count. */
	start?(): void;
	/** Called before each operation, and after it: after a call when its result is there. */
	before?(state: State, operation: Operation): void;
	after?(state: State, operation: Operation): void;
	block?(state: State, graph: FlowGraph): void;
	/** Called where a frame is about to return; `at` stands in the frame's function. */
	atReturn?(state: State, at: Range): void;
}

/** What a transfer function says of how to go on. */
export type Outcome = 'next' | 'stop' | 'moved';

export class Machine {
	readonly pending: State[] = [];
	/** Recorded states by the calls that led there and the place. */
	private readonly explored = new Map<string, Map<number | string, Checkpoint[]>>();
	private readonly checkpoints = new Checkpoints();
	operations = 0;
	/** So many operations, and others may come between. */
	private pauseAt = OPERATIONS_PER_STEP;
	/** Why the analysis stopped short, if it did. */
	gap: { reason: string; place?: Place } | undefined;
	/** Global subprograms that were called: each is verified once on its own. */
	readonly globalCalls = new Set<FunctionSymbol>();
	/** Roots that start later: asynchronous callbacks. */
	readonly asynchronous = new Map<string, State>();
	readonly startedAsynchronous = new Set<string>();
	exceptionCallback: FunctionSymbol | undefined;
	/** This run found a branch that the compiler leaves out, and went both its ways. */
	folded = false;
	/** Maps and globals whose use was already judged. */
	readonly mentioned = new Set<GlobalSymbol>();
	readonly semantics: Semantics;
	readonly usesArena: boolean;
	/** Some state's numbers were guessed. */
	private hurried = false;
	/** What the program may return, where the kernel looks. */
	readonly wantedReturn: ReturnRange | undefined;

	constructor(
		readonly unit: Unit,
		readonly catalog: Catalog,
		readonly program: Program,
		readonly graphs: Graphs,
		readonly reporter: Reporter,
		readonly transfer: (machine: Machine, state: State, operation: Operation) => Outcome,
		readonly atReturn: (machine: Machine, state: State, value: Value, at: Range) => Outcome,
		readonly probe?: Probe,
		/** Branches that the compiler leaves out, with the way that is left: what earlier runs found. */
		readonly folds: Map<string, boolean> = new Map(),
		/** Absent where loops are to be unrolled. */
		readonly haste?: Haste,
		/** The run in haste that this one is to confirm. */
		private readonly suspicion?: Machine,
	) {
		this.usesArena = unit.maps.some((map) => map.type === 'ARENA');
		this.semantics = semanticsOf(catalog.release);
		this.wantedReturn = wantedReturn(program, catalog);
		probe?.start?.();
	}

	/** Notes that the compiler leaves out the way that a branch took. False where there are too many of them. */
	fold(turn: Turn): boolean {
		if (this.folds.size >= FOLD_LIMIT) return false;
		this.folds.set(turn.key, goesTo(turn));
		this.folded = true;
		return true;
	}

	/** @param certain It is the text that says nothing here, whatever the numbers are: no guess of them brought it about. */
	unknown(reason: string, place?: Place, certain = false): void {
		// What is unknown by now does not become more so.
		if (this.gap) return;
		if (this.hurried && this.haste && !certain) this.haste.suspects = true;
		this.gap = { reason, ...(place ? { place } : {}) };
	}

	/** A limit is reached, and not all was seen. */
	private giveUp(reason: string, place?: Place): void {
		if (this.hurried && this.haste) this.haste.stumbled = true;
		this.unknown(reason, place);
	}

	/** Has this run said all that the one in haste did? Since that one saw whatever can happen, there is nothing left to find. */
	private get isConfirmed(): boolean {
		if (!this.suspicion || this.folded) return false;
		const { gap, reporter } = this.suspicion;
		return (!gap || gap.reason === this.gap?.reason) && this.reporter.saysAllOf(reporter);
	}

	place(state: State, at: Range): Place {
		return { slice: state.frame.graph.function.slice, first: at.first, last: at.last };
	}

	*run(start: State): Stepwise<void> {
		this.pending.push(start);
		for (;;) {
			const state = this.pending.pop();
			if (!state) {
				const next = [...this.asynchronous][0];
				if (!next) return;
				this.asynchronous.delete(next[0]);
				this.pending.push(next[1]);
				continue;
			}
			while (!this.follow(state)) {
				this.pauseAt = this.operations + OPERATIONS_PER_STEP;
				yield;
			}
			this.checkpoints.end(state);
			if (this.operations > OPERATION_LIMIT) {
				this.giveUp(`more than ${OPERATION_LIMIT} steps`);
				return;
			}
			if (this.haste?.stumbled || this.isConfirmed) return;
		}
	}

	/** Follows the path to its end, or to a block's start at which others may come between; says whether it has ended. */
	private follow(state: State): boolean {
		for (;;) {
			if (state.operation === 0 && this.operations >= this.pauseAt) return false;
			const graph = state.frame.graph;
			const block = graph.blocks[state.block];
			if (!block) return true;
			if (state.operation === 0 && !this.enter(state, graph)) return true;
			let outcome: Outcome = 'next';
			while (state.operation < block.operations.length) {
				const operation = block.operations[state.operation]!;
				if (++this.operations > OPERATION_LIMIT) return true;
				if (operation.at.last >= graph.spoiledFrom) this.spoiled(state, operation.at);
				this.probe?.before?.(state, operation);
				outcome = this.transfer(this, state, operation);
				if (outcome !== 'next') break;
				this.probe?.after?.(state, operation);
				state.operation++;
			}
			if (outcome === 'stop') return true;
			if (outcome === 'moved') continue;
			const t = block.terminator;
			// Going back to the head of a loop that holds broken text leads past it; going in there does not yet.
			if (t.at.last >= graph.spoiledFrom && !(t.kind === 'jump' && t.target > state.block)) this.spoiled(state, t.at);
			switch (t.kind) {
				case 'jump':
					this.goto(state, t.target);
					break;
				case 'branch':
					if (!this.branch(state, t.condition, t.then, t.else, t.at)) return true;
					break;
				case 'fork':
					state.turn = undefined;
					for (const target of t.targets.slice(1)) {
						const other = state.clone();
						this.goto(other, target);
						this.later(other);
					}
					if (t.targets[0] === undefined) return true;
					this.goto(state, t.targets[0]);
					break;
				case 'switch':
					if (!this.switch(state, t)) return true;
					break;
				case 'return': {
					const value = t.value === undefined ? UNKNOWN_VALUE : state.get(t.value);
					this.probe?.atReturn?.(state, t.at);
					if (this.atReturn(this, state, value, t.at) !== 'moved') return true;
					break;
				}
				case 'unreachable':
					return true;
			}
		}
	}

	/** The path comes to text that is not understood: what lies behind it may be otherwise when the text is whole. */
	private spoiled(state: State, at: Range): void {
		state.doubt = true;
		// It is the reason before all others: what the text means is known only when it is whole.
		if (this.gap?.reason !== BROKEN_TEXT) this.gap = { reason: BROKEN_TEXT, place: this.place(state, at) };
	}

	private goto(state: State, block: number): void {
		state.block = block;
		state.operation = 0;
	}

	private branch(state: State, condition: Register, then: number, otherwise: number, at: Range): boolean {
		const value = settle(this, state, state.get(condition), at);
		const known = truth(value);
		if (known !== undefined) {
			this.goto(state, known ? then : otherwise);
			if (value.kind === 'scalar' && value.null !== undefined) noteNull(state, value.null);
			return true;
		}
		const left = this.folds.size > 0 ? this.folds.get(turnKey(state)) : undefined;
		if (left !== undefined) {
			this.goto(state, left ? then : otherwise);
			return true;
		}
		const place = this.place(state, at);
		if (value.kind === 'unknown') {
			if (leavesBranchOut(this, state, value, at)) return false;
			state.doubt = true;
		}
		const nullIfTrue = foundNull(value, true);
		const nullIfFalse = foundNull(value, false);
		const key = nullIfTrue || nullIfFalse || state.nulls.length > 0 ? turnKey(state) : undefined;
		const other = state.clone();
		const pointer = testsPointer(value);
		const canBeFalse = assume(other, value, false);
		if (canBeFalse) {
			other.step({ place, kind: 'branch', text: 'this condition is false', taken: false, pointer });
			this.goto(other, otherwise);
			if (key !== undefined) other.turn = { key, taken: false };
			if (nullIfFalse) noteNull(other, nullIfFalse.id);
			this.later(other);
		}
		const canBeTrue = assume(state, value, true);
		if (!canBeFalse || !canBeTrue) precise(value);
		if (!canBeTrue) return false;
		state.step({ place, kind: 'branch', text: 'this condition is true', taken: true, pointer });
		this.goto(state, then);
		if (key !== undefined) state.turn = { key, taken: true };
		if (nullIfTrue) noteNull(state, nullIfTrue.id);
		return true;
	}

	private switch(state: State, t: FlowGraph['blocks'][number]['terminator'] & { kind: 'switch' }): boolean {
		const value = state.get(t.value);
		const place = this.place(state, t.at);
		state.turn = undefined;
		let rest = state;
		for (const c of t.cases) {
			if (value.kind !== 'scalar') {
				const other = state.clone();
				this.goto(other, c.target);
				this.later(other);
				continue;
			}
			const current = rest.get(t.value);
			if (current.kind !== 'scalar') break;
			const from = Number(c.from);
			const to = Number(c.to);
			if (to < current.min || from > current.max) {
				precise(current);
				continue;
			}
			const taken = rest.clone();
			const label = from === to ? `${c.from}` : `${c.from} to ${c.to}`;
			const bound = (v: number): Value => constant(v);
			const wanted = (operator: '>=' | '<=', v: number): Value => ({
				...scalar(0, 1),
				condition: { operator, left: taken.get(t.value), right: bound(v), signed: true },
			});
			if (assume(taken, wanted('>=', from), true) && assume(taken, wanted('<=', to), true)) {
				taken.step({ place, kind: 'branch', text: `the value is ${label}` });
				this.goto(taken, c.target);
				this.later(taken);
			} else precise(current);
			if (from <= current.min && to >= current.max) {
				precise(current);
				return false;
			}
			if (from === to) {
				const next = rest.clone();
				const differs: Value = {
					...scalar(0, 1),
					condition: { operator: '!=', left: current, right: bound(from), signed: true },
				};
				if (!assume(next, differs, true)) {
					precise(current);
					return false;
				}
				rest = next;
			}
		}
		if (rest !== state) {
			this.goto(rest, t.default);
			this.later(rest);
			return false;
		}
		this.goto(state, t.default);
		return true;
	}

	/** Follows the path later, when the one at hand has ended; with `among`, when all that has come to wait since then has. */
	later(state: State, among?: Waiting): void {
		this.checkpoints.fork(state);
		if (among) this.pending.splice(among.before + among.count++, 0, state);
		else this.pending.push(state);
	}

	/** How many paths wait. */
	get waiting(): number {
		return this.pending.length;
	}

	/** At a block's start: forget what is dead, and stop where an explored state covers this one. */
	private enter(state: State, graph: FlowGraph): boolean {
		// A path in doubt can at most make the program unknown, which it is by now.
		if (state.doubt && this.reporter.doubted !== undefined) return false;
		// Nor can it say more of one that is rejected, but to who watches.
		if (state.doubt && this.reporter.objects && !this.probe) {
			this.unknown('paths on which something is not known were left', undefined, true);
			return false;
		}
		const dead = graph.deadAt[state.block]!;
		if (dead.length > 0) state.drop(dead);
		this.probe?.block?.(state, graph);
		// Behind a callback's end the calls are a loop, in which states are compared in all that they hold.
		if (!(state.frame.back?.callback ? graph.joins : graph.meetings).has(state.block)) return true;
		purgeLoads(this, state);
		return this.admit(state, state.block, graph.loopHeads.has(state.block));
	}

	/** Where paths meet outside of a block's start: forgets what nothing can ask for, then as `admit`. */
	meet(state: State, point: string): boolean {
		purgeLoads(this, state);
		return this.admit(state, point);
	}

	/**
	 * False where a state that was explored at `point`, a block or a place in it, covers this one. Otherwise records it, widened if too many are there already or, at a loop's
	 * beginning, if an earlier round was like it.
	 */
	admit(state: State, point: number | string, loop = false): boolean {
		const { chain } = state.frame;
		let points = this.explored.get(chain);
		if (!points) this.explored.set(chain, (points = new Map()));
		let list = points.get(point);
		if (!list) points.set(point, (list = []));
		// Comparing states is work too.
		this.operations += list.length;
		if (this.isCovered(list, state)) return false;
		if (list.length >= STATES_PER_JOIN_LIMIT) {
			this.giveUp('too many different states meet at one place', this.place(state, state.frame.graph.blocks[state.block]!.terminator.at));
			return false;
		}
		if (this.haste && this.hurry(list, state, loop, this.haste) && this.isCovered(list, state)) return false;
		if (list.length >= STATES_PER_JOIN) {
			const alike = list.findLast((one) => sameShape(one.state, state));
			if (alike) widen(state, alike.state);
			// Too many flags are taken for numbers that may change.
			state.forgetLoads(({ base }, value) => value.kind !== 'scalar' || !isLasting(base), true);
			if (this.isCovered(list, state)) return false;
		}
		list.push(this.checkpoints.enter(state, state.clone()));
		return true;
	}

	/** Widens a state that came around a loop, or to a place where many have met. False where there is nothing that it is like. */
	private hurry(list: readonly Checkpoint[], state: State, loop: boolean, haste: Haste): boolean {
		const earlier = loop
			? list.filter((one) => !one.complete).slice(-1)
			: list.length < HASTY_STATES
				? []
				: list.slice(-HASTY_STATES).reverse();
		if (!earlier.some((one) => hurry(state, one.state, haste, list.length >= STATES_OF_CONSTANTS))) return false;
		this.hurried = true;
		return true;
	}

	private isCovered(list: readonly Checkpoint[], state: State): boolean {
		for (let k = list.length - 1; k >= 0; k--) {
			const one = list[k]!;
			if (!covers(one.state, state, one.complete)) continue;
			this.checkpoints.covered(state, one);
			return true;
		}
		return false;
	}

	/** Enters a function: the caller goes on at its next operation when it returns. */
	enterFunction(
		state: State,
		fn: FunctionSymbol,
		values: readonly Value[],
		back: { at: Range; result: Register | undefined; operation: CallOp; callback?: CallbackReturn; resumeHere?: boolean },
	): boolean {
		if (state.frames.length >= FRAME_LIMIT) {
			this.reporter.report(state, {
				rule: 'program-structure',
				at: this.place(state, back.at),
				variant: 'frames',
				verifier: `the call stack of ${FRAME_LIMIT + 1} frames is too deep !`,
				facts: { callee: fn.name },
			});
			return false;
		}
		const graph = this.graphs.of(fn);
		const live = liveAfter(state.frame.graph, state.block, state.operation);
		const caller = state.keep(live, back.callback ? reads(back.operation) : []);
		const call = this.place(state, back.at);
		state.pushFrame(
			graph,
			{
				block: state.block,
				operation: back.resumeHere ? state.operation : state.operation + 1,
				result: back.result,
				call,
				...(back.callback ? { callback: back.callback } : {}),
			},
			`${caller.chain}@${state.block}.${state.operation}${back.callback ? 'c' : ''}>${fn.name}`,
		);
		// What is passed to a function that is not put in its caller's place lies in the registers of arguments.
		if (values.length > 0 && (fn.noinline || back.callback)) state.registersEmpty = false;
		this.bindParameters(state, graph, values);
		this.goto(state, 0);
		return true;
	}

	bindParameters(state: State, graph: FlowGraph, values: readonly Value[]): void {
		graph.parameters.forEach((parameter, index) => {
			const value = values[index] ?? UNKNOWN_VALUE;
			if (parameter.register !== undefined) state.set(parameter.register, value);
			else {
				const object = this.objectOf(state, parameter);
				state.memory(object)!.cells.set(0, { size: parameter.size || 8, value });
			}
		});
	}

	/** The stack object of a local in memory, made on first use. */
	objectOf(state: State, local: import('../flow/ir.js').Local): number {
		const frame = state.frame;
		let id = frame.objects.get(local.id);
		if (id === undefined) {
			id = freshId();
			state.frameObjectsToWrite().set(local.id, id);
			state.objectsToWrite().set(id, { local, frame: frame.depth, cells: new Map(), rest: 'uninitialised' });
		}
		return id;
	}

	/** Drops the top frame with its stack. */
	leaveFrame(state: State): Frame {
		const frame = state.frames.pop()!;
		for (const id of frame.objects.values()) state.objectsToWrite().delete(id);
		leaveNulls(state);
		return frame;
	}
}

/** Does a branch on this value ask whether a pointer is NULL? */
function testsPointer(value: Value): boolean {
	if (value.kind === 'pointer') return true;
	const condition = value.kind === 'scalar' ? value.condition : undefined;
	return condition !== undefined && (condition.left.kind === 'pointer' || condition.right.kind === 'pointer');
}

/** Forgets remembered loads that no live value can ask for again: paths that differ only in them are the same. */
function purgeLoads(machine: Machine, state: State): void {
	if (state.loads.size === 0) return;
	const live = new Set<number>();
	const note = (v: Value): void => {
		if (v.kind === 'pointer' || v.kind === 'scalar') live.add(v.id);
	};
	const noteCell = (cell: Cell): void => note(cell.value);
	for (const frame of state.frames) {
		frame.registers.forEach(note);
		for (const id of frame.objects.values()) live.add(id);
	}
	for (const object of state.objects.values()) object.cells.forEach(noteCell);
	// What a remembered load gives keeps the loads from it, too.
	let grown = true;
	while (grown) {
		grown = false;
		for (const [key, value] of state.loads) {
			if (value.kind === 'pointer' && !live.has(value.id) && isReachable(placeOf(key), live)) {
				live.add(value.id);
				grown = true;
			}
		}
	}
	state.forgetLoads((place) => isReachable(place, live));
	for (const key of state.loads.keys())
		if (isLasting(placeOf(key).base) && !readingsOf(machine.graphs).isAhead(state, key, state.operation)) state.loadsToWrite().delete(key);
}

/** Do two states differ in numbers only? A number that tells apart what pointers hold (a result beside what it says of one) is kept. */
function sameShape(a: State, b: State): boolean {
	const alike = (x: Value | undefined, y: Value): boolean => {
		if (x === undefined || x.kind !== y.kind) return false;
		return (
			x.kind !== 'pointer' || y.kind !== 'pointer' || (x.flags === y.flags && x.base.is === y.base.is && (x.ref === 0) === (y.ref === 0))
		);
	};
	if (a.references.size !== b.references.size) return false;
	return b.frames.every((frame, depth) => {
		const other = a.frames[depth];
		if (!other) return false;
		for (const [register, value] of frame.registers) if (!alike(other.registers.get(register), value)) return false;
		for (const [local, id] of frame.objects) {
			const otherId = other.objects.get(local);
			const cells = otherId === undefined ? undefined : a.objects.get(otherId)?.cells;
			for (const [offset, cell] of b.objects.get(id)?.cells ?? []) {
				if (cell.value.kind === 'pointer' || cells?.get(offset)?.value.kind === 'pointer') {
					if (!alike(cells?.get(offset)?.value, cell.value)) return false;
				}
			}
		}
		return true;
	});
}

/**
 * Widening against the state that was explored last at this place: a number that differs there loses the bound that moved. Pointers,
 * references and regions stay. Repeated, it ends: each bound moves at most once.
 */
function widen(state: State, last: State): void {
	const wider = (v: Value, old: Value | undefined): Value => {
		if (v.kind !== 'scalar' || v.typeOf) return v;
		if (old?.kind === 'scalar' && old.min <= v.min && old.max >= v.max) return v;
		const from = old?.kind === 'scalar' ? old : v;
		const min = v.min >= from.min && old ? v.min : v.min >= 0 ? 0 : Number.NEGATIVE_INFINITY;
		const max = v.max <= from.max && old ? v.max : Number.POSITIVE_INFINITY;
		const low = Math.min(min, from.min);
		return { ...v, condition: undefined, sum: undefined, id: freshId(), min: low, max: Math.max(max, from.max), from: [v], precise: false };
	};
	state.frames.forEach((_, depth) => {
		const frame = state.ownFrame(depth);
		const other = last.frames[depth];
		for (const [register, value] of frame.registers) {
			const next = wider(value, other?.registers.get(register));
			if (next !== value) frame.registers.set(register, next);
		}
		for (const [local, id] of frame.objects) {
			const otherId = other?.objects.get(local);
			const cells = state.memory(id)?.cells;
			const otherCells = otherId === undefined ? undefined : last.objects.get(otherId)?.cells;
			if (!cells) continue;
			for (const [offset, cell] of cells) {
				const next = wider(cell.value, otherCells?.get(offset)?.value);
				if (next !== cell.value) cells.set(offset, replaced(cell, next));
			}
		}
	});
}
