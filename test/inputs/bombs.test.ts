// Macro bombs and include cycles: the problem stands where the cause is, what follows is judged, and what only looks like a bomb is expanded.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { BOMBS } from '../fuzz/bombs.js';
import { HEAD, LEAK } from '../fuzz/hostile.js';

const OPTIONS = { kernel: '6.12', includePaths: [], defines: [] };

const check = async (text: string, headers: ReadonlyMap<string, string>) => {
	const checker = await createChecker({ files: { read: (path) => headers.get(basename(path)) } });
	const { problems, findings } = checker.check('/bombs/main.bpf.c', text, OPTIONS);
	return { problems: problems.filter(({ code }) => code !== 'missing-header'), findings };
};

describe('bombs', () => {
	for (const { name, text, headers, code, at } of BOMBS) {
		it(`${name}: said at its place, and the program behind it is judged`, async () => {
			const whole = text + LEAK;
			const { problems, findings } = await check(whole, headers);
			const said = problems.filter((problem) => problem.code === code);
			assert.ok(said.length > 0, JSON.stringify(problems));
			if (at === undefined) assert.ok(said.every((problem) => headers.has(basename(problem.at!.path))));
			else for (const problem of said) assert.equal(whole.slice(problem.at!.start, problem.at!.end), at);
			assert.ok(findings.some(({ rule, program }) => rule === 'unreleased-reference' && program === 'leaks'));
		});
	}

	const rows = (count: number, make: (index: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('\n');
	for (const [name, text] of [
		['arguments that nobody uses', `#define NONE(x)\n${rows(40, (i) => `#define M${i + 1} NONE(M${i} M${i})`)}\nint number = 1 M40;\n`],
		['names that are only pasted', `#define M0 1\n${rows(40, (i) => `#define M${i + 1} M${i}##M${i}`)}\nint M39M39 = 1, number = M40;\n`],
		['macros that name each other', '#define A B + B\n#define B A + A\nint A, B, number = A;\n'],
		['a name without its parentheses', `#define M0(x) x\n${rows(40, (i) => `#define M${i + 1}(x) M${i} + M${i}`)}\nint number = M40(1);\n`],
		['a large table', `#define T0 1,\n${rows(14, (i) => `#define T${i + 1} T${i} T${i}`)}\nint table[] = { T14 };\n`],
	] as const) {
		it(`${name}: no bomb`, async () => {
			// Long enough to be weighed.
			const padding = `#define LONG ${'1 + '.repeat(11_000)}1\nint length = LONG;\n`;
			const { problems } = await check(HEAD + padding + text + LEAK, new Map());
			assert.deepEqual(
				problems.filter((problem) => problem.code.endsWith('-limit')),
				[],
			);
		});
	}
});

describe('an include where none can be', () => {
	const types = `struct task_struct { int pid; };\n${'typedef int filler;\n'.repeat(6000)}`;
	const headers = new Map([['vmlinux.h', types]]);
	for (const [name, open, code] of [
		['in a declaration that is open', 'struct half {\n\tint a;\n', 'unbalanced'],
		['behind a brace', '{\n', 'unbalanced'],
		['among the arguments of a macro', '#define CALL(x) x\nint a = CALL(\n', 'unterminated-macro-call'],
	] as const) {
		it(`${name}: what is open ends there, and programs are judged`, async () => {
			const { problems, findings } = await check(`${open}${HEAD}${LEAK}`, headers);
			assert.ok(
				problems.some((problem) => problem.code === code),
				JSON.stringify(problems),
			);
			assert.deepEqual(
				findings.map(({ rule, program }) => [rule, program]),
				[['unreleased-reference', 'leaks']],
			);
		});
	}
});
