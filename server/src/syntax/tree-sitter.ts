// The only place that knows tree-sitter: natively where its addon loads, as WebAssembly elsewhere. A tree is copied once, by cursor,
// into plain nodes, and let go.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A node of the concrete tree. Where it begins and ends is counted in UTF-16 units of the parsed text; from `shapes.ts` on in pieces of it, the last one included. */
export interface CstNode {
	readonly type: string;
	readonly start: number;
	readonly end: number;
	readonly named: boolean;
	/** The name of the field under which the parent holds it. */
	readonly field: string | undefined;
	/** Inserted by the parser's error recovery. */
	readonly missing: boolean;
	readonly children: readonly CstNode[];
}

/** The root of a tree. */
export interface CstRoot extends CstNode {
	/** An ERROR or MISSING node lies in the tree. */
	readonly faulty: boolean;
}

/** The first child of the type or field. */
export function find(node: CstNode | undefined, type: string | undefined, field?: string): CstNode | undefined {
	if (!node) return undefined;
	for (const child of node.children)
		if ((type === undefined || child.type === type) && (field === undefined || child.field === field)) return child;
	return undefined;
}

export interface ParserBackend {
	readonly name: 'native' | 'wasm';
	/** The concrete tree of a C text. */
	parse(text: string): CstRoot;
}

/** The part of a TreeCursor that both bindings have in common. */
interface Cursor {
	readonly nodeType: string;
	readonly nodeTypeId: number;
	readonly nodeIsNamed: boolean;
	readonly nodeIsMissing: boolean;
	readonly startIndex: number;
	readonly endIndex: number;
	readonly currentFieldName: string | null;
	readonly currentFieldId: number | undefined;
	gotoFirstChild(): boolean;
	gotoNextSibling(): boolean;
	gotoParent(): boolean;
}

/** The part of a Tree that both bindings have in common. */
interface Tree<C extends Cursor = Cursor> {
	readonly rootNode: { readonly hasError: boolean };
	walk(): C;
}

interface NodeType {
	readonly type: string;
	readonly named: boolean;
	/** Such a node has no children: nobody need look. */
	readonly token: boolean;
	/** No parent holds such a node under a field. */
	readonly fieldless: boolean;
}

/** Named nodes that are tokens of tree-sitter-c's grammar. */
const NAMED_TOKENS = new Set([
	'identifier',
	'type_identifier',
	'field_identifier',
	'statement_identifier',
	'primitive_type',
	'number_literal',
]);

/** Tokens that tree-sitter-c's grammar names in no field; half of all tokens. */
export const FIELDLESS: ReadonlySet<string> = new Set(['(', ')', '[', ']', '{', '}', ',', ';']);

/**
 * What the numbers of a grammar stand for, learnt as they are met: a number crosses the binding at a fraction of a string's price, and equal
 * names are one string then.
 */
class Names {
	private readonly types: NodeType[] = [];
	private readonly fields: (string | undefined)[] = [];

	type(cursor: Cursor): NodeType {
		const id = cursor.nodeTypeId;
		return (this.types[id] ??= this.learn(cursor));
	}

	private learn(cursor: Cursor): NodeType {
		const { nodeType: type, nodeIsNamed: named } = cursor;
		return { type, named, token: !named || NAMED_TOKENS.has(type), fieldless: FIELDLESS.has(type) };
	}

	field(cursor: Cursor, type: NodeType): string | undefined {
		if (type.fieldless) return undefined;
		const id = cursor.currentFieldId;
		return id ? (this.fields[id] ??= cursor.currentFieldName ?? undefined) : undefined;
	}
}

/** Half of all nodes are tokens; they share this one. */
const NO_CHILDREN: readonly CstNode[] = [];

/** Says where the token under the cursor lies. False where it cannot: then the copy is given up. */
type Placing = (made: Mutable<CstNode>, cursor: Cursor) => boolean;

/** As the parser says. */
const asked: Placing = (made, cursor) => {
	made.start = cursor.startIndex;
	made.end = cursor.endIndex;
	// What the parser inserted has no text.
	made.missing = made.start === made.end && cursor.nodeIsMissing;
	return true;
};

/**
 * By the text: where the parser has left nothing out and inserted nothing, each of its tokens begins where white space behind the one before ends. Asking is a
 * third of what a copy costs.
 */
function counted(text: string): Placing {
	let at = 0;
	return (made) => {
		while (text.charCodeAt(at) <= SPACE) at++;
		made.start = at;
		if (made.named) while (isWord(text.charCodeAt(at))) at++;
		else if (text.charCodeAt(at) === made.type.charCodeAt(0)) at += made.type.length;
		made.end = at;
		return made.end > made.start;
	};
}

const SPACE = 32;

/** Part of a name or number. */
function isWord(code: number): boolean {
	return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95;
}

/** Copies the tree of a text. `done` lets go of a cursor. */
function copyTree<C extends Cursor>(tree: Tree<C>, text: string, names: Names, done: (cursor: C) => void): CstRoot {
	const by = (place: Placing): CstRoot | undefined => {
		const cursor = tree.walk();
		try {
			return copy(cursor, names, place);
		} finally {
			done(cursor);
		}
	};
	if (!tree.rootNode.hasError) {
		const root = by(counted(text));
		// If all tokens lie where they were taken to lie, the last one lies at the text's end.
		if (root && text.slice(root.end).trim() === '') return root;
	}
	return by(asked)!;
}

/**
 * Copies the tree under the cursor; undefined where a token could not be placed. Iterative, since a text can nest deeper than the stack. Each question to the cursor
 * crosses the binding, which is most of what a copy costs: where a node with children begins and ends is told by the first and the last of them.
 */
function copy(cursor: Cursor, names: Names, place: Placing): CstRoot | undefined {
	let faulty = false;
	let token = false;
	const node = (): Mutable<CstNode> => {
		const known = names.type(cursor);
		const { type, named } = known;
		({ token } = known);
		return { type, start: -1, end: -1, named, field: names.field(cursor, known), missing: false, children: NO_CHILDREN };
	};
	const root = node();
	if (!cursor.gotoFirstChild()) {
		asked(root, cursor);
		return { ...root, faulty: root.missing || root.type === 'ERROR' };
	}
	// Children wait here for their parents: a list that is made of them at once has no more room than it needs.
	const done: CstNode[] = [];
	let count = 0;
	const open: { readonly node: Mutable<CstNode>; readonly from: number }[] = [{ node: root, from: 0 }];
	for (;;) {
		const made = node();
		if (!token && cursor.gotoFirstChild()) {
			open.push({ node: made, from: count });
			continue;
		}
		if (!place(made, cursor)) return undefined;
		if (made.missing || made.type === 'ERROR') faulty = true;
		done[count++] = made;
		while (!cursor.gotoNextSibling()) {
			const { node: parent, from } = open.pop()!;
			const children = done.slice(from, count);
			count = from;
			parent.children = children;
			parent.start = children[0]!.start;
			parent.end = children[children.length - 1]!.end;
			if (parent.type === 'ERROR') faulty = true;
			if (!open.length) return { ...root, faulty };
			done[count++] = parent;
			cursor.gotoParent();
		}
	}
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface NativeParser {
	setLanguage(language: unknown): void;
	parse(text: string, old?: unknown, options?: { bufferSize: number }): Tree;
}

function nativeBackend(): ParserBackend {
	// Plain requires, so that a bundler may leave them out and a missing addon is caught here.
	const Parser = require('tree-sitter') as new () => NativeParser;
	const language: unknown = require('tree-sitter-c');
	const parser = new Parser();
	parser.setLanguage(language);
	const names = new Names();
	return {
		name: 'native',
		// The binding refuses texts above its buffer, which is counted in bytes.
		parse(text) {
			const tree = parser.parse(text, undefined, { bufferSize: Math.max(32 * 1024, text.length * 2 + 16) });
			return copyTree(tree, text, names, () => undefined);
		},
	};
}

interface WasmModule {
	Parser: {
		init(options?: { locateFile?(name: string): string }): Promise<void>;
		new (): { setLanguage(language: unknown): void; parse(text: string): (Tree<Cursor & { delete(): void }> & { delete(): void }) | null };
	};
	Language: { load(path: string): Promise<unknown> };
}

/** The first of the places where a file of the package may lie: beside the bundle, or in node_modules. */
function locate(name: string, request: string): string {
	const beside = path.join(__dirname, name);
	if (existsSync(beside)) return beside;
	return require.resolve(request);
}

async function wasmBackend(): Promise<ParserBackend> {
	const { Parser, Language } = require('web-tree-sitter') as WasmModule;
	await Parser.init({ locateFile: (name) => locate(name, `web-tree-sitter/${name}`) });
	const language = await Language.load(locate('tree-sitter-c.wasm', 'tree-sitter-c/tree-sitter-c.wasm'));
	const parser = new Parser();
	parser.setLanguage(language);
	const names = new Names();
	return {
		name: 'wasm',
		parse(text) {
			const tree = parser.parse(text);
			if (!tree) throw new Error('the parser gave no tree');
			try {
				return copyTree(tree, text, names, (cursor) => cursor.delete());
			} finally {
				tree.delete();
			}
		},
	};
}

/**
 * The parser that works here: native, or WebAssembly where the addon does not load or the environment says `BPFLS_PARSER=wasm`.
 * Rejects only if neither can be loaded.
 */
export async function createParser(): Promise<ParserBackend> {
	if (process.env.BPFLS_PARSER !== 'wasm') {
		try {
			return nativeBackend();
		} catch {
			// A platform without a prebuilt addon.
		}
	}
	return wasmBackend();
}
