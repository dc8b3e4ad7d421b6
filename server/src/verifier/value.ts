// The abstract values of the machine: numbers, pointers of the verifier's kinds with their type flags, and the states of stack objects
// that the verifier follows (iterators, dynptrs). Values are immutable; copies share their `id`.
//
// Kinds and flags are those of enum bpf_reg_type and enum bpf_type_flag (include/linux/bpf.h, 6.12).
import type { CType, RecordType } from '../btf/ctype.js';
import type { CompareOperator } from '../flow/ir.js';
import type { FunctionSymbol, GlobalSymbol, MapSymbol } from '../program/model.js';
import { precise } from './precision.js';
import type { SpecialField } from './records.js';

export const Flag = {
	MaybeNull: 1,
	Trusted: 2,
	Rcu: 4,
	Untrusted: 8,
	Alloc: 16,
	NonOwning: 32,
	Percpu: 64,
	User: 128,
	ReadOnly: 256,
	Ringbuf: 512,
	/** A slice of a packet, by a dynptr: gone when the packet changes. */
	PacketSlice: 1024,
	/** The compiler cannot tell it from NULL: it was read as volatile, or the offsets of accesses through it are the loader's. */
	Opaque: 2048,
} as const;

/** Flags that make an object pointer trusted; any other but MaybeNull makes it unsafe. */
export const TRUSTED_FLAGS = Flag.Alloc | Flag.Trusted | Flag.NonOwning;

export interface Condition {
	readonly operator: CompareOperator;
	readonly left: Value;
	readonly right: Value;
	readonly signed: boolean;
}

export interface Scalar {
	readonly kind: 'scalar';
	/** Copies of one unknown number share it; constants have 0. */
	readonly id: number;
	/** Inclusive; infinite where nothing is known. The number as its C type reads it. */
	readonly min: number;
	readonly max: number;
	/** Numbers that it is known not to be, a few at most. */
	readonly not?: readonly number[];
	/** It is the number of this identity plus a constant. */
	readonly sum?: { readonly id: number; readonly plus: number };
	/** It is the truth value of this comparison. */
	readonly condition?: Condition;
	/** It is the id of this type of the program. */
	readonly typeOf?: CType;
	/** It is NULL, or was reached from it: what a branch found the pointer of this identity to be. */
	readonly null?: number;
	/** An offset that the loader fills in was added to NULL. */
	readonly relocated?: boolean;
	/** It was read as a pointer of this declared type from memory that holds numbers to the verifier. */
	readonly was?: string;
	/** It was read from a field that would be a kptr, had it the tag that the release reads. */
	readonly mistagged?: SpecialField;
	/** Numbers that its bounds were computed from. */
	readonly from?: readonly Scalar[];
	/** Its bounds decided something on a path: see precision.ts. The only part of a value that changes. */
	precise?: boolean;
}

export type Base =
	| { readonly is: 'ctx' }
	/** A local variable in some frame's stack. */
	| { readonly is: 'stack'; readonly object: number; readonly name: string }
	| { readonly is: 'global'; readonly symbol: GlobalSymbol }
	| { readonly is: 'string'; readonly value: string }
	/** `uid` tells inner maps apart: each lookup in an outer map gives another; 0 for a map that the program names. */
	| { readonly is: 'map'; readonly map: MapSymbol; readonly uid: number }
	| { readonly is: 'map_value'; readonly map: MapSymbol; readonly uid: number }
	| { readonly is: 'map_key'; readonly map: MapSymbol }
	/** An object of a struct: the kernel's, or (`local`) one of the program's own types. */
	| { readonly is: 'object'; readonly tag: string; readonly record: RecordType | undefined; readonly local: boolean }
	| { readonly is: 'sock' | 'sock_common' | 'tcp_sock' | 'xdp_sock' }
	| { readonly is: 'mem'; readonly size: number | undefined }
	| { readonly is: 'buf' }
	| { readonly is: 'packet' | 'packet_meta' | 'packet_end' }
	| { readonly is: 'function'; readonly symbol: FunctionSymbol }
	/** The constant dynptr that a callback is given. */
	| { readonly is: 'dynptr' }
	| { readonly is: 'arena' };

export interface Pointer {
	readonly kind: 'pointer';
	readonly base: Base;
	readonly flags: number;
	/** The fixed part. */
	readonly offset: number;
	/** A part that is not known was added. */
	readonly variable: boolean;
	/** Bounds of the unknown part, inclusive, where it is `variable`; absent where nothing is known. */
	readonly range?: readonly [number, number];
	/** Which unknown parts were added, by the identities of the numbers: two places with the same symbol are the same place. */
	readonly symbol?: string;
	/** Identity of the object pointed to: a NULL check of one copy is a check of all. */
	readonly id: number;
	/**
	 * It was moved while it may be NULL, which the verifier refuses where the compiler makes an instruction of it: the variable that held it before, or
	 * nothing where none did.
	 */
	readonly moved?: string;
	/**
	 * The member access that gave this address, where the loader fits its offset to the kernel: the compiler does not see that another such access
	 * gives the same address, and does not make one load of the two.
	 */
	readonly relocation?: number | undefined;
	/** Where it pointed when it was given out, if that is not the object's start: a node within its struct. */
	readonly start?: number;
	/** The reference it holds or borrows from; 0 for none. */
	readonly ref: number;
	/** For a slice or record borrowed from a dynptr or iterator: that one's id. */
	readonly of?: number;
	/** How the object was come by, for messages: walked from a trusted one, kptr of a map, ... */
	readonly origin?: Origin;
}
export type Origin = 'argument' | 'walked' | 'kptr' | 'xchg' | 'acquired' | 'rcu-lost' | 'lookup' | 'current' | 'cast';

/** What a slot of the stack holds while an iterator lives in it. */
export interface IteratorState {
	readonly kind: 'iterator';
	/** `bpf_iter_num` */
	readonly type: string;
	readonly state: 'active' | 'drained';
	readonly ref: number;
	/** Trusted only inside the read section (KF_RCU_PROTECTED). */
	readonly rcu: boolean;
	readonly untrusted?: boolean;
}
export interface DynptrState {
	readonly kind: 'dynptr-slot';
	readonly type: 'local' | 'ringbuf' | 'skb' | 'xdp' | 'file' | 'unknown';
	readonly id: number;
	/** The ring-buffer reservation it holds. */
	readonly ref: number;
	readonly readOnly?: boolean;
}
/** Nothing that we can tell; whatever is done with it gives no finding. */
export interface Unknown {
	readonly kind: 'unknown';
	/** A variable that nothing was put into on this path. */
	readonly uninitialised?: boolean;
	/** It was read through the pointer of this identity, which is NULL, or computed from that: the compiler takes a branch on it for impossible. */
	readonly null?: number;
	readonly reason?: string;
}
/** Interrupts are off, and come back on with what lies here. */
export interface IrqFlagState {
	readonly kind: 'irq-flag';
	/** The `IrqSave` of the state that put it here. */
	readonly id: number;
	/** Who saved it: bpf_local_irq_save(), or bpf_res_spin_lock_irqsave(). Only its counterpart may bring it back. */
	readonly family: 'native' | 'lock';
}
export type Value = Scalar | Pointer | IteratorState | DynptrState | IrqFlagState | Unknown;

/** What the verifier follows in a slot of the stack by a state of its own: it is no data. */
export function isSlotState(v: Value): v is IteratorState | DynptrState | IrqFlagState {
	return v.kind === 'iterator' || v.kind === 'dynptr-slot' || v.kind === 'irq-flag';
}

export const UNKNOWN_VALUE: Unknown = { kind: 'unknown' };
export const UNINITIALISED: Unknown = { kind: 'unknown', uninitialised: true };

let lastId = 0;
/** A fresh identity. Only its difference from others matters. */
export function freshId(): number {
	return ++lastId;
}

const symbolIds = new WeakMap<object, number>();
const globalIds = new Set<number>();
/** One identity for each global, in all states. */
export function symbolId(symbol: object): number {
	let id = symbolIds.get(symbol);
	if (id === undefined) {
		id = freshId();
		symbolIds.set(symbol, id);
		globalIds.add(id);
	}
	return id;
}
export function isGlobalId(id: number): boolean {
	return globalIds.has(id);
}

/**
 * A number of this identity within these bounds. Every number is made here or is a copy of one that was: all have the same fields in the same order,
 * which makes reading them cheap, however many kinds of them meet at one place of the program.
 */
export function numberOf(id: number, min: number, max: number, from?: readonly Scalar[]): Scalar {
	return {
		kind: 'scalar',
		id,
		min,
		max,
		from,
		precise: false,
		not: undefined,
		sum: undefined,
		condition: undefined,
		typeOf: undefined,
		null: undefined,
		relocated: undefined,
		was: undefined,
		mistagged: undefined,
	};
}

export function constant(value: number, from?: readonly Scalar[]): Scalar {
	return numberOf(0, value, value, from);
}

/** The number where it is known, as a size must be. */
export function exactly(v: Value | undefined): number | undefined {
	return v && isConstant(v) ? v.min : undefined;
}

export function scalar(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, from?: readonly Scalar[]): Scalar {
	return numberOf(freshId(), min, max, from);
}

/** Asking for a number's value is resting on it. */
export function isConstant(v: Value, value?: number): v is Scalar {
	precise(v);
	return v.kind === 'scalar' && v.min === v.max && (value === undefined || v.min === value);
}

/** The NULL constant: what the verifier calls a register that is zero. */
export function isNull(v: Value): boolean {
	return isConstant(v, 0);
}

/** A pointer; like numbers, all are of one shape. */
export function pointer(base: Base, flags = 0, more: Partial<Pointer> = {}): Pointer {
	return {
		kind: 'pointer',
		base,
		flags,
		offset: more.offset ?? 0,
		variable: more.variable ?? false,
		id: more.id ?? freshId(),
		ref: more.ref ?? 0,
		range: more.range,
		symbol: more.symbol,
		moved: more.moved,
		start: more.start,
		of: more.of,
		origin: more.origin,
		relocation: more.relocation,
	};
}

export function mayBeNull(v: Value): boolean {
	return v.kind === 'pointer' && (v.flags & Flag.MaybeNull) !== 0;
}

export function isObject(v: Value): v is Pointer & { base: { is: 'object' } } {
	return v.kind === 'pointer' && v.base.is === 'object';
}

const SOCKET_STRUCTS: Readonly<Record<string, string>> = {
	sock: 'sock',
	sock_common: 'sock_common',
	tcp_sock: 'tcp_sock',
	xdp_sock: 'xdp_sock',
	map: 'bpf_map',
};

/** The kernel struct that a pointer kind without a struct of its own stands for (reg2btf_ids in kernel/bpf/verifier.c). */
export function structOf(p: Pointer): string | undefined {
	return p.base.is === 'object' ? p.base.tag : SOCKET_STRUCTS[p.base.is];
}

/** is_trusted_reg() of kernel/bpf/verifier.c, 6.12. */
export function isTrusted(p: Pointer): boolean {
	if (p.ref !== 0) return true;
	const unsafe = p.flags & ~TRUSTED_FLAGS & ~Flag.MaybeNull;
	if (p.base.is !== 'object') return structOf(p) !== undefined && (p.flags & ~TRUSTED_FLAGS) === 0;
	return (p.flags & TRUSTED_FLAGS) !== 0 && unsafe === 0 && (p.flags & Flag.MaybeNull) === 0;
}

export function isRcu(p: Pointer): boolean {
	return (p.flags & Flag.Rcu) !== 0;
}

const BASE_NAMES: Readonly<Record<string, string>> = {
	ctx: 'ctx',
	stack: 'fp',
	global: 'map_value',
	string: 'map_value',
	map: 'map_ptr',
	map_value: 'map_value',
	map_key: 'map_key',
	object: 'ptr_',
	mem: 'mem',
	buf: 'buf',
	packet: 'pkt',
	packet_meta: 'pkt_meta',
	packet_end: 'pkt_end',
	function: 'func',
	dynptr: 'dynptr_ptr',
	arena: 'arena',
};

/** The verifier's name of a value's type, as its log prints it: `trusted_ptr_or_null_`, `scalar`, `map_value`. Facts: reg_type_str(), 6.12. */
export function typeName(v: Value): string {
	switch (v.kind) {
		case 'scalar':
			return 'scalar';
		case 'pointer': {
			const base = BASE_NAMES[v.base.is] ?? v.base.is;
			const suffix = v.flags & Flag.MaybeNull ? (v.base.is === 'object' ? 'or_null_' : '_or_null') : '';
			const f = v.flags;
			const prefix =
				(f & Flag.ReadOnly ? 'rdonly_' : '') +
				(f & Flag.Ringbuf ? 'ringbuf_' : '') +
				(f & Flag.User ? 'user_' : '') +
				(f & Flag.Percpu ? 'percpu_' : '') +
				(f & Flag.Untrusted ? 'untrusted_' : '') +
				(f & Flag.Rcu ? 'rcu_' : '') +
				(f & Flag.Trusted ? 'trusted_' : '') +
				(f & Flag.NonOwning ? 'non_own_ref_' : '');
			return prefix + base + suffix;
		}
		case 'iterator':
			return v.type.replace('bpf_', '');
		case 'dynptr-slot':
			return 'dynptr_ptr';
		case 'irq-flag':
			return 'irq_flag';
		default:
			return '?';
	}
}
