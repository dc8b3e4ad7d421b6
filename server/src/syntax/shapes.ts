// The trees of fragments, by their text: each is parsed once, wherever it stands. Their places count pieces and not characters, so that one tree
// serves all.
import { CUT_OUT, type Fragment, operandFrame, STATEMENTS } from './fragments.js';
import { type CstNode, type CstRoot, find, type ParserBackend } from './tree-sitter.js';

/** What a fragment's text is to the parser. */
export interface Shape {
	/** The nodes of its statements, or of its declaration. */
	readonly nodes: readonly CstNode[];
	/** What an operand is. */
	readonly operand: CstNode | undefined;
}

/** Trees that are kept; the 798 files of the kernel's selftests have 5,000. */
const SHAPE_LIMIT = 8192;
/** Longer texts seldom come again. */
const KEPT_LENGTH = 1000;

export class Shapes {
	private readonly known = new Map<string, Shape>();

	constructor(private readonly parser: ParserBackend) {}

	clear(): void {
		this.known.clear();
	}

	/** Gives each fragment its shape. False where one has a fault, or is not what it was taken for: then only the whole text can say what it means. */
	resolve(fragments: readonly Fragment[]): boolean {
		const missing = new Map<string, Fragment[]>();
		for (const fragment of fragments) {
			fragment.shape = this.known.get(fragment.text);
			if (fragment.shape) continue;
			const same = missing.get(fragment.text);
			if (same) same.push(fragment);
			else missing.set(fragment.text, [fragment]);
		}
		if (missing.size === 0) return true;
		// A call of the parser costs as much as a short statement.
		const texts = [...missing.keys()];
		const text = texts.join('\n');
		const root = this.parser.parse(text);
		if (root.faulty) return false;
		let at = 0;
		let start = 0;
		const all = { text, pieces: piecesOf(text) };
		for (const each of texts) {
			const nodes: CstNode[] = [];
			const end = start + each.length;
			for (; at < root.children.length && root.children[at]!.start < end; at++) nodes.push(root.children[at]!);
			const shape = shapeOf(each, nodes, start, all);
			if (!shape) return false;
			for (const fragment of missing.get(each)!) fragment.shape = shape;
			if (each.length <= KEPT_LENGTH) this.keep(each, shape);
			start = end + 1;
		}
		return true;
	}

	/** The tree of a whole text, its places counted in pieces. */
	whole(text: string): CstRoot {
		const root = this.parser.parse(text);
		place([root], { text, pieces: piecesOf(text) }, 0);
		return root;
	}

	private keep(text: string, shape: Shape): void {
		if (this.known.size >= SHAPE_LIMIT) this.known.delete(this.known.keys().next().value!);
		this.known.set(text, shape);
	}
}

/** All that is parsed at once. */
interface Parsed {
	readonly text: string;
	readonly pieces: Uint32Array;
}

/** Undefined where a line is not what it was taken for: statements in braces, an operand in its frame, with blocks where blocks were cut out. */
function shapeOf(text: string, nodes: readonly CstNode[], start: number, all: Parsed): Shape | undefined {
	const last = nodes[nodes.length - 1];
	if (!last || nodes[0]!.start !== start || last.end !== start + text.length) return undefined;
	if (place(nodes, all, all.pieces[start]!) < text.split(CUT_OUT).length - 1) return undefined;
	if (!text.startsWith(STATEMENTS)) return { nodes, operand: operandIn(last, text) };
	return nodes.length === 1 && last.type === 'compound_statement' ? { nodes: last.children.slice(1, -1), operand: undefined } : undefined;
}

/** What stands in the frame that makes a declaration of an operand. `text` begins with the frame. */
export function operandIn(declaration: CstNode, text: string): CstNode | undefined {
	const value = find(find(declaration, 'init_declarator'), undefined, 'value');
	return text.startsWith(operandFrame('type')) ? find(value, undefined, 'type') : value;
}

/** For each character the piece in which it lies. A piece begins behind each blank and each line's end. */
function piecesOf(text: string): Uint32Array {
	const pieces = new Uint32Array(text.length + 1);
	let piece = 0;
	for (let i = 0; i < text.length; i++) {
		pieces[i] = piece;
		const code = text.charCodeAt(i);
		if (code === LINE_END || (code === BLANK && text.charCodeAt(i + 1) !== LINE_END)) piece++;
	}
	pieces[text.length] = piece;
	return pieces;
}

/**
 * Makes the characters at which nodes begin and end the pieces that they lie in, counted from the piece `from`. Gives the number of blocks whose inside was cut out.
 * Iterative: a tree may be deep.
 */
function place(nodes: readonly CstNode[], { text, pieces }: Parsed, from: number): number {
	const open = [...nodes] as Mutable<CstNode>[];
	let emptied = 0;
	for (let node = open.pop(); node; node = open.pop()) {
		if (node.type === 'compound_statement' && text.startsWith(CUT_OUT, node.start)) emptied++;
		node.end = pieces[Math.max(0, node.end - 1)]! - from;
		node.start = pieces[node.start]! - from;
		for (const child of node.children) open.push(child as Mutable<CstNode>);
	}
	return emptied;
}

const BLANK = 32;
const LINE_END = 10;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
