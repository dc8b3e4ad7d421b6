// What lifting gives: the text for tree-sitter, and the side tables that say what was taken out of it.
import type { Attribute } from './ast.js';
import type { Fragment } from './fragments.js';

/** A piece that was taken out, parsed on its own: an index into `Lifted.operands`. */
export type OperandId = number;

export interface AsmLift {
	readonly kind: 'asm';
	readonly last: number;
	readonly volatile: boolean;
	readonly template: string;
	readonly outputs: readonly AsmOperandLift[];
	readonly inputs: readonly AsmOperandLift[];
	readonly clobbers: readonly string[];
	readonly labels: readonly string[];
}
export interface AsmOperandLift {
	readonly first: number;
	readonly last: number;
	readonly name?: string;
	readonly constraint: string;
	readonly value: OperandId;
}
export type Lift =
	| { readonly kind: 'typeof'; readonly last: number; readonly operand: OperandId; readonly unqualified: boolean }
	| { readonly kind: 'atomic'; readonly last: number; readonly operand: OperandId }
	| { readonly kind: 'sizeof'; readonly last: number; readonly operator: 'sizeof' | 'alignof'; readonly operand: OperandId }
	| { readonly kind: 'offsetof'; readonly last: number; readonly type: OperandId; readonly path: readonly PathStep[] }
	| { readonly kind: 'types-compatible'; readonly last: number; readonly left: OperandId; readonly right: OperandId }
	| { readonly kind: 'va-arg'; readonly last: number; readonly list: OperandId; readonly type: OperandId }
	| {
			readonly kind: 'generic';
			readonly last: number;
			readonly control: OperandId;
			readonly associations: readonly { readonly type?: OperandId; readonly value: OperandId }[];
	  }
	| { readonly kind: 'label-address'; readonly last: number; readonly label: string }
	/** An expression that its macro may write out many times. */
	| { readonly kind: 'again'; readonly last: number; readonly operand: OperandId }
	| AsmLift;
export interface PathStep {
	readonly member?: string;
	readonly index?: OperandId;
}

export interface Operand {
	readonly kind: 'type' | 'expression';
	readonly first: number;
	readonly last: number;
}

/** The run from `first` on is written as `earlier` was, and has no tree of its own. */
export interface Repeat {
	readonly earlier: Operand;
	readonly first: number;
}

/** The text for tree-sitter with everything that is needed to read its tree. */
export interface Lifted {
	/** The text in one, where it is not cut into fragments. */
	readonly text: string | undefined;
	/** The tokens that each piece of the text stands for. */
	readonly firsts: readonly number[];
	readonly lasts: readonly number[];
	/** In whatever order. */
	readonly fragments: readonly Fragment[];
	/** What was cut out of the block whose brace is that piece. */
	readonly blocks: ReadonlyMap<number, readonly Fragment[]>;
	/** The slice's own text; the operands' stand before it in a text in one. */
	readonly main: Fragment;
	readonly operandFragments: readonly Fragment[];
	readonly operands: readonly Operand[];
	readonly repeats: readonly Repeat[];
	readonly lifts: ReadonlyMap<number, Lift>;
	/** In order of their tokens. */
	readonly attributes: readonly Attribute[];
	/** Canonical names of arithmetic types by their first token. */
	readonly builtinTypes: ReadonlyMap<number, string>;
	/** Tokens that are typedef names used as types. */
	readonly typedefs: ReadonlySet<number>;
}

/** Says whether a name is a typedef at file scope where the slice stands; undefined for names that nothing declares. */
export type TypedefOracle = (name: string) => boolean | undefined;
