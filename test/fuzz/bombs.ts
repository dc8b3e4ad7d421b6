// Texts that grow without bounds when they are read as they stand: each has one cause, at a known place.
import { HEAD } from './hostile.js';

export interface Bomb {
	readonly name: string;
	readonly text: string;
	/** By file name, beside the text. */
	readonly headers: ReadonlyMap<string, string>;
	/** The problem that names the bomb, and what it stands at in the text; undefined where that is in a header. */
	readonly code: string;
	readonly at: string | undefined;
}

const rows = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('\n');
const doubling = (zero: string, parameter = ''): string =>
	`#define M0${parameter} ${zero}\n${rows(40, (i) => `#define M${i + 1}${parameter} M${i}${parameter} M${i}${parameter}`)}\n`;

function macros(name: string, text: string, at: string): Bomb {
	return { name, text: `${HEAD}${text}`, headers: new Map(), code: 'expansion-limit', at };
}

function includes(name: string, code: string, headers: Record<string, string>): Bomb {
	return { name, text: `${HEAD}#include "h0.h"\n`, headers: new Map(Object.entries(headers)), code, at: undefined };
}

const NESTED = `${'TWICE('.repeat(40)}1${')'.repeat(40)}`;

export const BOMBS: readonly Bomb[] = [
	macros('a macro that doubles', `${doubling('0,')}int numbers[] = { M40 };\n`, 'M40'),
	macros('a macro that doubles nothing', `${doubling('')}int number = M40 1;\n`, 'M40'),
	macros('a macro with an argument that doubles', `${doubling('(x)', '(x)')}int number = M40(1);\n`, 'M40(1)'),
	macros('a macro that doubles a string', `${doubling('#x', '(x)')}char text[] = M40(1);\n`, 'M40(1)'),
	macros('an argument that doubles', `#define TWICE(x) x x\nint number = ${NESTED};\n`, NESTED),
	macros('a macro that doubles in a condition', `${doubling('1 +')}#if M40 1\nint number;\n#endif\n`, 'M40'),
	macros('thirty macros that double', `${doubling('0,')}${rows(30, (i) => `int n${i}[] = { M40 };`)}\n`, 'M40'),
	includes('a header that includes itself', 'include-cycle', { 'h0.h': '#include "h0.h"\n#include "h0.h"\n' }),
	includes(
		'headers in a ring',
		'include-cycle',
		Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`h${i}.h`, rows(5, (j) => `#include "h${j}.h"`)])),
	),
	includes(
		'headers that treble',
		'include-limit',
		Object.fromEntries(
			Array.from({ length: 30 }, (_, i) => [`h${i}.h`, i < 29 ? `#include "h${i + 1}.h"\n`.repeat(3) : 'int laugh(void);\n']),
		),
	),
];
