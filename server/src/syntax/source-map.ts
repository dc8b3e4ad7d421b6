// Between the preprocessed text and what the user typed: where a run of tokens is to be shown, and which token stands under the cursor.
import { outermost } from './macro-expander.js';
import type { Expansion, FileRange, MainFile, Token } from './token.js';
import type { Problem, Slice, TranslationUnit } from './unit.js';

/** Where tokens are shown to a person. */
export interface UserRange {
	/** In the main file if the tokens are seen there at all, else in the header where they stand. */
	readonly at: FileRange;
	readonly inMain: boolean;
	/** Set where what is shown is a macro's invocation: the text in the macro's body or header that the tokens come from. */
	readonly origin?: { readonly at: FileRange; readonly macro: string };
}

/**
 * The place of one token in `main`: its own spelling if it was typed there, directly or as a macro's argument; otherwise the
 * invocation in `main` that put it out, the innermost that is typed out there. Undefined for tokens out of headers.
 */
export function tokenRange(token: Token, main: MainFile): FileRange | undefined {
	const { expansion } = token;
	if (!expansion) return main.range(token);
	const outer = main.range(outermost(expansion).call);
	if (!outer) return undefined;
	const own = main.range(token);
	if (own && within(own, outer)) return own;
	// The invocation that the token comes out of may itself have been typed as an argument.
	for (let at: Expansion | undefined = expansion; at; at = at.parent) {
		const call = main.range(at.call);
		if (call && within(call, outer)) return call;
	}
	return outer;
}

function within(inner: FileRange, outer: FileRange): boolean {
	return inner.start >= outer.start && inner.end <= outer.end;
}

/** Where the user typed the token in the main file; undefined where a macro's body or a header holds it. */
export function spelledRange(token: Token, main: MainFile): FileRange | undefined {
	const offset = main.offsetOf(token.file);
	const range = offset === undefined ? undefined : tokenRange(token, main);
	return range && range.start === token.start + offset! && range.end === token.end + offset! ? range : undefined;
}

/** The range of the tokens `first` to `last` (inclusive) of a slice. */
export function userRange(slice: Slice, first: number, last: number, main: MainFile): UserRange | undefined {
	const { tokens } = slice;
	const end = Math.min(last, tokens.length - 1);
	const head = tokens[first];
	if (!head) return undefined;
	let start = Number.POSITIVE_INFINITY;
	let stop = -1;
	for (let i = first; i <= end; i++) {
		const range = tokenRange(tokens[i]!, main);
		if (!range) continue;
		start = Math.min(start, range.start);
		stop = Math.max(stop, range.end);
	}
	const tail = tokens[end]!;
	const own = {
		file: head.file,
		start: head.start,
		end: tail.file === head.file && tail.end > head.start ? tail.end : head.end,
	};
	if (stop < 0) return { at: main.range(own) ?? own, inMain: false };
	const at: FileRange = { file: main, start, end: stop };
	if (!head.expansion || spelledRange(head, main)) return { at, inMain: true };
	return { at, inMain: true, origin: { at: main.range(own) ?? own, macro: head.expansion.macro } };
}

/** The problem at its place in the main file as it is. */
export function placed(problem: Problem, main: MainFile): Problem {
	const at = main.range(problem.at);
	return at ? { ...problem, at } : problem;
}

/** A token found by a position. */
export interface TokenAt {
	readonly slice: Slice;
	readonly index: number;
}

/**
 * The tokens that are spelled at the offset of the main file, in order. A macro argument that the body uses several times gives
 * several. A word's end counts as the word.
 */
export function tokensAt(unit: TranslationUnit, offset: number): TokenAt[] {
	const exact: TokenAt[] = [];
	const touching: TokenAt[] = [];
	for (const slice of unit.mainSlices) {
		const { tokens } = slice;
		for (let index = 0; index < tokens.length; index++) {
			const token = tokens[index]!;
			const at = unit.main.offsetOf(token.file);
			if (at === undefined || token.start + at > offset || token.end + at < offset) continue;
			if (!spelledRange(token, unit.main)) continue;
			if (token.end + at === offset) touching.push({ slice, index });
			else exact.push({ slice, index });
		}
	}
	return exact.length ? exact : touching;
}
