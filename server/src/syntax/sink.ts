// What the preprocessor gives its output to.
import type { KeptRun } from './kept-run.js';
import type { LexedToken } from './lexer.js';
import type { RawChunk } from './raw-chunk.js';
import type { Group } from './slicer.js';
import type { Problem } from './unit.js';

/** Where the preprocessor's output goes. */
export interface Sink {
	token(token: LexedToken): void;
	/** The slices `from` to `to` (exclusive) of a header's chunk pass as they stand. */
	raw(chunk: RawChunk, from: number, to: number): void;
	/** A #pragma or _Pragma stands before the next token; `text` is what follows the word pragma. */
	/** Gives whether what follows reads differently from now on. */
	pragma(text: string): boolean;
	/** No declaration is open: raw text may follow. */
	readonly idle: boolean;
	/** Nothing is open at all, no #pragma either: what follows reads by itself. */
	readonly plain: boolean;
	/** All that there is so far, to ask later what came since. */
	readonly mark: number;
	/** What came since; undefined where that rests on more than what came since. */
	since(mark: number): readonly Group[] | undefined;
	/** What a run gave before comes again. */
	again(run: KeptRun): void;
	/** Whole declarations come again; only where it is `plain`. */
	pass(groups: readonly Group[]): void;
	/** Ends the declaration that is open, and says what it lacks. */
	breakOff(): Problem;
}
