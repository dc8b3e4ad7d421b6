// The text as tokens, before any macro: what stands around the cursor, also where nothing can be parsed.
import type { View } from '../rules/checker.js';
import { lex } from '../syntax/lexer.js';
import { type SourceFile, type Token, TokenKind } from '../syntax/token.js';

const known = new WeakMap<SourceFile, readonly Token[]>();

/** The main file's tokens as they are written; comments and directives are none. */
export function textTokens(view: View): readonly Token[] {
	const { main } = view.unit.translation;
	let tokens = known.get(main);
	if (!tokens) known.set(main, (tokens = tokensOf(main)));
	return tokens;
}

function tokensOf(main: SourceFile): Token[] {
	const { text } = main;
	let directiveEnd = -1;
	return lex(main, 0, text.length).filter((token) => {
		if (token.text === '#' && /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', token.start) + 1, token.start))) {
			DIRECTIVE_END.lastIndex = token.start;
			directiveEnd = DIRECTIVE_END.exec(text)?.index ?? text.length;
		}
		return token.start >= directiveEnd;
	});
}

/** The end of a line that no backslash joins to the next. */
const DIRECTIVE_END = /(?<!\\[ \t]*\r?)\n/g;

/** The index of the token that holds the offset or, between two, of the one that ends there; -1 where there is none. */
export function tokenIndexAt(tokens: readonly Token[], offset: number): number {
	const index = lastBefore(tokens, offset + 1);
	const token = tokens[index];
	if (token && offset < token.end)
		return token.start === offset && !isWord(token) && touches(tokens[index - 1], offset) ? index - 1 : index;
	return token && token.end === offset ? index : -1;
}

function isWord(token: Token): boolean {
	return token.kind === TokenKind.Identifier || token.kind === TokenKind.String;
}

function touches(token: Token | undefined, offset: number): boolean {
	return token !== undefined && isWord(token) && token.end === offset;
}

/** The index of the last token that begins before the offset; -1 where there is none. */
export function lastBefore(tokens: readonly Token[], offset: number): number {
	let low = 0;
	let high = tokens.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (tokens[middle]!.start < offset) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

export interface EnclosingCall {
	readonly name: string;
	/** The index of the name's token. */
	readonly token: number;
	/** Commas between the parenthesis and the place asked for: the argument's index, from 0. */
	readonly argument: number;
}

/** As far back as an argument list is looked for, in tokens: no call is longer that a person wrote. */
const CALL_TOKENS = 400;

/** The innermost `name(...` around the token at `index`: what is looked at ends right before it. A brace or semicolon on the way ends the search. */
export function enclosingCall(tokens: readonly Token[], index: number): EnclosingCall | undefined {
	let depth = 0;
	let argument = 0;
	for (let i = index - 1; i > 0 && i > index - CALL_TOKENS; i--) {
		switch (tokens[i]!.text) {
			case ')':
			case ']':
				depth++;
				break;
			case '[':
				depth = Math.max(0, depth - 1);
				break;
			case '(': {
				if (depth-- > 0) break;
				const name = tokens[i - 1]!;
				if (name.kind === TokenKind.Identifier && !KEYWORDS.has(name.text)) return { name: name.text, token: i - 1, argument };
				depth = 0;
				argument = 0;
				break;
			}
			case ',':
				if (depth === 0) argument++;
				break;
			case ';':
			case '{':
			case '}':
				if (depth === 0) return undefined;
				break;
			default:
		}
	}
	return undefined;
}

const KEYWORDS = new Set(['if', 'while', 'for', 'switch', 'return', 'sizeof', 'typeof', '__typeof__', 'do', 'else', 'case']);
