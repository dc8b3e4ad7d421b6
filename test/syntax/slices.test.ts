// Slices: how the text is cut into declarations, also while it is broken, and large headers that stay unread.
import assert from 'node:assert/strict';
import { FileText, RAW_CHUNK_MINIMUM } from '../../server/src/syntax/file-text.js';
import { problems, ready, top, trees, unit } from './support.js';

before(ready);

const names = (text: string, files?: Record<string, string>): string[] =>
	unit(text, files).mainSlices.map((slice) => slice.names.join(','));

const PROGRAMS = '#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n';
const NEXT = '\nSEC("tp_btf/y")\nint BPF_PROG(next, int *b)\n{\n\treturn 0;\n}\nchar _license[] SEC("license") = "GPL";\n';

describe('slices', () => {
	it('end with a semicolon or a body', () => {
		assert.deepEqual(names('int a, *b; struct s { int x; }; int f(void) { return 1; } enum { A, B } e; typedef int (*cb)(int);'), [
			'a,b',
			'',
			'f',
			'A,B,e',
			'cb',
		]);
	});
	it('know tags with a body only', () => {
		const of = unit('struct a; struct b { struct c { int x; } c; } *v; union __attribute__((packed)) d { int y; }; enum e { E };');
		assert.deepEqual(
			of.mainSlices.map((slice) => slice.tags.join()),
			['', 'b,c', 'd', 'e'],
		);
		assert.equal(of.lookup('a', 'tag').length, 0);
		assert.equal(of.lookup('c', 'tag')[0], of.mainSlices[1]);
		assert.equal(of.lookup('v', 'ordinary')[0], of.mainSlices[1]);
	});
	it('list declarations in order, header and main file alike', () => {
		const of = unit('#include "a.h"\nint f(void) { return 0; }\nint f(void);', { 'a.h': 'int f(void);' });
		assert.deepEqual(
			of.lookup('f', 'ordinary').map((slice) => slice.inMain),
			[false, true, true],
		);
	});
	it('unclosed body: the functions behind it are whole', () => {
		const text = `${PROGRAMS}int a(int x)\n{\n\tif (x) {\n\t\treturn 0;\n}\n${NEXT}`;
		assert.ok(names(text).includes('next') && names(text).includes('_license'));
		assert.deepEqual(problems(unit(text)).slice(-1), ['unbalanced: {']);
	});
	it('unclosed parenthesis: the function behind it is whole', () => {
		const text = `${PROGRAMS}int a(int x)\n{\n\tg(1,\n\treturn 0;\n}\n${NEXT}`;
		assert.ok(trees(text).some((tree) => tree.kind === 'function-definition' && tree.declarator.name === '____next'));
	});
	it('unclosed invocation: the function behind it is whole', () => {
		const text = `${PROGRAMS}SEC("tp_btf/x")\nint BPF_PROG(a, int *b\n{\n\treturn 0;\n}\n${NEXT}`;
		assert.ok(trees(text).some((tree) => tree.kind === 'function-definition' && tree.declarator.name === '____next'));
	});
	it('a brace too many is a problem, and no more', () => {
		const text = `int a(void)\n{\n}\n}\n${PROGRAMS}${NEXT}`;
		assert.ok(problems(unit(text)).includes('unbalanced: }'));
		assert.ok(names(text).includes('____next'));
	});
	it('say what their parse did not understand', () => {
		const [whole, broken] = unit('int a(void) { return 1; }\nint b(int *p) { return p->; }').mainSlices;
		assert.equal(whole!.syntaxProblem?.(), undefined);
		assert.equal(broken!.syntaxProblem?.()?.code, 'syntax');
	});
	it('nested beyond all reason are left alone', () => {
		for (const [open, close] of [
			['(', ')'],
			['b ? ', ' : b'],
		] as const) {
			const of = unit(`int a = ${open.repeat(10000)}1${close.repeat(10000)};\nint b = 2;`);
			assert.deepEqual(
				of.mainSlices.map((slice) => top(slice.parse())),
				['unknown-declaration', 'b: int = 2'],
			);
			assert.deepEqual(
				of.problems.map(({ code }) => code),
				['nesting-limit'],
			);
		}
	});
	it('long expressions do not nest the stack away', () => {
		assert.equal(trees(`int a = ${'1 + '.repeat(20000)}1;`).length, 1);
		assert.equal(top(trees(`int a = ${'1 ? 2 : '.repeat(300)}3;`)[0]!).slice(0, 21), 'a: int = (1 ? 2 : (1 ');
		assert.equal(trees(`void f(int a) { ${'if (a) a++; else '.repeat(3000)} a--; }`).length, 1);
	});
	it('a file of many megabytes is refused', () => {
		assert.deepEqual(
			unit('int a;\n'.repeat(1_000_000)).problems.map(({ code }) => code),
			['file-size'],
		);
	});
	it('a text cut anywhere gives a unit', () => {
		const text = `${PROGRAMS}#define F(x) ((x) + 1)\nstruct s { int a : 3; };${NEXT}int f(void) { return F(F(2)) + sizeof(struct s); }`;
		for (let end = 0; end < text.length; end += 3) trees(text.slice(0, end));
	});
});

describe('a large header', () => {
	const many = Array.from({ length: 400 }, (_, i) => `struct s${i} {\n\tint a;\n\tstruct s${i} *next;\n};\n\ntypedef int t${i};\n`).join(
		'',
	);
	const large = `#ifndef LARGE\n#define LARGE\n${many}enum { FIRST, SECOND = 2 };\nextern int (*cb)(void *ctx);\nlong call(struct s1 *p);\n#endif\n`;

	it('is mapped without being read', () => {
		const file = new FileText({ path: '/virtual/large.h', text: large });
		const chunk = file.chunks.findIndex(({ start, end }) => end - start > RAW_CHUNK_MINIMUM);
		const raw = file.rawOf(chunk);
		assert.ok(raw);
		assert.equal(raw.count, 803);
		assert.ok(raw.contains('next') && !raw.contains('nex'));
		assert.deepEqual(
			raw.namesOf(800).map(({ name }) => name),
			['FIRST', 'SECOND'],
		);
		assert.deepEqual(
			raw.namesOf(801).map(({ name }) => name),
			['cb'],
		);
		assert.deepEqual(
			raw.namesOf(802).map(({ name }) => name),
			['call'],
		);
	});
	it('answers for its names and tags', () => {
		const of = unit('#include "large.h"\nt7 x = (t7)*p;', { 'large.h': large });
		assert.deepEqual(
			of.lookup('s9', 'tag').map((slice) => top(slice.parse())),
			['struct s9 { a: int; next: pointer to struct s9; }'],
		);
		assert.equal(of.lookup('SECOND', 'ordinary').length, 1);
		assert.equal(of.lookup('s9', 'ordinary').length, 0);
		assert.equal(top(of.mainSlices[0]!.parse()), 'x: t7 = (cast t7: (*p))');
		assert.ok(![...of.smallNames()].includes('t7'));
	});
	it('has the slices expanded that hold a macro', () => {
		const of = unit('#define next following\n#include "large.h"\n#undef next\nint x;', {
			'large.h': `${large.replaceAll('next', 'after')}struct odd { int next; };`,
		});
		assert.equal(of.lookup('t3', 'ordinary').length, 1);
		const in5 = unit('#define s5 renamed\n#include "large.h"\n', { 'large.h': large });
		assert.equal(in5.lookup('s5', 'tag').length, 0);
		assert.equal(in5.lookup('renamed', 'tag').length, 1);
		assert.equal(in5.lookup('s4', 'tag').length, 1);
		assert.equal([...in5.allSlices()].length, 803);
	});
});
