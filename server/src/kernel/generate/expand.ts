// Macro expansion over a few tokens of a kernel file: as much of C's rules as lists of BTF ids and trace headers need.
import { type Token, TokenKind } from '../../syntax/token.js';
import type { Condition, MacroDefinition } from './tree.js';
import { TokenText } from './tree.js';

/** Deeper nesting than any list in the kernel; stops definitions that lead in a circle. */
const MAX_DEPTH = 40;

/**
 * Expands the macros that `lookup` knows; names that it does not know stay as they are.
 *
 * @param lookup gives a macro's definition, undefined for what shall stay.
 */
export function expand(source: TokenText, lookup: (name: string) => MacroDefinition | undefined): TokenText {
	const tokens: Token[] = [];
	const when: Condition[] = [];
	expandInto(source.tokens, source.when, lookup, tokens, when, new Set(), 0);
	return new TokenText(tokens, when);
}

function expandInto(
	input: readonly Token[],
	conditions: readonly Condition[],
	lookup: (name: string) => MacroDefinition | undefined,
	tokens: Token[],
	when: Condition[],
	busy: Set<string>,
	depth: number,
): void {
	for (let i = 0; i < input.length; i++) {
		const token = input[i]!;
		const own = conditions[i] ?? conditions.at(-1) ?? [];
		const definition = token.kind === TokenKind.Identifier && !busy.has(token.text) && depth < MAX_DEPTH ? lookup(token.text) : undefined;
		if (!definition) {
			tokens.push(token);
			when.push(own);
			continue;
		}
		let body: Token[];
		if (definition.parameters) {
			if (input[i + 1]?.text !== '(') {
				tokens.push(token);
				when.push(own);
				continue;
			}
			const call = new TokenText(input, []);
			const close = call.close(i + 1);
			const args = call.split(i + 1).map((range) => input.slice(range.start, range.end));
			body = substitute(definition, definition.parameters, args, lookup, busy, depth);
			i = close;
		} else body = substitute(definition, [], [], lookup, busy, depth);
		busy.add(definition.name);
		expandInto(
			body,
			body.map(() => own),
			lookup,
			tokens,
			when,
			busy,
			depth + 1,
		);
		busy.delete(definition.name);
	}
}

function substitute(
	definition: MacroDefinition,
	parameters: readonly string[],
	args: readonly (readonly Token[])[],
	lookup: (name: string) => MacroDefinition | undefined,
	busy: Set<string>,
	depth: number,
): Token[] {
	const last = parameters.at(-1);
	const variadic = last === '...' ? '__VA_ARGS__' : undefined;
	const argument = (name: string): readonly Token[] | undefined => {
		const index = name === variadic ? parameters.length - 1 : parameters.indexOf(name);
		if (index < 0 || name === '...') return undefined;
		if (name !== variadic) return args[index] ?? [];
		const out: Token[] = [];
		for (let i = index; i < args.length; i++) {
			if (i > index) out.push(punctuator(',', definition.body[0]!));
			out.push(...args[i]!);
		}
		return out;
	};
	const out: Token[] = [];
	const body = definition.body;
	for (let i = 0; i < body.length; i++) {
		const token = body[i]!;
		const value = token.kind === TokenKind.Identifier ? argument(token.text) : undefined;
		if (token.text === '##' && out.length > 0 && i + 1 < body.length) {
			const right = body[++i]!;
			const pasted = (right.kind === TokenKind.Identifier ? argument(right.text) : undefined) ?? [right];
			if (pasted.length > 0) {
				const left = out.pop()!;
				out.push({ ...copy(left), text: left.text + pasted[0]!.text, kind: left.kind }, ...pasted.slice(1));
			}
			continue;
		}
		if (token.text === '#' && definition.parameters && i + 1 < body.length) {
			const named = argument(body[i + 1]!.text);
			if (named) {
				i++;
				out.push({ ...copy(token), kind: TokenKind.String, text: `"${named.map((part) => part.text).join(' ')}"` });
				continue;
			}
		}
		if (value === undefined) out.push(token);
		else if (body[i + 1]?.text === '##') out.push(...value);
		else {
			const inner: Token[] = [];
			expandInto(value, [], lookup, inner, [], busy, depth + 1);
			out.push(...inner);
		}
	}
	return out;
}

function copy(token: Token): Token {
	return { kind: token.kind, text: token.text, file: token.file, start: token.start, end: token.end, space: token.space };
}

function punctuator(text: string, like: Token): Token {
	return { kind: TokenKind.Punctuator, text, file: like.file, start: like.start, end: like.end, space: false };
}
