// The preprocessor: what the text becomes. Expected results are clang's.
import assert from 'node:assert/strict';
import { expand, problems, ready, unit } from './support.js';

before(ready);

describe('macros', () => {
	const cases: [string, string, string][] = [
		['an object-like macro', '#define N 4\nint a[N];', 'int a [ 4 ] ;'],
		['a function-like macro', '#define ADD(a, b) ((a) + (b))\nint x = ADD(1, f(2, 3));', 'int x = ( ( 1 ) + ( f ( 2 , 3 ) ) ) ;'],
		['a function-like name without parentheses', '#define F(x) x\nint F;', 'int F ;'],
		['parentheses on the next line', '#define F(x) <x>\nint a = F\n(1);', 'int a = < 1 > ;'],
		['no arguments', '#define F() 7\nint a = F();', 'int a = 7 ;'],
		['an empty argument', '#define F(x) [x]\nF()', '[ ]'],
		['the # operator', '#define S(x) #x\nS( a  +\t"b\\n" )', '"a + \\"b\\\\n\\""'],
		['# of what a macro gives', '#define S(x) #x\n#define T(x) S(x)\n#define V 42\nS(V) T(V)', '"V" "42"'],
		['the ## operator', '#define J(a, b) a##b\nint J(x, 1) = J(, 2) J(3, );', 'int x1 = 2 3 ;'],
		['## takes arguments unexpanded', '#define J(a, b) a##b\n#define x y\nJ(x, 1) J(x, x)', 'x1 xx'],
		['a macro that ## makes', '#define J(a, b) a##b\n#define xy ok\nJ(x, y)', 'ok'],
		['recursion ends', '#define f(x) f(x) + g(x)\n#define g(x) f(x)\nf(1)', 'f ( 1 ) + f ( 1 )'],
		['a self-named object', '#define foo (4 + foo)\nfoo', '( 4 + foo )'],
		['a name blocked stays blocked', '#define a a b\n#define I(x) x\nI(a)', 'a b'],
		['a macro as its own argument', '#define F(x) x + x\nF(F(1))', '1 + 1 + 1 + 1'],
		['a name that an expansion leaves, and parentheses behind it', '#define F(x) [x]\n#define G F\nG(1)', '[ 1 ]'],
		['an expansion that ends in a function-like name', '#define F(x) [x]\n#define G(x) x F\nG(0)(1)', '0 [ 1 ]'],
		['the standard example', '#define f(a) a*g\n#define g(a) f(a)\nf(2)(9)', '2 * 9 * g'],
		['__VA_ARGS__', '#define P(f, ...) p(f, __VA_ARGS__)\nP("x", 1, 2)', 'p ( "x" , 1 , 2 )'],
		['GNU comma, left out', '#define P(f, ...) p(f, ##__VA_ARGS__)\nP("x") P("x", 1, 2)', 'p ( "x" ) p ( "x" , 1 , 2 )'],
		['GNU named rest', '#define P(f, args...) p(f, ##args)\nP("x") P("x", 1)', 'p ( "x" ) p ( "x" , 1 )'],
		['GNU comma, rest alone', '#define P(args...) p(0, ##args)\nP() P(1)', 'p ( 0 ) p ( 0 , 1 )'],
		['GNU comma, empty but there', '#define P(f, ...) p(f, ##__VA_ARGS__)\nP("x",)', 'p ( "x" , )'],
		['__VA_OPT__', '#define P(f, ...) p(f __VA_OPT__(,) __VA_ARGS__)\nP("x") P("x", 1)', 'p ( "x" ) p ( "x" , 1 )'],
		[
			'counting arguments',
			'#define N_(_, a, b, c, n, ...) n\n#define N(...) N_(_, ##__VA_ARGS__, 3, 2, 1, 0)\nN() N(x) N(x, y, z)',
			'0 1 3',
		],
		['__COUNTER__', '__COUNTER__ __COUNTER__ __COUNTER__', '0 1 2'],
		['__LINE__ and __FILE_NAME__', '\n__LINE__\n__LINE__ __FILE_NAME__', '2 3 "main.c"'],
		['__LINE__ of a call over lines', '#define L(x) __LINE__\nL(\n1)', '3'],
		['#undef', '#define A 1\n#undef A\nA', 'A'],
		['a directive inside an invocation', '#define F(x) [x]\nF(1\n#define Y 2\nY)', '[ 1 2 ]'],
		['push_macro and pop_macro', '#define A 1\n#pragma push_macro("A")\n#undef A\n#define A 2\nA\n#pragma pop_macro("A")\nA', '2 1'],
		['_Pragma vanishes', '#define P _Pragma("GCC diagnostic push") int\nP x;', 'int x ;'],
		['a line splice in a name', 'in\\\nt x\\\ny;', 'int xy ;'],
		['comments are blanks', 'int/*a*/x;//b\nint y;', 'int x ; int y ;'],
		['spaces around # do not count', '  #  define  A  1\n\t#\tifdef A\nA\n# endif', '1'],
	];
	for (const [name, text, expected] of cases) it(name, () => assert.equal(expand(text), expected));

	it('are predefined as clang does for BPF', () => {
		assert.equal(
			expand('__bpf__ __SIZEOF_POINTER__ __BYTE_ORDER__ __clang_major__ __STDC_VERSION__ __OPTIMIZE__'),
			'1 8 1234 19 201112L 1',
		);
	});

	it('come from -D and go with -U', () => {
		assert.equal(expand('A B __bpf__', {}, { defines: ['A', 'B=x y'], undefines: ['__bpf__'] }), '1 x y __bpf__');
	});
});

describe('conditionals', () => {
	const is = (condition: string): boolean => expand(`#if ${condition}\nyes\n#endif`) === 'yes';
	const yes = [
		'1 + 2 * 3 == 7',
		'(1 ? 2 : 0) == 2',
		'-1 > 0u',
		'0x10 == 16 && 010 == 8 && 0b11 == 3',
		"'A' == 65 && '\\n' == 10",
		'!defined NOPE && !defined(NOPE)',
		'1 || 1 / 0',
		'unknown == 0',
		'__has_attribute(btf_type_tag)',
		'__has_builtin(__builtin_preserve_access_index)',
		'defined __has_include',
		'-1 >> 1 == -1',
		'18446744073709551615ULL > 1',
	];
	for (const condition of yes) it(`${condition} holds`, () => assert.ok(is(condition)));
	for (const condition of ['0', '1 - 1', '__has_attribute(no_such_thing)', '__has_include("nothing.h")'])
		it(`${condition} does not`, () => assert.ok(!is(condition)));

	it('take one branch', () => {
		const text = '#if A == 1\none\n#elif A == 2\ntwo\n#elif A == 2\nagain\n#else\nother\n#endif';
		assert.equal(expand(`#define A 1\n${text}`), 'one');
		assert.equal(expand(`#define A 2\n${text}`), 'two');
		assert.equal(expand(`#define A 3\n${text}`), 'other');
	});
	it('know #elifdef', () => assert.equal(expand('#define B\n#ifdef A\na\n#elifdef B\nb\n#endif'), 'b'));
	it('nest, also in what is skipped', () => {
		assert.equal(expand('#if 0\n#if 1\na\n#else\nb\n#endif\n#elif 1\nc\n#endif\nd'), 'c d');
	});
	it('skip prose with apostrophes', () => assert.equal(expand("#if 0\nthis isn't C\n#endif\nok"), 'ok'));
	it('are reported where they never end', () => {
		assert.deepEqual(problems(unit('int a;\n#ifdef A\nint b;')), ['unterminated-conditional: #ifdef A']);
	});
	it('are reported where they never began', () => assert.deepEqual(problems(unit('#endif\nint a;')), ['directive: #endif']));
	it('report what is no condition', () => assert.deepEqual(problems(unit('#if (1\nint a;\n#endif')), ['condition: #if (1']));
});

describe('includes', () => {
	it('look beside the includer first, then along -I', () => {
		const files = { 'sub/a.h': '#include "b.h"\n', 'sub/b.h': 'beside', 'include/b.h': 'searched', 'include/c.h': 'c' };
		assert.equal(expand('#include "sub/a.h"\n#include <b.h>\n#include "c.h"', files), 'beside searched c');
	});
	it('take a name out of a macro', () => assert.equal(expand('#define H "a.h"\n#include H', { 'a.h': 'a' }), 'a'));
	it('are guarded', () => {
		const files = { 'a.h': '#ifndef A\n#define A\none\n#endif', 'b.h': '#pragma once\ntwo' };
		assert.equal(expand('#include "a.h"\n#include "a.h"\n#include "b.h"\n#include "b.h"', files), 'one two');
	});
	it('go on with #include_next', () => {
		const files = { 'include/a.h': 'first\n#include_next <a.h>', 'more/a.h': 'second' };
		assert.equal(expand('#include <a.h>', files, { includePaths: ['/virtual/include', '/virtual/more'] }), 'first second');
	});
	it('end where a header includes itself for ever, however often on each level', () => {
		const of = unit('#include "a.h"\nint after;', { 'a.h': '#include "a.h"\n#include "a.h"\n' });
		assert.ok(problems(of).every((each) => each.startsWith('include-cycle')));
		assert.equal(of.mainSlices.length, 1);
	});
	it('that are missing are one hint each', () => {
		const of = unit('#include "nothing.h"\nint x;');
		assert.deepEqual(
			of.problems.map(({ severity, code }) => `${severity} ${code}`),
			['hint missing-header'],
		);
		assert.deepEqual(problems(of), ['missing-header: "nothing.h"']);
	});
	it('of a folder are missing too', () => assert.deepEqual(problems(unit('#include "/"\nint x;')), ['missing-header: "/"']));
	it('of libbpf are stood in for', () => {
		const of = unit('#include <bpf/bpf_helpers.h>\nSEC("xdp") int f(void *ctx) { return 0; }');
		assert.deepEqual(of.mainSlices[0]!.names, ['f']);
		assert.equal(of.mainSlices[0]!.tokens[0]!.text, '__attribute__');
	});
	it("of the compiler's own headers need no hint", () => {
		const of = unit('#include <stddef.h>\n#include <stdbool.h>\nsize_t n; bool b;');
		assert.deepEqual(of.problems, []);
	});
});

describe('text that is being typed', () => {
	it('an invocation that never ends takes nothing with it', () => {
		const of = unit('#define F(x) x\nint a = F(1;\nint b;\n#define G 3\nint c = G;');
		assert.deepEqual(problems(of).slice(0, 1), ['unterminated-macro-call: F']);
		assert.ok(of.lookup('c', 'ordinary').length === 1 && of.isMacro('G'));
	});
	it('a wrong number of arguments is reported and the call stays', () => {
		const of = unit('#define F(x, y) x\nint a = F(1);');
		assert.deepEqual(problems(of), ['macro-arguments: F']);
		assert.equal([...of.tokens()].map((token) => token.text).join(' '), 'int a = F ( 1 ) ;');
	});
	it('a literal ends with its line', () => {
		const of = unit('int a = "abc;\nint b;\nint c;');
		assert.deepEqual(problems(of), ['unterminated-literal: "abc;']);
		assert.equal(of.lookup('c', 'ordinary').length, 1);
	});
	it('a comment that never ends is reported', () => assert.deepEqual(problems(unit('int a;\n/* b')), ['unterminated-comment: /*']));
	it('zero bytes and odd characters do no harm', () => {
		assert.deepEqual(problems(unit('int a;\0\0 int b; \ufffd')), ['unbalanced: \ufffd']);
	});
	it('a macro bomb ends with a problem at its call', () => {
		const levels = 'ABCDEFGHI'.split('');
		const bomb = levels.map((name, i) => `#define ${name} ${`${levels[i + 1] ?? 'x'} `.repeat(10)}`).join('\n');
		const of = unit(`${bomb}\nint a = A;\nint b;`);
		assert.ok(problems(of).includes('expansion-limit: A'));
		assert.equal(of.lookup('b', 'ordinary').length, 1);
	});
});

describe('the state behind the leading includes', () => {
	it('serves the next text, and goes when a header changes', () => {
		const files: Record<string, string> = { 'a.h': '#define A 1\nint from_a;' };
		const text = '#include "a.h"\n#define OWN(x) x + A\n';
		assert.equal(expand(`${text}int b = OWN(2);`, files), 'int from_a ; int b = 2 + 1 ;');
		assert.equal(expand(`${text}int c = OWN(3);`, files), 'int from_a ; int c = 3 + 1 ;');
		assert.equal(expand(`${text}int c = OWN(3);`, { 'a.h': '#define A 9' }), 'int c = 3 + 9 ;');
	});
	it('goes when a missing header comes', () => {
		assert.equal(expand('#include "late.h"\nL', {}), 'L');
		assert.equal(expand('#include "late.h"\nL', { 'late.h': '#define L 1' }), '1');
	});
});
