// The control-flow graph that a function is lowered to: blocks of small operations over registers.
//
// A register holds one value: a temporary that one operation defines, or a local variable whose address nobody takes and which
// assignments move into. Locals whose address is taken, arrays and records live in memory and are reached through `address-of-local`.
// Every operation knows the tokens of the expression or statement that it stands for.

import type { CType, Member, RecordType } from '../btf/ctype.js';
import type { FunctionSymbol, GlobalSymbol } from '../program/model.js';
import type { AsmStatement, Node } from '../syntax/ast.js';
import type { RegisterSet } from './register-set.js';
import type { Relevance } from './relevance.js';

/** Index into the function's registers. */
export type Register = number;

/** Token indexes in the function's slice, both inclusive. */
export type Range = Node;

export interface Local {
	readonly id: number;
	readonly name: string;
	readonly type: CType;
	/** Bytes; 0 where the type has no known size. */
	readonly size: number;
	/** Set for a local that lives in a register. */
	readonly register?: Register;
	/** 0-based, for a parameter. */
	readonly parameter?: number;
	readonly at: Range;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '<<' | '>>' | '&' | '|' | '^';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

interface OperationBase {
	readonly at: Range;
}
export interface ConstOp extends OperationBase {
	readonly op: 'const';
	readonly to: Register;
	readonly value: bigint;
}
/** Address of a string literal. */
export interface StringOp extends OperationBase {
	readonly op: 'string';
	readonly to: Register;
	readonly value: string;
}
export interface LocalAddressOp extends OperationBase {
	readonly op: 'address-of-local';
	readonly to: Register;
	readonly local: Local;
}
export interface GlobalAddressOp extends OperationBase {
	readonly op: 'address-of-global';
	readonly to: Register;
	readonly symbol: GlobalSymbol;
}
export interface FunctionAddressOp extends OperationBase {
	readonly op: 'address-of-function';
	readonly to: Register;
	readonly symbol: FunctionSymbol;
}
/** The id of a type that the program defines: `bpf_core_type_id_local(T)`. */
export interface TypeIdOp extends OperationBase {
	readonly op: 'type-id';
	readonly to: Register;
	readonly type: CType;
}
export interface MoveOp extends OperationBase {
	readonly op: 'move';
	readonly to: Register;
	readonly from: Register;
	/** The variable that is assigned, for people. */
	readonly local?: Local;
}
/** `base + bytes + index * scale`; `field` where C named a member. */
export interface OffsetOp extends OperationBase {
	readonly op: 'offset';
	readonly to: Register;
	readonly base: Register;
	readonly bytes: number;
	readonly index?: Register;
	readonly scale?: number;
	/** In place of `index`, where it is a constant. */
	readonly element?: number;
	/** The index is subtracted. */
	readonly negative?: boolean;
	readonly field?: { readonly record: RecordType; readonly member: Member };
	/** As for a move, where there is none. */
	readonly local?: Local;
}
export interface LoadOp extends OperationBase {
	readonly op: 'load';
	readonly to: Register;
	readonly address: Register;
	readonly type: CType;
	readonly size: number;
	readonly volatile: boolean;
	/** Width in bits of a bit-field, and its first bit within the first byte of the access. */
	readonly bits?: number;
	readonly bitAt?: number;
	/** As for a move, where there is none. */
	readonly local?: Local;
}
export interface StoreOp extends OperationBase {
	readonly op: 'store';
	readonly address: Register;
	readonly from: Register;
	readonly type: CType;
	readonly size: number;
	readonly volatile: boolean;
	readonly bits?: number;
	/** Written by an initializer's zero fill or string, not by an assignment of the program. */
	readonly initializer?: boolean;
}
/** Sets `size` bytes to zero (`value` undefined), or to bytes of no interest. */
export interface FillOp extends OperationBase {
	readonly op: 'fill';
	readonly address: Register;
	readonly size: number | undefined;
	readonly zero: boolean;
}
/** Copies a record or block of memory. */
export interface CopyOp extends OperationBase {
	readonly op: 'copy';
	readonly target: Register;
	readonly source: Register;
	readonly size: number | undefined;
	readonly type?: CType;
	/** Where target and source are written, if they are. */
	readonly targetAt?: Range;
	readonly sourceAt?: Range;
}
export interface ArithmeticOp extends OperationBase {
	readonly op: 'arithmetic';
	readonly to: Register;
	readonly operator: ArithmeticOperator;
	readonly left: Register;
	readonly right: Register;
	/** Result width in bytes and signedness. */
	readonly size: number;
	readonly signed: boolean;
	/** As for a move, where there is none. */
	readonly local?: Local;
}
export interface CompareOp extends OperationBase {
	readonly op: 'compare';
	readonly to: Register;
	readonly operator: CompareOperator;
	readonly left: Register;
	readonly right: Register;
	readonly signed: boolean;
	readonly size: number;
}
/** Integer conversion: truncation to `size`, then sign or zero extension. Pointers pass unchanged at 8 bytes. */
export interface ConvertOp extends OperationBase {
	readonly op: 'convert';
	readonly to: Register;
	readonly from: Register;
	readonly size: number;
	readonly signed: boolean;
	readonly bool?: boolean;
	/** As for a move, where there is none. */
	readonly local?: Local;
}
/** A C cast or assignment that gives a pointer this type: what a value of unknown type is then taken for. */
export interface RetypeOp extends OperationBase {
	readonly op: 'retype';
	readonly to: Register;
	readonly from: Register;
	readonly type: CType;
	/** As for a move, where there is none. */
	readonly local?: Local;
}
export interface CallOp extends OperationBase {
	readonly op: 'call';
	readonly to: Register | undefined;
	readonly callee:
		| { readonly kind: 'function'; readonly symbol: FunctionSymbol }
		| { readonly kind: 'indirect'; readonly register: Register };
	readonly arguments: readonly Register[];
	/** Each argument's own tokens. */
	readonly argumentRanges: readonly Range[];
	readonly resultType: CType;
	/** Its result is used by nobody (C-level: the expression statement's own value). */
	readonly resultUnused?: boolean;
	/** Runs because a local with `__attribute__((cleanup))` leaves its scope. */
	readonly cleanup?: boolean;
}
/** Read-modify-write of memory. */
export interface AtomicOp extends OperationBase {
	readonly op: 'atomic';
	readonly to: Register | undefined;
	readonly address: Register;
	readonly from: Register | undefined;
	readonly type: CType;
	readonly size: number;
	/** `exchange` stores `from` as it is; others store something unknown. */
	readonly exchange?: boolean;
}
/** Inline assembly that is not a jump. Registers written hold what `keep` says: the same value, or something unknown. */
export interface AsmOp extends OperationBase {
	readonly op: 'asm';
	readonly statement: AsmStatement;
	readonly writes: readonly { readonly register: Register; readonly keep?: Register }[];
	readonly reads: readonly Register[];
	readonly clobbersMemory: boolean;
}
/** A value that the lowering cannot describe. */
export interface UnknownOp extends OperationBase {
	readonly op: 'unknown';
	readonly to: Register;
	/** `scalar` where it is a number for sure. */
	readonly scalar: boolean;
	/** What it is computed from. */
	readonly from?: readonly Register[];
	readonly reason?: string;
	/** The reason is a name that nothing declares: no compiler takes the text. */
	readonly undeclared?: boolean;
	/** With scalar: inclusive bounds where they are known. */
	readonly min?: number;
	readonly max?: number;
}
/** The local's scope ends: its memory holds nothing any more. */
export interface EndOp extends OperationBase {
	readonly op: 'end-of-scope';
	readonly local: Local;
}
export type Operation =
	| ConstOp
	| StringOp
	| LocalAddressOp
	| GlobalAddressOp
	| FunctionAddressOp
	| TypeIdOp
	| MoveOp
	| OffsetOp
	| LoadOp
	| StoreOp
	| FillOp
	| CopyOp
	| ArithmeticOp
	| CompareOp
	| ConvertOp
	| RetypeOp
	| CallOp
	| AtomicOp
	| AsmOp
	| UnknownOp
	| EndOp;

export type Terminator =
	| { readonly kind: 'jump'; readonly target: number; readonly at: Range }
	| { readonly kind: 'branch'; readonly condition: Register; readonly then: number; readonly else: number; readonly at: Range }
	/** Any of the targets may be next: `asm goto`, `goto *e`. */
	| { readonly kind: 'fork'; readonly targets: readonly number[]; readonly at: Range }
	| {
			readonly kind: 'switch';
			readonly value: Register;
			readonly cases: readonly { readonly from: bigint; readonly to: bigint; readonly target: number }[];
			readonly default: number;
			readonly at: Range;
	  }
	| { readonly kind: 'return'; readonly value: Register | undefined; readonly at: Range; readonly implicit?: boolean }
	| { readonly kind: 'unreachable'; readonly at: Range };

export interface Block {
	readonly id: number;
	operations: Operation[];
	terminator: Terminator;
}

export interface FlowGraph {
	readonly function: FunctionSymbol;
	readonly blocks: readonly Block[];
	readonly registerCount: number;
	readonly locals: readonly Local[];
	/** In order of declaration. */
	readonly parameters: readonly Local[];
	/** Registers that are live when each block begins; filled by `prune`. */
	readonly liveIn: readonly RegisterSet[];
	/** Registers that may hold something when each block begins, and that nobody reads any more. */
	readonly deadAt: readonly (readonly Register[])[];
	/** Blocks at which paths meet or loops begin: more than one predecessor. */
	readonly joins: ReadonlySet<number>;
	/** Those of them at which states are compared. */
	readonly meetings: ReadonlySet<number>;
	/** Blocks that a path can come back to. */
	readonly loopHeads: ReadonlySet<number>;
	readonly relevance: Relevance;
	/** The token of the function's slice from which on its text is broken and means nothing certain; infinite for whole text. */
	readonly spoiledFrom: number;
	/** What the lowering could not express, with its place. */
	readonly gaps: readonly { readonly at: Range; readonly reason: string }[];
}

/** The registers that an operation reads. */
export function reads(operation: Operation): readonly Register[] {
	switch (operation.op) {
		case 'move':
		case 'convert':
		case 'retype':
			return [operation.from];
		case 'offset':
			return operation.index === undefined ? [operation.base] : [operation.base, operation.index];
		case 'load':
			return [operation.address];
		case 'store':
			return [operation.address, operation.from];
		case 'fill':
			return [operation.address];
		case 'copy':
			return [operation.target, operation.source];
		case 'arithmetic':
		case 'compare':
			return [operation.left, operation.right];
		case 'call':
			return operation.callee.kind === 'indirect' ? [...operation.arguments, operation.callee.register] : operation.arguments;
		case 'atomic':
			return operation.from === undefined ? [operation.address] : [operation.address, operation.from];
		case 'asm':
			return operation.reads;
		case 'unknown':
			return operation.from ?? [];
		default:
			return [];
	}
}

/** Adds the registers that an operation reads: the same without a list of them. */
export function addReads(set: RegisterSet, operation: Operation): void {
	switch (operation.op) {
		case 'move':
		case 'convert':
		case 'retype':
			set.add(operation.from);
			break;
		case 'offset':
			set.add(operation.base);
			if (operation.index !== undefined) set.add(operation.index);
			break;
		case 'load':
		case 'fill':
			set.add(operation.address);
			break;
		case 'store':
			set.add(operation.address);
			set.add(operation.from);
			break;
		case 'arithmetic':
		case 'compare':
			set.add(operation.left);
			set.add(operation.right);
			break;
		default:
			for (const register of reads(operation)) set.add(register);
	}
}

/** The registers that an operation writes. */
export function writes(operation: Operation): readonly Register[] {
	switch (operation.op) {
		case 'asm':
			return operation.writes.map((w) => w.register);
		case 'store':
		case 'fill':
		case 'copy':
		case 'end-of-scope':
			return [];
		case 'call':
		case 'atomic':
			return operation.to === undefined ? [] : [operation.to];
		default:
			return [operation.to];
	}
}

/** The blocks that may follow. */
export function successors(terminator: Terminator): readonly number[] {
	switch (terminator.kind) {
		case 'jump':
			return [terminator.target];
		case 'branch':
			return [terminator.then, terminator.else];
		case 'fork':
			return terminator.targets;
		case 'switch':
			return [...new Set([...terminator.cases.map((c) => c.target), terminator.default])];
		default:
			return [];
	}
}
