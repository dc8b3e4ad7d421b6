// Edits of real text: characters, tokens, lines and pieces of other files, as a person, a tool or an accident makes them.

/** A whole number below a bound. */
export type Chance = (bound: number) => number;

/** A piece of a text and what comes in its place; offsets in UTF-16 units. */
export interface Edit {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/** Pieces that people leave half written, and that are hard for a lexer, a preprocessor or a parser. */
const PIECES = [
	...['(', ')', '{', '}', '[', ']', ';', ',', '"', "'", '\\', '\\\n', '#', '##', '...', '->', '.', '?', ':', '*', '&', '&&', '!', '='],
	...['/*', '*/', '//', '\0', '\ud800', '\u{1f41d}', '\r\n', '\ufeff', '\u2028'],
	...['0', '-1', '0x', '1e', '18446744073709551615ull', '99999999999999999999999', '1 / 0', '1 << 64', "'ab", '08'],
	...['return', 'if (', 'else', 'for (;;)', 'while (1)', 'do {', 'switch (0) {', 'case 0:', 'goto x;', 'x:', 'break;', 'continue;'],
	...['struct s {', 'typedef', 'union', 'enum {', 'static', 'extern', 'const', 'volatile', '__always_inline', 'sizeof', 'typeof('],
	...['SEC("tc")\n', 'SEC("', '__ksym', '__kptr', '__uint(type, 1)', 'BPF_PROG(', 'bpf_loop(', 'asm volatile("', '({', '})'],
	...['__attribute__((', '_Pragma("', '_Generic(', '__VA_ARGS__', '__VA_OPT__(', 'defined(', '__has_include(', '_Static_assert('],
	...[
		'#if 0',
		'#if 1',
		'#else',
		'#elif',
		'#endif',
		'#include "',
		'#include <vmlinux.h>',
		'#define X X',
		'#undef',
		'#pragma once',
		'#line 7',
	].map((directive) => `\n${directive}\n`),
];
const DEEPEST = 3000;
const WORD = /[A-Za-z_]\w*|\d+|[^\s\w]/g;

type Operation = (text: string, chance: Chance, other: string) => Edit;

/** The token at or after a random place; empty at the end. */
function token(text: string, chance: Chance): Edit {
	WORD.lastIndex = chance(text.length + 1);
	const match = WORD.exec(text);
	const start = match?.index ?? text.length;
	return { start, end: start + (match?.[0].length ?? 0), text: match?.[0] ?? '' };
}

/** Some whole lines, at most `most`. */
function lines(text: string, chance: Chance, most: number): Edit {
	const start = text.lastIndexOf('\n', chance(text.length + 1)) + 1;
	let end = start;
	for (let count = 1 + chance(most); count > 0 && end < text.length; count--) {
		const next = text.indexOf('\n', end);
		end = next < 0 ? text.length : next + 1;
	}
	return { start, end, text: text.slice(start, end) };
}

const OPERATIONS: readonly Operation[] = [
	// One character or piece comes in.
	(text, chance) => at(chance(text.length + 1), PIECES[chance(PIECES.length)]!),
	(text, chance) => at(token(text, chance).start, PIECES[chance(PIECES.length)]!),
	// One character, token, some lines or a stretch go.
	(text, chance) => cut(text, chance(text.length + 1), 1),
	(text, chance) => ({ ...token(text, chance), text: '' }),
	(text, chance) => ({ ...lines(text, chance, 3), text: '' }),
	(text, chance) => cut(text, chance(text.length + 1), chance(400)),
	// A token becomes another one of the file, a piece or nonsense.
	(text, chance) => ({ ...token(text, chance), text: token(text, chance).text }),
	(text, chance) => ({ ...token(text, chance), text: PIECES[chance(PIECES.length)]! }),
	// Lines come twice, or once more elsewhere.
	(text, chance) => at(lines(text, chance, 1).start, lines(text, chance, 12).text),
	(text, chance) => {
		const some = lines(text, chance, 6);
		return { ...some, text: some.text + some.text };
	},
	// Lines of another file come in.
	(text, chance, other) => at(lines(text, chance, 1).start, lines(other, chance, 40).text),
	(text, chance, other) => at(token(text, chance).start, token(other, chance).text),
	// The file ends here, or goes on as another one does.
	(text, chance) => cut(text, chance(text.length + 1), text.length),
	(text, chance, other) => ({ start: chance(text.length + 1), end: text.length, text: other.slice(chance(other.length + 1)) }),
	// Something is bracketed, or nested as no person would.
	(text, chance) => {
		const some = lines(text, chance, 8);
		return { ...some, text: `{\n${some.text}}\n` };
	},
	(text, chance) => {
		const one = token(text, chance);
		const [open, close] = [
			['(', ')'],
			['{', '}'],
			['[', ']'],
			['-', ''],
			['*', ''],
			['!', ''],
			['if (x) ', ''],
			['({', ';})'],
		][chance(8)]!;
		const depth = 1 + chance(chance(10) === 0 ? DEEPEST : 40);
		return { ...one, text: open!.repeat(depth) + one.text + close!.repeat(depth) };
	},
];

function at(offset: number, text: string): Edit {
	return { start: offset, end: offset, text };
}

function cut(text: string, start: number, length: number): Edit {
	return { start, end: Math.min(text.length, start + length), text: '' };
}

/** One edit of a text; `other` is a text that pieces may come from. */
export function mutate(text: string, chance: Chance, other: string): Edit {
	return OPERATIONS[chance(OPERATIONS.length)]!(text, chance, other);
}

/** The text after an edit. */
export function edited(text: string, { start, end, text: by }: Edit): string {
	return text.slice(0, start) + by + text.slice(end);
}
