// What initializers leave in global data, bit by bit as clang lays it out.
import assert from 'node:assert';
import { InitialImage } from '../../server/src/program/initial-image.js';
import { ready, unitOf } from './support.js';

const TEXT = `
struct inner { short a; unsigned char b[3]; };
struct outer {
	int first;
	struct inner in;
	union { long wide; int narrow; };
	unsigned low : 3, high : 5;
	char name[6];
	int *where;
	double share;
};
int elsewhere;
const struct outer plain = { 1, { -2, { 3, 4, 5 } }, { 6 }, 7, 9, "abc" };
const struct outer unbraced = { 1, -2, 3, 4, 5, 6, 7, 9, "abc" };
const struct outer named = { .narrow = 6, .in.b[2] = 5, .high = 9, .low = 7, .name = { "abc" }, .first = 1, .in.a = -2 };
const struct outer unsure = { .where = &elsewhere, .share = 0.5, .first = 8 };
const struct outer followed = { .in.a = 1, 2, };
const int numbers[] = { 1, [3] = 4, 5, [6 ... 8] = 9 };
const int grid[2][2] = { 1, 2, 3 };
const char letters[] = "xyz";
const _Bool flag = 17;
const long folded = sizeof(int) * 4 - 1;
const unsigned char reset[4] = { 1, 2, [0] = 7 };
const struct inner again[2] = { [1] = { 1, { 2 } }, [1].a = 3 };
const struct inner literal = (struct inner){ .a = 5 };
const int nothing;
`;

describe('initial images of global data', () => {
	before(ready);
	const bytesOf = (name: string, from: number, count: number): (number | undefined)[] => {
		const { scope } = unitOf(TEXT);
		const symbol = scope.symbol(name);
		assert.ok(symbol?.kind === 'global');
		const image = new InitialImage(scope, symbol);
		return Array.from({ length: count }, (_, at) => {
			const byte = image.read((from + at) * 8, 8);
			return byte === undefined ? undefined : Number(byte);
		});
	};
	const START = [1, 0, 0, 0, 0xfe, 0xff, 3, 4, 5, 0];

	it('follows order, with braces and without them', () => {
		for (const name of ['plain', 'unbraced']) {
			assert.deepStrictEqual(bytesOf(name, 0, 10), START, name);
			assert.deepStrictEqual(bytesOf(name, 16, 8), [6, 0, 0, 0, 0, 0, 0, 0], name);
			assert.deepStrictEqual(bytesOf(name, 24, 7), [7 | (9 << 3), 97, 98, 99, 0, 0, 0], name);
		}
		assert.deepStrictEqual(bytesOf('grid', 0, 16), [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
	});
	it('follows designators', () => {
		assert.deepStrictEqual(bytesOf('named', 0, 10), [1, 0, 0, 0, 0xfe, 0xff, 0, 0, 5, 0]);
		assert.deepStrictEqual(bytesOf('named', 16, 12), [6, 0, 0, 0, 0, 0, 0, 0, 7 | (9 << 3), 97, 98, 99]);
		assert.deepStrictEqual(
			bytesOf('numbers', 0, 36).filter((_, at) => at % 4 === 0),
			[1, 0, 0, 4, 5, 0, 9, 9, 9],
		);
		assert.deepStrictEqual(bytesOf('reset', 0, 4), [7, 2, 0, 0]);
		assert.deepStrictEqual(bytesOf('again', 5, 5), [0, 3, 0, 2, 0]);
		assert.deepStrictEqual(bytesOf('literal', 0, 3), [5, 0, 0]);
	});
	it('folds numbers into their types', () => {
		assert.deepStrictEqual(bytesOf('flag', 0, 1), [1]);
		assert.deepStrictEqual(bytesOf('folded', 0, 8), [15, 0, 0, 0, 0, 0, 0, 0]);
		assert.deepStrictEqual(bytesOf('letters', 0, 4), [120, 121, 122, 0]);
		assert.deepStrictEqual(bytesOf('nothing', 0, 4), [0, 0, 0, 0]);
	});
	it('does not know addresses, other numbers than integers, and what it does not follow', () => {
		assert.deepStrictEqual(bytesOf('unsure', 0, 2), [8, 0]);
		assert.deepStrictEqual(new Set(bytesOf('unsure', 32, 16)), new Set([undefined]));
		assert.deepStrictEqual(new Set(bytesOf('followed', 0, 30)), new Set([undefined]));
	});
	it('ends where the data ends', () => {
		assert.deepStrictEqual(bytesOf('flag', -1, 3), [undefined, 1, undefined]);
	});
});
