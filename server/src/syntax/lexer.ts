// The lexer: characters of a file to preprocessing tokens. Comments become white space; line splices are removed first.
import { type FileRange, type SourceFile, type Token, TokenKind } from './token.js';

/** One preprocessing token; mutable only while the preprocessor owns it. */
export class LexedToken implements Token {
	/** A macro's name that was met while that macro was being expanded; C never expands it again. */
	noExpand = false;
	constructor(
		readonly kind: TokenKind,
		readonly text: string,
		readonly file: SourceFile,
		readonly start: number,
		readonly end: number,
		public space: boolean,
		readonly expansion: Token['expansion'],
		readonly fromArgument: boolean,
	) {}
}

/** What the lexer complains about; `range` covers the literal or comment that never ends. */
export type LexProblem = (code: string, message: string, range: FileRange) => void;

enum Class {
	Other = 0,
	Space = 1,
	Letter = 2,
	Digit = 3,
	Punctuation = 4,
}

const CLASSES = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
	const ch = String.fromCharCode(c);
	if (/[A-Za-z_$]/.test(ch)) CLASSES[c] = Class.Letter;
	else if (/[0-9]/.test(ch)) CLASSES[c] = Class.Digit;
	else if (/[\s\0]/.test(ch)) CLASSES[c] = Class.Space;
	else if ('[](){}.&*+-~!/%<>^|?:;=,#'.includes(ch)) CLASSES[c] = Class.Punctuation;
}

/** True for characters that may continue an identifier; anything beyond ASCII is taken for a letter, as in UTF-8 identifiers. */
export function isWord(code: number): boolean {
	return code >= 128 || CLASSES[code] === Class.Letter || CLASSES[code] === Class.Digit;
}

// Longest first, so that the first match is the longest.
const PUNCTUATORS = [
	'...',
	'<<=',
	'>>=',
	'->',
	'++',
	'--',
	'<<',
	'>>',
	'<=',
	'>=',
	'==',
	'!=',
	'&&',
	'||',
	'*=',
	'/=',
	'%=',
	'+=',
	'-=',
	'&=',
	'^=',
	'|=',
	'##',
];
const LONGER = new Map<number, string[]>();
for (const p of PUNCTUATORS) {
	const code = p.charCodeAt(0);
	LONGER.set(code, [...(LONGER.get(code) ?? []), p]);
}
const SINGLE = Array.from({ length: 128 }, (_, c) => String.fromCharCode(c));

const SPLICE = /\\[ \t]*\r?\n/;

/**
 * Lexes `file.text` from `start` to `end` (UTF-16 offsets). Positions of the tokens are those of the file, also behind line splices.
 * Unterminated literals and comments end at the line's or the range's end and are reported.
 */
export function lex(file: SourceFile, start: number, end: number, report?: LexProblem): LexedToken[] {
	const splice = file.text.indexOf('\\', start);
	if (splice >= 0 && splice < end) {
		const text = file.text.slice(start, end);
		if (SPLICE.test(text)) return lexSpliced(file, start, text, report);
	}
	const out: LexedToken[] = [];
	scan(file, file.text, start, end, undefined, out, report);
	return out;
}

/** Removes the splices, lexes what is left, and puts the tokens back to where they stand in the file. */
function lexSpliced(file: SourceFile, start: number, text: string, report?: LexProblem): LexedToken[] {
	const parts: string[] = [];
	const origin = new Uint32Array(text.length + 1);
	let length = 0;
	let at = 0;
	for (const match of text.matchAll(/\\[ \t]*\r?\n/g)) {
		parts.push(text.slice(at, match.index));
		for (; at < match.index; at++) origin[length++] = start + at;
		at = match.index + match[0].length;
	}
	parts.push(text.slice(at));
	for (; at < text.length; at++) origin[length++] = start + at;
	origin[length] = start + text.length;
	const out: LexedToken[] = [];
	scan(file, parts.join(''), 0, length, origin, out, report);
	return out;
}

function scan(
	file: SourceFile,
	text: string,
	start: number,
	end: number,
	origin: Uint32Array | undefined,
	out: LexedToken[],
	report: LexProblem | undefined,
): void {
	let at = start;
	let space = true;
	const place = (from: number, to: number): FileRange =>
		origin ? { file, start: origin[from]!, end: to > from ? origin[to - 1]! + 1 : origin[from]! } : { file, start: from, end: to };
	const push = (kind: TokenKind, from: number, to: number, value: string): void => {
		out.push(
			origin
				? new LexedToken(kind, value, file, origin[from]!, origin[to - 1]! + 1, space, undefined, false)
				: new LexedToken(kind, value, file, from, to, space, undefined, false),
		);
		space = false;
	};
	while (at < end) {
		const code = text.charCodeAt(at);
		const kind = code < 128 ? CLASSES[code]! : code === 0xfeff ? Class.Space : Class.Letter;
		if (kind === Class.Space) {
			space = true;
			at++;
			continue;
		}
		if (kind === Class.Letter) {
			let to = at + 1;
			while (to < end && isWord(text.charCodeAt(to))) to++;
			const next = to < end ? text.charCodeAt(to) : 0;
			if ((next === 34 || next === 39) && to - at <= 2 && /^(?:L|u|U|u8)$/.test(text.slice(at, to))) {
				const stop = literalEnd(text, to, end, next);
				push(next === 34 ? TokenKind.String : TokenKind.Character, at, stop.end, text.slice(at, stop.end));
				if (!stop.closed) report?.('unterminated-literal', 'this literal never ends on its line', place(at, stop.end));
				at = stop.end;
				continue;
			}
			push(TokenKind.Identifier, at, to, text.slice(at, to));
			at = to;
			continue;
		}
		if (kind === Class.Digit || (code === 46 && at + 1 < end && CLASSES[text.charCodeAt(at + 1)] === Class.Digit)) {
			let to = at + 1;
			while (to < end) {
				const c = text.charCodeAt(to);
				if (isWord(c) || c === 46) {
					// An exponent takes its sign along.
					const sign = to + 1 < end ? text.charCodeAt(to + 1) : 0;
					if ((c === 69 || c === 101 || c === 80 || c === 112) && (sign === 43 || sign === 45)) to++;
					to++;
				} else break;
			}
			push(TokenKind.Number, at, to, text.slice(at, to));
			at = to;
			continue;
		}
		if (code === 34 || code === 39) {
			const stop = literalEnd(text, at, end, code);
			push(code === 34 ? TokenKind.String : TokenKind.Character, at, stop.end, text.slice(at, stop.end));
			if (!stop.closed) report?.('unterminated-literal', 'this literal never ends on its line', place(at, stop.end));
			at = stop.end;
			continue;
		}
		if (code === 47) {
			const next = text.charCodeAt(at + 1);
			if (next === 47 && at + 1 < end) {
				const line = text.indexOf('\n', at);
				at = line < 0 || line > end ? end : line;
				space = true;
				continue;
			}
			if (next === 42 && at + 1 < end) {
				const close = text.indexOf('*/', at + 2);
				if (close < 0 || close + 2 > end) {
					report?.('unterminated-comment', 'this comment never ends', place(at, Math.min(at + 2, end)));
					at = end;
				} else at = close + 2;
				space = true;
				continue;
			}
		}
		if (kind === Class.Punctuation) {
			let value = SINGLE[code]!;
			const longer = LONGER.get(code);
			if (longer)
				for (const p of longer)
					if (at + p.length <= end && text.startsWith(p, at)) {
						value = p;
						break;
					}
			push(TokenKind.Punctuator, at, at + value.length, value);
			at += value.length;
			continue;
		}
		// A universal character name continues or starts an identifier.
		if (code === 92 && /^\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.test(text.slice(at, at + 10))) {
			const to = at + (text.charCodeAt(at + 1) === 117 ? 6 : 10);
			push(TokenKind.Identifier, at, to, text.slice(at, to));
			at = to;
			continue;
		}
		push(TokenKind.Other, at, at + 1, text.charAt(at));
		at++;
	}
}

/** The end of the literal whose quote stands at `quote`; a line's end stops it, with `closed` false. */
function literalEnd(text: string, quote: number, end: number, mark: number): { end: number; closed: boolean } {
	let at = quote + 1;
	while (at < end) {
		const code = text.charCodeAt(at);
		if (code === mark) return { end: at + 1, closed: true };
		if (code === 10) return { end: text.charCodeAt(at - 1) === 13 ? at - 1 : at, closed: false };
		at += code === 92 && at + 1 < end && text.charCodeAt(at + 1) !== 10 ? 2 : 1;
	}
	return { end: Math.min(at, end), closed: false };
}
