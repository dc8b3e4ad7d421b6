// Between the preprocessed text and what the user typed: where a run of tokens is to be shown, and which token stands under the cursor.
import { outermost } from './macro-expander.js';
import type { Expansion, FileRange, SourceFile, Token } from './token.js';
import type { Slice, TranslationUnit } from './unit.js';

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
export function tokenRange(token: Token, main: SourceFile): FileRange | undefined {
	const { expansion } = token;
	if (!expansion) return token.file.path === main.path ? token : undefined;
	const outer = outermost(expansion).call;
	if (outer.file.path !== main.path) return undefined;
	if (within(token, outer)) return token;
	// The invocation that the token comes out of may itself have been typed as an argument.
	for (let at: Expansion | undefined = expansion; at; at = at.parent) if (within(at.call, outer)) return at.call;
	return outer;
}

function within(inner: FileRange, outer: FileRange): boolean {
	return inner.file.path === outer.file.path && inner.start >= outer.start && inner.end <= outer.end;
}

/** True where the user typed the token in the main file, not where a macro's body holds it. */
export function isSpelledIn(token: Token, main: SourceFile): boolean {
	const range = tokenRange(token, main);
	return range !== undefined && range.start === token.start && range.end === token.end && token.file.path === main.path;
}

/** The range of the tokens `first` to `last` (inclusive) of a slice. */
export function userRange(slice: Slice, first: number, last: number, main: SourceFile): UserRange | undefined {
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
	const own: FileRange = {
		file: head.file,
		start: head.start,
		end: tail.file === head.file && tail.end > head.start ? tail.end : head.end,
	};
	if (stop < 0) return { at: own, inMain: false };
	const at: FileRange = { file: main, start, end: stop };
	if (isSpelledIn(head, main) || !head.expansion) return { at, inMain: true };
	return { at, inMain: true, origin: { at: own, macro: head.expansion.macro } };
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
	const path = unit.main.path;
	for (const slice of unit.mainSlices) {
		const { tokens } = slice;
		for (let index = 0; index < tokens.length; index++) {
			const token = tokens[index]!;
			if (token.file.path !== path || token.start > offset || token.end < offset) continue;
			if (!isSpelledIn(token, unit.main)) continue;
			if (token.end === offset) touching.push({ slice, index });
			else exact.push({ slice, index });
		}
	}
	return exact.length ? exact : touching;
}
