// Whatever the text holds, the analysis answers: no exception, the problem named, the programs around it still judged.
import assert from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult } from '../../server/src/rules/finding.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const OPTIONS = { kernel: '6.12', includePaths: [], defines: [] };
const FIXTURE = readFileSync(join(repositoryRoot(), 'test/fixtures/kptr-xchg.bpf.c'), 'utf8');
/** A program with one leak, after which other text may stand. */
const LEAK = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
SEC("tp_btf/task_newtask")
int BPF_PROG(leaks, struct task_struct *task, u64 clone_flags)
{
	bpf_task_acquire(task);
	return 0;
}
`;

describe('bad text', () => {
	let checker: Checker;
	let folder: string;
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'bpfls-inputs-'));
		checker = await createChecker({ files: new FilesBelow(folder) });
	});
	after(() => rmSync(folder, { recursive: true }));

	const check = (text: string, name = 'input.bpf.c'): FileResult => {
		const result = checker.check(join(folder, name), text, OPTIONS);
		const broken = result.problems.filter((problem) => problem.code === 'internal-error');
		assert.deepStrictEqual(broken, []);
		return result;
	};
	const codes = (result: FileResult): string[] => result.problems.map((problem) => problem.code);
	const leakIsFound = (result: FileResult): void => {
		assert.ok(
			result.findings.some((finding) => finding.rule === 'unreleased-reference' && finding.program === 'leaks'),
			`the leak is not among ${JSON.stringify(result.findings.map(({ rule, program }) => `${rule} in ${program}`))}`,
		);
	};

	it('says once that a header is missing, and goes on', () => {
		const result = check(`#include "no_such_header.h"\n${LEAK}`);
		const missing = result.problems.filter((problem) => problem.code === 'missing-header' && problem.message.includes('no_such_header.h'));
		assert.strictEqual(missing.length, 1);
		leakIsFound(result);
	});

	it('ends at a header that includes itself', () => {
		writeFileSync(join(folder, 'self.h'), '#include "self.h"\nint from_self;\n');
		const result = check(`#include "self.h"\n${LEAK}`);
		assert.ok(result.problems.length > 0);
		leakIsFound(result);
	});

	it('ends at two headers that include each other', () => {
		writeFileSync(join(folder, 'ping.h'), '#include "pong.h"\n#include "pong.h"\n');
		writeFileSync(join(folder, 'pong.h'), '#include "ping.h"\n#include "ping.h"\n');
		leakIsFound(check(`#include "ping.h"\n${LEAK}`));
	});

	it('ends at a file that includes itself', () => {
		writeFileSync(join(folder, 'selfish.bpf.c'), `#include "selfish.bpf.c"\n${LEAK}`);
		check(`#include "selfish.bpf.c"\n${LEAK}`, 'selfish.bpf.c');
	});

	it('takes what invalid UTF-8 became', () => {
		const bytes = Buffer.concat([Buffer.from('// '), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from(`\n${LEAK}`)]);
		leakIsFound(check(bytes.toString('utf8')));
		const unpaired = `int a\ud800b;\n${LEAK}`;
		leakIsFound(check(unpaired));
	});

	it('takes NUL bytes, in a comment, in a string and in the open', () => {
		leakIsFound(check(`/* \0 */\n${LEAK}`));
		leakIsFound(check(`const char text[] = "a\0b";\n${LEAK}`));
		leakIsFound(check(`int before;\n\0\n${LEAK}`));
	});

	it('takes an empty file, white space and a lone backslash', () => {
		for (const text of ['', ' \n\t\n', '\\', '#', '"', "'", '/*', '//', '#include', '#include <', '#if', '#define', '(', '}', '\ufeff'])
			assert.deepStrictEqual(check(text).programs, [], JSON.stringify(text));
	});

	it('takes a file that ends anywhere', () => {
		for (let end = 1; end < FIXTURE.length; end += 97) check(FIXTURE.slice(0, end));
	});

	it('takes a file whose beginning is missing', () => {
		for (let start = 1; start < FIXTURE.length; start += 397) check(FIXTURE.slice(start));
	});

	it('takes a file with any one line missing', () => {
		const lines = FIXTURE.split('\n');
		for (let missing = 0; missing < lines.length; missing += 5) check(lines.filter((_, number) => number !== missing).join('\n'));
	});

	it('says that something is unbalanced, and judges the other programs', () => {
		const broken = 'SEC("tp_btf/task_newtask")\nint BPF_PROG(broken, struct task_struct *task)\n{\n\tif (task) {\n';
		const result = check(`${LEAK}${broken}`);
		assert.ok(result.problems.some((problem) => problem.severity === 'error'));
		leakIsFound(result);
	});

	it('judges the programs behind one that is being typed', () => {
		const head = LEAK.slice(0, LEAK.indexOf('SEC('));
		const half = 'SEC("tp_btf/task_newtask")\nint BPF_PROG(half, struct task_struct *task)\n{\n\tif (task->\n\n';
		leakIsFound(check(`${head}${half}${LEAK.slice(LEAK.indexOf('SEC('))}`));
	});

	it('says what is unterminated', () => {
		for (const text of ['/* no end', 'char text[] = "no end\n;', '#if 1\nint a;\n']) {
			const result = check(`${LEAK}${text}`);
			assert.ok(result.problems.length > 0, text);
			leakIsFound(result);
		}
	});

	it('stops at a macro that doubles without end', () => {
		const bomb = Array.from({ length: 40 }, (_, i) => `#define M${i + 1} M${i} M${i}`).join('\n');
		const result = check(`#define M0 0,\n${bomb}\nint numbers[] = { M40 };\n${LEAK}`);
		assert.ok(codes(result).includes('expansion-limit'), codes(result).join());
		leakIsFound(result);
	});

	it('says that 10 MB of text are too much', () => {
		const line = 'static const char *words = "a line of text that means nothing to anybody, repeated";\n';
		for (const filler of [line.repeat(Math.ceil(1e7 / line.length)), `/* ${'x'.repeat(1e7)} */\n`, 'x '.repeat(5e6)]) {
			const result = check(LEAK + filler);
			assert.ok(codes(result).includes('file-size'), codes(result).join());
		}
	});

	it('takes 2 MB of text', () => {
		leakIsFound(check(`${LEAK}${'int filler(void);\n'.repeat(1e5)}`));
		leakIsFound(check(`${LEAK}/* ${'x'.repeat(2e6)} */\n`));
	});

	it('lists a thousand problems of a text that has 300,000, and says how many there are', () => {
		for (const line of ['"\n', '#define\n']) {
			const { problems } = check(`${LEAK}${line.repeat(300_000)}`);
			assert.match(problems.find(({ code }) => code === 'problem-limit')?.message ?? '', /^299\d{3} more problems/);
			assert.ok(problems.length < 1100);
		}
	});
	it('says a hundred times that a brace closes nothing', () => {
		const { problems } = check(`${LEAK}${'}\n'.repeat(50_000)}`);
		assert.ok(problems.some(({ message }) => message === "this '}' closes nothing, nor do 49899 behind it"));
	});
	it('takes 10,000 nested parentheses, braces and operators, and says that they are too many', () => {
		const deep = 10_000;
		const shapes = [
			`int f(void) { return ${'('.repeat(deep)}1${')'.repeat(deep)}; }`,
			`int f(void) { return ${'('.repeat(deep)}1; }`,
			`int f(void) ${'{'.repeat(deep)}${'}'.repeat(deep)}`,
			`int f(void) { return ${'-~'.repeat(deep / 2)}1; }`,
			`int f(int a) { return ${'a + '.repeat(deep)}1; }`,
			`int f(int a) { ${'if (a) '.repeat(deep)}; return 0; }`,
			`int f(int a) { return ${'a ? 1 : '.repeat(deep)}0; }`,
			`int ${'*'.repeat(deep)}p;`,
			`int a${'[1]'.repeat(deep)};`,
			`${'struct s { '.repeat(deep)}int a; ${'};'.repeat(deep)}`,
		];
		for (const shape of shapes) leakIsFound(check(`${LEAK}${shape}\n`));
		const parentheses = codes(check(`${LEAK}${shapes[0]}\n`));
		assert.ok(parentheses.includes('nesting-limit'), parentheses.join());
	});

	it('takes sections and arguments that make no sense', () => {
		const programs = ['""', '"tp_btf/"', '"?"', '"fentry"', '"no/such/section"', '"iter/"', '"struct_ops/"', '".maps"', '"xdp.frags/x/y"']
			.map((section, i) => `SEC(${section})\nint p${i}(void *ctx)\n{\n\treturn 0;\n}\n`)
			.join('');
		check(`${LEAK}${programs}`);
		check(`${LEAK}SEC("tc") int no_arguments() { return 0; }\nSEC("tc") void twice(void *a, ...) { twice(a, twice); }\n`);
	});

	it('takes types and constants that make no sense', () => {
		const text = `struct self { struct self inner; int a[-1]; long long long b; };
typedef loop loop;
typedef struct undefined gone;
enum { A = B, B = A, C = 1 / 0, D = 1 << 200 };
int big[1ull << 62];
int size = sizeof(struct self) + sizeof(gone) + sizeof(loop);
int f(struct self s, gone g) { return s.inner.inner.a[C] + g.x + sizeof(typeof(f(s, g))); }
SEC("tc") int calls(struct __sk_buff *skb) { struct self s; gone *g = 0; return f(s, *g) + big[A]; }
`;
		leakIsFound(check(`${LEAK}${text}`));
	});
});
