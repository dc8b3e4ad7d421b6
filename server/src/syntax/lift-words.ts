// What lifting asks of single words: which are names, which must be types, how tree-sitter has to see them.
import { literalBytes } from './condition.js';
import { type Token, TokenKind } from './token.js';
import { KEYWORDS, QUALIFIERS, RECORD_WORDS, STATEMENT_WORDS, STORAGE, TYPEOF_WORDS } from './words.js';

/** Names that nobody declared but that stand where only a type can. */
export function guessTypes(tokens: readonly Token[]): ReadonlySet<string> {
	const out = new Set<string>();
	const plain = (i: number): boolean => {
		const token = tokens[i];
		return token !== undefined && token.kind === TokenKind.Identifier && !isKeyword(token.text);
	};
	let depth = 0;
	for (let i = 0; i < tokens.length; i++) {
		const { text } = tokens[i]!;
		if (text === '{') depth++;
		else if (text === '}') depth--;
		if (!plain(i)) continue;
		const before = tokens[i - 1]?.text ?? ';';
		if (RECORD_WORDS.has(before) || before === 'goto' || before === '.' || before === '->') continue;
		if (plain(i + 1)) out.add(text);
		else if (tokens[i + 1]?.text === '*') {
			let j = i + 1;
			while (tokens[j]?.text === '*' || QUALIFIERS.has(tokens[j]?.text ?? '')) j++;
			const after = tokens[j]?.text ?? '';
			const begins = before === ';' || before === '{' || before === '}' || STORAGE.has(before) || QUALIFIERS.has(before);
			if (before === '(' && after === ')') out.add(text);
			else if (plain(j) && begins && /^[;=,[(]$/.test(tokens[j + 1]?.text ?? '')) out.add(text);
			else if (plain(j) && depth === 0 && (before === '(' || before === ',') && /^[,)]$/.test(tokens[j + 1]?.text ?? '')) out.add(text);
		} else if (before === '(' && tokens[i + 1]?.text === ')') {
			const after = tokens[i + 2];
			const operand = after && (after.kind === TokenKind.Number || after.kind === TokenKind.String || plain(i + 2));
			const call = plain(i - 2) || tokens[i - 2]?.text === ')';
			if (operand && !call && !STATEMENT_WORDS.has(tokens[i - 2]?.text ?? '') && !TYPEOF_WORDS.has(tokens[i - 2]?.text ?? ''))
				out.add(text);
		}
	}
	return out;
}

/** A string literal's value: prefix and quotes off, escapes resolved, one UTF-16 unit a byte. */
export function stringValue(text: string): string {
	return literalBytes(text.replace(/^(?:u8|[LuU])?"/, '').replace(/"$/, ''));
}

/** A word that C keeps for itself. */
export function isKeyword(text: string): boolean {
	return KEYWORDS.has(text);
}

/** For each opening bracket the index of its partner, -1 where it has none. */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
	const close = new Int32Array(tokens.length).fill(-1);
	const open: number[] = [];
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		if (token.kind !== TokenKind.Punctuator) continue;
		const { text } = token;
		if (text === '(' || text === '[' || text === '{') open.push(i);
		else if (text === ')' || text === ']' || text === '}') {
			const wanted = text === ')' ? '(' : text === ']' ? '[' : '{';
			let at = open.length - 1;
			// A brace closes what was left open inside it; other brackets close only their own.
			if (text === '}') while (at >= 0 && tokens[open[at]!]!.text !== '{') at--;
			if (at >= 0 && tokens[open[at]!]!.text === wanted) {
				close[open[at]!] = i;
				open.length = at;
			}
		}
	}
	return close;
}

/** Has each bracket its partner, by what `matchBrackets` says? */
export function areMatched(tokens: readonly Token[], close: Int32Array): boolean {
	let open = 0;
	for (let i = 0; i < tokens.length; i++) {
		const { kind, text } = tokens[i]!;
		if (kind !== TokenKind.Punctuator) continue;
		if (text === '(' || text === '[' || text === '{') {
			if (close[i]! < 0) return false;
			open++;
		} else if (text === ')' || text === ']' || text === '}') open--;
	}
	return open === 0;
}
