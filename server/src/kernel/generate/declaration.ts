// Function prototypes out of tokens: the result, the parameters and their names, with the kernel's annotations taken off.
import { TokenKind } from '../../syntax/token.js';
import type { CatalogParameter, TargetPrototype } from '../catalog.js';
import type { Range, TokenText } from './tree.js';

/** Specifiers and annotations that are no part of a type. */
const NO_TYPE = new Set([
	'static',
	'extern',
	'inline',
	'__inline',
	'__inline__',
	'__always_inline',
	'noinline',
	'__bpf_kfunc',
	'__weak',
	'__used',
	'__init',
	'__cold',
	'__must_check',
	'__visible',
	'notrace',
	'asmlinkage',
	'noinline_for_stack',
	'INDIRECT_CALLABLE_SCOPE',
	'__maybe_unused',
	'__always_unused',
	'__user',
	'__rcu',
	'__percpu',
	'__iomem',
	'__force',
	'__refdata',
	'__noreturn',
	'__sched',
	'__bpf_hook',
	'__noclone',
	'__diag_ignore_all',
	'__retain',
]);

const TYPE_WORDS = new Set([
	'void',
	'char',
	'short',
	'int',
	'long',
	'float',
	'double',
	'signed',
	'unsigned',
	'_Bool',
	'bool',
	'const',
	'volatile',
	'struct',
	'union',
	'enum',
]);

/** Joins a type's words as catalogs spell it: one space between words and before a star, none between stars. */
export function joinType(words: readonly string[]): string {
	let out = '';
	let before = '';
	for (const word of words) {
		const tight =
			out === '' ||
			before === '(' ||
			word === ')' ||
			word === ',' ||
			word === '[' ||
			word === ']' ||
			before === '[' ||
			(word === '*' && before === '*');
		const call = word === '(' && before === ')';
		out += tight || call ? word : ` ${word}`;
		before = word;
	}
	return out;
}

/** One parameter declaration. `fallback` names a parameter that has none. */
export function parameter(text: TokenText, range: Range, fallback: string): CatalogParameter {
	const words: string[] = [];
	const kinds: TokenKind[] = [];
	for (let i = range.start; i < range.end; i++) {
		const word = text.text(i);
		if (NO_TYPE.has(word)) continue;
		if (word === '__attribute__' || word === '__aligned' || word === '__counted_by') {
			if (text.text(i + 1) === '(') i = text.close(i + 1);
			continue;
		}
		words.push(word);
		kinds.push(text.tokens[i]!.kind);
	}
	if (words.length === 1 && words[0] === '...') return { name: '...', type: '...' };
	// `result (*name)(...)`: the name stands behind the first `(*`.
	for (let i = 0; i + 2 < words.length; i++)
		if (words[i] === '(' && words[i + 1] === '*') {
			let at = i + 2;
			while (words[at] === '*') at++;
			if (kinds[at] === TokenKind.Identifier) {
				const name = words[at]!;
				return { name, type: joinType([...words.slice(0, at), ...words.slice(at + 1)]) };
			}
			return { name: fallback, type: joinType(words) };
		}
	// `bool (less)(...)`: a parameter of function type is a pointer to it.
	for (let i = 1; i + 3 < words.length; i++)
		if (words[i] === '(' && kinds[i + 1] === TokenKind.Identifier && words[i + 2] === ')' && words[i + 3] === '(')
			return { name: words[i + 1]!, type: joinType([...words.slice(0, i + 1), '*', ...words.slice(i + 2)]) };
	const bracket = words.indexOf('[');
	const end = bracket < 0 ? words.length : bracket;
	const last = words[end - 1];
	const named =
		end > 1 &&
		kinds[end - 1] === TokenKind.Identifier &&
		!TYPE_WORDS.has(last!) &&
		!['struct', 'union', 'enum'].includes(words[end - 2]!) &&
		words.slice(0, end - 1).some((word) => word !== 'const' && word !== 'volatile');
	const type = named ? words.slice(0, end - 1) : words.slice(0, end);
	// A parameter that is declared as an array is a pointer.
	if (bracket >= 0) type.push('*');
	return { name: named ? last! : fallback, type: joinType(type) };
}

/** The parameters in the parentheses at `open`; `(void)` and `()` give none. */
export function parameters(text: TokenText, open: number): CatalogParameter[] {
	const ranges = text.split(open);
	if (ranges.length === 1) {
		const words = text.words(ranges[0]!);
		if (words.length === 0 || (words.length === 1 && words[0] === 'void')) return [];
	}
	return ranges.map((range, index) => parameter(text, range, `arg${index + 1}`));
}

/** The result type of the function whose name stands at `name`: the words behind the end of what comes before. */
export function resultBefore(text: TokenText, name: number): string {
	const words: string[] = [];
	for (let i = name - 1; i >= 0; i--) {
		const word = text.text(i);
		if (word === ';' || word === '}' || word === '{' || word === ')' || word === ',') break;
		if (!NO_TYPE.has(word)) words.unshift(word);
	}
	return joinType(words);
}

/** What a function's name at depth zero is: a definition with a body, a declaration, or neither. */
export function functionAt(text: TokenText, name: number): 'definition' | 'declaration' | undefined {
	if (text.text(name + 1) !== '(') return undefined;
	const before = text.text(name - 1);
	// `=`, `(`, `,` and the like stand before a call; before a function's name stands its type.
	if (name === 0 || (text.tokens[name - 1]!.kind !== TokenKind.Identifier && before !== '*')) return undefined;
	let after = text.close(name + 1) + 1;
	while (text.tokens[after]?.kind === TokenKind.Identifier) {
		after++;
		if (text.text(after) === '(') after = text.close(after) + 1;
	}
	if (text.text(after) === '{') return 'definition';
	return text.text(after) === ';' ? 'declaration' : undefined;
}

/** The prototypes of the functions that a text defines or declares at its top level, definitions winning. */
export function prototypes(
	text: TokenText,
	wanted: ReadonlySet<string>,
): Map<string, TargetPrototype & { readonly at: number; readonly defined: boolean }> {
	const out = new Map<string, TargetPrototype & { at: number; defined: boolean }>();
	for (const at of text.topLevel()) {
		const name = text.text(at);
		if (!wanted.has(name)) continue;
		const what = functionAt(text, at);
		if (!what || (out.get(name)?.defined && what === 'declaration')) continue;
		if (out.get(name)?.defined) continue;
		out.set(name, { result: resultBefore(text, at), parameters: parameters(text, at + 1), at, defined: what === 'definition' });
	}
	return out;
}
