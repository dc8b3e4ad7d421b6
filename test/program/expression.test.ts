// Types and constants of expressions. The expected values are what clang 19 gives for bpfel.
import assert from 'node:assert/strict';
import { BlockScope } from '../../server/src/program/block-scope.js';
import { initializerOf, ready, text, typeOfName, unitOf } from './support.js';

const DECLARATIONS = `
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64; typedef signed int s32;
struct inner { u8 low : 4; u32 wide : 31; u32 whole : 32; int numbers[5]; };
struct outer { int a; struct inner in; struct outer *next; char name[16]; const char *text; u64 big; };
struct outer o; struct outer *p; const struct outer *cp; volatile int v; const int c = 3; char ch; short sh; u32 u; u64 uu; s32 s; long l; float f;
int array[3][4]; void *vp; int (*fp)(char); struct outer *find(u32 key); enum colour { RED, GREEN = 7, BLUE } colour;
`;

describe('the type of an expression', () => {
	before(ready);

	const cases: [string, string][] = [
		["'a'", 'int'],
		['1u', 'unsigned int'],
		['0x80000000', 'unsigned int'],
		['2147483648', 'long'],
		['1ull', 'unsigned long long'],
		['"text"', 'char[5]'],
		['ch + ch', 'int'],
		['-sh', 'int'],
		['~u', 'u32'],
		['u + s', 'unsigned int'],
		['u + l', 'long'],
		['uu + l', 'unsigned long long'],
		['ch << uu', 'int'],
		['f + uu', 'float'],
		['c + 1', 'int'],
		['!uu', 'int'],
		['u < uu && p', 'int'],
		['p', 'struct outer *'],
		['*p', 'struct outer'],
		['&o', 'struct outer *'],
		['p + 1', 'struct outer *'],
		['p - p', 'long'],
		['p->next->next', 'struct outer *'],
		['cp->a', 'const int'],
		['cp->next', 'struct outer *const'],
		['o.name', 'char[16]'],
		['&o.name', 'char (*)[16]'],
		['o.name + 1', 'char *'],
		['o.in.low + 1', 'int'],
		['o.in.wide + 1', 'int'],
		['o.in.whole + 1', 'unsigned int'],
		['array', 'int[3][4]'],
		['array[1]', 'int[4]'],
		['*array', 'int[4]'],
		['2[array[1]]', 'int'],
		['find(1)', 'struct outer *'],
		['(*find)(1)->a', 'int'],
		['&find', 'struct outer *(*)(u32)'],
		["fp('x')", 'int'],
		['colour', 'enum colour'],
		['GREEN', 'int'],
		['colour + 1', 'unsigned int'],
		['u ? s : l', 'long'],
		['u ? p : 0', 'struct outer *'],
		['u ? (void *)0 : p', 'struct outer *'],
		['u ? vp : p', 'void *'],
		['u ? cp : p', 'const struct outer *'],
		['p ?: &o', 'struct outer *'],
		['(u8)u', 'u8'],
		['(struct inner){}', 'struct inner'],
		['(int[]){1, 2, [6] = 3}', 'int[7]'],
		['sizeof(u)', 'unsigned long'],
		['(u, p)', 'struct outer *'],
		['o.big = 1', 'u64'],
		['v++', 'int'],
		['({ u8 local = 1; struct inner *q = &o.in; q->numbers; })', 'int *'],
		['({ __auto_type q = o.name; *q; })', 'char'],
		['({ if (u) s = 1; })', 'void'],
		['_Generic(u, int: p, unsigned int: ch, default: 1)', 'char'],
		['_Generic(&c, int *: p, const int *: ch)', 'char'],
		['__builtin_preserve_access_index(&p->next)', 'struct outer **'],
		['__builtin_preserve_access_index(({ p->next; }))', 'struct outer *'],
		['__builtin_expect(ch, 0)', 'long'],
		['__builtin_constant_p(u)', 'int'],
		['__builtin_bswap32(u)', 'unsigned int'],
		['__builtin_bswap64(u)', 'unsigned long'],
		['__builtin_choose_expr(sizeof(u) == 4, p, 1)', 'struct outer *'],
		['__builtin_memcpy(p, vp, 4)', 'void *'],
		['__sync_fetch_and_add(&o.big, 1)', 'u64'],
		['__sync_val_compare_and_swap(&p->next, p, 0)', 'struct outer *'],
		['__sync_bool_compare_and_swap(&u, 1, 2)', '_Bool'],
		['__atomic_load_n(&v, 0)', 'int'],
		['missing + 1', '?'],
	];
	for (const [expression, expected] of cases) {
		it(`${expression} is ${expected}`, () => {
			const unit = unitOf(`${DECLARATIONS}\nlong result = (long)(${expression});`);
			const cast = initializerOf(unit, 'result');
			assert.ok(cast.kind === 'cast');
			assert.equal(text(unit.scope.typeOf(cast.operand)), expected);
		});
	}

	it('follows the names of a block', () => {
		const unit = unitOf('struct outer { int a; }; long result = (long)(local->a);');
		const cast = initializerOf(unit, 'result');
		assert.ok(cast.kind === 'cast');
		const record = unit.scope.record('outer')!;
		const locals = { lookup: (name: string) => (name === 'local' ? { type: { kind: 'pointer' as const, to: record } } : undefined) };
		assert.equal(text(unit.scope.typeOf(cast.operand, locals)), 'int');
		assert.equal(text(unit.scope.typeOf(cast.operand)), '?');
	});

	it('finds tags and constants that a block declares', () => {
		const unit = unitOf('void f(void) { enum { SIX = 6, SEVEN }; struct mine { int a[SEVEN]; } m; }');
		const fn = unit.scope.symbol('f');
		assert.ok(fn?.kind === 'function' && fn.definition);
		const scope = new BlockScope(unit.scope, undefined);
		for (const statement of fn.definition.body.body) if (statement.kind === 'declaration-statement') scope.declare(statement.declaration);
		assert.equal(scope.lookup('SEVEN')?.constant, 7n);
		const mine = scope.lookupTag('mine');
		assert.equal(mine?.kind === 'record' && mine.size, 28);
		assert.equal(scope.lookup('m')?.type, mine);
	});

	it('knows typeof, also of a function before its definition', () => {
		const unit = unitOf(`${DECLARATIONS}
			typeof(p->in.numbers) numbers; typeof(&cp->a) address; typeof(struct inner *) named; __typeof_unqual__(c) plain;
			int entry(unsigned long long *ctx); static typeof(entry(0)) body(unsigned long long *ctx, u32 arg);
			typeof(entry(0)) entry(unsigned long long *ctx) { return body(ctx, 1); } static typeof(entry(0)) body(unsigned long long *ctx, u32 arg) { return 0; }`);
		assert.deepEqual(
			['numbers', 'address', 'named', 'plain', 'entry', 'body'].map((name) => typeOfName(unit, name)),
			['int[5]', 'const int *', 'struct inner *', 'int', 'int (unsigned long long *)', 'int (unsigned long long *, u32)'],
		);
	});
});

describe('an integer constant', () => {
	before(ready);

	const cases: [string, bigint | undefined][] = [
		['1 + 2 * 3', 7n],
		['2147483647 + 1', -2147483648n],
		['4294967295u + 1', 0n],
		['-1 < 0u', 0n],
		['-1 < 0l', 1n],
		['(u8)300', 44n],
		['(signed char)200', -56n],
		['(_Bool)42', 1n],
		['~0u', 4294967295n],
		['~0ull', 18446744073709551615n],
		['-1ull >> 60', 15n],
		['-8 >> 1', -4n],
		['1 << 31', -2147483648n],
		['1 << 32', undefined],
		['1ull << 40', 1n << 40n],
		['7 / -2', -3n],
		['-7 % 3', -1n],
		['1 / 0', undefined],
		['1 ? 2 : u', 2n],
		['0 ?: 5', 5n],
		['1 ? -1 : 0u', 4294967295n],
		['0 && u', 0n],
		['1 || u', 1n],
		['u && 0', undefined],
		['sizeof(struct outer)', 80n],
		['sizeof o.in', 32n],
		['sizeof(array) / sizeof(array[0])', 3n],
		['sizeof("text")', 5n],
		['sizeof(void)', 1n],
		['sizeof(int[]){1, 2, 3}', 12n],
		['_Alignof(struct outer)', 8n],
		['__builtin_offsetof(struct outer, in.numbers[2])', 24n],
		['(unsigned long)&((struct outer *)0)->in.numbers[1]', 20n],
		['(char *)&((struct outer *)64)->next - (char *)0', 104n],
		['GREEN + BLUE', 15n],
		['(enum colour)1', 1n],
		['c', undefined],
		['u', undefined],
		['find(1)', undefined],
		['(int)1.9', 1n],
		['(void *)0 == 0', 1n],
		['__builtin_types_compatible_p(u32, unsigned int)', 1n],
		['__builtin_types_compatible_p(const int, int)', 1n],
		['__builtin_types_compatible_p(const int *, int *)', 0n],
		['__builtin_types_compatible_p(typeof(array), typeof(&array[0]))', 0n],
		['__builtin_types_compatible_p(struct outer *, typeof(p->next))', 1n],
		['__builtin_choose_expr(0, u, 9)', 9n],
		['__builtin_constant_p(GREEN)', 1n],
		['__builtin_constant_p(u)', 0n],
		['__builtin_bswap16(0x1234)', 0x3412n],
		['__builtin_bswap32(0x12345678)', 0x78563412n],
		['__builtin_ctz(8)', 3n],
		['__builtin_clz(1)', 31n],
		['__builtin_clzll(1)', 63n],
		['__builtin_popcount(255)', 8n],
		['__builtin_strlen("kernel")', 6n],
		['__builtin_strcmp("<=", "<=")', 0n],
		['__builtin_strcmp("<=", "==") == 0', 0n],
		['__builtin_strcmp("a\\0b", "a\\0c")', 0n],
		['_Generic(uu, u64: 8, default: 4)', 8n],
		['({ 12; })', 12n],
		["'a' + '\\n'", 107n],
	];
	for (const [expression, expected] of cases) {
		it(`${expression} is ${expected}`, () => {
			const unit = unitOf(`${DECLARATIONS}\nlong result = (long)(${expression});`);
			const cast = initializerOf(unit, 'result');
			assert.ok(cast.kind === 'cast');
			assert.equal(unit.scope.constant(cast.operand), expected);
		});
	}

	it('gives enumerators C values', () => {
		const unit = unitOf('enum e { A, B = A + 5, C, D = 1 << 4, E = -1 }; enum big { F = 1ull << 40, G };');
		const values = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => {
			const symbol = unit.scope.symbol(name);
			return symbol?.kind === 'enumerator' ? [symbol.value, text(symbol.type)] : undefined;
		});
		assert.deepEqual(values, [
			[0n, 'int'],
			[5n, 'int'],
			[6n, 'int'],
			[16n, 'int'],
			[-1n, 'int'],
			[1n << 40n, 'unsigned long'],
			[(1n << 40n) + 1n, 'unsigned long'],
		]);
	});
});
