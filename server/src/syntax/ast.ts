// The plain syntax tree that every later layer reads. tree-sitter's nodes never leave syntax/.
//
// A tree belongs to one slice (one top-level declaration): `first` and `last` are indexes, both inclusive, into that
// slice's `tokens`. Trees are immutable and are cached by the slice's text.

export interface Node {
	readonly first: number;
	readonly last: number;
}

/** `__attribute__((name(args)))`, with underscores around the name removed. Arguments are their literal text; strings lose their quotes. */
export interface Attribute extends Node {
	readonly name: string;
	readonly args: readonly string[];
}

// ---- Types as written ----

interface TypeNodeBase extends Node {
	readonly const?: boolean;
	readonly volatile?: boolean;
	/** `_Atomic` */
	readonly atomic?: boolean;
	/** Attributes that stood at this type (`btf_type_tag("kptr")` stands at the pointee). */
	readonly attributes?: readonly Attribute[];
}
export interface BuiltinTypeNode extends TypeNodeBase {
	readonly kind: 'builtin';
	/** Canonical: `void`, `_Bool`, `char`, `signed char`, `unsigned char`, `short`, `unsigned short`, `int`, `unsigned int`, `long`,
	 * `unsigned long`, `long long`, `unsigned long long`, `__int128`, `unsigned __int128`, `float`, `double`, `long double`,
	 * `__builtin_va_list`, `auto`. */
	readonly name: string;
}
export interface TypedefNameNode extends TypeNodeBase {
	readonly kind: 'typedef-name';
	readonly name: string;
}
export interface MemberNode extends Node {
	/** Absent for an anonymous struct, union or bit-field. */
	readonly name?: string;
	readonly type: TypeNode;
	readonly bits?: Expression;
	readonly attributes?: readonly Attribute[];
}
export interface RecordTypeNode extends TypeNodeBase {
	readonly kind: 'record';
	readonly union: boolean;
	readonly tag?: string;
	/** Absent where only the tag is named. */
	readonly members?: readonly MemberNode[];
	/** Attributes of the record itself: `packed`, `aligned(8)`, `preserve_access_index`. */
	readonly recordAttributes?: readonly Attribute[];
}
export interface EnumeratorNode extends Node {
	readonly name: string;
	readonly value?: Expression;
}
export interface EnumTypeNode extends TypeNodeBase {
	readonly kind: 'enum';
	readonly tag?: string;
	readonly enumerators?: readonly EnumeratorNode[];
	readonly underlying?: TypeNode;
}
export interface PointerTypeNode extends TypeNodeBase {
	readonly kind: 'pointer';
	readonly to: TypeNode;
}
export interface ArrayTypeNode extends TypeNodeBase {
	readonly kind: 'array';
	readonly of: TypeNode;
	/** Absent for `[]`. */
	readonly size?: Expression;
}
export interface ParameterNode extends Node {
	readonly name?: string;
	readonly type: TypeNode;
	/** `btf_decl_tag("arg:nonnull")`, `unused`, ... */
	readonly attributes?: readonly Attribute[];
}
export interface FunctionTypeNode extends TypeNodeBase {
	readonly kind: 'function';
	readonly result: TypeNode;
	/** Empty for `(void)` and for `()`. */
	readonly parameters: readonly ParameterNode[];
	readonly variadic: boolean;
}
export interface TypeofNode extends TypeNodeBase {
	readonly kind: 'typeof';
	readonly operand: Expression | TypeNode;
	readonly unqualified: boolean;
}
/** What could not be understood; its type is unknown. */
export interface UnknownTypeNode extends TypeNodeBase {
	readonly kind: 'unknown-type';
}
export type TypeNode =
	| BuiltinTypeNode
	| TypedefNameNode
	| RecordTypeNode
	| EnumTypeNode
	| PointerTypeNode
	| ArrayTypeNode
	| FunctionTypeNode
	| TypeofNode
	| UnknownTypeNode;

// ---- Expressions ----

export interface Identifier extends Node {
	readonly kind: 'identifier';
	readonly name: string;
}
export interface IntegerLiteral extends Node {
	readonly kind: 'integer';
	/** Character constants too. */
	readonly value: bigint;
	/** `int`, `unsigned int`, `long`, ... as C types the literal on a 64-bit target. */
	readonly type: string;
}
export interface FloatLiteral extends Node {
	readonly kind: 'float';
	readonly value: number;
}
export interface StringLiteral extends Node {
	readonly kind: 'string';
	/** Escapes resolved, adjacent literals joined, one UTF-16 unit a byte. */
	readonly value: string;
}
export interface Unary extends Node {
	readonly kind: 'unary';
	readonly operator: '-' | '+' | '!' | '~';
	readonly operand: Expression;
}
export interface AddressOf extends Node {
	readonly kind: 'address-of';
	readonly operand: Expression;
}
export interface Dereference extends Node {
	readonly kind: 'dereference';
	readonly operand: Expression;
}
export interface IncDec extends Node {
	readonly kind: 'inc-dec';
	readonly operator: '++' | '--';
	readonly prefix: boolean;
	readonly operand: Expression;
}
export interface Binary extends Node {
	readonly kind: 'binary';
	readonly operator: '+' | '-' | '*' | '/' | '%' | '<<' | '>>' | '&' | '|' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=';
	readonly left: Expression;
	readonly right: Expression;
}
export interface Logical extends Node {
	readonly kind: 'logical';
	readonly operator: '&&' | '||';
	readonly left: Expression;
	readonly right: Expression;
}
export interface Conditional extends Node {
	readonly kind: 'conditional';
	readonly condition: Expression;
	/** Absent for GNU's `a ?: b`. */
	readonly then?: Expression;
	readonly else: Expression;
}
export interface Assignment extends Node {
	readonly kind: 'assignment';
	/** `=`, or the operator of a compound assignment: `+` for `+=`. */
	readonly operator: '=' | '+' | '-' | '*' | '/' | '%' | '<<' | '>>' | '&' | '|' | '^';
	readonly target: Expression;
	readonly value: Expression;
}
export interface Call extends Node {
	readonly kind: 'call';
	readonly callee: Expression;
	readonly arguments: readonly Expression[];
}
export interface IndexExpression extends Node {
	readonly kind: 'index';
	readonly object: Expression;
	readonly index: Expression;
}
export interface MemberAccess extends Node {
	readonly kind: 'member';
	readonly object: Expression;
	readonly member: string;
	readonly arrow: boolean;
}
export interface Cast extends Node {
	readonly kind: 'cast';
	readonly type: TypeNode;
	readonly operand: Expression;
}
export interface Designator {
	readonly member?: string;
	readonly index?: Expression;
	/** GNU range `[index ... upTo]`. */
	readonly upTo?: Expression;
}
export interface InitializerItem extends Node {
	readonly designators: readonly Designator[];
	readonly value: Expression;
}
/** `{ ... }` as an initializer. */
export interface InitializerList extends Node {
	readonly kind: 'initializer-list';
	readonly items: readonly InitializerItem[];
}
/** `(type){ ... }` */
export interface CompoundLiteral extends Node {
	readonly kind: 'compound-literal';
	readonly type: TypeNode;
	readonly initializer: InitializerList;
}
export interface Sizeof extends Node {
	readonly kind: 'sizeof';
	readonly operator: 'sizeof' | 'alignof';
	readonly operand: Expression | TypeNode;
}
/** `__builtin_offsetof(type, member.path[3])` */
export interface Offsetof extends Node {
	readonly kind: 'offsetof';
	readonly type: TypeNode;
	readonly path: readonly Designator[];
}
export interface TypesCompatible extends Node {
	readonly kind: 'types-compatible';
	readonly left: TypeNode;
	readonly right: TypeNode;
}
export interface VaArg extends Node {
	readonly kind: 'va-arg';
	readonly list: Expression;
	readonly type: TypeNode;
}
export interface Generic extends Node {
	readonly kind: 'generic';
	readonly control: Expression;
	readonly associations: readonly { readonly type?: TypeNode; readonly value: Expression }[];
}
/** GNU `({ ... })` */
export interface StatementExpression extends Node {
	readonly kind: 'statement-expression';
	readonly body: CompoundStatement;
}
export interface Comma extends Node {
	readonly kind: 'comma';
	readonly left: Expression;
	readonly right: Expression;
}
/** GNU `&&label` */
export interface LabelAddress extends Node {
	readonly kind: 'label-address';
	readonly label: string;
}
/** What could not be understood. */
export interface UnknownExpression extends Node {
	readonly kind: 'unknown-expression';
}
export type Expression =
	| Identifier
	| IntegerLiteral
	| FloatLiteral
	| StringLiteral
	| Unary
	| AddressOf
	| Dereference
	| IncDec
	| Binary
	| Logical
	| Conditional
	| Assignment
	| Call
	| IndexExpression
	| MemberAccess
	| Cast
	| InitializerList
	| CompoundLiteral
	| Sizeof
	| Offsetof
	| TypesCompatible
	| VaArg
	| Generic
	| StatementExpression
	| Comma
	| LabelAddress
	| UnknownExpression;

// ---- Statements ----

export interface CompoundStatement extends Node {
	readonly kind: 'compound';
	readonly body: readonly Statement[];
}
export interface DeclarationStatement extends Node {
	readonly kind: 'declaration-statement';
	readonly declaration: Declaration;
}
export interface ExpressionStatement extends Node {
	readonly kind: 'expression-statement';
	readonly expression: Expression;
}
export interface IfStatement extends Node {
	readonly kind: 'if';
	readonly condition: Expression;
	readonly then: Statement;
	readonly else?: Statement;
}
export interface WhileStatement extends Node {
	readonly kind: 'while';
	readonly condition: Expression;
	readonly body: Statement;
}
export interface DoStatement extends Node {
	readonly kind: 'do';
	readonly body: Statement;
	readonly condition: Expression;
}
export interface ForStatement extends Node {
	readonly kind: 'for';
	readonly init?: Expression | Declaration;
	readonly condition?: Expression;
	readonly step?: Expression;
	readonly body: Statement;
}
export interface SwitchStatement extends Node {
	readonly kind: 'switch';
	readonly value: Expression;
	readonly body: Statement;
}
/** `case value:` or GNU `case value ... upTo:`; the labelled statement follows as the next statement. */
export interface CaseLabel extends Node {
	readonly kind: 'case';
	readonly value: Expression;
	readonly upTo?: Expression;
}
export interface DefaultLabel extends Node {
	readonly kind: 'default';
}
/** `name:`; the labelled statement follows as the next statement. */
export interface Label extends Node {
	readonly kind: 'label';
	readonly name: string;
}
export interface GotoStatement extends Node {
	readonly kind: 'goto';
	/** A label's name, or the operand of GNU `goto *e`. */
	readonly target: string | Expression;
}
export interface BreakStatement extends Node {
	readonly kind: 'break';
}
export interface ContinueStatement extends Node {
	readonly kind: 'continue';
}
export interface ReturnStatement extends Node {
	readonly kind: 'return';
	readonly value?: Expression;
}
export interface AsmOperand extends Node {
	readonly name?: string;
	readonly constraint: string;
	readonly value: Expression;
}
export interface AsmStatement extends Node {
	readonly kind: 'asm';
	readonly volatile: boolean;
	readonly template: string;
	readonly outputs: readonly AsmOperand[];
	readonly inputs: readonly AsmOperand[];
	readonly clobbers: readonly string[];
	/** Labels of `asm goto`. */
	readonly labels: readonly string[];
}
export interface EmptyStatement extends Node {
	readonly kind: 'empty';
}
/** What could not be understood (text that is being typed). */
export interface UnknownStatement extends Node {
	readonly kind: 'unknown-statement';
}
export type Statement =
	| CompoundStatement
	| DeclarationStatement
	| ExpressionStatement
	| IfStatement
	| WhileStatement
	| DoStatement
	| ForStatement
	| SwitchStatement
	| CaseLabel
	| DefaultLabel
	| Label
	| GotoStatement
	| BreakStatement
	| ContinueStatement
	| ReturnStatement
	| AsmStatement
	| EmptyStatement
	| UnknownStatement;

// ---- Declarations ----

export interface Declarator extends Node {
	readonly name: string;
	/** The name's own token, an index into the slice's tokens. */
	readonly nameToken: number;
	readonly type: TypeNode;
	readonly initializer?: Expression;
	/** Attributes after the declarator, and those among the specifiers that belong to the declared thing
	 * (`section`, `weak`, `noinline`, `always_inline`, `unused`, `btf_decl_tag`, `cleanup`, `used`, `naked`, `aligned`). */
	readonly attributes: readonly Attribute[];
}
export interface Declaration extends Node {
	readonly kind: 'declaration';
	readonly storage?: 'typedef' | 'extern' | 'static' | 'auto' | 'register';
	readonly inline: boolean;
	/** The specifier type before declarators: where a record or enum is defined without any declarator. */
	readonly specifier: TypeNode;
	readonly declarators: readonly Declarator[];
}
export interface FunctionDefinition extends Node {
	readonly kind: 'function-definition';
	readonly storage?: 'extern' | 'static';
	readonly inline: boolean;
	readonly declarator: Declarator;
	readonly type: FunctionTypeNode;
	readonly body: CompoundStatement;
	/**
	 * The names under `&` (also through members and indexes), those with a cleanup, and those that assembly reaches by memory operands. By name and not by declaration: a
	 * shadowed name may put one local too many into memory, which costs a little and is never wrong.
	 */
	readonly addressTaken: ReadonlySet<string>;
}
export interface StaticAssert extends Node {
	readonly kind: 'static-assert';
}
/** File-scope `asm("...")`. */
export interface TopLevelAsm extends Node {
	readonly kind: 'top-level-asm';
}
export interface UnknownDeclaration extends Node {
	readonly kind: 'unknown-declaration';
}
export type TopLevel = Declaration | FunctionDefinition | StaticAssert | TopLevelAsm | UnknownDeclaration;
