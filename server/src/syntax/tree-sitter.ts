// The only place that knows tree-sitter: natively where its addon loads, as WebAssembly elsewhere. A tree is copied once, by cursor,
// into plain nodes, and let go.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A node of the concrete tree. Offsets are UTF-16 units into the parsed text. */
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

interface NodeType {
	readonly type: string;
	readonly named: boolean;
	/** Such a node has no children: nobody need look. */
	readonly token: boolean;
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
		return { type, named, token: !named || NAMED_TOKENS.has(type) };
	}

	field(cursor: Cursor): string | undefined {
		const id = cursor.currentFieldId;
		return id ? (this.fields[id] ??= cursor.currentFieldName ?? undefined) : undefined;
	}
}

/** Half of all nodes are tokens; they share this one. */
const NO_CHILDREN: readonly CstNode[] = [];

/**
 * Copies the tree under the cursor. Iterative, since a text can nest deeper than the stack. Each question to the cursor crosses the binding, which is most of what a
 * copy costs: where a node with children begins and ends is told by the first and the last of them.
 */
function copy(cursor: Cursor, names: Names): CstRoot {
	let faulty = false;
	let token = false;
	const node = (): Mutable<CstNode> => {
		const { type, named, token: isToken } = names.type(cursor);
		token = isToken;
		const field = names.field(cursor);
		return { type, start: -1, end: -1, named, field, missing: false, children: NO_CHILDREN };
	};
	const place = (made: Mutable<CstNode>): void => {
		made.start = cursor.startIndex;
		made.end = cursor.endIndex;
		// What the parser inserted has no text.
		made.missing = made.start === made.end && cursor.nodeIsMissing;
		if (made.missing || made.type === 'ERROR') faulty = true;
	};
	const root = node();
	place(root);
	if (!cursor.gotoFirstChild()) return { ...root, faulty };
	const siblings: CstNode[] = [];
	root.children = siblings;
	const open: { readonly node: Mutable<CstNode>; readonly children: CstNode[] }[] = [{ node: root, children: siblings }];
	let children = siblings;
	for (;;) {
		const made = node();
		children.push(made);
		if (!token && cursor.gotoFirstChild()) {
			children = [];
			made.children = children;
			open.push({ node: made, children });
			continue;
		}
		place(made);
		while (!cursor.gotoNextSibling()) {
			const { node: parent } = open.pop()!;
			if (!open.length) return { ...root, faulty };
			parent.start = parent.children[0]!.start;
			parent.end = parent.children[parent.children.length - 1]!.end;
			if (parent.type === 'ERROR') faulty = true;
			({ children } = open[open.length - 1]!);
			cursor.gotoParent();
		}
	}
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface NativeParser {
	setLanguage(language: unknown): void;
	parse(text: string, old?: unknown, options?: { bufferSize: number }): { walk(): Cursor };
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
		parse: (text) => copy(parser.parse(text, undefined, { bufferSize: Math.max(32 * 1024, text.length * 2 + 16) }).walk(), names),
	};
}

interface WasmModule {
	Parser: {
		init(options?: { locateFile?(name: string): string }): Promise<void>;
		new (): { setLanguage(language: unknown): void; parse(text: string): { walk(): Cursor & { delete(): void }; delete(): void } | null };
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
			const cursor = tree.walk();
			try {
				return copy(cursor, names);
			} finally {
				cursor.delete();
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
