// Labels of a function. Macros declare labels local to a statement expression (`__label__`), so one name may stand several times; a jump
// means the label whose block shares most of the blocks around the jump.
import type { CompoundStatement, Label, Node } from '../syntax/ast.js';

export interface LabelDefinition {
	readonly node: Label;
	/** The compound statements around it, outermost first. */
	readonly path: readonly CompoundStatement[];
	block?: number;
}

export class Labels {
	private readonly byName = new Map<string, LabelDefinition[]>();
	private readonly byNode = new Map<Label, LabelDefinition>();

	constructor(body: CompoundStatement) {
		this.visit(body, []);
	}

	private visit(node: unknown, path: readonly CompoundStatement[]): void {
		if (Array.isArray(node)) {
			for (const each of node) this.visit(each, path);
			return;
		}
		if (typeof node !== 'object' || node === null) return;
		const n = node as Node & { kind?: string };
		if (n.kind === 'label') {
			const definition = { node: n as Label, path };
			this.byNode.set(n as Label, definition);
			const list = this.byName.get((n as Label).name);
			if (list) list.push(definition);
			else this.byName.set((n as Label).name, [definition]);
			return;
		}
		const inner = n.kind === 'compound' ? [...path, n as CompoundStatement] : path;
		for (const key in n) {
			const value = n[key as keyof typeof n];
			if (typeof value === 'object') this.visit(value, inner);
		}
	}

	of(node: Label): LabelDefinition | undefined {
		return this.byNode.get(node);
	}

	/** The definition that a jump from inside `open` (outermost first) means. */
	find(name: string, open: readonly CompoundStatement[]): LabelDefinition | undefined {
		let best: LabelDefinition | undefined;
		let bestShared = -1;
		for (const candidate of this.byName.get(name) ?? []) {
			const shared = commonLength(candidate.path, open);
			if (shared > bestShared) [best, bestShared] = [candidate, shared];
		}
		return best;
	}

	all(): Iterable<LabelDefinition> {
		return this.byNode.values();
	}
}

/** How many leading compounds two paths share. */
export function commonLength(a: readonly CompoundStatement[], b: readonly CompoundStatement[]): number {
	let n = 0;
	while (n < a.length && n < b.length && a[n] === b[n]) n++;
	return n;
}
