// Names of block scope while an expression's type is worked out: the locals of a GNU statement expression.
import { type CType, INT, strip } from '../btf/ctype.js';
import { lazyTypedef } from '../btf/make-type.js';
import type { LocalTypes } from '../btf/types-from-syntax.js';
import type { Declaration, Expression, InitializerList, TypeNode } from '../syntax/ast.js';

/** What a block needs to resolve its declarations. */
export interface BlockTypes {
	type(node: TypeNode, locals?: LocalTypes): CType;
	typeOf(expression: Expression, locals?: LocalTypes): CType;
	constant(expression: Expression, locals?: LocalTypes): bigint | undefined;
}

/** One block; looks outwards for what it does not declare. */
export class BlockScope implements LocalTypes {
	private readonly names = new Map<string, { type: CType; constant?: bigint }>();
	private readonly tags = new Map<string, CType>();
	private readonly typedefs = new Map<string, CType>();

	constructor(
		private readonly types: BlockTypes,
		private readonly outer: LocalTypes | undefined,
	) {}

	lookup(name: string): { readonly type: CType; readonly constant?: bigint } | undefined {
		return this.names.get(name) ?? this.outer?.lookup(name);
	}

	lookupTag(tag: string): CType | undefined {
		return this.tags.get(tag) ?? this.outer?.lookupTag?.(tag);
	}

	lookupTypedef(name: string): CType | undefined {
		return this.typedefs.get(name) ?? this.outer?.lookupTypedef?.(name);
	}

	/** Takes in what a declaration declares: variables, typedefs, tags, enumerators. */
	declare(declaration: Declaration): void {
		const { specifier } = declaration;
		if ((specifier.kind === 'record' && specifier.members) || (specifier.kind === 'enum' && specifier.enumerators)) {
			if (specifier.tag !== undefined) this.tags.set(specifier.tag, this.types.type(specifier, this));
			if (specifier.kind === 'enum') this.declareEnumerators(specifier.enumerators ?? []);
		}
		for (const declarator of declaration.declarators) {
			if (declaration.storage === 'typedef') {
				const target = this.types.type(declarator.type, this);
				this.typedefs.set(
					declarator.name,
					lazyTypedef(declarator.name, () => target),
				);
				continue;
			}
			this.names.set(declarator.name, { type: this.variableType(declarator.type, declarator.initializer) });
		}
	}

	private variableType(node: TypeNode, initializer: Expression | undefined): CType {
		if (node.kind === 'builtin' && node.name === 'auto' && initializer) return decay(this.types.typeOf(initializer, this));
		const type = this.types.type(node, this);
		return initializer ? completeArray(type, initializer, (index) => this.types.constant(index, this)) : type;
	}

	private declareEnumerators(enumerators: readonly { readonly name: string; readonly value?: Expression }[]): void {
		let next = 0n;
		for (const enumerator of enumerators) {
			const value = enumerator.value ? (this.types.constant(enumerator.value, this) ?? next) : next;
			this.names.set(enumerator.name, { type: INT, constant: value });
			next = value + 1n;
		}
	}
}

/** An array or function as C reads it in an expression: a pointer. Other types stay. */
export function decay(type: CType): CType {
	const t = strip(type);
	if (t.kind === 'array') return { kind: 'pointer', to: t.of };
	if (t.kind === 'function') return { kind: 'pointer', to: type };
	return type;
}

/** `T x[] = { ... }` or `= "..."`: the array with the length that its initializer gives it. */
export function completeArray(type: CType, initializer: Expression, constant: (index: Expression) => bigint | undefined): CType {
	const array = strip(type);
	if (array.kind !== 'array' || array.length !== undefined) return type;
	const length = initializerLength(initializer, constant);
	return length === undefined ? type : { ...array, length };
}

function initializerLength(initializer: Expression, constant: (index: Expression) => bigint | undefined): number | undefined {
	if (initializer.kind === 'string') return initializer.value.length + 1;
	if (initializer.kind === 'compound-literal') return initializerLength(initializer.initializer, constant);
	if (initializer.kind !== 'initializer-list') return undefined;
	const only = initializer.items[0];
	if (initializer.items.length === 1 && only?.designators.length === 0 && only.value.kind === 'string') return only.value.value.length + 1;
	return itemsLength(initializer, constant);
}

function itemsLength(list: InitializerList, constant: (index: Expression) => bigint | undefined): number {
	let at = 0;
	let length = 0;
	for (const item of list.items) {
		const designator = item.designators[0];
		const last = designator?.upTo ?? designator?.index;
		const index = last && constant(last);
		if (index !== undefined) at = Number(index);
		at += 1;
		length = Math.max(length, at);
	}
	return length;
}
