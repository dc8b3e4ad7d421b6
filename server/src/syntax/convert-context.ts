// What the parts of the conversion share: the lifted text, its tree, and the way from a node to the tokens that it stands for.
import type { Attribute, Expression } from './ast.js';
import type { Lifted, OperandId } from './lifted.js';
import { operandIn } from './shapes.js';
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
	/** Where the text is in one, the declarations of its operands, by their places. */
	private readonly declarations: ReadonlyMap<number, CstNode> | undefined;
	private readonly made = new Map<OperandId, Expression>();
	/** What is added to a node's place to have it among the pieces of the slice. */
	private base: number;

	/** `root` is the tree of a text in one. */
	constructor(
		readonly tokens: readonly Token[],
		readonly lifted: Lifted,
		root: CstNode | undefined,
	) {
		this.base = root ? 0 : lifted.main.base;
		this.declarations = root && new Map(root.children.filter(({ type }) => type === 'declaration').map((child) => [child.start, child]));
	}

	/** The token that the node begins with. */
	first(node: CstNode): number {
		return this.tokenAt(node.start);
	}
	/** The token with which a piece begins. */
	tokenAt(place: number): number {
		const { firsts } = this.lifted;
		return firsts[this.base + place] ?? firsts[firsts.length - 1] ?? 0;
	}
	/** The token that the node ends with. */
	last(node: CstNode): number {
		const { lasts } = this.lifted;
		return lasts[this.base + node.end] ?? lasts[lasts.length - 1] ?? 0;
	}
	range(node: CstNode): { first: number; last: number } {
		const first = this.first(node);
		return { first, last: Math.max(first, this.last(node)) };
	}
	text(node: CstNode): string {
		return this.tokens[this.first(node)]?.text ?? '';
	}

	/** Converts a lifted operand; undefined where broken text swallowed it. */
	operand<T>(id: OperandId, convert: (node: CstNode) => T): T | undefined {
		const { text, base, shape } = this.lifted.operandFragments[id]!;
		if (!this.declarations) return shape?.operand && this.within(base, () => convert(shape.operand!));
		const declaration = this.declarations.get(base);
		const node = declaration && operandIn(declaration, text);
		return node && convert(node);
	}

	/** Converts what was cut out of a block: calls back for the nodes of each fragment. */
	cutOut(block: CstNode, convert: (nodes: readonly CstNode[]) => void): void {
		const fragments = this.lifted.blocks.get(this.base + block.start);
		if (fragments) for (const { base, shape } of fragments) this.within(base, () => convert(shape!.nodes));
	}

	private within<T>(base: number, convert: () => T): T {
		const outer = this.base;
		this.base = base;
		const made = convert();
		this.base = outer;
		return made;
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
