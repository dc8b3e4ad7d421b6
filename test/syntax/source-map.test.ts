// Source maps: where a token of the preprocessed text is shown, and which tokens stand under the cursor.
import assert from 'node:assert/strict';
import { tokensAt, userRange } from '../../server/src/syntax/source-map.js';
import { ready, unit } from './support.js';

before(ready);

/** What is underlined for the first token of that text in the last slice that has it, and where it comes from. */
function shown(text: string, token: string, files: Record<string, string> = {}): string {
	const of = unit(text, files);
	for (const slice of [...of.allSlices()].reverse()) {
		const index = slice.tokens.findIndex((each) => each.text === token);
		if (index < 0) continue;
		const range = userRange(slice, index, index, of.main)!;
		const origin = range.origin
			? ` from ${range.origin.macro}: ${range.origin.at.file.text.slice(range.origin.at.start, range.origin.at.end)}`
			: '';
		return `${range.inMain ? '' : 'header '}${range.at.file.text.slice(range.at.start, range.at.end)}@${range.at.start}${origin}`;
	}
	return 'nowhere';
}

describe('a token is shown', () => {
	it('where it was typed', () => assert.equal(shown('int abc;', 'abc'), 'abc@4'));
	it('where it was typed as an argument', () => assert.equal(shown('#define F(x) (x + 1)\nint a = F(abc);', 'abc'), 'abc@31'));
	it('also through two macros', () => assert.equal(shown('#define G(y) [y]\n#define F(x) G(x + 1)\nint a = F(abc);', 'abc'), 'abc@49'));
	it('at the invocation, if a body holds it', () => assert.equal(shown('#define F(x) (x + 1)\nint a = F(2);', '+'), 'F(2)@29 from F: +'));
	it('at the outermost invocation', () => {
		assert.equal(shown('#define G(y) [y]\n#define F(x) G(x + 1)\nint a = F(2);', '['), 'F(2)@47 from G: [');
	});
	it('at the invocation inside an argument', () =>
		assert.equal(shown('#define N 42\n#define F(x) (x)\nint a = F(N);', '42'), 'N@40 from N: 42'));
	it('where the argument stands that was pasted', () => assert.equal(shown('#define F(x) int pre_##x;\nF(abc)', 'pre_abc'), 'abc@28'));
	it('in its header, if nothing in the main file shows it', () =>
		assert.equal(shown('#include "a.h"\n', 'x', { 'a.h': 'int x;' }), 'header x@4'));
	it('at the invocation of a header macro', () => {
		assert.equal(shown('#include "a.h"\nint a = F(1);', '+', { 'a.h': '#define F(x) (x + 2)' }), 'F(1)@23 from F: +');
	});
});

describe('a run of tokens is shown', () => {
	it('from its first to its last visible token', () => {
		const of = unit('#define F(x) (x + 1)\nint a = b * F(2);');
		const slice = of.mainSlices[0]!;
		const range = userRange(slice, 3, slice.tokens.length - 2, of.main)!;
		assert.equal(of.main.text.slice(range.at.start, range.at.end), 'b * F(2)');
	});
});

describe('under the cursor', () => {
	const text = '#define PROG(name, args...) int name(args); int name(args)\nPROG(f, int *task) { return *task; }';
	const at = (needle: string, nth = 0): string[] => {
		const of = unit(text);
		let offset = -1;
		for (let i = 0; i <= nth; i++) offset = text.indexOf(needle, offset + 1);
		return tokensAt(of, offset).map(({ slice, index }) => slice.tokens[index]!.text);
	};
	it('stands what was typed', () => assert.deepEqual(at('task', 1), ['task']));
	it('stands each use of an argument', () => assert.deepEqual(at('task', 0), ['task', 'task']));
	it('stands nothing in a directive', () => assert.deepEqual(at('name'), []));
	it('stands a word at its end', () => {
		const of = unit('int abc;');
		assert.deepEqual(
			tokensAt(of, 7)
				.map(({ slice, index }) => slice.tokens[index]!.text)
				.slice(0, 1),
			[';'],
		);
		assert.deepEqual(
			tokensAt(of, 3).map(({ slice, index }) => slice.tokens[index]!.text),
			['int'],
		);
	});
});
