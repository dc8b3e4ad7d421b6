// Layouts of structs, unions and bit-fields. The expected figures are clang 19's for bpfel, from -fdump-record-layouts-simple: size and alignment
// in bytes, then each member's first bit.
import assert from 'node:assert/strict';
import { findMember, strip } from '../../server/src/btf/ctype.js';
import { ready, unitOf } from '../program/support.js';

const SOURCE = `
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32; typedef unsigned long long u64;
typedef u64 aligned_u64 __attribute__((aligned(8)));
typedef u64 unaligned_u64 __attribute__((aligned(1)));
enum small { SMALL_A, SMALL_B };
enum big { BIG = 1ULL << 40 };
enum __attribute__((packed)) byte_enum { BYTE_A, BYTE_B = 200 };
struct plain { char a; int b; char c; u64 d; char e; };
struct packed { char a; int b; u16 c; u64 d; } __attribute__((packed));
struct aligned { char a; } __attribute__((aligned(64)));
struct holds_aligned { char a; struct aligned b; char c; };
struct member_aligned { char a; int b __attribute__((aligned(16))); char c; };
struct member_packed { char a; u64 b __attribute__((packed)); char c; };
struct typedef_aligned { u32 a; unaligned_u64 b; aligned_u64 c; };
struct bits { u32 a : 3; u32 b : 29; u32 c : 1; u8 d : 7; u8 e : 2; u16 f : 9; u64 g : 40; u64 h : 30; };
struct bits_mixed { u8 a : 4; u32 b : 20; u8 c; u32 d : 12; };
struct bits_zero { u8 a : 4; u32 : 0; u8 b : 4; u8 : 0; u8 c : 1; };
struct bits_unnamed { char a; u64 : 40; char b; };
struct bits_packed { u8 a : 3; u32 b : 17; u64 c : 33; u16 d; } __attribute__((packed));
struct anonymous { int a; union { u64 b; struct { u32 c; u16 d; }; }; struct { char e; char f; } named; };
struct flexible { u32 count; u64 items[]; };
struct holds_enums { char a; enum small b; char c; enum big d; enum byte_enum e; };
union either { char a[5]; u32 b; u16 c : 9; };
struct arrays { char a[3]; u16 b[2][3]; void *c[2]; int (*d)(int, char); };
struct floats { float a; double b; long double c; char d; __int128 e; };
struct constants { char a[sizeof(struct plain)]; char b[SMALL_B + 2]; char c[(8 << 2) / 3]; char d[__builtin_offsetof(struct anonymous, named.f)]; };
`;

const CLANG: [string, number, number, number[]][] = [
	['plain', 32, 8, [0, 32, 64, 128, 192]],
	['anonymous', 24, 8, [0, 64, 128]],
	['packed', 15, 1, [0, 8, 40, 56]],
	['aligned', 64, 64, [0]],
	['holds_aligned', 192, 64, [0, 512, 1024]],
	['member_aligned', 32, 16, [0, 128, 160]],
	['member_packed', 10, 1, [0, 8, 72]],
	['typedef_aligned', 24, 8, [0, 32, 128]],
	['bits', 24, 8, [0, 3, 32, 33, 40, 48, 64, 128]],
	['bits_mixed', 8, 4, [0, 4, 24, 32]],
	['bits_zero', 6, 1, [0, 32, 40]],
	['bits_unnamed', 7, 1, [0, 48]],
	['bits_packed', 9, 1, [0, 3, 20, 56]],
	['flexible', 8, 8, [0, 64]],
	['holds_enums', 32, 8, [0, 32, 64, 128, 192]],
	['either', 8, 4, [0, 0, 0]],
	['arrays', 40, 8, [0, 32, 128, 256]],
	['floats', 48, 16, [0, 64, 128, 192, 256]],
	['constants', 62, 1, [0, 256, 280, 360]],
];

describe('layout', () => {
	before(ready);

	for (const [tag, size, align, bits] of CLANG) {
		it(`lays out '${tag}' as clang does`, () => {
			const record = unitOf(SOURCE, { builtinTypes: false }).scope.record(tag);
			assert.ok(record);
			const places = record.members.map((member) => member.bitOffset ?? member.offset * 8);
			assert.deepEqual({ size: record.size, align: record.align, places }, { size, align, places: bits });
		});
	}

	it('has no size for what is only declared', () => {
		const unit = unitOf('struct hidden; struct hidden *pointer;', { builtinTypes: false });
		assert.equal(unit.scope.record('hidden'), undefined);
		const pointer = unit.scope.symbol('pointer');
		const type = pointer && strip(pointer.type);
		const pointee = type?.kind === 'pointer' ? strip(type.to) : undefined;
		assert.ok(pointee?.kind === 'record');
		assert.deepEqual([pointee.tag, pointee.complete, pointee.size], ['hidden', false, 0]);
	});

	it('survives a struct that contains itself', () => {
		const record = unitOf('struct loop { int a; struct loop inner; int b; };', { builtinTypes: false }).scope.record('loop');
		assert.equal(record?.members.length, 3);
	});

	it('takes a struct with a tag and no name for a declaration of the tag alone', () => {
		const { scope } = unitOf('struct outer { int a; struct tagged { int b; }; int c; struct { int d; }; };', { builtinTypes: false });
		const outer = scope.record('outer')!;
		assert.equal(outer.size, 12);
		assert.equal(findMember(outer, 'b'), undefined);
		assert.deepEqual([findMember(outer, 'c')?.offset, findMember(outer, 'd')?.offset], [4, 8]);
		assert.equal(scope.record('tagged')?.size, 4);
	});

	it('survives structs that are anonymous members of each other', () => {
		const { scope } = unitOf('struct a { struct b; struct a; int x; }; struct b { struct a; struct b; };', { builtinTypes: false });
		assert.equal(findMember(scope.record('a')!, 'nothing'), undefined);
		assert.equal(findMember(scope.record('b')!, 'x')?.name, 'x');
	});

	it('survives a typedef that means itself', () => {
		const unit = unitOf('typedef second first; typedef first second; first x;', { builtinTypes: false });
		assert.equal(strip(unit.scope.symbol('x')!.type).kind, 'unknown');
	});
});
