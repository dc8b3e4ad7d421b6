// Walking a function's tree and finding where its nodes were typed: what every kind of mutation is made of.
import type { CompoundStatement, Declarator, Expression, FunctionDefinition, Node, Statement } from '../../server/src/syntax/ast.js';
import { spelledRange, tokenRange } from '../../server/src/syntax/source-map.js';
import type { FileRange } from '../../server/src/syntax/token.js';
import type { Slice, TranslationUnit } from '../../server/src/syntax/unit.js';

/** A place in the main file's text, `end` exclusive. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

type Child = Node & { readonly kind?: string };

/** The nodes directly below a node, in the order of their text. */
export function childrenOf(node: Node): readonly Child[] {
	const found: Child[] = [];
	const take = (value: unknown): void => {
		if (Array.isArray(value)) for (const each of value) take(each);
		else if (typeof value === 'object' && value !== null) {
			if (typeof (value as Child).first === 'number') found.push(value as Child);
			else for (const each of Object.values(value)) take(each);
		}
	};
	for (const value of Object.values(node)) take(value);
	return found.sort((a, b) => a.first - b.first || b.last - a.last);
}

/** Visits every node under `node`, outer ones first. */
export function visit(node: Node, see: (node: Child) => void): void {
	see(node);
	for (const child of childrenOf(node)) visit(child, see);
}

/** All nodes of a kind under `node`, in order. */
export function allOf<K extends string>(node: Node, kind: K): Extract<Expression | Statement, { kind: K }>[] {
	const found: Extract<Expression | Statement, { kind: K }>[] = [];
	visit(node, (each) => {
		if (each.kind === kind) found.push(each as Extract<Expression | Statement, { kind: K }>);
	});
	return found;
}

/** The names that a tree mentions in expressions. */
export function namesIn(node: Node): Set<string> {
	return new Set(allOf(node, 'identifier').map((identifier) => identifier.name));
}

/** A statement with what surrounds it. */
export interface PlacedStatement {
	readonly statement: Statement;
	/** The block that holds it, if it stands in one directly; otherwise it is the body of an `if` or a loop. */
	readonly block?: CompoundStatement;
	/** Variables that are declared before it, parameters first. */
	readonly declared: readonly Declarator[];
}

/** Every statement of a function that no statement expression holds: those come out of macros' bodies. */
export function statementsOf(fn: FunctionDefinition): PlacedStatement[] {
	const found: PlacedStatement[] = [];
	const parameters = fn.type.parameters.flatMap((parameter): Declarator[] =>
		parameter.name === undefined
			? []
			: [
					{
						first: parameter.first,
						last: parameter.last,
						name: parameter.name,
						nameToken: parameter.last,
						type: parameter.type,
						attributes: [],
					},
				],
	);
	const walk = (statement: Statement, declared: readonly Declarator[], block?: CompoundStatement): void => {
		found.push({ statement, declared, ...(block ? { block } : {}) });
		switch (statement.kind) {
			case 'compound': {
				let known = declared;
				for (const each of statement.body) {
					walk(each, known, statement);
					if (each.kind === 'declaration-statement') known = [...known, ...each.declaration.declarators];
				}
				return;
			}
			case 'if':
				walk(statement.then, declared);
				if (statement.else) walk(statement.else, declared);
				return;
			case 'for': {
				const own = statement.init && 'declarators' in statement.init ? statement.init.declarators : [];
				walk(statement.body, [...declared, ...own]);
				return;
			}
			case 'while':
			case 'do':
			case 'switch':
				walk(statement.body, declared);
				return;
			default:
		}
	};
	walk(fn.body, parameters);
	return found;
}

/**
 * Where a node was typed in the main file, as a piece of text that stands for this node and for nothing beside it; undefined for what
 * comes out of a macro's body together with its neighbours, or out of a header.
 */
export function spelled(translation: TranslationUnit, slice: Slice, node: Node): Span | undefined {
	const { main } = translation;
	const { tokens } = slice;
	const rangeAt = (index: number): FileRange | undefined => (tokens[index] ? tokenRange(tokens[index], main) : undefined);
	let start = Number.POSITIVE_INFINITY;
	let end = -1;
	for (let index = node.first; index <= node.last; index++) {
		const range = rangeAt(index);
		if (!range) return undefined;
		start = Math.min(start, range.start);
		end = Math.max(end, range.end);
	}
	if (end < 0) return undefined;
	// Text that was typed token by token is the node's own, also inside of a macro's argument; of an invocation the node must be all.
	if (!tokens.slice(node.first, node.last + 1).every((token) => spelledRange(token, main))) {
		const before = rangeAt(node.first - 1);
		const after = rangeAt(node.last + 1);
		if ((before && before.end > start) || (after && after.start < end)) return undefined;
	}
	// A conditional in between belongs to the text around it: it cannot be taken out with the node.
	return /^[ \t]*#/m.test(main.text.slice(start, end)) ? undefined : { start, end };
}
