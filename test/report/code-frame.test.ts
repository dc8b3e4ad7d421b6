// Frames: what a person sees of the source around a finding.
import assert from 'node:assert/strict';
import { codeFrame } from '../../server/src/report/code-frame.js';
import { palette } from '../../server/src/report/color.js';
import { Lines } from '../../server/src/report/lines.js';

function frame(text: string, ...marks: [what: string, note: string, primary?: boolean][]): string {
	const list = marks.map(([what, note, primary = false]) => {
		const start = text.indexOf(what);
		return { start, end: start + what.length, note, primary };
	});
	return codeFrame(new Lines(text), list, palette(false));
}

describe('a code frame', () => {
	it('shows marks in the order of the lines, with what lies between them left out', () => {
		const text = 'get();\na;\nb;\nc;\nif (x)\n\treturn;\n';
		assert.equal(
			frame(text, ['return', '3. lost', true], ['get()', '1. got'], ['x', '2. true']),
			[
				'  1 | get();',
				'    | ----- 1. got',
				'  .',
				'  5 | if (x)',
				'    |     - 2. true',
				'> 6 |     return;',
				'    |     ^^^^^^ 3. lost',
			].join('\n'),
		);
	});

	it('shows several marks of one line below it, and an empty range as one sign', () => {
		assert.equal(frame('f(a, b);', ['a', '1. one'], ['', '2. here', true]), '> 1 | f(a, b);\n    |   - 1. one\n    | ^ 2. here');
	});

	it('marks a range over several lines to the end of its first', () => {
		assert.equal(frame('x = f(a,\n      b);', ['f(a,\n      b)', '', true]), '> 1 | x = f(a,\n    |     ^^^^');
	});

	it('cuts a long line around the mark and hides control characters', () => {
		const shown = frame(`${'a'.repeat(5000)}\x1b[31mBAD${'b'.repeat(5000)}`, ['BAD', 'here', true]).split('\n');
		assert.ok(shown[0]!.length < 200);
		assert.equal(shown[0]!.indexOf('BAD'), shown[1]!.indexOf('^'));
		assert.ok(!shown[0]!.includes('\x1b'));
	});
});

describe('lines', () => {
	it('knows all three line ends, and clamps offsets', () => {
		const lines = new Lines('a\nb\r\nc\rd');
		assert.deepEqual(
			[0, 2, 5, 7, 99, -1].map((offset) => lines.at(offset)),
			[
				{ line: 1, column: 1 },
				{ line: 2, column: 1 },
				{ line: 3, column: 1 },
				{ line: 4, column: 1 },
				{ line: 4, column: 2 },
				{ line: 1, column: 1 },
			],
		);
		assert.equal(lines.line(2), 'b');
		assert.equal(lines.line(9), '');
	});
});
