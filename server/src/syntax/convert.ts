// From a slice's tokens to its tree: lift, parse, convert.
import type { Node, TopLevel } from './ast.js';
import { spoiledFrom } from './broken.js';
import { ConvertContext } from './convert-context.js';
import { bareDeclaration, declaration, functionDefinition, isSpecifier } from './convert-types.js';
import { lift } from './lift.js';
import type { Repeat, TypedefOracle } from './lifted.js';
import type { Shapes } from './shapes.js';
import type { Token } from './token.js';
import type { CstNode, CstRoot } from './tree-sitter.js';
import { ASM_WORDS, STATIC_ASSERT_WORDS } from './words.js';

/** Brackets inside brackets, and conditions inside conditions (`a ? b ? ...`); clang's own limit for the former is 256. */
export const NESTING_LIMIT = 256;

/** Tokens of one declaration; the largest function of the kernel's selftests has 66,000. Parsing so many takes a third of a second, in one piece. */
export const SLICE_TOKEN_LIMIT = 200_000;

export interface ParsedSlice {
	readonly tree: TopLevel;
	/** The concrete tree holds an ERROR or MISSING node: pieces of the text are not in the tree. */
	readonly broken: boolean;
	/** With `broken`: the token where the first such node begins. */
	readonly at?: number;
	/** With `broken`: the token from which the tree cannot be trusted. */
	readonly spoiled?: number;
	/** What has no node of its own in the tree. */
	readonly repeats?: readonly Repeat[];
	/** Brackets or conditions nest beyond `NESTING_LIMIT`, and the slice was not parsed; the token where they do. */
	readonly tooDeep?: number;
}

/** Parses one top-level declaration. Never throws for what the text holds. */
export function parseSlice(tokens: readonly Token[], isTypedef: TypedefOracle, shapes: Shapes): ParsedSlice {
	const whole: Node = { first: 0, last: Math.max(0, tokens.length - 1) };
	const head = tokens[0]?.text ?? '';
	if (STATIC_ASSERT_WORDS.has(head)) return { tree: { kind: 'static-assert', ...whole }, broken: false };
	if (ASM_WORDS.has(head)) return { tree: { kind: 'top-level-asm', ...whole }, broken: false };
	const unknown: TopLevel = { kind: 'unknown-declaration', ...whole };
	if (tokens.length > SLICE_TOKEN_LIMIT) return { tree: unknown, broken: false };
	const tooDeep = nestsBeyond(tokens);
	if (tooDeep >= 0) return { tree: unknown, broken: false, tooDeep };
	let lifted = lift(tokens, isTypedef);
	let root: CstRoot | undefined;
	if (lifted.text !== undefined || !shapes.resolve(lifted.fragments)) {
		if (lifted.text === undefined) lifted = lift(tokens, isTypedef, true);
		root = shapes.whole(lifted.text!);
	}
	const ctx = new ConvertContext(tokens, lifted, root);
	const error = root?.faulty ? firstError(root) : undefined;
	const broken = error !== undefined;
	const at = error && ctx.first(error);
	const { base: mainStart } = lifted.main;
	const spoiledAt = error && spoiledFrom(root!, mainStart);
	// An error in a piece that was taken out of the text has no place in it: then nothing is certain.
	const taken = error !== undefined && error.start < mainStart;
	const spoiled = taken ? 0 : spoiledAt && ctx.tokenAt(spoiledAt);
	const nodes = root ? root.children.filter((child) => child.start >= mainStart) : lifted.main.shape!.nodes;
	const items = nodes.filter((child) => child.type !== 'comment');
	// A file-scope semicolon with nothing before it.
	const item = items.find((child) => child.named && child.type !== 'ERROR' && child.type !== 'expression_statement') ?? items[0];
	if (!item || tokens.every((token) => token.text === ';')) {
		return {
			tree: { kind: 'declaration', ...whole, inline: false, specifier: { kind: 'builtin', name: 'void', ...whole }, declarators: [] },
			broken,
			at,
			spoiled,
		};
	}
	let tree: TopLevel | undefined;
	if (item.type === 'declaration') tree = declaration(ctx, item, -1);
	else if (item.type === 'function_definition') tree = functionDefinition(ctx, item, -1);
	else if (isSpecifier(item)) tree = bareDeclaration(ctx, item);
	if (!tree) return { tree: unknown, broken, at, spoiled };
	return { tree: { ...tree, first: 0, last: whole.last }, broken, at, spoiled, repeats: lifted.repeats };
}

/** The first token that brackets or conditions enclose beyond `NESTING_LIMIT`; -1 where none is. */
export function nestsBeyond(tokens: readonly Token[]): number {
	if (tokens.length <= NESTING_LIMIT) return -1;
	let depth = 0;
	let conditions = 0;
	for (let i = 0; i < tokens.length; i++) {
		const { text } = tokens[i]!;
		if (text === '(' || text === '[' || text === '{') {
			if (++depth > NESTING_LIMIT) return i;
		} else if (text === ')' || text === ']' || text === '}') depth--;
		else if (text === '?') {
			if (++conditions > NESTING_LIMIT) return i;
		} else if (text === ';') conditions = 0;
		else if (text === ':' && conditions > 0) conditions--;
	}
	return -1;
}

/** The first ERROR or MISSING node. Iterative: an erroneous tree may be deep. */
function firstError(root: CstNode): CstNode | undefined {
	const open = [root];
	for (let node = open.pop(); node; node = open.pop()) {
		if (node.type === 'ERROR' || node.missing) return node;
		for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i]!);
	}
	return undefined;
}
