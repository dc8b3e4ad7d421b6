// Types that one version of a text hands to the next. A keystroke inside a function changes no type: the structs of a kernel's header, laid out
// once, serve until something of file scope changes.

import type { TypeSource } from '../btf/type-source.js';
import { type ExpressionAnswers, SyntaxTypes } from '../btf/types-from-syntax.js';
import type { Slice, TranslationUnit } from '../syntax/unit.js';

/** Texts whose types are kept: those of the files that are being edited. */
const KEPT = 4;

interface Kept {
	readonly around: readonly unknown[];
	readonly types: SyntaxTypes;
}
const kept: Kept[] = [];

/**
 * The types of a unit, those of an earlier unit where nothing around its functions' bodies differs. Trees are cached by text, so the identity of a
 * slice's tree stands for its text. `sources` are the further sources of types that `others` is made of, by identity.
 */
export function sharedTypes(
	unit: TranslationUnit,
	expressions: ExpressionAnswers,
	others: TypeSource,
	sources: readonly unknown[],
): SyntaxTypes {
	const around = surroundings(unit, sources);
	const index = kept.findIndex((one) => sameParts(one.around, around));
	const found = index < 0 ? { around, types: new SyntaxTypes(unit, expressions, others) } : kept.splice(index, 1)[0]!;
	kept.push(found);
	if (kept.length > KEPT) kept.shift();
	return found.types;
}

function surroundings(unit: TranslationUnit, sources: readonly unknown[]): unknown[] {
	const parts: unknown[] = [unit.main.path, ...sources, ...unit.files.slice(1)];
	for (const slice of unit.mainSlices) {
		const tree = slice.parse();
		parts.push(tree.kind === 'function-definition' ? signature(slice, tree.body.first) : tree);
	}
	return parts;
}

function signature(slice: Slice, body: number): string {
	let text = '';
	for (let k = 0; k < body; k++) text += `${slice.tokens[k]!.text} `;
	return text;
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a.length === b.length && a.every((part, k) => part === b[k]);
}
