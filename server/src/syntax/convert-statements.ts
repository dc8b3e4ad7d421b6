// Concrete tree to AST: statements.
import type { AsmOperand, AsmStatement, CompoundStatement, Declaration, Expression, Statement } from './ast.js';
import { CONVERSION_DEPTH_LIMIT, type ConvertContext } from './convert-context.js';
import { expression } from './convert-expressions.js';
import { bareDeclaration, declaration, isSpecifier } from './convert-types.js';
import type { AsmLift } from './lifted.js';
import { type CstNode, find } from './tree-sitter.js';

/** Statements that stand in a block one after the other. Labels and cases come as statements of their own before what they label. */
export function compound(ctx: ConvertContext, node: CstNode): CompoundStatement {
	const { first, last } = ctx.range(node);
	const body: Statement[] = [];
	if (ctx.depth > CONVERSION_DEPTH_LIMIT)
		return {
			kind: 'compound',
			first,
			last,
			body: [{ kind: 'unknown-statement', first, last }],
		};
	ctx.depth++;
	let before = first;
	const add = (nodes: readonly CstNode[]): void => {
		for (let i = 0; i < nodes.length; i++) before = block(ctx, nodes[i]!, nodes[i + 1], before, body);
	};
	ctx.cutOut(node, add);
	add(node.children);
	ctx.depth--;
	return { kind: 'compound', first, last, body };
}

/** Adds what one child of a block stands for; gives its last token. */
function block(ctx: ConvertContext, child: CstNode, next: CstNode | undefined, before: number, out: Statement[]): number {
	if (!child.named) return Math.max(before, ctx.last(child));
	if (child.type === 'comment') return before;
	// `struct x { ... };` in a block: the semicolon is the next child.
	if (isSpecifier(child)) {
		const made = bareDeclaration(ctx, child);
		out.push({ kind: 'declaration-statement', first: made.first, last: made.last, declaration: made });
		return Math.max(made.last, next && next.type === ';' ? ctx.last(next) : made.last);
	}
	statement(ctx, child, before, out);
	return Math.max(before, ctx.last(child));
}

/** A statement where C wants exactly one; several (a label and what it labels) come as a compound. */
function single(ctx: ConvertContext, node: CstNode | undefined, holder: CstNode, before: number): Statement {
	if (!node || node.missing) return { kind: 'unknown-statement', ...ctx.range(holder) };
	const out: Statement[] = [];
	statement(ctx, node, before, out);
	if (out.length === 1) return out[0]!;
	return { kind: 'compound', ...ctx.range(node), body: out };
}

function condition(ctx: ConvertContext, node: CstNode): Expression {
	const child = find(node, undefined, 'condition');
	return child ? expression(ctx, child) : { kind: 'unknown-expression', ...ctx.range(node) };
}

function statement(ctx: ConvertContext, node: CstNode, before: number, out: Statement[]): void {
	if (ctx.depth > CONVERSION_DEPTH_LIMIT) {
		out.push({ kind: 'unknown-statement', ...ctx.range(node) });
		return;
	}
	ctx.depth++;
	try {
		convert(ctx, node, before, out);
	} finally {
		ctx.depth--;
	}
}

function convert(ctx: ConvertContext, node: CstNode, before: number, out: Statement[]): void {
	const range = ctx.range(node);
	const { first, last } = range;
	const inner = node.children.find((child) => child.named && child.type !== 'comment');
	switch (node.type) {
		case 'compound_statement':
			out.push(compound(ctx, node));
			return;
		case 'declaration': {
			const made = declaration(ctx, node, before);
			out.push({ kind: 'declaration-statement', first: made.first, last: made.last, declaration: made });
			return;
		}
		case 'expression_statement': {
			if (!inner) {
				out.push({ kind: 'empty', first, last });
				return;
			}
			const asm = inner.type === 'number_literal' ? ctx.lifted.lifts.get(ctx.first(inner)) : undefined;
			if (asm?.kind === 'asm') {
				out.push(asmStatement(ctx, asm, range));
				return;
			}
			out.push({ kind: 'expression-statement', first, last, expression: expression(ctx, inner) });
			return;
		}
		case 'if_statement': {
			const otherwise = find(node, undefined, 'alternative');
			const elseBody =
				otherwise?.type === 'else_clause' ? otherwise.children.find((child) => child.named && child.type !== 'comment') : otherwise;
			out.push({
				kind: 'if',
				first,
				last,
				condition: condition(ctx, node),
				then: single(ctx, find(node, undefined, 'consequence'), node, first),
				...(elseBody ? { else: single(ctx, elseBody, node, first) } : {}),
			});
			return;
		}
		case 'while_statement':
			out.push({
				kind: 'while',
				first,
				last,
				condition: condition(ctx, node),
				body: single(ctx, find(node, undefined, 'body'), node, first),
			});
			return;
		case 'do_statement':
			out.push({
				kind: 'do',
				first,
				last,
				body: single(ctx, find(node, undefined, 'body'), node, first),
				condition: condition(ctx, node),
			});
			return;
		case 'for_statement': {
			const init = find(node, undefined, 'initializer');
			const test = find(node, undefined, 'condition');
			const step = find(node, undefined, 'update');
			const made: Expression | Declaration | undefined =
				init && (init.type === 'declaration' ? declaration(ctx, init, first) : expression(ctx, init));
			out.push({
				kind: 'for',
				first,
				last,
				...(made ? { init: made } : {}),
				...(test ? { condition: expression(ctx, test) } : {}),
				...(step ? { step: expression(ctx, step) } : {}),
				body: single(ctx, find(node, undefined, 'body'), node, first),
			});
			return;
		}
		case 'switch_statement':
			out.push({
				kind: 'switch',
				first,
				last,
				value: condition(ctx, node),
				body: single(ctx, find(node, undefined, 'body'), node, first),
			});
			return;
		case 'case_statement':
			caseLabel(ctx, node, out);
			return;
		case 'labeled_statement': {
			const label = find(node, undefined, 'label');
			const colon = node.children.find((child) => child.type === ':');
			out.push({ kind: 'label', first, last: colon ? ctx.last(colon) : first, name: label ? ctx.text(label) : '' });
			const body = node.children[node.children.length - 1]!;
			// The empty statement that lifting put behind the colon is none of the user's.
			if (body.named && body !== label && !(colon && ctx.first(body) === ctx.first(colon))) statement(ctx, body, first, out);
			return;
		}
		case 'goto_statement': {
			const label = find(node, undefined, 'label');
			out.push({ kind: 'goto', first, last, target: label ? ctx.text(label) : '' });
			return;
		}
		case 'break_statement':
			out.push({ kind: 'break', first, last });
			return;
		case 'continue_statement':
			out.push({ kind: 'continue', first, last });
			return;
		case 'return_statement':
			if (ctx.text(node) === 'goto') {
				out.push({ kind: 'goto', first, last, target: inner ? expression(ctx, inner) : '' });
				return;
			}
			out.push({ kind: 'return', first, last, ...(inner ? { value: expression(ctx, inner) } : {}) });
			return;
		case 'attributed_statement': {
			const body = node.children[node.children.length - 1];
			if (body) statement(ctx, body, before, out);
			return;
		}
		default:
			if (isSpecifier(node)) {
				const made = bareDeclaration(ctx, node);
				out.push({ kind: 'declaration-statement', first: made.first, last: made.last, declaration: made });
				return;
			}
			out.push({ kind: 'unknown-statement', first, last });
	}
}

function caseLabel(ctx: ConvertContext, node: CstNode, out: Statement[]): void {
	const at = node.children.findIndex((child) => child.type === ':');
	const colon = node.children[at];
	const first = ctx.first(node);
	const last = colon ? ctx.last(colon) : ctx.last(node);
	const value = find(node, undefined, 'value');
	if (!value) out.push({ kind: 'default', first, last });
	else {
		// `case a ... b` was written as `a ?: b`.
		const mark = value.type === 'conditional_expression' ? value.children.find((child) => child.type === '?') : undefined;
		if (mark && ctx.text(mark) === '...') {
			const low = find(value, undefined, 'condition');
			const high = find(value, undefined, 'alternative');
			const unknown: Expression = { kind: 'unknown-expression', ...ctx.range(value) };
			out.push({ kind: 'case', first, last, value: low ? expression(ctx, low) : unknown, upTo: high ? expression(ctx, high) : unknown });
		} else out.push({ kind: 'case', first, last, value: expression(ctx, value) });
	}
	let before = last;
	const rest = node.children.slice(at + 1);
	for (let i = 0; i < rest.length; i++) before = block(ctx, rest[i]!, rest[i + 1], before, out);
}

function asmStatement(ctx: ConvertContext, made: AsmLift, { first, last }: { first: number; last: number }): AsmStatement {
	const operand = (each: AsmLift['outputs'][number]): AsmOperand => {
		const { name, constraint } = each;
		const range = { first: each.first, last: each.last };
		const value: Expression = ctx.operand(each.value, (node) => expression(ctx, node)) ?? { kind: 'unknown-expression', ...range };
		// Assembly reaches what may lie in memory alone through its address.
		if (constraint.includes('m') && !/[rg]/.test(constraint)) ctx.takeAddress(value);
		return { ...range, ...(name === undefined ? {} : { name }), constraint, value };
	};
	return {
		kind: 'asm',
		first,
		last,
		volatile: made.volatile,
		template: made.template,
		outputs: made.outputs.map(operand),
		inputs: made.inputs.map(operand),
		clobbers: made.clobbers,
		labels: made.labels,
	};
}
