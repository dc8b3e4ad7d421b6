// Where the cursor stands: in a section's string, in a call's argument, where a statement begins, between declarations. Out of tokens alone, so that it works in
// text that is being typed.

import type { SectionInfo } from '../program/model.js';
import { parseSection } from '../program/section.js';
import type { View } from '../rules/checker.js';
import { type Token, TokenKind } from '../syntax/token.js';
import { type EnclosingCall, enclosingCall, lastBefore, textTokens } from './text-tokens.js';

export interface Cursor {
	readonly offset: number;
	readonly tokens: readonly Token[];
	/** The index of the last token that ends at or before the word under the cursor; -1 where there is none. */
	readonly before: number;
	/** The word under the cursor, what stands behind the cursor included; empty between words. */
	readonly start: number;
	readonly end: number;
	/** The part of the word that is typed. */
	readonly typed: string;
	/** The string under the cursor, where there is one. */
	readonly string?: Token;
	readonly call: EnclosingCall | undefined;
	readonly place: 'statement' | 'expression' | 'top level' | 'members' | 'initializer' | 'nowhere';
	/** The section that is written before the item that the cursor is in, and its place. */
	readonly section: SectionInfo | undefined;
}

/** Reads the text around an offset. */
export function cursorAt(view: View, offset: number): Cursor {
	const tokens = textTokens(view);
	const { text } = view.layout;
	const at = lastBefore(tokens, offset);
	const under = tokens[at];
	const inString = under?.kind === TokenKind.String && offset > under.start && (offset < under.end || !isClosed(under));
	let start = offset;
	let end = offset;
	while (start > 0 && /\w/.test(text[start - 1]!)) start--;
	// A word that only follows is not the one that is typed.
	while (start < offset && end < text.length && /\w/.test(text[end]!)) end++;
	const before = inString ? at - 1 : lastBefore(tokens, start);
	const call = enclosingCall(tokens, before + 1);
	const place = !inString && isOutsideOfCode(text, tokens[before], start) ? 'nowhere' : placeOf(tokens, before, call);
	return {
		offset,
		tokens,
		before,
		start,
		end,
		typed: text.slice(start, offset),
		...(inString ? { string: under } : {}),
		call,
		place,
		section: sectionBefore(view, tokens, before),
	};
}

/** A literal that ends without its quote runs to the end of its line. */
export function isClosed({ text }: Token): boolean {
	return text.length > 1 && text.endsWith('"') && !/[^\\](?:\\\\)*\\"$/.test(text);
}

/** In a comment, a directive, or right behind a member access, where C's own names stand. */
function isOutsideOfCode(text: string, before: Token | undefined, start: number): boolean {
	if (before && (before.text === '.' || before.text === '->')) return true;
	const gap = text.slice(before?.end ?? 0, start);
	const open = gap.lastIndexOf('/*');
	if (open >= 0 && gap.indexOf('*/', open + 2) < 0) return true;
	const lineStart = text.lastIndexOf('\n', start - 1) + 1;
	return gap.slice(gap.lastIndexOf('\n') + 1).includes('//') || /^[ \t]*#/.test(text.slice(lineStart, start));
}

function placeOf(tokens: readonly Token[], before: number, call: EnclosingCall | undefined): Cursor['place'] {
	const brace = openBrace(tokens, before);
	if (brace === undefined) return 'top level';
	const opener = tokens[brace - 1];
	// `struct { ... }`, `struct name { ... }`; `= { ... }`; everything else with a brace is code.
	if (opener?.text === 'struct' || tokens[brace - 2]?.text === 'struct') return 'members';
	if (opener && ['=', ',', 'enum'].includes(opener.text)) return 'initializer';
	const last = tokens[before];
	if (call || !last) return 'expression';
	if ([';', '{', '}', ':', 'else', 'do'].includes(last.text)) return 'statement';
	return last.text === ')' && closesCondition(tokens, before) ? 'statement' : 'expression';
}

/** The index of the brace that is open at a token; undefined at file scope. */
function openBrace(tokens: readonly Token[], before: number): number | undefined {
	let depth = 0;
	for (let i = before; i >= 0; i--) {
		const token = tokens[i]!;
		if (token.text === '}') {
			if (depth === 0 && endsItem(token)) return undefined;
			depth++;
		} else if (token.text === '{' && depth-- === 0) return i;
	}
	return undefined;
}

/** Does this parenthesis close the condition of `if`, `while` or `for`, or a loop of libbpf (`bpf_for(...)`)? */
function closesCondition(tokens: readonly Token[], close: number): boolean {
	let depth = 0;
	for (let i = close; i >= 0; i--) {
		const { text } = tokens[i]!;
		if (text === ')') depth++;
		else if (text === '(' && --depth === 0)
			return /^(?:if|while|for|switch|bpf_for|bpf_for_each|bpf_repeat)$/.test(tokens[i - 1]?.text ?? '');
	}
	return false;
}

/** A closing brace that begins a line ends what stands at file scope, also where an earlier brace is missing. */
export function endsItem(brace: Token): boolean {
	return brace.start === 0 || brace.file.text[brace.start - 1] === '\n';
}

/** Walks back from the cursor, out of the function's body, to the `SEC("...")` before it. */
function sectionBefore(view: View, tokens: readonly Token[], before: number): SectionInfo | undefined {
	for (let i = before, depth = 0; i >= 2; i--) {
		const token = tokens[i]!;
		if (token.text === '}') {
			if (depth === 0 && endsItem(token)) return undefined;
			depth++;
		} else if (token.text === '{') depth = Math.max(0, depth - 1);
		else if (token.kind === TokenKind.String && tokens[i - 1]!.text === '(' && tokens[i - 2]!.text === 'SEC') {
			// The section of a variable says nothing of a program.
			const text = token.text.slice(1, -1);
			return /^\.|^(?:license|version|maps)$/.test(text) ? undefined : parseSection(text, view.catalog.sections);
		}
	}
	return undefined;
}
