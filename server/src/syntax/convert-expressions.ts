// Concrete tree to AST: expressions and initializers.
import type { Assignment, Binary, Designator, Expression, InitializerItem, InitializerList, IntegerLiteral } from './ast.js';
import { characterValue, parseInteger } from './condition.js';
import { CONVERSION_DEPTH_LIMIT, type ConvertContext } from './convert-context.js';
import { compound } from './convert-statements.js';
import { typeName } from './convert-types.js';
import { stringValue } from './lift-words.js';
import type { Lift } from './lifted.js';
import { type CstNode, find } from './tree-sitter.js';

const named = (node: CstNode): CstNode | undefined => node.children.find((child) => child.named && child.type !== 'comment');

/** Converts an expression; what is broken or too deep comes as `unknown-expression`. */
export function expression(ctx: ConvertContext, node: CstNode): Expression {
	if (ctx.depth > CONVERSION_DEPTH_LIMIT) return { kind: 'unknown-expression', ...ctx.range(node) };
	ctx.depth++;
	try {
		return convert(ctx, node);
	} finally {
		ctx.depth--;
	}
}

/** An expression or `{ ... }`. */
export function initializer(ctx: ConvertContext, node: CstNode): Expression {
	return node.type === 'initializer_list' ? initializerList(ctx, node) : expression(ctx, node);
}

function field(ctx: ConvertContext, node: CstNode, name: string): Expression {
	const child = find(node, undefined, name);
	return child && !child.missing ? expression(ctx, child) : { kind: 'unknown-expression', ...ctx.range(node) };
}

function convert(ctx: ConvertContext, node: CstNode): Expression {
	const range = ctx.range(node);
	const { first, last } = range;
	const unknown: Expression = { kind: 'unknown-expression', first, last };
	if (node.missing) return unknown;
	switch (node.type) {
		case 'identifier':
		case 'field_identifier':
			return { kind: 'identifier', first, last, name: ctx.text(node) };
		case 'number_literal': {
			const made = ctx.lifted.lifts.get(first);
			if (made && made.kind !== 'typeof' && made.kind !== 'atomic') return lifted(ctx, made, range);
			return number(ctx.text(node), range);
		}
		case 'char_literal':
			return { kind: 'integer', first, last, value: characterValue(ctx.text(node)), type: 'int' };
		case 'string_literal':
		case 'concatenated_string': {
			let value = '';
			for (let i = first; i <= last; i++) value += stringValue(ctx.tokens[i]!.text);
			return { kind: 'string', first, last, value };
		}
		case 'parenthesized_expression': {
			const inner = named(node);
			if (!inner) return unknown;
			if (inner.type === 'compound_statement') return { kind: 'statement-expression', first, last, body: compound(ctx, inner) };
			return expression(ctx, inner);
		}
		case 'extension_expression': {
			const inner = named(node);
			return inner ? expression(ctx, inner) : unknown;
		}
		case 'unary_expression': {
			const operator = node.children[0]!.type;
			if (operator !== '-' && operator !== '+' && operator !== '!' && operator !== '~') return unknown;
			return { kind: 'unary', first, last, operator, operand: field(ctx, node, 'argument') };
		}
		case 'pointer_expression': {
			const operand = field(ctx, node, 'argument');
			if (node.children[0]!.type !== '&') return { kind: 'dereference', first, last, operand };
			ctx.takeAddress(operand);
			return { kind: 'address-of', first, last, operand };
		}
		case 'update_expression':
			return update(ctx, node, range);
		case 'binary_expression': {
			const operator = find(node, undefined, 'operator')?.type ?? '';
			const left = field(ctx, node, 'left');
			const right = field(ctx, node, 'right');
			if (operator === '&&' || operator === '||') return { kind: 'logical', first, last, operator, left, right };
			return { kind: 'binary', first, last, operator: operator as Binary['operator'], left, right };
		}
		case 'conditional_expression': {
			const then = find(node, undefined, 'consequence');
			return {
				kind: 'conditional',
				first,
				last,
				condition: field(ctx, node, 'condition'),
				...(then ? { then: expression(ctx, then) } : {}),
				else: field(ctx, node, 'alternative'),
			};
		}
		case 'assignment_expression': {
			const operator = find(node, undefined, 'operator')?.type ?? '=';
			return {
				kind: 'assignment',
				first,
				last,
				operator: (operator === '=' ? '=' : operator.slice(0, -1)) as Assignment['operator'],
				target: field(ctx, node, 'left'),
				value: field(ctx, node, 'right'),
			};
		}
		case 'comma_expression':
			return comma(ctx, node);
		case 'call_expression': {
			const list = find(node, undefined, 'arguments');
			const args: Expression[] = [];
			for (const child of list?.children ?? []) {
				if (!child.named || child.type === 'comment') continue;
				if (child.type === 'compound_statement')
					args.push({ kind: 'statement-expression', ...ctx.range(child), body: compound(ctx, child) });
				else args.push(expression(ctx, child));
			}
			return { kind: 'call', first, last, callee: field(ctx, node, 'function'), arguments: args };
		}
		case 'subscript_expression':
			return {
				kind: 'index',
				first,
				last,
				object: field(ctx, node, 'argument'),
				index: field(ctx, node, 'index'),
			};
		case 'field_expression': {
			const member = find(node, undefined, 'field');
			return {
				kind: 'member',
				first,
				last,
				object: field(ctx, node, 'argument'),
				member: member && !member.missing ? ctx.text(member) : '',
				arrow: find(node, undefined, 'operator')?.type === '->',
			};
		}
		case 'cast_expression': {
			const type = find(node, undefined, 'type');
			if (!type) return unknown;
			return { kind: 'cast', first, last, type: typeName(ctx, type), operand: field(ctx, node, 'value') };
		}
		case 'compound_literal_expression': {
			const type = find(node, undefined, 'type');
			const value = find(node, undefined, 'value');
			if (!type || !value) return unknown;
			return {
				kind: 'compound-literal',
				first,
				last,
				type: typeName(ctx, type),
				initializer: initializerList(ctx, value),
			};
		}
		case 'initializer_list':
			return initializerList(ctx, node);
		case 'sizeof_expression': {
			const value = find(node, undefined, 'value');
			if (value) return { kind: 'sizeof', first, last, operator: 'sizeof', operand: expression(ctx, value) };
			const type = find(node, undefined, 'type');
			return type ? { kind: 'sizeof', first, last, operator: 'sizeof', operand: typeName(ctx, type) } : unknown;
		}
		default:
			return unknown;
	}
}

/** The grammar takes `!x++` for `(!x)++`; C binds the postfix operator first. */
function update(ctx: ConvertContext, node: CstNode, { first, last }: { first: number; last: number }): Expression {
	const prefix = node.children[0]!.type === '++' || node.children[0]!.type === '--';
	const operator = (find(node, undefined, 'operator')?.type === '--' ? '--' : '++') as '++' | '--';
	const operand = field(ctx, node, 'argument');
	if (!prefix && (operand.kind === 'unary' || operand.kind === 'address-of' || operand.kind === 'dereference') && operand.first === first) {
		const argument = find(node, undefined, 'argument');
		if (argument?.type === 'unary_expression' || argument?.type === 'pointer_expression') {
			const inner = operand.operand;
			const made: Expression = { kind: 'inc-dec', first: inner.first, last, operator, prefix: false, operand: inner };
			return { ...operand, last, operand: made };
		}
	}
	return { kind: 'inc-dec', first, last, operator, prefix, operand };
}

/** Commas that lean to the left as C has them. A longer list means the same however it is put together, and is made so that its tree is not deep. */
const LEANING_COMMAS = 200;

/** Comma chains lean to the right in the grammar, to the left in C; long ones must not nest the stack. */
function comma(ctx: ConvertContext, node: CstNode): Expression {
	const parts: CstNode[] = [];
	let at: CstNode | undefined = node;
	while (at?.type === 'comma_expression') {
		const left = find(at, undefined, 'left');
		if (left) parts.push(left);
		at = find(at, undefined, 'right');
	}
	if (at) parts.push(at);
	const values = parts.map((part) => expression(ctx, part));
	if (values.length > LEANING_COMMAS) return balanced(values);
	return values.reduce(joined);
}

function joined(left: Expression, right: Expression): Expression {
	return { kind: 'comma', first: left.first, last: right.last, left, right };
}

function balanced(values: readonly Expression[]): Expression {
	if (values.length === 1) return values[0]!;
	const middle = values.length >> 1;
	return joined(balanced(values.slice(0, middle)), balanced(values.slice(middle)));
}

function initializerList(ctx: ConvertContext, node: CstNode): InitializerList {
	const { first, last } = ctx.range(node);
	if (ctx.depth > CONVERSION_DEPTH_LIMIT) return { kind: 'initializer-list', first, last, items: [] };
	ctx.depth++;
	const items: InitializerItem[] = [];
	for (const child of node.children) {
		if (!child.named || child.type === 'comment') continue;
		if (child.type !== 'initializer_pair') {
			items.push({ ...ctx.range(child), designators: [], value: initializer(ctx, child) });
			continue;
		}
		const designators: Designator[] = [];
		for (const part of child.children) {
			if (part.type === 'field_designator') {
				const name = named(part);
				designators.push({ member: name ? ctx.text(name) : '' });
			} else if (part.type === 'field_identifier' && part.field === 'designator') designators.push({ member: ctx.text(part) });
			else if (part.type === 'subscript_designator') {
				const index = named(part);
				if (index) designators.push({ index: expression(ctx, index) });
			} else if (part.type === 'subscript_range_designator') {
				designators.push({ index: field(ctx, part, 'start'), upTo: field(ctx, part, 'end') });
			}
		}
		const value = find(child, undefined, 'value');
		items.push({
			...ctx.range(child),
			designators,
			value: value ? initializer(ctx, value) : { kind: 'unknown-expression', ...ctx.range(child) },
		});
	}
	ctx.depth--;
	return { kind: 'initializer-list', first, last, items };
}

/** A number as C types it on a 64-bit target. */
function number(text: string, { first, last }: { first: number; last: number }): Expression {
	const parsed = parseInteger(text);
	if (!parsed) {
		const value = Number.parseFloat(text.replace(/[fFlL]+$/, '').replaceAll("'", ''));
		return Number.isNaN(value) ? { kind: 'unknown-expression', first, last } : { kind: 'float', first, last, value };
	}
	return { kind: 'integer', first, last, value: parsed.value, type: integerType(parsed, text) };
}

function integerType(parsed: { value: bigint; longs: number; decimal: boolean }, text: string): IntegerLiteral['type'] {
	const unsignedSuffix = /u/i.test(text.replace(/^0[xX]/, ''));
	const { value, longs, decimal } = parsed;
	const wide = longs > 1 ? 'long long' : 'long';
	if (longs === 0) {
		if (!unsignedSuffix && value < 1n << 31n) return 'int';
		if ((unsignedSuffix || !decimal) && value < 1n << 32n) return 'unsigned int';
	}
	if (!unsignedSuffix && value < 1n << 63n) return wide;
	return `unsigned ${wide}`;
}

/** The expression of a placeholder that lifting put into the text. */
function lifted(
	ctx: ConvertContext,
	made: Exclude<Lift, { kind: 'typeof' | 'atomic' }>,
	{ first, last }: { first: number; last: number },
): Expression {
	const value = (id: number): Expression => ctx.operand(id, (node) => expression(ctx, node)) ?? { kind: 'unknown-expression', first, last };
	const type = (id: number): ReturnType<typeof typeName> =>
		ctx.operand(id, (node) => typeName(ctx, node)) ?? { kind: 'unknown-type', first, last };
	switch (made.kind) {
		case 'sizeof':
			return {
				kind: 'sizeof',
				first,
				last,
				operator: made.operator,
				operand: ctx.lifted.operands[made.operand]!.kind === 'type' ? type(made.operand) : value(made.operand),
			};
		case 'offsetof':
			return {
				kind: 'offsetof',
				first,
				last,
				type: type(made.type),
				path: made.path.map((step) => (step.index === undefined ? { member: step.member } : { index: value(step.index) })),
			};
		case 'types-compatible':
			return { kind: 'types-compatible', first, last, left: type(made.left), right: type(made.right) };
		case 'va-arg':
			return { kind: 'va-arg', first, last, list: value(made.list), type: type(made.type) };
		case 'generic':
			return {
				kind: 'generic',
				first,
				last,
				control: value(made.control),
				associations: made.associations.map((each) => ({
					...(each.type === undefined ? {} : { type: type(each.type) }),
					value: value(each.value),
				})),
			};
		case 'again':
			return ctx.once(made.operand, () => value(made.operand));
		case 'label-address':
			return { kind: 'label-address', first, last, label: made.label };
		default:
			return { kind: 'unknown-expression', first, last };
	}
}
