// Trees: what a declaration, statement or expression means, with everything that was lifted out put back at its place.
import assert from 'node:assert/strict';
import { unknownNodes } from '../../server/src/syntax/unknown-nodes.js';
import { ready, statement, top, trees } from './support.js';

before(ready);

/** The last declaration of the text. */
function last(text: string): string {
	const all = trees(text);
	return top(all[all.length - 1]!);
}

/** The statements of a function. */
function body(text: string, before = ''): string {
	const all = trees(`${before}\nvoid f(int a, int b, int *p, struct s *s) { ${text} }`);
	const tree = all[all.length - 1]!;
	assert.equal(tree.kind, 'function-definition');
	assert.deepEqual(unknownNodes(tree), []);
	return tree.kind === 'function-definition' ? tree.body.body.map(statement).join(' ') : '';
}

describe('declarations', () => {
	const cases: [string, string][] = [
		['long unsigned int x;', 'x: unsigned long'],
		['short int unsigned x; ', 'x: unsigned short'],
		['const volatile char c;', 'c: const volatile char'],
		['long long unsigned a, *b, c[3];', 'a: unsigned long long, b: pointer to unsigned long long, c: array[3] of unsigned long long'],
		['unsigned __int128 big;', 'big: unsigned __int128'],
		['char *const p;', 'p: const pointer to char'],
		['int (*f)(void);', 'f: pointer to function() giving int'],
		['int *f(int, char *name, ...);', 'f: function(-: int, name: pointer to char, ...) giving pointer to int'],
		[
			'static long (* const helper)(void *map, const void *key) = (void *) 1;',
			'static helper: const pointer to function(map: pointer to void, key: pointer to const void) giving long = (cast pointer to void: 1)',
		],
		['int (*table[4])(int);', 'table: array[4] of pointer to function(-: int) giving int'],
		['typedef struct { int x; } point;', 'typedef point: struct - { x: int; }'],
		[
			'struct a { int x, *y; unsigned z : 3, : 4; union { int u; }; struct b *next; };',
			'struct a { x: int; y: pointer to int; z: unsigned int:3; -: unsigned int:4; -: union - { u: int; }; next: pointer to struct b; }',
		],
		['struct a { short : 5; int : 0; };', 'struct a { -: short:5; -: int:0; }'],
		['struct a { } e;', 'e: struct a {  }'],
		['enum e { A, B = 1 << 3, C, };', 'enum e { A, B=(1 << 3), C }'],
		['enum e : unsigned char { A };', 'enum e: unsigned char { A }'],
		['enum : long { A };', 'enum -: long { A }'],
		['typedef int t; t x; t *y;', 'y: pointer to t'],
		['typedef int t; struct s { t t; int u; };', 'struct s { t: t; u: int; }'],
		['typedef int t; int f(t t, t (*g)(t));', 'f: function(t: t, g: pointer to function(-: t) giving t) giving int'],
		['extern int x __asm__("name");', 'extern x: int'],
		['_Atomic int a; ', 'a: atomic int'],
		['_Atomic(int) a; ', 'a: atomic int'],
		['typeof(1 + 2) a;', 'a: typeof((1 + 2))'],
		['__typeof__(struct s *) *a;', 'a: pointer to typeof(pointer to struct s)'],
		[
			'struct { int (*type)[1]; typeof(struct k) *key; } m;',
			'm: struct - { type: pointer to array[1] of int; key: pointer to typeof(struct k); }',
		],
		['int a[] = { 1, [3] = 4, [5 ... 7] = 8 };', 'a: array[] of int = {1, [3]=4, [5 to 7]=8}'],
		['struct s x = { .a = 1, .b.c[2] = { 3 }, d: 4 };', 'x: struct s = {.a=1, .b.c[2]={3}, .d=4}'],
		['char t[] = "a\\n" "b\\x41\\101";', 't: array[] of char = "a\\nbAA"'],
		['_Static_assert(sizeof(int) == 4, "int");', 'static-assert'],
		['asm("nop");', 'top-level-asm'],
	];
	for (const [text, expected] of cases) it(text, () => assert.equal(last(text), expected));
});

describe('attributes', () => {
	const cases: [string, string][] = [
		['__attribute__((section("maps"), used)) int x;', 'x: int @section(maps) @used'],
		['int x __attribute__((section("a" "b")));', 'x: int @section(ab)'],
		['static __attribute__((noinline)) int f(void) { }', 'static f: function() giving int @noinline {  }'],
		['int f(void) __attribute__((weak)) __attribute__((__section__(".ksyms")));', 'f: function() giving int @weak @section(.ksyms)'],
		['struct v { struct t __attribute__((btf_type_tag("kptr"))) *p; };', 'struct v { p: pointer to @btf_type_tag(kptr) struct t; }'],
		[
			'int f(struct t *p __attribute__((btf_decl_tag("arg:nonnull"))), int n);',
			'f: function(p: pointer to struct t @btf_decl_tag(arg:nonnull), n: int) giving int',
		],
		['struct __attribute__((packed)) a { int x; } __attribute__((aligned(8)));', 'struct a { x: int; } @packed @aligned(8)'],
		['struct a { int x __attribute__((aligned(4))); };', 'struct a { x: int @aligned(4); }'],
		[
			'struct n { int k; struct h head __attribute__((btf_decl_tag("contains:" "x" ":" "y"))); };',
			'struct n { k: int; head: struct h @btf_decl_tag(contains:x:y); }',
		],
		['[[deprecated("old")]] int x;', 'x: int @deprecated(old)'],
		['int a __attribute__((unused)), b __attribute__((used));', 'a: int @unused, b: int @used'],
	];
	for (const [text, expected] of cases) it(text, () => assert.equal(last(text), expected));

	it('cleanup belongs to the local that it stands at', () => {
		assert.equal(
			body('struct it i __attribute__((aligned(8), cleanup(destroy))), *q __attribute__((unused)) = 0;'),
			'i: struct it @aligned(8) @cleanup(destroy), q: pointer to struct it = 0 @unused;',
		);
	});
	it('the tag of a local pointer stands at what it points to', () => {
		assert.equal(body('struct t __attribute__((btf_type_tag("percpu_kptr"))) *q;'), 'q: pointer to @btf_type_tag(percpu_kptr) struct t;');
	});
});

describe('expressions', () => {
	const cases: [string, string][] = [
		['a + b * 2 << 1 & 3;', '(((a + (b * 2)) << 1) & 3);'],
		['a = b += a ? b : 2;', '(a = (b += (a ? b : 2)));'],
		['a ?: b;', '(a ?  : b);'],
		['!a++ && -b-- || *p++;', '(((!(a++)) && (-(b--))) || (*(p++)));'],
		['s->x.y[2](a, &b)->z;', 's->x.y[2](a, (&b))->z;'],
		['(a, b, *p);', '((a, b), (*p));'],
		['(int)a + (long)-1;', '((cast int: a) + (cast long: (-1)));'],
		['(void)f;', '(cast void: f);'],
		['sizeof(int) * a;', '(sizeof(int) * a);'],
		['sizeof(struct s) - sizeof a - sizeof(a);', '((sizeof(struct s) - sizeof(a)) - sizeof(a));'],
		['sizeof(int *[3]);', 'sizeof(array[3] of pointer to int);'],
		['_Alignof(long);', 'alignof(long);'],
		['(struct s){ .x = 1 }.x;', '(literal struct s: {.x=1}).x;'],
		['__builtin_offsetof(struct s, x.y[a + 1]);', 'offsetof(struct s, x.y.[(a + 1)]);'],
		['__builtin_types_compatible_p(typeof(a), int);', 'compatible(typeof(a), int);'],
		['_Generic(a, int: 1, char *: 2, default: b);', 'generic(a; int: 1; pointer to char: 2; default: b);'],
		['({ int t = a; t; }) + 1;', '(({ t: int = a; t; }) + 1);'],
		['__extension__ ({ a; });', '({ a; });'],
		["'a' + '\\0' + L'x';", '((97 + 0) + 120);'],
		['1u + 0xffffffff + 5000000000 + 1ll + 07;', '((((1:unsigned int + 4294967295:unsigned int) + 5000000000:long) + 1:long long) + 7);'],
		['1.5e3f;', '1500;'],
		['f(a, ({ b; }), (struct s *)p);', 'f(a, ({ b; }), (cast pointer to struct s: p));'],
		['goto *p; l: p = &&l;', 'goto *p; l: (p = &&l);'],
	];
	for (const [text, expected] of cases) it(text, () => assert.equal(body(text), expected));

	describe('where a name is a typedef', () => {
		const typedef: [string, string][] = [
			['(t)(a);', '(cast t: a);'],
			['(t)*p;', '(cast t: (*p));'],
			['(t)-a;', '(cast t: (-a));'],
			['(t)&a;', '(cast t: (&a));'],
			['(t)a;', '(cast t: a);'],
			['t * x;', 'x: pointer to t;'],
			['t x = (t)1, *y;', 'x: t = (cast t: 1), y: pointer to t;'],
			['sizeof(t) + sizeof(t *);', '(sizeof(t) + sizeof(pointer to t));'],
			['for (t i = 0; i < a; i++) ;', 'for (i: t = 0; (i < a); (i++)) ;'],
			['int t = 1; a = (t) + 1; t * a;', 't: int = 1; (a = (t + 1)); (t * a);'],
			['{ int t; t * a; } t * c;', '{ t: int; (t * a); } c: pointer to t;'],
			['s->t * a;', '(s->t * a);'],
			['if (a) { t x; } t y;', 'if a then { x: t; } y: t;'],
		];
		for (const [text, expected] of typedef) it(text, () => assert.equal(body(text, 'typedef unsigned long t;'), expected));
	});
	it('where nobody knows the name, the text decides', () => {
		assert.equal(
			body('unknown_t x = (unknown_t)1; other * y; (a) * b;'),
			'x: unknown_t = (cast unknown_t: 1); y: pointer to other; (a * b);',
		);
	});
});

describe('statements', () => {
	const cases: [string, string][] = [
		['if (a) b = 1; else if (b) a = 2; else { }', 'if a then (b = 1); else if b then (a = 2); else {  }'],
		['while (a--) continue;', 'while (a--) continue;'],
		['do { a++; } while (a < 3);', 'do { (a++); } while (a < 3)'],
		['for (;;) break;', 'for (; ; ) break;'],
		['for (int i = 0, j; i < 3; i++, j--) { }', 'for (i: int = 0, j: int; (i < 3); ((i++), (j--))) {  }'],
		[
			'switch (a) { case 1: case 2 ... 4: b = 1; break; default: return; }',
			'switch a { case 1: case 2 to 4: (b = 1); break; default: return; }',
		],
		['switch (a) { case 1: { b = 1; } int c; c = 2; }', 'switch a { case 1: { (b = 1); } c: int; (c = 2); }'],
		['goto out; out: a = 1;', 'goto out; out: (a = 1);'],
		['out: ', 'out:'],
		['if (a) goto out; out: ; int x;', 'if a then goto out; out: ; x: int;'],
		['{ } ;', '{  } ;'],
		['struct local { int x; } l; struct other { int y; };', 'l: struct local { x: int; }; struct other { y: int; };'],
		['_Static_assert(1, "x"); a = 1;', '; (a = 1);'],
		['__label__ l; l: a = 1;', 'l: (a = 1);'],
		['__attribute__((fallthrough));', ';'],
		[
			'asm volatile("%0 = %[in]" : "=r"(a), "+m"(*p) : [in] "r"(b + 1) : "r0", "memory");',
			'asm volatile("%0 = %[in]" : =r a, +m (*p) : [in] r (b + 1) : r0, memory : );',
		],
		['asm goto("x" : : : : out); out: return;', 'asm("x" :  :  :  : out); out: return;'],
		['asm volatile("" ::: "memory");', 'asm volatile("" :  :  : memory : );'],
	];
	for (const [text, expected] of cases) it(text, () => assert.equal(body(text), expected));
});

describe('a tree points to its tokens', () => {
	it('also behind what was lifted', () => {
		const [tree] = trees('__attribute__((used)) int f(void) { return sizeof(int) + g(1); }');
		assert.ok(tree?.kind === 'function-definition');
		assert.deepEqual([tree.first, tree.last], [0, 23]);
		const [ret] = tree.body.body;
		assert.ok(ret?.kind === 'return' && ret.value?.kind === 'binary');
		assert.deepEqual([ret.value.left.first, ret.value.left.last], [13, 16]);
		assert.deepEqual([ret.value.right.first, ret.value.right.last], [18, 21]);
	});
});

describe('what one invocation of a macro writes out many times', () => {
	const SIZE = '#define CHOOSE(t, x) __builtin_choose_expr(sizeof(t) == 8, &x, 0)\n';
	/** The values that the statements of a function give: `return value;` at the end of each of its blocks. */
	const values = (text: string, statements: string) => {
		const [tree] = trees(`${SIZE}${text}void f(void) { ${statements} }`).slice(-1);
		assert.ok(tree?.kind === 'function-definition');
		assert.deepEqual(unknownNodes(tree), []);
		return { tree, said: tree.body.body.map(statement).join(' ') };
	};
	const one = '__builtin_choose_expr((sizeof(long) == 8), (&a), 0)';

	it('is one node there, and another one in the next invocation', () => {
		const { tree, said } = values('#define TWICE(t, x) g(CHOOSE(t, x), CHOOSE(t, x))\n', 'TWICE(long, a); TWICE(long, a);');
		assert.equal(said, `g(${one}, ${one}); g(${one}, ${one});`);
		const calls = tree.body.body.map((each) => (each.kind === 'expression-statement' ? each.expression : undefined));
		const [[a, b], [c, d]] = calls.map((call) => (call?.kind === 'call' ? call.arguments : [])) as [never[], never[]];
		assert.equal(a, b);
		assert.equal(c, d);
		assert.notEqual(a, c);
	});
	it('is told apart where an argument differs', () => {
		const { said } = values('#define BOTH(t, x, y) g(CHOOSE(t, x), CHOOSE(t, y), CHOOSE(int, x))\n', 'BOTH(long, a, b);');
		assert.equal(said, `g(${one}, ${one.replace('a)', 'b)')}, ${one.replace('long', 'int')});`);
	});
	it('takes an address also where its type alone was asked for before', () => {
		const { tree, said } = values('#define KEPT(t, x) typeof(CHOOSE(t, x)) y = CHOOSE(t, x)\n', 'int a; KEPT(long, a);');
		assert.equal(said, `a: int; y: typeof(${one}) = ${one};`);
		assert.deepEqual([...tree.addressTaken], ['a']);
	});
	it('is told apart again when the same text is written out by hand', () => {
		const by = (text: string) => {
			const [tree] = trees(text).slice(-1);
			assert.ok(tree?.kind === 'function-definition' && tree.body.body[0]?.kind === 'return');
			const { value } = tree.body.body[0];
			assert.ok(value?.kind === 'binary' && value.left.kind === 'sizeof' && value.right.kind === 'sizeof');
			return [value.left.operand.first, value.right.operand.first];
		};
		assert.deepEqual(by('#define BOTH (sizeof(int *) + sizeof(long *))\nint f(void) { return BOTH; }'), [10, 16]);
		assert.deepEqual(by('#define SIZE(t) sizeof(t)\n#define BOTH(t) (SIZE(t) + SIZE(t))\nint g(void) { return BOTH(int *); }'), [10, 10]);
		assert.deepEqual(by('int g(void) { return (sizeof(int *) + sizeof(int *)); }'), [10, 16]);
	});
	it('holds its attributes each time', () => {
		const { said } = values(
			'#define TAGGED struct t __attribute__((btf_type_tag("rcu"))) *\n#define CASTS(x) g((typeof(TAGGED))x, (typeof(TAGGED))x)\n',
			'CASTS(a);',
		);
		assert.equal(said.split('@btf_type_tag(rcu)').length, 3, said);
	});
});
