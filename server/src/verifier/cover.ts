// State inclusion: does an explored state stand for this one too? Then every continuation was already seen, as in the kernel's states_equal().
// Identities differ between paths and are matched one to one while comparing.
import type { RegisterSet } from '../flow/register-set.js';
import { precise, readCell } from './precision.js';
import { keyOf, placeOf } from './remembered.js';
import type { Cell, Frame, StackObject, State } from './state.js';
import { type Base, isGlobalId, isSlotState, type Pointer, type Scalar, type Value } from './value.js';

/** Pairs that a list holds well; beyond, a table finds them faster. */
const LISTED_PAIRS = 24;

/** Identities of one state paired with those of another. Most comparisons fail early, so an empty one costs nothing. */
class Matching {
	private readonly left = new Float64Array(LISTED_PAIRS);
	private readonly right = new Float64Array(LISTED_PAIRS);
	private pairs = 0;
	private forward: Map<number, number> | undefined;
	private backward: Set<number> | undefined;
	private symbols: Map<string, string | undefined> | undefined;

	private remembered: Set<number> | undefined;
	private old: State | undefined;
	/** Only marked numbers and cells count. */
	complete = false;

	/** Starts a comparison with an explored state anew: comparisons are many and short. */
	begin(old: State, complete: boolean): this {
		this.old = old;
		this.complete = complete;
		this.pairs = 0;
		this.forward = this.backward = this.symbols = this.remembered = undefined;
		return this;
	}

	/** Lets go of what was compared. */
	end(): void {
		this.old = this.forward = this.backward = this.symbols = this.remembered = undefined;
	}

	/** Does a number that was read through the pointer of this identity, of the explored state, still count? Then its place does. */
	isRemembered(id: number): boolean {
		if (!this.remembered) {
			this.remembered = new Set();
			for (const [key, value] of this.old!.loads) {
				if (value.kind !== 'scalar' || value.precise) this.remembered.add(placeOf(key).base);
			}
		}
		return this.remembered.has(id);
	}

	match(a: number, b: number): boolean {
		if (a === 0 || b === 0) return a === b;
		const { left, right, forward } = this;
		const backward = this.backward;
		if (forward && backward) {
			const known = forward.get(a);
			if (known !== undefined) return known === b;
			if (backward.has(b)) return false;
			forward.set(a, b);
			backward.add(b);
			return true;
		}
		for (let k = 0; k < this.pairs; k++) {
			if (left[k] === a) return right[k] === b;
			if (right[k] === b) return false;
		}
		left[this.pairs] = a;
		right[this.pairs++] = b;
		if (this.pairs === LISTED_PAIRS) {
			this.forward = new Map(Array.from(left, (one, k) => [one, right[k]!]));
			this.backward = new Set(right);
		}
		return true;
	}

	/** The unknown parts of two places are taken for each other; a second, different pairing fails. */
	matchSymbol(a: string, b: string | undefined): boolean {
		this.symbols ??= new Map();
		if (!this.symbols.has(a)) this.symbols.set(a, b);
		return this.symbols.get(a) === b;
	}

	symbolOf(a: string): string | undefined {
		return this.symbols?.get(a);
	}

	of(a: number): number | undefined {
		if (this.forward) return this.forward.get(a);
		for (let k = 0; k < this.pairs; k++) if (this.left[k] === a) return this.right[k];
		return undefined;
	}
}

const matching = new Matching();

/** Nothing more is compared for a while: what the last comparison holds would keep the whole of its text. */
export function endComparisons(): void {
	matching.end();
}

/**
 * True where everything that can follow from `state` also follows from `old`. Both stand at the same block of the same chain of calls. `complete`
 * says that all that follows from `old` was seen: then only what that rested on counts.
 */
export function covers(old: State, state: State, complete: boolean): boolean {
	if (
		old.rcu !== state.rcu ||
		old.preempt !== state.preempt ||
		old.locks.length !== state.locks.length ||
		old.irqs.length !== state.irqs.length ||
		old.references.size !== state.references.size ||
		old.asynchronous !== state.asynchronous ||
		(old.doubt && !state.doubt) ||
		// What an explored path lost to the compiler may be judged on this one.
		(old.nulls.length > 0 && state.nulls.length === 0)
	)
		return false;
	const ids = matching.begin(old, complete);
	// What differs most often comes first: the registers of the innermost frame; memory last.
	for (let depth = old.frames.length - 1; depth >= 0; depth--) {
		const a = old.frames[depth]!;
		const b = state.frames[depth]!;
		if (!registersCover(a, b, ids, old, depth)) return false;
	}
	for (let depth = old.frames.length - 1; depth >= 0; depth--) {
		if (!memoryCovers(old, state, old.frames[depth]!, state.frames[depth]!, ids)) return false;
	}
	for (let k = 0; k < old.locks.length; k++) {
		if (old.locks[k]!.kind !== state.locks[k]!.kind || !ids.match(old.locks[k]!.id, state.locks[k]!.id)) return false;
	}
	for (let k = 0; k < old.irqs.length; k++) {
		if (old.irqs[k]!.family !== state.irqs[k]!.family || !ids.match(old.irqs[k]!.id, state.irqs[k]!.id)) return false;
	}
	for (const [id, reference] of old.references) {
		const other = ids.of(id);
		if (other !== undefined) {
			if (!state.references.has(other)) return false;
			continue;
		}
		// Nobody holds it: any unmatched reference of the same kind will do.
		let found = false;
		for (const [otherId, candidate] of state.references) {
			if (
				candidate.struct === reference.struct &&
				candidate.by === reference.by &&
				candidate.acquired.first === reference.acquired.first &&
				ids.match(id, otherId)
			) {
				found = true;
				break;
			}
		}
		if (!found) return false;
	}
	if (old.loads.size === 0) return true;
	for (const [key, value] of old.loads) {
		if (complete && value.kind === 'scalar' && !value.precise) continue;
		if (saysNothing(value, placeOf(key).size)) continue;
		const same = sameLoad(key, ids);
		if (same === undefined) continue;
		const other = state.loads.get(same);
		if (!other || !valueCovers(value, other, ids, true)) return false;
	}
	return true;
}

/** The other state's key of a remembered load; undefined where nothing there leads to its place. */
function sameLoad(key: string, ids: Matching): string | undefined {
	const { base, offset, size, symbol, way } = placeOf(key);
	const mapped = isGlobalId(base) ? base : ids.of(base);
	if (mapped === undefined) return undefined;
	return keyOf(mapped, offset, size, symbol === undefined ? '' : `${ids.symbolOf(symbol)}`, way);
}

/** The registers of a frame that can decide something: a returned number counts where the caller lets it decide. */
function decisiveIn(frames: readonly Frame[], depth: number, returnCounts: boolean): RegisterSet {
	const { graph, back } = frames[depth]!;
	if (!back) return returnCounts ? graph.relevance.decisiveForCaller : graph.relevance.decisive;
	if (back.callback) return graph.relevance.decisiveForCaller;
	if (back.result === undefined || !decisiveIn(frames, depth - 1, returnCounts).has(back.result)) return graph.relevance.decisive;
	return graph.relevance.decisiveForCaller;
}

function registersCover(a: Frame, b: Frame, ids: Matching, old: State, depth: number): boolean {
	const registers = listed(a);
	let decisive: RegisterSet | undefined;
	for (let k = 0; k < registers.length; k++) {
		const one = registers[k]!;
		const other = b.registers.get(one.register);
		if (other) {
			const { value } = one;
			if (value.kind !== 'scalar') {
				if (valueCovers(value, other, ids, true)) continue;
			} else if (isWithin(value, other, ids)) continue;
			else if (other.kind === 'scalar' && value.typeOf === other.typeOf) {
				// Whether a number decides anything is asked where it is another one.
				decisive ??= decisiveIn(old.frames, depth, old.returnCounts);
				if (!decisive.has(one.register) || valueCovers(value, other, ids, true)) continue;
			}
		}
		// What told these two apart will likely tell the next ones apart.
		if (k > 0) {
			registers[k] = registers[0]!;
			registers[0] = one;
		}
		return false;
	}
	return true;
}

/** Does the explored number cover the other one whatever it decides? Most do, and no identities are paired for it. */
function isWithin(old: Scalar, value: Value, ids: Matching): boolean {
	if (value.kind !== 'scalar' || old.typeOf !== value.typeOf) return false;
	if (ids.complete && !old.precise) return true;
	if (old.condition) return false;
	return old === value || (old.not === undefined && old.min <= value.min && old.max >= value.max);
}

function listed(frame: Frame): NonNullable<Frame['listed']> {
	let list = frame.listed;
	if (!list) {
		const made: NonNullable<Frame['listed']> = [];
		frame.registers.forEach((value, register) => {
			made.push({ register, value });
		});
		list = frame.listed = made;
	}
	return list;
}

/** The cells of a recorded state, which are written no more, as a list. */
function cellsOf(object: StackObject): NonNullable<StackObject['listed']> {
	let list = object.listed;
	if (!list) {
		const made: { readonly offset: number; readonly cell: Cell }[] = [];
		object.cells.forEach((cell, offset) => {
			made.push({ offset, cell });
		});
		list = object.listed = made;
	}
	return list;
}

function memoryCovers(old: State, state: State, a: Frame, b: Frame, ids: Matching): boolean {
	if (a.objects.size === 0) return true;
	for (const local of a.objects.keys()) {
		const object = a.objects.get(local)!;
		const otherId = b.objects.get(local);
		if (otherId === undefined) return false;
		if (!ids.match(object, otherId)) return false;
		const mine = old.objects.get(object);
		const other = state.objects.get(otherId);
		if (!mine || !other) continue;
		if (mine === other) continue;
		if (other.hidesPointer && !mine.hidesPointer) return false;
		// What lies in a local that only helpers read decides nothing.
		const quiet = a.graph.relevance.quietLocals.has(local);
		const cells = cellsOf(mine);
		for (let k = 0; k < cells.length; k++) {
			const { offset, cell } = cells[k]!;
			if (quiet && cell.value.kind === 'scalar') continue;
			if (ids.complete && !cell.read && !isSlotState(cell.value)) continue;
			const match = other.cells.get(offset);
			if (match) {
				if (match.size !== cell.size || !valueCovers(cell.value, match.value, ids, true)) return false;
			} else if (!(cell.value.kind === 'scalar' && isAnything(cell.value, ids)) && !(other.rest === 'zero' && isZero(cell.value)))
				return false;
		}
		for (const offset of other.cells.keys()) {
			if (mine.cells.has(offset)) continue;
			const { value } = other.cells.get(offset)!;
			if (isSlotState(value)) return false;
			if (mine.rest === 'zero' && !isZero(value) && !(quiet && value.kind === 'scalar')) return false;
		}
		if (mine.rest === 'zero' && other.rest !== 'zero' && !quiet) return false;
	}
	return true;
}

function isAnything(v: Scalar, ids: Matching): boolean {
	return (ids.complete && !v.precise) || (v.min === Number.NEGATIVE_INFINITY && v.max === Number.POSITIVE_INFINITY && !v.condition);
}
/** A remembered number of which nothing but its width is known. */
function saysNothing(v: Value, size: number): boolean {
	if (v.kind !== 'scalar' || v.condition) return false;
	const span = 2 ** (8 * Math.min(size, 8));
	return (v.min <= 0 && v.max >= span - 1) || (v.min <= -span / 2 && v.max >= span / 2 - 1);
}
function isZero(v: Value): boolean {
	return v.kind === 'scalar' && v.min === 0 && v.max === 0;
}

function placeCovers(old: Pointer, value: Pointer, ids: Matching): boolean {
	if (old.variable && old.symbol === undefined) return true;
	// Where in a packet a pointer points decides nothing but which number is read there again.
	if (ids.complete && old.base.is === 'packet' && !ids.isRemembered(old.id)) return true;
	if (old.offset !== value.offset || old.variable !== value.variable) return false;
	return old.symbol === undefined || ids.matchSymbol(old.symbol, value.symbol);
}

function valueCovers(old: Value, value: Value, ids: Matching, decisive: boolean): boolean {
	if (old.kind === 'unknown') return true;
	if (old.kind === 'scalar') {
		if (value.kind !== 'scalar') return false;
		if (old === value && !old.condition) return true;
		if (old.typeOf !== value.typeOf) return false;
		if (!decisive || (ids.complete && !old.precise)) return true;
		if (old.min > value.min || old.max < value.max) return false;
		if (old.not?.some((n) => n >= value.min && n <= value.max && !value.not?.includes(n))) return false;
		if (old.condition) {
			if (!value.condition || old.condition.operator !== value.condition.operator) return false;
			return (
				valueCovers(old.condition.left, value.condition.left, ids, true) &&
				valueCovers(old.condition.right, value.condition.right, ids, true)
			);
		}
		return true;
	}
	if (old.kind !== value.kind) return false;
	if (old.kind === 'pointer' && value.kind === 'pointer') {
		return (
			old.flags === value.flags &&
			placeCovers(old, value, ids) &&
			sameBase(old.base, value.base, ids) &&
			ids.match(old.id, value.id) &&
			ids.match(old.ref, value.ref) &&
			ids.match(old.of ?? 0, value.of ?? 0)
		);
	}
	if (old.kind === 'iterator' && value.kind === 'iterator')
		return old.type === value.type && old.state === value.state && ids.match(old.ref, value.ref) && old.untrusted === value.untrusted;
	if (old.kind === 'dynptr-slot' && value.kind === 'dynptr-slot')
		return old.type === value.type && ids.match(old.id, value.id) && ids.match(old.ref, value.ref);
	if (old.kind === 'irq-flag' && value.kind === 'irq-flag') return old.family === value.family && ids.match(old.id, value.id);
	return false;
}

function sameBase(a: Base, b: Base, ids: Matching): boolean {
	if (a.is !== b.is) return false;
	switch (a.is) {
		case 'stack':
			return ids.match(a.object, (b as typeof a).object);
		case 'global':
		case 'function':
			return a.symbol === (b as typeof a).symbol;
		case 'map':
		case 'map_value':
			return a.map === (b as typeof a).map && ids.match(a.uid, (b as typeof a).uid);
		case 'map_key':
			return a.map === (b as typeof a).map;
		case 'object':
			return a.tag === (b as typeof a).tag;
		case 'mem':
			return a.size === (b as typeof a).size;
		default:
			return true;
	}
}

/**
 * What the ways on from `old` rested on, those from `state`, which it covers, rest on too: the marks are handed on. True where one was new.
 */
export function inherit(old: State, state: State): boolean {
	let changed = false;
	const number = (a: Value | undefined, b: Value | undefined): void => {
		if (a?.kind !== 'scalar' || !a.precise || b?.kind !== 'scalar' || b.precise) return;
		precise(b);
		changed = true;
	};
	const ids = matching.begin(old, true);
	const note = (a: Value, b: Value | undefined): void => {
		if (a.kind === 'pointer' && b?.kind === 'pointer') {
			ids.match(a.id, b.id);
			if (a.symbol !== undefined) ids.matchSymbol(a.symbol, b.symbol);
		}
		number(a, b);
	};
	for (let depth = 0; depth < old.frames.length; depth++) {
		const a = old.frames[depth]!;
		const b = state.frames[depth]!;
		const registers = listed(a);
		for (let k = 0; k < registers.length; k++) note(registers[k]!.value, b.registers.get(registers[k]!.register));
		if (a.objects.size === 0) continue;
		for (const [local, object] of a.objects) {
			const other = b.objects.get(local);
			const cells = other === undefined ? undefined : state.objects.get(other)?.cells;
			const mine = old.objects.get(object);
			if (other === undefined || !cells || !mine || cells === mine.cells) continue;
			ids.match(object, other);
			const list = cellsOf(mine);
			for (let k = 0; k < list.length; k++) {
				const { offset, cell } = list[k]!;
				const match = cells.get(offset);
				if (!match) continue;
				note(cell.value, match.value);
				if (!cell.read || match.read) continue;
				readCell(match);
				changed = true;
			}
		}
	}
	if (old.loads.size === 0) return changed;
	for (const [key, value] of old.loads) {
		if (value.kind !== 'scalar' || !value.precise) continue;
		const other = sameLoad(key, ids);
		if (other !== undefined) number(value, state.loads.get(other));
	}
	return changed;
}
