// Bad input to the command line: a clear problem, the rest of the work done, the documented exit status.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAN, LEAK } from './programs.js';
import { bpfls, checkJson, type Report, withFiles } from './run-cli.js';

const codes = (report: Report, index = 0) => report.files[index]?.problems.map((problem) => problem.code) ?? [];
const rules = (report: Report, index = 0) => report.files[index]?.findings.map((finding) => finding.rule) ?? [];

describe('bad input', () => {
	it('a folder or a file that is not there: status 2, and the other files are checked', () => {
		withFiles({ 'leak.bpf.c': LEAK }, (folder) => {
			mkdirSync(join(folder, 'sub'));
			const { status, out } = bpfls(['check', '--format', 'json', 'sub', 'gone.bpf.c', 'leak.bpf.c'], folder);
			assert.equal(status, 2);
			const report = JSON.parse(out) as Report;
			assert.deepEqual(codes(report, 0), ['unreadable-file']);
			assert.match(report.files[0]!.problems[0]!.message, /folder/);
			assert.deepEqual(codes(report, 1), ['unreadable-file']);
			assert.deepEqual(rules(report, 2), ['unreleased-reference']);
		});
	});

	it('a file that must not be read: status 2', () => {
		// Nothing is forbidden to root; there the case cannot be made.
		const forbidden = process.getuid?.() !== 0;
		withFiles({ 'secret.bpf.c': LEAK }, (folder) => {
			chmodSync(join(folder, 'secret.bpf.c'), 0);
			const { status, out } = bpfls(['check', 'secret.bpf.c'], folder);
			if (forbidden) assert.match(out, /permission denied/);
			assert.equal(status, forbidden ? 2 : 1);
		});
	});

	it('a header that is missing is a hint at its place, and the program is checked', () => {
		const { status, report } = checkJson({ 'leak.bpf.c': LEAK.replace('int watched;', '#include "gone.h"\nint watched;') });
		assert.equal(status, 1);
		const problem = report.files[0]!.problems.find((one) => one.message.includes('gone.h'));
		assert.ok(problem);
		assert.equal(problem.range?.start.line, 10);
		assert.deepEqual(rules(report), ['unreleased-reference']);
	});

	it('a header that includes itself', () => {
		const files = {
			'leak.bpf.c': LEAK.replace('int watched;', '#include "self.h"\nint watched;'),
			'self.h': '#include "self.h"\nint self;\n',
		};
		const { report } = checkJson(files);
		assert.ok(codes(report).length > 0, 'a problem is named');
		assert.deepEqual(rules(report), ['unreleased-reference']);
	});

	it('bytes that are no UTF-8 are named, and the file is never written', () => {
		const bytes = Buffer.concat([Buffer.from('/* caf\xe9 */\n', 'latin1'), Buffer.from(LEAK)]);
		const { status, report } = checkJson({ 'leak.bpf.c': bytes }, '--fix');
		assert.equal(status, 1);
		assert.ok(codes(report).includes('invalid-utf8'));
		assert.deepEqual(rules(report), ['unreleased-reference']);
		assert.equal(report.files[0]!.fixed, undefined);
	});

	it('NUL bytes', () => {
		const { status, report } = checkJson({ 'nul.bpf.c': `${LEAK}\0\0`, 'all.bpf.c': '\0'.repeat(1000), 'clean.bpf.c': '' });
		assert.equal(report.files.length, 3);
		assert.notEqual(status, null);
		assert.ok(codes(report, 0).length > 0);
	});

	it('a file that is cut anywhere', () => {
		const files: Record<string, string> = {};
		for (let length = 0; length < LEAK.length; length += 41) files[`cut${length}.bpf.c`] = LEAK.slice(0, length);
		const { status, report } = checkJson(files);
		assert.equal(report.files.length, Object.keys(files).length);
		assert.ok(status === 0 || status === 1, 'no analysis failed');
		assert.ok(report.files.every((file) => file.problems.every((problem) => problem.code !== 'internal-error')));
	});

	it('10 MB of text', () => {
		const filler = `extern const char *text_of(int number); /* ${'words '.repeat(22)}*/\n`;
		const { status, report } = checkJson({ 'big.bpf.c': `${LEAK}\n${filler.repeat(60_000)}`, 'leak.bpf.c': LEAK });
		assert.equal(status, 1);
		assert.deepEqual(rules(report, 1), ['unreleased-reference']);
	}).timeout(120_000);

	it('one line of a megabyte is shown as a frame of some width', () => {
		const long = LEAK.replace('watched)\n\t\treturn', `watched) /* ${'x'.repeat(1_000_000)} */ return`);
		withFiles({ 'long.bpf.c': long, 'clean.bpf.c': CLEAN }, (folder) => {
			const { out } = bpfls(['check', 'long.bpf.c'], folder);
			assert.ok(Math.max(...out.split('\n').map((line) => line.length)) < 1000);
		});
	});

	it('10,000 nested parentheses', () => {
		const nested = `${LEAK}\nint deep(void) { return ${'('.repeat(10_000)}1${')'.repeat(10_000)}; }\n`;
		const { status, report } = checkJson({ 'nested.bpf.c': nested, 'leak.bpf.c': LEAK });
		assert.notEqual(status, null);
		assert.deepEqual(rules(report, 1), ['unreleased-reference']);
		assert.ok(rules(report, 0).includes('unreleased-reference') || codes(report, 0).length > 0);
	});
});
