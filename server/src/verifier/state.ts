// One abstract state: call frames with their registers and stack objects, live references, regions, remembered loads.
import type { FlowGraph, Local, Register } from '../flow/ir.js';
import type { RegisterSet } from '../flow/register-set.js';
import type { FunctionSymbol, Place } from '../program/model.js';
import type { Checkpoint } from './checkpoint.js';
import type { Haste } from './haste.js';
import { replaced } from './precision.js';
import { isLasting, type LoadPlace, placeOf } from './remembered.js';
import {
	constant,
	type DynptrState,
	Flag,
	type IrqFlagState,
	type IteratorState,
	isSlotState,
	type Pointer,
	UNINITIALISED,
	type Value,
} from './value.js';
import type { Step } from './violation.js';

export interface Cell {
	readonly size: number;
	readonly value: Value;
	/** The cell whose content this one's came from. */
	readonly from?: Cell;
	/** Its content was looked at: see precision.ts. */
	read?: boolean;
}
/** Memory of a local variable. Bytes without a cell hold what `rest` says. */
export interface StackObject {
	readonly local: Local;
	readonly frame: number;
	cells: Map<number, Cell>;
	rest: 'uninitialised' | 'zero' | 'anything';
	/** A pointer was stored at a place that is not known: any place may hold it. */
	hidesPointer?: boolean;
	/** The cells as a list, made when a recorded state is first compared; such objects are written no more. */
	listed?: readonly { readonly offset: number; readonly cell: Cell }[] | undefined;
	/** The state that may write it; others hold it as it is. */
	readonly owner?: object;
}

export interface Reference {
	readonly id: number;
	/** The order of acquisition along this path, from 1: what people are told. */
	readonly number: number;
	readonly struct: string | undefined;
	/** The function that acquired it. */
	readonly by: string;
	readonly acquired: Place;
	readonly fromXchg?: boolean;
	readonly kind: 'object' | 'socket' | 'ringbuf' | 'dynptr' | 'iterator' | 'memory';
	/** The callback frame (depth) that acquired it: it must be released there. */
	readonly frame: number;
	/** What the reference was stored to when first assigned, for people: the variable's name. */
	readonly holder?: string;
	/** The first variable of each function on the way that it was put into, in order. */
	readonly holders?: readonly { readonly function: FunctionSymbol; readonly name: string }[];
	readonly releasedBy: readonly string[];
}

/** Where a frame goes on when its function returns. */
export interface Continuation {
	readonly block: number;
	readonly operation: number;
	readonly result: Register | undefined;
	/** Set for a function that the kernel calls back. */
	readonly callback?: CallbackReturn;
	/** The call in the caller, for the path. */
	readonly call: Place;
}
/** Paths that wait together, the last one to be followed first. */
export interface Waiting {
	/** How many paths wait longer. */
	readonly before: number;
	count: number;
}
export interface CallbackReturn {
	readonly kind: 'synchronous' | 'asynchronous' | 'exception';
	/** Inclusive range that it may return; absent for void or anything. */
	readonly range?: readonly [number, number];
	/** What the calling helper gives back. */
	readonly result: Value;
	/** Runs at most once, not any number of times. */
	readonly once?: boolean;
	readonly rbtree?: boolean;
	/** The paths behind the call, which wait until all of its callbacks were looked at. */
	readonly behind?: Waiting;
	readonly name: string;
	/** The arguments to enter again with. */
	readonly again?: { readonly graph: FlowGraph; readonly values: readonly Value[] };
}

export interface Frame {
	readonly graph: FlowGraph;
	registers: Map<Register, Value>;
	/** Stack object of each local in memory, by local id. */
	objects: ReadonlyMap<number, number>;
	readonly back: Continuation | undefined;
	/** The calls that led here, as a name of their own. */
	readonly chain: string;
	/** The registers as a list, made when a recorded state is first compared; such frames are written no more. Its order is of no meaning. */
	listed?: { readonly register: Register; readonly value: Value }[] | undefined;
	/** Depth of the stack of frames, from 0. */
	readonly depth: number;
	/** The state that may write it; others hold it as it is. */
	readonly owner?: object;
	/** The same for its table of stack objects. */
	objectsOwner?: object | undefined;
}

/** A branch found a pointer to be NULL. */
export interface NullMark {
	/** The pointer's identity. */
	readonly id: number;
	readonly graph: FlowGraph;
	/** The frame in which the branch stands. */
	readonly depth: number;
	/** Where the branch leads to. */
	readonly block: number;
}
/** A branch that the path took. */
export interface Turn {
	/** The branch and the calls that lead to it. */
	readonly key: string;
	/** The condition's truth. */
	readonly taken: boolean;
}

export interface Lock {
	/** Identity of the object that holds the lock. */
	readonly id: number;
	readonly place: Place;
	readonly kind: 'spin' | 'res_spin' | 'res_spin_irq';
	/** The argument as written: `&value->lock`. */
	readonly variable?: string;
	/** For bpf_res_spin_lock_irqsave(): its second argument as written. */
	readonly flags?: string;
}

/** Interrupts were turned off; the last one saved is the first to be restored. */
export interface IrqSave {
	/** That of the slot of the stack that holds the flags. */
	readonly id: number;
	readonly place: Place;
	readonly family: IrqFlagState['family'];
	/** The argument as written: `&flags`. */
	readonly variable: string;
}

/** A path, latest step first. */
export interface PathEntry {
	readonly step: Step;
	readonly previous: PathEntry | undefined;
	readonly length: number;
}

const EMPTY: ReadonlyMap<unknown, unknown> = new Map();
/** Half the cost of `new Map(table)`, which makes a pair of each entry. */
function copied<K, V>(table: ReadonlyMap<K, V>): Map<K, V> {
	const copy = new Map<K, V>();
	table.forEach((value, key) => {
		copy.set(key, value);
	});
	return copy;
}
/** Tables are made when something is put into them. */
function empty<K, V>(): ReadonlyMap<K, V> {
	return EMPTY as ReadonlyMap<K, V>;
}

/**
 * Copies share their frames and stack objects until one of them writes: `ownFrame` and `memory` give what may be written.
 */
export class State {
	private owner: object = {};
	frames: Frame[] = [];
	objects: ReadonlyMap<number, StackObject> = empty();
	references: ReadonlyMap<number, Reference> = empty();
	acquired = 0;
	/** Explicit bpf_rcu_read_lock() depth. */
	rcu = 0;
	rcuPlace: Place | undefined;
	preempt = 0;
	preemptPlace: Place | undefined;
	locks: Lock[] = [];
	irqs: IrqSave[] = [];
	/** The lock that a call failed to take last, for words. */
	notTaken: number | undefined;
	/** Remembered loads from memory that is not the stack: `identity:offset:size`. */
	loads: ReadonlyMap<string, Value> = empty();
	/** A table that another state may hold too is copied before it is written. */
	private ownsObjects = false;
	private ownsReferences = false;
	private ownsLoads = false;
	/** An asynchronous callback that may sleep though its program may not (workqueue, task work). */
	sleepable = false;
	/**
	 * A branch was taken on something that we know nothing of: what follows may not happen, and is no ground for a finding. A text says what it is that
	 * the verifier may know of a path that the program itself has for certain.
	 */
	doubt: boolean | string = false;
	/** Pointers that a branch found to be NULL, with nothing since that the compiler cannot see through. */
	nulls: readonly NullMark[] = [];
	/** The last branch that was taken, as long as there are `nulls`. */
	turn: Turn | undefined;
	/** The compiler leaves out the way to this point. */
	dead = false;
	/** Since the last call of a helper or kfunc nothing was loaded, so that the registers of arguments hold nothing. */
	registersEmpty = false;
	/** In an exception callback. */
	exception = false;
	/** In an asynchronous callback. */
	asynchronous = false;
	/** What the outermost function returns is checked. */
	returnCounts = false;
	path: PathEntry | undefined;
	/** Set where numbers were guessed on the way: see haste.ts. */
	haste: Haste | undefined;
	/** The last recorded state on the way. */
	checkpoint: Checkpoint | undefined;
	block = 0;
	operation = 0;

	clone(): State {
		const s = new State();
		s.frames = this.frames.slice();
		s.objects = this.objects;
		s.references = this.references;
		s.loads = this.loads;
		this.ownsObjects = this.ownsReferences = this.ownsLoads = false;
		this.owner = {};
		s.acquired = this.acquired;
		s.rcu = this.rcu;
		s.rcuPlace = this.rcuPlace;
		s.preempt = this.preempt;
		s.preemptPlace = this.preemptPlace;
		s.locks = this.locks.length > 0 ? this.locks.slice() : [];
		s.irqs = this.irqs.length > 0 ? this.irqs.slice() : [];
		s.notTaken = this.notTaken;
		s.asynchronous = this.asynchronous;
		s.returnCounts = this.returnCounts;
		s.sleepable = this.sleepable;
		s.exception = this.exception;
		s.doubt = this.doubt;
		s.nulls = this.nulls;
		s.registersEmpty = this.registersEmpty;
		s.turn = this.turn;
		s.path = this.path;
		s.checkpoint = this.checkpoint;
		s.haste = this.haste;
		s.block = this.block;
		s.operation = this.operation;
		return s;
	}

	get frame(): Frame {
		return this.frames[this.frames.length - 1]!;
	}

	get(register: Register): Value {
		return this.frame.registers.get(register) ?? UNINITIALISED;
	}

	set(register: Register, value: Value): void {
		this.ownFrame().registers.set(register, value);
	}

	/** A frame for writing; the top one unless told otherwise. */
	ownFrame(depth = this.frames.length - 1): Frame {
		const frame = this.frames[depth]!;
		if (frame.owner === this.owner) return frame;
		return this.takeFrame(frame, copied(frame.registers));
	}

	/** A function is entered; `chain` names the calls that lead there. */
	pushFrame(graph: FlowGraph, back: Continuation | undefined, chain: string): void {
		const { owner, frames } = this;
		const objects = empty<number, number>();
		frames.push({
			graph,
			registers: new Map(),
			objects,
			back,
			chain,
			depth: frames.length,
			owner,
			objectsOwner: undefined,
			listed: undefined,
		});
	}

	/** Makes the frame, which others hold too, the state's own with these registers. */
	private takeFrame({ graph, objects, back, chain, depth }: Frame, registers: Map<Register, Value>): Frame {
		const { owner } = this;
		const own: Frame = { graph, registers, objects, back, chain, depth, owner, objectsOwner: undefined, listed: undefined };
		this.frames[depth] = own;
		return own;
	}

	/** Forgets registers of the top frame. */
	drop(registers: readonly Register[]): void {
		const { frame } = this;
		const held = frame.registers;
		if (frame.owner === this.owner) {
			for (let k = 0; k < registers.length; k++) held.delete(registers[k]!);
			return;
		}
		let dropped: Set<Register> | undefined;
		for (let k = 0; k < registers.length; k++) if (held.has(registers[k]!)) (dropped ??= new Set()).add(registers[k]!);
		if (!dropped) return;
		const gone = dropped;
		const kept = new Map<Register, Value>();
		held.forEach((value, register) => {
			if (!gone.has(register)) kept.set(register, value);
		});
		this.takeFrame(frame, kept);
	}

	/** Forgets all registers of the top frame but these. */
	keep(registers: RegisterSet, more: readonly Register[]): Frame {
		const { frame } = this;
		const kept = new Map<Register, Value>();
		frame.registers.forEach((value, register) => {
			if (registers.has(register) || more.includes(register)) kept.set(register, value);
		});
		if (frame.owner !== this.owner) return this.takeFrame(frame, kept);
		frame.registers = kept;
		return frame;
	}

	/** The top frame's table of stack objects for writing. */
	frameObjectsToWrite(): Map<number, number> {
		const frame = this.ownFrame();
		if (frame.objectsOwner !== this.owner) {
			frame.objects = copied(frame.objects);
			frame.objectsOwner = this.owner;
		}
		return frame.objects as Map<number, number>;
	}

	/** The stack objects for writing: objects come and go. */
	objectsToWrite(): Map<number, StackObject> {
		if (!this.ownsObjects) {
			this.objects = copied(this.objects);
			this.ownsObjects = true;
		}
		return this.objects as Map<number, StackObject>;
	}

	/** The live references for writing. */
	referencesToWrite(): Map<number, Reference> {
		if (!this.ownsReferences) {
			this.references = copied(this.references);
			this.ownsReferences = true;
		}
		return this.references as Map<number, Reference>;
	}

	/** The remembered loads for writing. */
	loadsToWrite(): Map<string, Value> {
		if (!this.ownsLoads) {
			this.loads = copied(this.loads);
			this.ownsLoads = true;
		}
		return this.loads as Map<string, Value>;
	}

	/** A stack object for writing. */
	memory(id: number): StackObject | undefined {
		const object = this.objects.get(id);
		if (!object || object.owner === this.owner) return object;
		const own = { ...object, cells: copied(object.cells), owner: this.owner, listed: undefined };
		this.objectsToWrite().set(id, own);
		return own;
	}

	step(step: Step): void {
		this.path = { step, previous: this.path, length: (this.path?.length ?? 0) + 1 };
	}

	steps(): Step[] {
		const steps: Step[] = [];
		for (let at = this.path; at; at = at.previous) steps.push(at.step);
		return steps.reverse();
	}

	/** Replaces every value of the state through `map`; identity where it returns its argument. */
	rewrite(map: (value: Value) => Value): void {
		for (let depth = 0; depth < this.frames.length; depth++) {
			this.frames[depth]!.registers.forEach((value, register) => {
				const next = map(value);
				if (next !== value) this.ownFrame(depth).registers.set(register, next);
			});
		}
		this.objects.forEach((object, id) => {
			object.cells.forEach((cell, offset) => {
				const next = map(cell.value);
				if (next !== cell.value) this.memory(id)!.cells.set(offset, replaced(cell, next));
			});
		});
		this.loads.forEach((value, key) => {
			const next = map(value);
			if (next !== value) this.loadsToWrite().set(key, next);
		});
	}

	/** Every copy of the object `id` is now known not to be NULL. */
	markNotNull(id: number): void {
		this.rewrite((v) => (v.kind === 'pointer' && v.id === id && v.flags & Flag.MaybeNull ? { ...v, flags: v.flags & ~Flag.MaybeNull } : v));
	}

	/** Every copy of the object `id` is NULL: the reference it would have held does not exist. */
	markNull(id: number): void {
		let ref = 0;
		this.rewrite((v) => {
			if (v.kind !== 'pointer' || v.id !== id || !(v.flags & Flag.MaybeNull)) return v;
			if (v.ref) ref = v.ref;
			return { ...constant(0), null: id };
		});
		if (ref) this.referencesToWrite().delete(ref);
	}

	/** Gives the reference back: every copy becomes unusable, as after release_reference() in kernel/bpf/verifier.c. */
	release(ref: number, invalid: (v: Pointer) => Value): void {
		this.referencesToWrite().delete(ref);
		this.rewrite((v) => (v.kind === 'pointer' && v.ref === ref ? invalid(v) : v));
	}

	/** What lies in the stack at an exact place, if an iterator, a dynptr or saved interrupt flags do. */
	slot(object: number, offset: number): IteratorState | DynptrState | IrqFlagState | undefined {
		const value = this.objects.get(object)?.cells.get(offset)?.value;
		return value && isSlotState(value) ? value : undefined;
	}

	/**
	 * The loads that a write may have changed are forgotten. Without an argument: those that anybody may write, which are all but the
	 * program's own stack. What nobody can write stays, unless `lasting` is to go too.
	 */
	forgetLoads(keep: (place: LoadPlace, value: Value) => boolean = ({ base }) => this.objects.has(base), lasting = false): void {
		if (this.loads.size === 0) return;
		for (const [key, value] of this.loads) {
			const place = placeOf(key);
			if ((lasting || !isLasting(place.base)) && !keep(place, value)) this.loadsToWrite().delete(key);
		}
	}
}
