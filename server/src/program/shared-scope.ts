// Names and types that several texts have in common. What leading includes declare is the same for all units that begin with them: the structs of a
// kernel's header are laid out once, and are one and the same type everywhere. And a keystroke inside a function changes no type at all.

import type { TypeSource } from '../btf/type-source.js';
import { type ExpressionAnswers, SyntaxTypes } from '../btf/types-from-syntax.js';
import type { Catalog } from '../kernel/catalog.js';
import type { Included, Slice, TranslationUnit } from '../syntax/unit.js';
import { type SymbolMemo, UnitScope } from './scope.js';

/** Texts whose own types are kept: those of the files that are being edited. */
const KEPT = 4;

interface Kept {
	readonly path: string;
	/** What the types depend on, worked out where another text of the file is compared. */
	readonly around: () => readonly unknown[];
	readonly types: SyntaxTypes;
	/** What names stand for, by the catalog that knows what no text declares. */
	readonly symbols: WeakMap<Catalog, SymbolMemo>;
}
const kept: Kept[] = [];

/**
 * The scope of a unit. `sources` are the further sources of types that `others` is made of, by identity: those of one text with the same sources are
 * the same types.
 */
export function unitScope(unit: TranslationUnit, catalog: Catalog, others: TypeSource, sources: readonly unknown[]): UnitScope {
	const before = scopeBefore(unit.included, unit, others, sources);
	return new UnitScope(unit, catalog, others, before, (expressions) => {
		const make = () => new SyntaxTypes(unit, expressions, others, before?.types);
		const { types, symbols } = keptTypes(unit.main.path, () => [before, ...surroundings(unit, sources)], make);
		let memo = symbols.get(catalog);
		if (!memo) symbols.set(catalog, (memo = new Map()));
		return { types, memo };
	});
}

/** The types of an earlier unit where nothing around its functions' bodies differs. */
function keptTypes(path: string, surrounded: () => readonly unknown[], make: () => SyntaxTypes): Kept {
	const around = once(surrounded);
	const index = kept.findIndex((one) => one.path === path && sameParts(one.around(), around()));
	const found = index < 0 ? { path, around, types: make(), symbols: new WeakMap() } : kept.splice(index, 1)[0]!;
	kept.push(found);
	if (kept.length > KEPT) kept.shift();
	return found;
}

function once<T>(make: () => T): () => T {
	let made: { readonly value: T } | undefined;
	let from: (() => T) | undefined = make;
	return () => {
		made ??= { value: from!() };
		from = undefined;
		return made.value;
	};
}

/** Lets go of the types of earlier texts: of one file, or of all. */
export function forgetScopes(file?: string): void {
	for (let k = kept.length - 1; k >= 0; k--) if (file === undefined || kept[k]!.path === file) kept.splice(k, 1);
}

interface Shared {
	readonly sources: readonly unknown[];
	readonly scope: UnitScope;
}
const shared = new WeakMap<Included, Shared[]>();

/** The scope of leading includes. */
function includedScope(included: Included, others: TypeSource, sources: readonly unknown[]): UnitScope {
	let known = shared.get(included);
	if (!known) shared.set(included, (known = []));
	let found = known.find((one) => sameParts(one.sources, sources));
	if (!found) {
		const before = scopeBefore(included.before, included, others, sources);
		const types = (expressions: ExpressionAnswers) => ({ types: new SyntaxTypes(included, expressions, others, before?.types) });
		found = { sources, scope: new UnitScope(included, undefined, others, before, types) };
		known.push(found);
	}
	return found.scope;
}

/**
 * The scope of `included` for `whole`, which goes on from there. None where something behind says what a tag is that stands open before: then a pointer
 * in an earlier struct points to what only this unit knows.
 */
function scopeBefore(
	included: Included | undefined,
	whole: Pick<Included, 'definesOpenTagOf'>,
	others: TypeSource,
	sources: readonly unknown[],
): UnitScope | undefined {
	if (!included || whole.definesOpenTagOf(included)) return undefined;
	return includedScope(included, others, sources);
}

/** Is it text that is understood so little that no name or type comes of it? What mentions its names is in doubt, which nothing here says. */
export function declaresNothing(slice: Slice): boolean {
	return slice.parse().kind === 'unknown-declaration' && slice.tags.length === 0;
}

/** What a unit's types depend on, by identity. Trees are cached by text, so that a slice's tree stands for its text. */
function surroundings(unit: TranslationUnit, sources: readonly unknown[]): unknown[] {
	const parts: unknown[] = [...sources, ...unit.files.slice(1)];
	for (const slice of unit.mainSlices) {
		const tree = slice.parse();
		if (declaresNothing(slice)) continue;
		parts.push(tree.kind === 'function-definition' ? signature(slice, tree.body.first) : tree);
	}
	return parts;
}

const signatures = new WeakMap<Slice, string>();

function signature(slice: Slice, body: number): string {
	let text = signatures.get(slice);
	if (text === undefined) {
		text = slice.tokens
			.slice(0, body)
			.map((token) => token.text)
			.join(' ');
		signatures.set(slice, text);
	}
	return text;
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a.length === b.length && a.every((part, k) => part === b[k]);
}
