// Tokens of directives: their place, what stands for a built-in macro, the header that an #include names.
import { LexedToken } from './lexer.js';
import { outermost } from './macro-expander.js';
import { type FileRange, TokenKind } from './token.js';

/** Where the token is written, or, for a macro's output, where the outermost invocation is. */
export function tokenPlace(token: LexedToken): FileRange {
	const at = token.expansion ? outermost(token.expansion).call : token;
	return { file: at.file, start: at.start, end: at.end };
}

/** The token that a built-in macro or operator gives at its place. */
export function replaced(token: LexedToken, kind: TokenKind, text: string, macro: string): LexedToken {
	const expansion = {
		macro,
		call: { file: token.file, start: token.start, end: token.end },
		parent: token.expansion,
	};
	return new LexedToken(kind, text, token.file, token.start, token.end, token.space, expansion, false);
}

/** `"name"` or `<name>` out of a directive's tokens. */
export function headerName(tokens: readonly LexedToken[]): { name: string; quoted: boolean } | undefined {
	const first = tokens[0];
	if (first?.kind === TokenKind.String) return { name: first.text.slice(1, -1), quoted: true };
	if (first?.text !== '<' && first?.text !== '<<' && first?.text !== '<=') return undefined;
	const close = tokens.findIndex((token) => token.text === '>');
	if (close < 0) return undefined;
	const last = tokens[close]!;
	// Where it was written in the file its exact text counts: a header's name may hold `//` or blanks.
	if (!first.expansion && first.file === last.file) return { name: first.file.text.slice(first.start + 1, last.start), quoted: false };
	return {
		name: tokens
			.slice(1, close)
			.map((token, i) => (token.space && i > 0 ? ' ' : '') + token.text)
			.join(''),
		quoted: false,
	};
}
