// Reads a C type out of the words in which the catalog and the built-in table state it: `const struct cpumask *`, `u32`, `char[16]`.

import { isTypeWord, typeOfWords } from './builtin-int.js';
import { type CType, type PointerType, UNKNOWN } from './ctype.js';
import { qualify } from './make-type.js';

/** How names in such a text are resolved. What is not known comes back as undefined and makes the type unknown. */
export interface TypeNames {
	typedef(name: string): CType | undefined;
	record(tag: string, union: boolean): CType | undefined;
	enumeration(tag: string): CType | undefined;
}

const TOKEN = /[A-Za-z_]\w*|\d+|\S/g;
const QUALIFIER = new Set(['const', 'volatile', 'restrict', '__restrict', '__const']);
/** Sparse's words for type tags, as kernel prototypes carry them. */
const TAG_WORDS = new Map([
	['__rcu', 'rcu'],
	['__user', 'user'],
	['__percpu', 'percpu'],
	['__kptr', 'kptr'],
	['__kptr_untrusted', 'kptr_untrusted'],
	['__percpu_kptr', 'percpu_kptr'],
]);

/**
 * The type that `text` spells: specifiers, then any number of `*` with qualifiers, then array bounds. `(*)(...)` gives a pointer to a
 * function of which nothing is known. Text that is no such type gives the unknown type; nothing is thrown.
 */
export function parseTypeText(text: string, names: TypeNames): CType {
	const tokens = text.match(TOKEN) ?? [];
	let index = 0;
	const words: string[] = [];
	let qualifiers: { const?: boolean; volatile?: boolean; tags?: string[] } = {};
	let type: CType | undefined;
	const takeQualifier = (token: string): boolean => {
		const tag = TAG_WORDS.get(token);
		if (tag) qualifiers = { ...qualifiers, tags: [...(qualifiers.tags ?? []), tag] };
		else if (token === 'volatile') qualifiers = { ...qualifiers, volatile: true };
		else if (token === 'const' || token === '__const') qualifiers = { ...qualifiers, const: true };
		else if (!QUALIFIER.has(token)) return false;
		return true;
	};
	for (; index < tokens.length; index++) {
		const token = tokens[index]!;
		if (takeQualifier(token)) continue;
		if (isTypeWord(token) && !type) {
			words.push(token);
			continue;
		}
		if (type || words.length > 0 || !/^[A-Za-z_]/.test(token)) break;
		if (token === 'struct' || token === 'union' || token === 'enum') {
			const tag = tokens[++index];
			if (tag === undefined || !/^[A-Za-z_]/.test(tag)) return UNKNOWN;
			type = token === 'enum' ? names.enumeration(tag) : names.record(tag, token === 'union');
		} else type = names.typedef(token);
		if (!type) type = UNKNOWN;
	}
	type ??= typeOfWords(words);
	if (!type) return UNKNOWN;
	type = qualify(type, qualifiers);
	for (; index < tokens.length && tokens[index] === '*'; ) {
		index++;
		const pointer: PointerType = { kind: 'pointer', to: type };
		qualifiers = {};
		while (index < tokens.length && takeQualifier(tokens[index]!)) index++;
		// A tag after the star is written at the pointer, and means what the pointer points to.
		const { tags, ...own } = qualifiers;
		type = qualify(tags ? { kind: 'pointer', to: qualify(pointer.to, { tags }) } : pointer, own);
	}
	if (tokens[index] === '(' && tokens[index + 1] === '*') {
		return { kind: 'pointer', to: { kind: 'function', result: type, parameters: [], variadic: true } };
	}
	const bounds: (number | undefined)[] = [];
	while (tokens[index] === '[') {
		const size = tokens[index + 1];
		bounds.push(size === ']' || size === undefined ? undefined : Number(size));
		index += size === ']' ? 2 : 3;
	}
	for (const length of bounds.reverse()) {
		type = length === undefined || Number.isNaN(length) ? { kind: 'array', of: type } : { kind: 'array', of: type, length };
	}
	return type;
}
