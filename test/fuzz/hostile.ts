// Texts and headers made to stop an analysis: macro bombs, include cycles, depth without end, types that double, programs with too many paths.
import type { Chance } from './mutate.js';

/** A main file with the headers that lie beside it. */
export interface Hostile {
	readonly kind: string;
	readonly main: string;
	/** By file name. */
	readonly headers: ReadonlyMap<string, string>;
}

/** A program with one leak: what is hostile stands before, in or behind it. */
export const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
`;
export const LEAK = `SEC("tp_btf/task_newtask")
int BPF_PROG(leaks, struct task_struct *task, u64 clone_flags)
{
	bpf_task_acquire(task);
	return 0;
}
`;
/** Programs that are all right, in which a body may stand. */
const program = (body: string): string =>
	`SEC("tc")\nint program(struct __sk_buff *skb)\n{\n\tint a = skb->len, b = skb->mark;\n${body}\n\treturn 0;\n}\n`;
const row = (count: number, make: (index: number) => string, between = '\n'): string =>
	Array.from({ length: count }, (_, i) => make(i)).join(between);

/** From 1 on, mostly small, sometimes up to `most`. */
const size = (chance: Chance, most: number): number => 1 + chance(chance(3) === 0 ? most : Math.max(1, Math.floor(most / 20)));

type Maker = (chance: Chance) => { main: string; headers?: Record<string, string> };

const MAKERS: Readonly<Record<string, Maker>> = {
	'macro-bomb': (chance) => {
		const fan = 2 + chance(4);
		const depth = size(chance, 60);
		const body = ['0,', '(x)', 'x + ', '#x', 'x ## 1', '__VA_ARGS__', ''][chance(7)]!;
		const parameters = body.includes('VA') ? '(...)' : body.includes('x') ? '(x)' : '';
		const call = (n: number): string => `M${n}${parameters && (body.includes('VA') ? '(__VA_ARGS__)' : '(x)')}`;
		const bomb = row(depth, (i) => `#define M${i + 1}${parameters} ${row(fan, () => call(i), ' ')}`);
		const use = parameters ? `M${depth}(1)` : `M${depth}`;
		const places = [
			`int numbers[] = { ${use} };`,
			`#if ${use}\nint a;\n#endif`,
			program(`\ta = ${use};`),
			`#include ${use}`,
			`SEC(${use}) int x(void *c) { return 0; }`,
		];
		return { main: `#define M0${parameters} ${body}\n${bomb}\n${places[chance(places.length)]}\n` };
	},
	'argument-bomb': (chance) => {
		const depth = size(chance, 40);
		return { main: `#define D(x) x x\nint v = ${'D('.repeat(depth)}1${')'.repeat(depth)};\n` };
	},
	'include-cycle': (chance) => {
		const count = size(chance, 12);
		const guard = chance(3);
		const headers: Record<string, string> = {};
		for (let i = 0; i < count; i++) {
			const includes = row(1 + chance(3), () => `#include "h${chance(count)}.h"`);
			const once = guard === 0 ? '#pragma once\n' : '';
			headers[`h${i}.h`] =
				guard === 1 ? `#ifndef H${i}\n#define H${i}\n${includes}\nint h${i};\n#endif\n` : `${once}${includes}\nint h${i};\n`;
		}
		return { main: '#include "h0.h"\n', headers };
	},
	'include-laughs': (chance) => {
		const depth = size(chance, 60);
		const fan = 2 + chance(3);
		const headers: Record<string, string> = { [`h${depth}.h`]: 'int laugh(void);\n' };
		for (let i = 0; i < depth; i++) headers[`h${i}.h`] = row(fan, () => `#include "h${i + 1}.h"`);
		return { main: '#include "h0.h"\n', headers };
	},
	'include-self': (chance) => ({
		main: ['#include __FILE__\n', '#include "main.bpf.c"\n', '#define F "main.bpf.c"\n#include F\n#include F\n'][chance(3)]!,
	}),
	'deep-text': (chance) => {
		const depth = size(chance, 20_000);
		const nest = (open: string, inner: string, close: string): string => open.repeat(depth) + inner + close.repeat(depth);
		const shapes = [
			() => `int f(void) { return ${nest('(', '1', ')')}; }`,
			() => `int f(int a) { return ${nest('(int)', 'a', '')}; }`,
			() => `int f(int a) { return ${nest('f(', 'a', ')')}; }`,
			() => `int f(int a) { ${nest('({', 'a', ';});')} }`,
			() => `int f(int a) { ${nest('if (a) {', ';', '}')} }`,
			() => `int f(int a) { ${nest('for (;;) ', ';', '')} }`,
			() => `int f(int a) { ${nest('switch (a) { case 1: ', ';', '}')} }`,
			() => `int f(int a) { return ${nest('a ? ', 'a', ' : a')}; }`,
			() => `int a = ${nest('{', '1', '}')};`,
			() => `typeof${nest('(typeof', '(1)', ')')} a;`,
			() => nest('struct s { ', 'int a;', '};'),
			() => nest('#if 1\n', 'int a;\n', '#endif\n'),
			() => `#if ${nest('(', '1', ')')}\nint a;\n#endif\n`,
			() => `#if ${nest('!', '1', '')}\nint a;\n#endif\n`,
			() => `int ${nest('(*', 'p', ')(void)')};`,
			() => `int ${nest('*', 'p', '')};`,
			() => `int p${nest('[1]', '', '')};`,
			() => `int f(int a) { return ${nest('a && ', 'a', '')}; }`,
			() => `int f(int a) { return ${nest('a, ', 'a', '')}; }`,
			() => `char s[] = ${nest('"a" ', '""', '')};`,
			() => `int a ${nest('__attribute__((aligned(', '1', ')))')};`,
			() => `int a = sizeof${nest('(sizeof', '(1)', ')')};`,
			() => `${nest('extern "C" {', '', '}')}`,
		];
		return { main: `${shapes[chance(shapes.length)]!()}\n` };
	},
	'type-laughs': (chance) => {
		const depth = size(chance, 400);
		const shapes = [
			() =>
				`struct s0 { long a; };\n${row(depth, (i) => `struct s${i + 1} { struct s${i} a, b; };`)}\nstruct s${depth} big; int n = sizeof(big);`,
			() => `typedef int t0;\n${row(depth * 10, (i) => `typedef t${i} t${i + 1};`)}\nt${depth * 10} a;`,
			() => `enum { E0 = 1, ${row(depth, (i) => `E${i + 1} = E${i} + E${i}`, ', ')} };`,
			() => `int v0;\n${row(depth, (i) => `typeof(v${i} + v${i}) v${i + 1};`)}`,
			() => `typedef int a0[2];\n${row(depth, (i) => `typedef a${i} a${i + 1}[2];`)}\na${depth} big;`,
			() => `static const int c0 = 1;\n${row(depth, (i) => `static const int c${i + 1} = c${i} + c${i};`)}\nint n[c${depth}];`,
			() =>
				`struct a { struct b b; };\nstruct b { struct a a; int x; };\nstruct a loop; int n = sizeof(struct b) + __builtin_offsetof(struct a, b.x);`,
			() => `union u { union u u; struct { union u v[4]; }; } u;`,
		];
		return { main: `${shapes[chance(shapes.length)]!()}\n${program('\ta = b;')}` };
	},
	'long-text': (chance) => {
		const count = size(chance, 20_000);
		const shapes = [
			() => `int a = ${'1 + '.repeat(count)}1;`,
			() => `char ${'x'.repeat(count * 20)};`,
			() => `char s[] = "${'x'.repeat(count * 20)}";`,
			() => row(count, (i) => `#define D${i} D${i + 1}`),
			() => `${row(count, (i) => `#define D${i} D${i + 1}`)}\nint a = D0;`,
			() => row(count, (i) => `#if ${i % 2}\nint a${i};\n#endif`),
			() => row(count, (i) => `int a${i} = ${i};`),
			() => `int f(${row(count, (i) => `int a${i}`, ', ')});`,
			() => `#define F(...) #__VA_ARGS__\nchar s[] = F(${row(count, (i) => `${i}`, ', ')});`,
			() => `int a = 1${'\\\n'.repeat(count)};`,
			() => '/*'.repeat(count),
			() => `enum { ${row(count, (i) => `E${i}`, ', ')} };`,
			() => `struct s { ${row(count, (i) => `int m${i};`, ' ')} } s;`,
			() => `int a[] = { ${row(count, (i) => `[${i}] = ${i}`, ', ')} };`,
			() => '}'.repeat(count),
			() => `${'('.repeat(count)};`,
		];
		return { main: `${shapes[chance(shapes.length)]!()}\n` };
	},
	'path-bomb': (chance) => {
		const count = size(chance, 400);
		const shapes = [
			() => program(row(count, (i) => `\tif (skb->cb[${i % 5}] == ${i}) a += b * ${i};`)),
			() =>
				program(
					`${row(Math.min(count, 60), (i) => `\tfor (int i${i} = 0; i${i} < b; i${i}++) {`)}a += b;${'}'.repeat(Math.min(count, 60))}`,
				),
			() => program(`\tswitch (a) {\n${row(count * 10, (i) => `\tcase ${i}: b += ${i};${i % 3 ? ' break;' : ''}`)}\n\t}`),
			() => program(`${row(count, (i) => `l${i}: if (a == ${i}) goto l${chance(count)};`)}`),
			() =>
				`static int f0(int a) { return a + 1; }\n${row(size(chance, 40), (i) => `static int f${i + 1}(int a) { return a > ${i} ? f${i}(a) : f${i}(a + 1); }`)}\n${program('\ta = f1(a) + f2(b);')}`,
			() => `static int f(int a);\nstatic int g(int a) { return f(a); }\nstatic int f(int a) { return g(a); }\n${program('\ta = f(b);')}`,
			() => program(row(count, (i) => `\tif (a > ${i}) { if (b < ${i}) a--; else b++; } else if (b) a ^= b;`)),
			() => program('\twhile (1) { a++; if (a == b) continue; b--; for (;;) a--; }'),
			() => `static int cb(int i, void *ctx) { bpf_loop(i, cb, ctx, 0); return 0; }\n${program('\tbpf_loop(a, cb, &b, 0);')}`,
			() => program(`\tstruct task_struct *t[${count}];\n${row(count, (i) => `\tt[${i}] = bpf_task_acquire(t[${chance(count)}]);`)}`),
		];
		return { main: `${shapes[chance(shapes.length)]!()}\n` };
	},
};

export const HOSTILE_KINDS: readonly string[] = Object.keys(MAKERS);

/** A hostile text: of a random kind unless told otherwise. */
export function hostile(chance: Chance, kind = HOSTILE_KINDS[chance(HOSTILE_KINDS.length)]!): Hostile {
	const { main, headers = {} } = MAKERS[kind]!(chance);
	return { kind, main: chance(2) === 0 ? HEAD + main + LEAK : HEAD + LEAK + main, headers: new Map(Object.entries(headers)) };
}
