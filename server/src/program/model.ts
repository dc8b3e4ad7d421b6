// What a translation unit declares, as the verifier's layer reads it: functions, globals, maps, and BPF programs with their sections.

import type { CType, FunctionType, RecordType } from '../btf/ctype.js';
import type { CompoundStatement, Declarator, Expression, FunctionDefinition, TypeNode } from '../syntax/ast.js';
import type { Problem, Slice, TranslationUnit } from '../syntax/unit.js';

/** A token range within a slice; `first` and `last` inclusive. Every place that a person is shown starts as one of these. */
export interface Place {
	readonly slice: Slice;
	readonly first: number;
	readonly last: number;
}

export interface FunctionSymbol {
	readonly kind: 'function';
	readonly name: string;
	readonly type: FunctionType;
	/** The definition, if the unit has one. */
	readonly definition?: FunctionDefinition;
	readonly slice: Slice;
	readonly place: Place;
	readonly static: boolean;
	/** `__always_inline` */
	readonly alwaysInline: boolean;
	readonly noinline: boolean;
	readonly weak: boolean;
	/** Declared `__ksym`: section ".ksyms". */
	readonly ksym: boolean;
	/** `SEC(...)` */
	readonly section?: string;
	/** `btf_decl_tag` at the function: `exception_callback:name`, ... */
	readonly declTags: readonly string[];
	/** All attribute names, for what else matters (`naked`). */
	readonly attributes: readonly string[];
	/** A helper: declared as `static ret (* const name)(args) = (void *) ID`, or known to the catalog. Its id where the declaration says it. */
	readonly helperId?: number;
}

export interface GlobalSymbol {
	readonly kind: 'global';
	readonly name: string;
	readonly type: CType;
	readonly slice: Slice;
	readonly place: Place;
	/** `.maps`, `.ksyms`, `.kconfig`, `license`, `.data.A`, ... as SEC says; else derived: `.rodata` for const, `.data` with an initializer, `.bss` without. */
	readonly section: string;
	readonly extern: boolean;
	readonly static: boolean;
	readonly weak: boolean;
	readonly ksym: boolean;
	readonly initializer?: Expression;
	/** `btf_decl_tag` at the variable: `contains:foo:node`. */
	readonly declTags?: readonly string[];
	/** Set for what `.maps` holds. */
	readonly map?: MapSymbol;
}

export interface MapSymbol {
	readonly name: string;
	/** `HASH`, `ARRAY`, `TASK_STORAGE`, ... without `BPF_MAP_TYPE_`; undefined where it is not a constant that we know. */
	readonly type: string | undefined;
	readonly key?: CType;
	readonly keySize?: number;
	readonly value?: CType;
	readonly valueSize?: number;
	readonly maxEntries?: number;
	readonly flags?: number;
	/** For map-in-map: the template of the inner map. */
	readonly inner?: MapSymbol;
	readonly place: Place;
}

export interface EnumeratorSymbol {
	readonly kind: 'enumerator';
	readonly name: string;
	readonly value: bigint;
	readonly type: CType;
}
export interface TypedefSymbol {
	readonly kind: 'typedef';
	readonly name: string;
	readonly type: CType;
	readonly slice: Slice;
}
export type Symbol = FunctionSymbol | GlobalSymbol | EnumeratorSymbol | TypedefSymbol;

/** What SEC("...") says, by the section table. */
export interface SectionInfo {
	/** As written, `?` removed. */
	readonly text: string;
	/** `?` stood in front: not loaded unless asked for. */
	readonly optional: boolean;
	/** `TRACING`, `LSM`, `XDP`, ...; undefined where the section names no program type that libbpf knows. */
	readonly programType?: string;
	/** `TRACE_FENTRY`, `TRACE_RAW_TP`, `MODIFY_RETURN`, `LSM_MAC`, `TRACE_ITER`, ... */
	readonly attachType?: string;
	/** What follows the prefix: `task_newtask`, `__set_task_comm`. */
	readonly target?: string;
	readonly sleepable: boolean;
}

export interface Program {
	readonly name: string;
	readonly section: SectionInfo;
	readonly function: FunctionSymbol;
	/** For struct_ops programs: the struct and member whose initializer names this function, where the unit has one. */
	readonly structOps?: { readonly struct: string; readonly member: string };
}

/** Resolves names and types. One per unit; every answer is cached. */
export interface Scope {
	/** Stands for all that is declared but for what the bodies of functions hold: two scopes that have the same differ in bodies alone. */
	readonly around: object;
	/** A name of file scope in the ordinary space. */
	symbol(name: string): Symbol | undefined;
	/** The name of the helper with a number, as `call 12` in assembly has it; undefined where none has it. */
	helperName(id: number): string | undefined;
	/** The type of a type node. `locals` resolves names inside `typeof(expr)` and array sizes that file scope does not know. */
	type(node: TypeNode, locals?: LocalScope): CType;
	record(tag: string): RecordType | undefined;
	/** A type in C's words out of the catalog or BTF: `struct task_struct *`, `u32`. */
	parseType(text: string): CType;
	/** The value of an integer constant expression; undefined where it is none. */
	constant(expression: Expression, locals?: LocalScope): bigint | undefined;
	/** The C type of an expression, by C's rules (promotions, usual conversions, decay left to the reader). */
	typeOf(expression: Expression, locals?: LocalScope): CType;
}
/** Names of block scope, innermost first. */
export interface LocalScope {
	lookup(name: string): { readonly type: CType; readonly constant?: bigint } | undefined;
	/** A tag or typedef that was declared in a block. */
	lookupTag?(tag: string): CType | undefined;
	lookupTypedef?(name: string): CType | undefined;
}

/**
 * What a program's loader leaves in read-only global data, which the verifier reads as constants: anything that the type can hold, since loaders set
 * `const volatile` variables before the load, or the initial values.
 */
export type RodataValues = 'any' | 'initial';

export interface Unit {
	readonly translation: TranslationUnit;
	readonly scope: Scope;
	readonly programs: readonly Program[];
	/** Functions with a body in the main file, in order. */
	readonly functions: readonly FunctionSymbol[];
	readonly maps: readonly MapSymbol[];
	readonly globals: readonly GlobalSymbol[];
	readonly rodata: RodataValues;
	readonly problems: readonly Problem[];
}

export type { CompoundStatement, Declarator };
