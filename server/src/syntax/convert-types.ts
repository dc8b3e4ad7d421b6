// Concrete tree to AST: type specifiers, declarators, members, parameters, declarations.
import type {
	Attribute,
	Declaration,
	Declarator,
	EnumeratorNode,
	Expression,
	FunctionDefinition,
	FunctionTypeNode,
	MemberNode,
	ParameterNode,
	TypeNode,
} from './ast.js';
import type { ConvertContext } from './convert-context.js';
import { expression, initializer } from './convert-expressions.js';
import { compound } from './convert-statements.js';
import { TokenKind } from './token.js';
import { type CstNode, find } from './tree-sitter.js';
import { QUALIFIERS } from './words.js';

/** Attributes that qualify a type and not the declared thing. */
const TYPE_ATTRIBUTES = new Set(['btf_type_tag', 'address_space', 'noderef']);
const RECORD_ATTRIBUTES = new Set([
	'packed',
	'aligned',
	'preserve_access_index',
	'preserve_static_offset',
	'btf_decl_tag',
	'randomize_layout',
	'may_alias',
	'designated_init',
]);
const SPECIFIERS = new Set([
	'struct_specifier',
	'union_specifier',
	'enum_specifier',
	'primitive_type',
	'sized_type_specifier',
	'type_identifier',
	'macro_type_specifier',
]);

const isTypeAttribute = (attribute: Attribute): boolean => TYPE_ATTRIBUTES.has(attribute.name);

interface Qualifiers {
	const?: true;
	volatile?: true;
	atomic?: true;
}

function qualifiers(ctx: ConvertContext, node: CstNode): Qualifiers {
	const out: Qualifiers = {};
	for (const child of node.children) {
		if (child.type !== 'type_qualifier') continue;
		const text = ctx.text(child);
		const word = QUALIFIERS.get(text);
		if (word === 'const') out.const = true;
		else if (word === 'volatile') out.volatile = true;
		else if (text === '_Atomic') out.atomic = true;
	}
	return out;
}

/** The specifier type of a declaration, member, parameter or type name, with its qualifiers and type attributes. */
function specifierType(ctx: ConvertContext, holder: CstNode, attributesUntil: number): TypeNode {
	const node = holder.children.find((child) => child.field === 'type' && SPECIFIERS.has(child.type));
	const start = ctx.first(holder);
	if (!node) return { kind: 'unknown-type', ...ctx.range(holder) };
	const base = bareSpecifier(ctx, node);
	const attributes = ctx.takeAttributes(start - 1, attributesUntil, isTypeAttribute);
	const quals = qualifiers(ctx, holder);
	return attributes.length || quals.const || quals.volatile || quals.atomic
		? { ...base, ...quals, ...(attributes.length ? { attributes } : {}) }
		: base;
}

function bareSpecifier(ctx: ConvertContext, node: CstNode): TypeNode {
	const range = ctx.range(node);
	const { first, last } = range;
	switch (node.type) {
		case 'primitive_type': {
			const lift = ctx.lifted.lifts.get(first);
			if (lift?.kind === 'typeof') {
				const isType = ctx.lifted.operands[lift.operand]!.kind === 'type';
				const operand = ctx.operand(lift.operand, (made) => (isType ? typeName(ctx, made) : ctx.unevaluated(() => expression(ctx, made))));
				if (!operand) return { kind: 'unknown-type', first, last };
				return { kind: 'typeof', first, last, operand, unqualified: lift.unqualified };
			}
			if (lift?.kind === 'atomic') {
				const operand = ctx.operand(lift.operand, (made) => typeName(ctx, made));
				return operand ? { ...operand, atomic: true } : { kind: 'unknown-type', first, last };
			}
			if (ctx.lifted.typedefs.has(first)) return { kind: 'typedef-name', first, last, name: ctx.tokens[first]!.text };
			const name = ctx.lifted.builtinTypes.get(first);
			return name ? { kind: 'builtin', first, last, name } : { kind: 'unknown-type', first, last };
		}
		case 'type_identifier':
			return { kind: 'typedef-name', first, last, name: ctx.text(node) };
		case 'struct_specifier':
		case 'union_specifier':
			return record(ctx, node, range);
		case 'enum_specifier':
			return enumeration(ctx, node, range);
		default:
			return { kind: 'unknown-type', first, last };
	}
}

function record(ctx: ConvertContext, node: CstNode, { first, last }: { first: number; last: number }): TypeNode {
	const name = find(node, undefined, 'name');
	const body = find(node, undefined, 'body');
	const tag = name ? ctx.text(name) : undefined;
	const union = node.type === 'union_specifier';
	if (!body) return { kind: 'record', first, last, union, tag };
	const members: MemberNode[] = [];
	for (const child of body.children) {
		if (child.type === 'field_declaration') fieldDeclaration(ctx, child, members);
		else if (child.named && child.type !== 'comment' && child.type !== 'ERROR')
			members.push({ ...ctx.range(child), type: { kind: 'unknown-type', ...ctx.range(child) } });
	}
	// Those before the brace, and those right behind the closing one.
	const open = ctx.first(body);
	const recordAttributes = ctx.takeAttributes(first, open);
	let behind = last + 1;
	for (const attribute of ctx.lifted.attributes) {
		if (attribute.first === behind || attribute.last < behind) behind = Math.max(behind, attribute.last + 1);
		else if (attribute.first > behind) break;
	}
	recordAttributes.push(...ctx.takeAttributes(last, behind, (attribute) => RECORD_ATTRIBUTES.has(attribute.name)));
	return {
		kind: 'record',
		first,
		last,
		union,
		tag,
		members,
		...(recordAttributes.length ? { recordAttributes } : {}),
	};
}

function fieldDeclaration(ctx: ConvertContext, node: CstNode, out: MemberNode[]): void {
	const declarators = node.children.filter((child) => child.field === 'declarator');
	const end = ctx.last(node);
	if (!declarators.length) {
		const type = specifierType(ctx, node, end + 1);
		const attributes = ctx.takeAttributes(ctx.first(node) - 1, end + 1);
		out.push({ ...ctx.range(node), type, ...(attributes.length ? { attributes } : {}) });
		return;
	}
	const begin = ctx.first(node);
	const type = specifierType(ctx, node, ctx.first(declarators[0]!));
	const common = ctx.takeAttributes(begin - 1, ctx.first(declarators[0]!));
	declarators.forEach((child, i) => {
		const next = declarators[i + 1] ? ctx.first(declarators[i + 1]!) : end + 1;
		const at = node.children.indexOf(child);
		const clause = node.children[at + 1]?.type === 'bitfield_clause' ? node.children[at + 1] : undefined;
		const made = declared(ctx, child, type, next);
		const value = clause?.children.find((part) => part.named);
		const attributes = [...common, ...made.attributes, ...ctx.takeAttributes(begin - 1, next)];
		out.push({
			first: made.first,
			last: clause ? ctx.last(clause) : made.last,
			// A bit-field without a name was given one for tree-sitter; it stands at the colon.
			...(made.name === ':' ? {} : { name: made.name }),
			type: made.type,
			...(value ? { bits: expression(ctx, value) } : {}),
			...(attributes.length ? { attributes } : {}),
		});
	});
}

function enumeration(ctx: ConvertContext, node: CstNode, { first, last }: { first: number; last: number }): TypeNode {
	const name = find(node, undefined, 'name');
	const body = find(node, undefined, 'body');
	const tag = name && ctx.text(name) !== ':' ? ctx.text(name) : undefined;
	const under = find(node, undefined, 'underlying_type');
	const underlying = under ? bareSpecifier(ctx, under) : undefined;
	const enumerators: EnumeratorNode[] | undefined = body && [];
	for (const child of body?.children ?? []) {
		if (child.type !== 'enumerator') continue;
		const id = find(child, undefined, 'name');
		const value = find(child, undefined, 'value');
		if (id) enumerators!.push({ ...ctx.range(child), name: ctx.text(id), ...(value ? { value: expression(ctx, value) } : {}) });
	}
	if (body) ctx.takeAttributes(first, ctx.last(body));
	return {
		kind: 'enum',
		first,
		last,
		tag,
		...(enumerators ? { enumerators } : {}),
		...(underlying ? { underlying } : {}),
	};
}

/** A type name, as in casts and sizeof. */
export function typeName(ctx: ConvertContext, node: CstNode): TypeNode {
	if (node.type !== 'type_descriptor') return { kind: 'unknown-type', ...ctx.range(node) };
	const declarator = find(node, undefined, 'declarator');
	const last = ctx.last(node);
	const type = specifierType(ctx, node, declarator ? ctx.first(declarator) : last + 1);
	return declarator ? declared(ctx, declarator, type, last + 1).type : type;
}

interface Declared {
	readonly name: string;
	readonly nameToken: number;
	readonly type: TypeNode;
	readonly first: number;
	readonly last: number;
	/** Attributes inside the declarator that belong to the declared thing. */
	readonly attributes: Attribute[];
}

/** Applies a declarator, from the outside in, to the type that it stands behind. `until`: the first token that is no more part of it. */
function declared(ctx: ConvertContext, node: CstNode, base: TypeNode, until: number): Declared {
	const { first, last } = ctx.range(node);
	const attributes: Attribute[] = [];
	let type = base;
	let at: CstNode | undefined = node;
	while (at) {
		const inner: CstNode | undefined =
			find(at, undefined, 'declarator') ??
			(at.type.endsWith('parenthesized_declarator') || at.type.endsWith('attributed_declarator')
				? at.children.find((child) => child.named && child.type !== 'ms_call_modifier')
				: undefined);
		switch (at.type) {
			case 'pointer_declarator':
			case 'abstract_pointer_declarator': {
				const star = ctx.first(at);
				const next = inner ? ctx.first(inner) : ctx.last(at) + 1;
				// Attributes right behind the star stand at the pointer, those behind the whole abstract declarator too.
				const own = ctx.takeAttributes(star, inner ? next : until, isTypeAttribute);
				attributes.push(...ctx.takeAttributes(star, next));
				type = {
					kind: 'pointer',
					first: Math.min(type.first, star),
					last: star,
					to: type,
					...qualifiers(ctx, at),
					...(own.length ? { attributes: own } : {}),
				};
				break;
			}
			case 'array_declarator':
			case 'abstract_array_declarator': {
				const size = find(at, undefined, 'size');
				type = {
					kind: 'array',
					first: type.first,
					last: Math.max(type.last, ctx.last(at)),
					of: type,
					...(size?.named ? { size: expression(ctx, size) } : {}),
				};
				break;
			}
			case 'function_declarator':
			case 'abstract_function_declarator': {
				const list = find(at, undefined, 'parameters');
				const name = at !== node && !inner && at.type === 'abstract_function_declarator' ? parenthesizedName(list) : undefined;
				if (name) {
					const nameToken = ctx.first(name);
					return { name: ctx.tokens[nameToken]?.text ?? '', nameToken, type, first, last, attributes };
				}
				type = functionType(ctx, list, type, ctx.last(at));
				break;
			}
			case 'parenthesized_declarator':
			case 'abstract_parenthesized_declarator':
			case 'attributed_declarator':
				break;
			case 'identifier':
			case 'field_identifier':
			case 'type_identifier':
			case 'primitive_type': {
				const nameToken = ctx.first(at);
				return { name: ctx.tokens[nameToken]?.text ?? '', nameToken, type, first, last, attributes };
			}
			default:
				return {
					name: '',
					nameToken: first,
					type: { kind: 'unknown-type', first, last },
					first,
					last,
					attributes,
				};
		}
		at = inner;
	}
	return { name: '', nameToken: first, type, first, last, attributes };
}

/**
 * `int (callback)(void *)` as a parameter: the grammar takes `(callback)` for a list of one type. A name that is a typedef never reaches the grammar
 * as a bare identifier (see lift.ts), so a bare identifier is the parameter's name.
 */
function parenthesizedName(list: CstNode | undefined): CstNode | undefined {
	const parameters = list?.children.filter((child) => child.named) ?? [];
	const only = parameters.length === 1 && parameters[0]!.type === 'parameter_declaration' ? parameters[0]!.children : [];
	return only.length === 1 && only[0]!.type === 'type_identifier' ? only[0] : undefined;
}

function functionType(ctx: ConvertContext, list: CstNode | undefined, result: TypeNode, last: number): FunctionTypeNode {
	const parameters: ParameterNode[] = [];
	let variadic = false;
	for (const child of list?.children ?? []) {
		if (child.type === 'variadic_parameter') variadic = true;
		else if (child.type === 'parameter_declaration') parameters.push(parameter(ctx, child, list!));
		else if (child.type === 'identifier')
			parameters.push({ ...ctx.range(child), type: { kind: 'typedef-name', ...ctx.range(child), name: ctx.text(child) } });
	}
	const only = parameters[0];
	const none = parameters.length === 1 && only!.name === undefined && only!.type.kind === 'builtin' && only!.type.name === 'void';
	return { kind: 'function', first: result.first, last: Math.max(result.last, last), result, parameters: none ? [] : parameters, variadic };
}

function parameter(ctx: ConvertContext, node: CstNode, list: CstNode): ParameterNode {
	const { first, last } = ctx.range(node);
	const declarator = find(node, undefined, 'declarator');
	// Up to the comma or parenthesis that follows.
	const at = list.children.indexOf(node);
	const until = list.children[at + 1] ? ctx.first(list.children[at + 1]!) : last + 1;
	const from = list.children[at - 1] ? ctx.last(list.children[at - 1]!) : first - 1;
	const leading = (limit: number): Attribute[] => ctx.takeAttributes(from, limit, (attribute) => !isTypeAttribute(attribute));
	if (!declarator) {
		const type = specifierType(ctx, node, until);
		const attributes = leading(until);
		return { first, last, type, ...(attributes.length ? { attributes } : {}) };
	}
	const begin = ctx.first(declarator);
	const type = specifierType(ctx, node, begin);
	const before = leading(begin);
	const made = declared(ctx, declarator, type, until);
	const attributes = [...before, ...made.attributes, ...ctx.takeAttributes(from, until)];
	return {
		first,
		last,
		...(made.name ? { name: made.name } : {}),
		type: made.type,
		...(attributes.length ? { attributes } : {}),
	};
}

interface Specifiers {
	storage?: Declaration['storage'];
	inline: boolean;
}

function specifiers(ctx: ConvertContext, node: CstNode): Specifiers {
	const out: Specifiers = { inline: false };
	for (const child of node.children) {
		if (child.type !== 'storage_class_specifier') continue;
		const text = ctx.text(child);
		if (text.includes('inline')) out.inline = true;
		else out.storage = text as Declaration['storage'];
	}
	return out;
}

/** A declaration, at file scope or in a block. `before`: the last token before it, so that attributes in front of it are found. */
export function declaration(ctx: ConvertContext, node: CstNode, before: number): Declaration {
	const range = ctx.range(node);
	const declarators = node.children.filter((child) => child.field === 'declarator');
	const spec = specifiers(ctx, node);
	const boundary = declarators[0] ? ctx.first(declarators[0]) : range.last;
	const specifier = specifierType(ctx, node, boundary);
	const common = ctx.takeAttributes(before, boundary);
	const made: Declarator[] = declarators.map((child, i) => {
		const inner = child.type === 'init_declarator' ? find(child, undefined, 'declarator')! : child;
		const value = child.type === 'init_declarator' ? find(child, undefined, 'value') : undefined;
		const next = declarators[i + 1] ? ctx.first(declarators[i + 1]!) : range.last;
		const stop = value ? ctx.first(value) : next;
		const thing = declared(ctx, inner, specifier, stop);
		const own = [...thing.attributes, ...ctx.takeAttributes(before, stop)];
		const init: Expression | undefined = value && initializer(ctx, value);
		own.push(...ctx.takeAttributes(before, next));
		const attributes = [...common, ...own];
		// What cleans up is given the address.
		if (attributes.some(({ name }) => name === 'cleanup')) ctx.addressTaken.add(thing.name);
		return {
			first: thing.first,
			last: ctx.last(child),
			name: thing.name,
			nameToken: thing.nameToken,
			type: thing.type,
			...(init ? { initializer: init } : {}),
			attributes,
		};
	});
	return {
		kind: 'declaration',
		first: Math.min(range.first, common[0]?.first ?? range.first),
		last: range.last,
		...(spec.storage ? { storage: spec.storage } : {}),
		inline: spec.inline,
		specifier,
		declarators: made,
	};
}

/** `struct x { ... };` and its like: a specifier and nothing else. */
export function bareDeclaration(ctx: ConvertContext, node: CstNode): Declaration {
	const range = ctx.range(node);
	let last = range.last;
	while (last + 1 < ctx.tokens.length && ctx.tokens[last]!.text !== ';') last++;
	return { kind: 'declaration', first: range.first, last, inline: false, specifier: bareSpecifier(ctx, node), declarators: [] };
}

export function isSpecifier(node: CstNode): boolean {
	return SPECIFIERS.has(node.type);
}

export function functionDefinition(ctx: ConvertContext, node: CstNode, before: number): FunctionDefinition | undefined {
	const range = ctx.range(node);
	const declarator = find(node, undefined, 'declarator');
	const body = find(node, undefined, 'body');
	if (!declarator || !body) return undefined;
	const begin = ctx.first(declarator);
	const spec = specifiers(ctx, node);
	const result = specifierType(ctx, node, begin);
	const common = ctx.takeAttributes(before, begin);
	const open = ctx.first(body);
	const thing = declared(ctx, declarator, result, open);
	if (thing.type.kind !== 'function') return undefined;
	const attributes = [...common, ...thing.attributes, ...ctx.takeAttributes(before, open)];
	return {
		kind: 'function-definition',
		first: Math.min(range.first, common[0]?.first ?? range.first),
		last: range.last,
		...(spec.storage === 'static' || spec.storage === 'extern' ? { storage: spec.storage } : {}),
		inline: spec.inline,
		declarator: { first: thing.first, last: thing.last, name: thing.name, nameToken: thing.nameToken, type: thing.type, attributes },
		type: thing.type,
		body: compound(ctx, body),
		addressTaken: ctx.addressTaken,
	};
}

/** Is the token an identifier of the user's? */
export function isName(ctx: ConvertContext, index: number): boolean {
	return ctx.tokens[index]?.kind === TokenKind.Identifier;
}
