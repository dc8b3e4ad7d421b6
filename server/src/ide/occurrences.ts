// Where names of file scope stand in one top-level declaration: declared, defined, called, mentioned. A local of the same name hides them.
import { children, walk } from '../rules/fix/tree.js';
import type { Binary, Call, Declaration, FunctionDefinition, Identifier, Node, TopLevel } from '../syntax/ast.js';

/**
 * `call`: the name stands before the parentheses of a call. `unevaluated`: within `sizeof` or `typeof`, so that nothing happens by it. `use`: any other
 * mention, such as a function that is handed on.
 */
export type Role = 'declaration' | 'definition' | 'call' | 'use' | 'unevaluated';

export interface Occurrence {
	readonly name: string;
	/** An index into the slice's tokens. */
	readonly token: number;
	readonly role: Role;
}

/** Names of block scope, innermost first. */
interface Block {
	readonly names: Set<string>;
	readonly outer: Block | undefined;
}

const known = new WeakMap<TopLevel, readonly Occurrence[]>();

/** The occurrences in a tree, in the order of its fields. Trees are cached by their text, and so is the answer. */
export function occurrencesOf(tree: TopLevel): readonly Occurrence[] {
	let found = known.get(tree);
	if (!found) {
		const collector = new Collector();
		collector.visit(tree, undefined);
		found = collector.found;
		known.set(tree, found);
	}
	return found;
}

/** Levels of a tree beyond which blocks are no longer told apart: nobody writes them, and the stack ends. */
const DEPTH_LIMIT = 500;

class Collector {
	readonly found: Occurrence[] = [];
	/** Depth of `sizeof` and `typeof` around. */
	private unevaluated = 0;
	private depth = 0;

	visit(node: Node & { readonly kind?: string }, block: Block | undefined): void {
		switch (node.kind) {
			case 'function-definition':
				this.definition(node as FunctionDefinition);
				break;
			case 'declaration':
				this.declaration(node as Declaration, block);
				break;
			case 'compound':
			case 'for':
				this.below(node, { names: new Set(), outer: block });
				break;
			case 'typeof':
			case 'sizeof':
				this.unevaluated++;
				this.below(node, block);
				this.unevaluated--;
				break;
			case 'identifier':
				this.name(node as Identifier, 'use', block);
				break;
			case 'binary':
			case 'logical':
			case 'comma': {
				// A chain of operators is as deep as it is long: it is walked, for there may be thousands.
				const behind: Node[] = [];
				let left = node as Binary;
				for (; isChain(left); left = left.left as Binary) behind.push(left.right);
				this.visit(left, block);
				for (const right of behind.reverse()) this.visit(right, block);
				break;
			}
			case 'call': {
				const { callee, arguments: values } = node as Call;
				if (callee.kind === 'identifier') this.name(callee, 'call', block);
				else this.visit(callee, block);
				for (const value of values) this.visit(value, block);
				break;
			}
			default:
				this.below(node, block);
		}
	}

	private below(node: Node, block: Block | undefined): void {
		if (this.depth >= DEPTH_LIMIT) {
			walk(node, (each) => {
				if (each.kind === 'identifier') this.name(each as Identifier, 'use', block);
			});
			return;
		}
		this.depth++;
		for (const child of children(node)) this.visit(child, block);
		this.depth--;
	}

	private definition(node: FunctionDefinition): void {
		const { declarator, type, body } = node;
		this.found.push({ name: declarator.name, token: declarator.nameToken, role: 'definition' });
		const names = new Set(type.parameters.flatMap((parameter) => parameter.name ?? []));
		this.below(type, undefined);
		this.visit(body, { names, outer: undefined });
	}

	private declaration(node: Declaration, block: Block | undefined): void {
		this.visit(node.specifier, block);
		for (const declarator of node.declarators) {
			const { name, nameToken, type, initializer } = declarator;
			// A function that is declared within a block, or an extern there, is the one of file scope.
			const outside = !block || type.kind === 'function' || node.storage === 'extern';
			if (!outside) block.names.add(name);
			else if (node.storage !== 'typedef') {
				const declares = type.kind === 'function' || node.storage === 'extern';
				this.found.push({ name, token: nameToken, role: declares ? 'declaration' : 'definition' });
			}
			this.visit(type, block);
			if (initializer) this.visit(initializer, block);
		}
	}

	private name(node: Identifier, role: Role, block: Block | undefined): void {
		for (let at = block; at; at = at.outer) if (at.names.has(node.name)) return;
		this.found.push({ name: node.name, token: node.first, role: this.unevaluated > 0 ? 'unevaluated' : role });
	}
}

function isChain({ kind }: { readonly kind: string }): boolean {
	return kind === 'binary' || kind === 'logical' || kind === 'comma';
}
