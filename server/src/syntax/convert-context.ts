// What the parts of the conversion share: the lifted text, its tree, and the way from a node to the tokens that it stands for.
import type { Attribute, Expression } from './ast.js';
import type { Lifted, OperandId } from './lifted.js';
import type { Token } from './token.js';
import type { CstNode } from './tree-sitter.js';

/** How deep the conversion follows nested nodes; beyond it a node is unknown. Well below what the stack of Node.js holds. */
export const CONVERSION_DEPTH_LIMIT = 1200;

export class ConvertContext {
	depth = 0;
	/** See `FunctionDefinition`. */
	readonly addressTaken = new Set<string>();
	private evaluated = true;
	private readonly taken = new Set<Attribute>();
	private readonly operandNodes = new Map<number, CstNode>();
	private readonly made = new Map<OperandId, Expression>();
	/** For each offset of the text the piece that begins there or last before. */
	private readonly pieces: Uint32Array;

	constructor(
		readonly tokens: readonly Token[],
		readonly lifted: Lifted,
		root: CstNode,
	) {
		this.pieces = piecesOf(lifted);
		const starts = new Map(lifted.operandStarts.map((start, id) => [start, id]));
		for (const child of root.children) {
			const id = starts.get(child.start);
			if (id === undefined || child.type !== 'declaration') continue;
			const value = find(find(child, 'init_declarator'), undefined, 'value');
			if (!value) continue;
			const inner = lifted.operands[id]!.kind === 'type' ? find(value, undefined, 'type') : value;
			if (inner) this.operandNodes.set(id, inner);
		}
	}

	/** The token that the node begins with. */
	first(node: CstNode): number {
		return this.tokenAt(node.start);
	}
	/** The token that begins at or last before an offset of the lifted text. */
	tokenAt(offset: number): number {
		return this.lifted.firsts[this.piece(offset)] ?? 0;
	}
	/** The token that the node ends with. */
	last(node: CstNode): number {
		return this.lifted.lasts[this.piece(node.end - 1)] ?? 0;
	}
	range(node: CstNode): { first: number; last: number } {
		const first = this.first(node);
		return { first, last: Math.max(first, this.last(node)) };
	}
	text(node: CstNode): string {
		return this.tokens[this.first(node)]?.text ?? '';
	}

	/** The piece of the text that begins at or last before the offset. */
	private piece(offset: number): number {
		return this.pieces[offset] ?? (offset < 0 ? 0 : this.lifted.starts.length - 1);
	}

	/** The tree of a lifted operand; undefined where broken text swallowed it. */
	operand(id: OperandId): CstNode | undefined {
		return this.operandNodes.get(id);
	}

	/** The one expression that stands wherever its macro writes it out. */
	once(id: OperandId, make: () => Expression): Expression {
		// What stands for its type has noted no addresses.
		if (!this.evaluated) return make();
		let known = this.made.get(id);
		if (!known) this.made.set(id, (known = make()));
		return known;
	}

	/** Notes that the address of an operand is taken. */
	takeAddress(operand: Expression): void {
		for (let at: Expression | undefined = operand; this.evaluated && at; ) {
			if (at.kind === 'identifier') this.addressTaken.add(at.name);
			if (at.kind === 'member' && !at.arrow) at = at.object;
			else if (at.kind === 'index') at = at.object;
			else at = at.kind === 'cast' ? at.operand : undefined;
		}
	}

	/** Converts what stands for its type alone. */
	unevaluated<T>(convert: () => T): T {
		const { evaluated } = this;
		this.evaluated = false;
		try {
			return convert();
		} finally {
			this.evaluated = evaluated;
		}
	}

	/** Attributes between two tokens (exclusive) that nobody has taken and that `wanted` accepts; they count as taken then. */
	takeAttributes(after: number, before: number, wanted: (attribute: Attribute) => boolean = () => true): Attribute[] {
		const out: Attribute[] = [];
		for (const attribute of this.lifted.attributes) {
			if (attribute.first >= before) break;
			if (attribute.first <= after || this.taken.has(attribute) || !wanted(attribute)) continue;
			this.taken.add(attribute);
			out.push(attribute);
		}
		return out;
	}
}

function piecesOf({ text, starts }: Lifted): Uint32Array {
	const pieces = new Uint32Array(text.length);
	for (let piece = 1; piece < starts.length; piece++) pieces.fill(piece, starts[piece], starts[piece + 1] ?? text.length);
	return pieces;
}

/** The first child of the type or field. */
export function find(node: CstNode | undefined, type: string | undefined, field?: string): CstNode | undefined {
	if (!node) return undefined;
	for (const child of node.children)
		if ((type === undefined || child.type === type) && (field === undefined || child.field === field)) return child;
	return undefined;
}
