// Walks a tree for what was not understood.
import type { Node } from './ast.js';

/** Every `unknown-*` node of a tree, in order. */
export function unknownNodes(tree: Node & { kind: string }): (Node & { kind: string })[] {
	const out: (Node & { kind: string })[] = [];
	const visit = (value: unknown): void => {
		if (Array.isArray(value)) {
			for (const each of value) visit(each);
			return;
		}
		if (typeof value !== 'object' || value === null) return;
		const node = value as Node & { kind?: string };
		if (typeof node.kind === 'string' && node.kind.startsWith('unknown-')) out.push(node as Node & { kind: string });
		for (const child of Object.values(node)) if (typeof child === 'object') visit(child);
	};
	visit(tree);
	return out;
}
