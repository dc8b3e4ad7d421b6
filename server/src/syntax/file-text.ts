// A file as the preprocessor walks it: directives, and the stretches of text between them. Computed once for a content.
import { type LexedToken, type LexProblem, lex } from './lexer.js';
import { type RawChunk, scanRawChunk } from './raw-chunk.js';
import type { SourceFile } from './token.js';
import type { Problem } from './unit.js';

/** Text chunks above this many UTF-16 units are kept raw where they are balanced; below, tokens cost little. */
export const RAW_CHUNK_MINIMUM = 4096;

export interface TextChunk {
	readonly kind: 'text';
	/** What the offsets count in: the file, or the part of it that holds the chunk. */
	readonly source: SourceFile;
	readonly start: number;
	readonly end: number;
}
export interface DirectiveChunk {
	readonly kind: 'directive';
	readonly source: SourceFile;
	/** Offset of the `#`. */
	readonly start: number;
	readonly end: number;
	/** The word behind `#`; empty for the null directive. */
	readonly name: string;
	/** Where the directive's arguments begin. */
	readonly body: number;
}
export type Chunk = TextChunk | DirectiveChunk;

const NO_TOKENS: LexedToken[] = [];

/** A file's chunks with what was computed of them so far. Immutable to the outside: a changed file is another `FileText`. */
export class FileText {
	readonly chunks: readonly Chunk[];
	/** What the lexer had to say; grows as chunks are lexed, each once. */
	readonly problems: Problem[] = [];
	private readonly tokens = new Map<number, readonly LexedToken[]>();
	private readonly raw = new Map<number, RawChunk | undefined>();

	constructor(
		readonly source: SourceFile,
		chunks?: readonly Chunk[],
	) {
		this.chunks = chunks ?? split(source);
	}

	/** The tokens of a text chunk, or those of a directive's arguments. */
	tokensOf(index: number): readonly LexedToken[] {
		let tokens = this.tokens.get(index);
		if (!tokens) {
			tokens = this.lexed(this.chunks[index]!);
			this.tokens.set(index, tokens);
		}
		return tokens;
	}

	protected lexed(chunk: Chunk): readonly LexedToken[] {
		return lexChunk(chunk, this.problems);
	}

	/** The chunk's raw map if it is long enough and balanced; undefined if it must go through the tokens. */
	rawOf(index: number): RawChunk | undefined {
		const chunk = this.chunks[index]!;
		if (chunk.kind !== 'text' || chunk.end - chunk.start < RAW_CHUNK_MINIMUM) return undefined;
		if (!this.raw.has(index)) this.raw.set(index, scanRawChunk(this.source, chunk.start, chunk.end));
		return this.raw.get(index);
	}
}

/** The tokens of a chunk; complaints of the lexer go to `problems`. */
export function lexChunk(chunk: Chunk, problems: Problem[]): readonly LexedToken[] {
	const start = chunk.kind === 'text' ? chunk.start : chunk.body;
	if (start >= chunk.end) return NO_TOKENS;
	// Apostrophes in an #error's text are no literals.
	const prose = chunk.kind === 'directive' && (chunk.name === 'error' || chunk.name === 'warning');
	const report: LexProblem = (code, message, at) => problems.push({ severity: 'error', code, message, at });
	return lex(chunk.source, start, chunk.end, prose ? undefined : report);
}

/** Finds the directives. `#` counts at a line's start outside comments and literals only. */
function split(source: SourceFile): Chunk[] {
	const { text } = source;
	const chunks: Chunk[] = [];
	for (let at = 0; at < text.length; at = chunks[chunks.length - 1]!.end) chunks.push(chunkAt(source, at, false));
	return chunks;
}

/** Stretches of text are not cut into pieces shorter than this, in UTF-16 units. */
const SHORTEST_PIECE = 200;
/** The line that ends a function or a struct at the left margin: neither a macro's name nor anything else that goes on behind it stands at its end. */
const LAST_LINE = /^\}(?:(?:[^"'/\\\n]|"[^"\\\n]*")*[;}])?[ \t\r]*$/;
const LONGEST_LAST_LINE = 200;

/**
 * The chunk of the text that begins at `from`, where a chunk may begin: a directive, or all up to the next one. With `cut`, a stretch of text ends behind a
 * line that closes a brace at the left margin as well, or one that begins there and ends with a semicolon. What it gives rests on the text from there on alone.
 */
export function chunkAt(source: SourceFile, from: number, cut: boolean): Chunk {
	const { text } = source;
	const interesting = cut ? /["'/#};]/g : /["'/#]/g;
	interesting.lastIndex = from;
	for (;;) {
		const match = interesting.exec(text);
		if (!match) return { kind: 'text', source, start: from, end: text.length };
		const at = match.index;
		const code = text.charCodeAt(at);
		if (code === 35) {
			if (!startsLine(text, at, from)) continue;
			if (at > from) return { kind: 'text', source, start: from, end: at };
			const end = directiveEnd(text, at);
			const head = /^#(?:[ \t]|\/\*[\s\S]*?\*\/|\\\r?\n)*([A-Za-z_]\w*)?/.exec(text.slice(at, Math.min(end, at + 200)))!;
			return { kind: 'directive', source, start: at, end, name: head[1] ?? '', body: at + head[0].length };
		}
		if (code === 59) {
			if (at - from >= SHORTEST_PIECE && text.charCodeAt(at + 1) === 10 && beginsWithWord(text, at))
				return { kind: 'text', source, start: from, end: at + 2 };
		} else if (code === 125) {
			if (at - from < SHORTEST_PIECE || text.charCodeAt(at - 1) !== 10) continue;
			const end = text.indexOf('\n', at);
			if (end > 0 && end - at <= LONGEST_LAST_LINE && LAST_LINE.test(text.slice(at, end))) {
				return { kind: 'text', source, start: from, end: end + 1 };
			}
		} else if (code === 47) {
			const next = text.charCodeAt(at + 1);
			if (next === 42) {
				const close = text.indexOf('*/', at + 2);
				if (close < 0) return { kind: 'text', source, start: from, end: text.length };
				interesting.lastIndex = close + 2;
			} else if (next === 47) interesting.lastIndex = lineEnd(text, at);
		} else interesting.lastIndex = literalEnd(text, at, code);
	}
}

/** Does the line of `at` begin with a word, at the left margin? */
function beginsWithWord(text: string, at: number): boolean {
	return /[A-Za-z_]/.test(text.charAt(text.lastIndexOf('\n', at) + 1));
}

/** Only white space and comments stand between the line's start (or `floor`, the end of the last directive) and `at`. */
function startsLine(text: string, at: number, floor: number): boolean {
	let i = at - 1;
	while (i >= floor) {
		const code = text.charCodeAt(i);
		if (code === 10) return !/\\[ \t]*\r?$/.test(text.slice(Math.max(floor, i - 20), i));
		if (code === 47 && text.charCodeAt(i - 1) === 42) {
			const open = text.lastIndexOf('/*', i - 2);
			if (open < floor) return false;
			i = open - 1;
			continue;
		}
		if (code !== 32 && code !== 9 && code !== 13 && code !== 11 && code !== 12 && code !== 0xfeff) return false;
		i--;
	}
	return true;
}

/** The offset of the newline that ends the logical line (splices are passed), or the text's end. */
function lineEnd(text: string, at: number): number {
	for (let i = at; ; i++) {
		i = text.indexOf('\n', i);
		if (i < 0) return text.length;
		let back = i - 1;
		while (back > at && (text.charCodeAt(back) === 13 || text.charCodeAt(back) === 32 || text.charCodeAt(back) === 9)) back--;
		if (text.charCodeAt(back) !== 92) return i;
	}
}

function literalEnd(text: string, quote: number, mark: number): number {
	for (let at = quote + 1; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === mark) return at + 1;
		if (code === 10) return at;
		if (code === 92) {
			if (text.charCodeAt(at + 1) === 13) at++;
			at++;
		}
	}
	return text.length;
}

/** The end of the directive at `at`: its logical line, prolonged by block comments that begin on it. */
function directiveEnd(text: string, at: number): number {
	let end = lineEnd(text, at);
	let i = at;
	while (i < end) {
		const code = text.charCodeAt(i);
		if (code === 47 && text.charCodeAt(i + 1) === 47) return end;
		if (code === 47 && text.charCodeAt(i + 1) === 42) {
			const close = text.indexOf('*/', i + 2);
			if (close < 0) return text.length;
			i = close + 2;
			if (i > end) end = lineEnd(text, i);
			continue;
		}
		i = code === 34 || code === 39 ? Math.max(i + 1, Math.min(end, literalEnd(text, i, code))) : i + 1;
	}
	return end;
}
