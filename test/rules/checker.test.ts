// The checker's door: one finding a root cause, shown where a person works, silenced by comments, and never an exception.
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult } from '../../server/src/rules/finding.js';
import { applyEdits } from '../../server/src/rules/fix/edits.js';
import { SLICE_TOKEN_LIMIT } from '../../server/src/syntax/convert.js';
import type { FileProvider } from '../../server/src/syntax/files.js';
import { atOnce } from '../../server/src/verifier/steps.js';
import { repositoryRoot } from '../support/root.js';

const options: CheckOptions = { kernel: '6.12', includePaths: [], defines: [] };

const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

`;

const LEAK = `SEC("tc")
int leak(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	return 1; // HERE
}
`;

/** Files that exist only in this test. */
class Texts implements FileProvider {
	constructor(readonly texts: Record<string, string> = {}) {}
	read(path: string): string | undefined {
		return this.texts[path];
	}
}

describe('the checker', () => {
	let checker: Checker;
	const files = new Texts();
	before(async () => {
		checker = await createChecker({ files });
	});

	const check = (text: string, more: Partial<CheckOptions> = {}): FileResult =>
		checker.check('/program.bpf.c', HEAD + text, { ...options, ...more });
	const rules = (result: FileResult): string[] => result.findings.map((finding) => finding.rule);
	const codes = (result: FileResult): string[] =>
		result.problems.map((problem) => problem.code).filter((code) => code !== 'missing-header');
	/** The text that a finding's range covers. */
	const covered = (text: string, result: FileResult, index = 0): string =>
		(HEAD + text).slice(result.findings[index]!.at.start, result.findings[index]!.at.end);

	it('reports a leak at the return, with the acquire as a related place', () => {
		const result = check(LEAK);
		assert.deepEqual(rules(result), ['unreleased-reference']);
		assert.equal(covered(LEAK, result), 'return 1;');
		assert.ok(
			result.findings[0]!.related.some(
				({ at, message }) => /acquired/.test(message) && (HEAD + LEAK).startsWith('bpf_task_from_pid(1)', at.start),
			),
		);
		assert.deepEqual(
			result.programs.map(({ name, section, verdict }) => [name, section, verdict]),
			[['leak', 'tc', 'reject']],
		);
	});

	it('takes severities from the options', () => {
		assert.equal(check(LEAK, { severities: { 'unreleased-reference': 'warning' } }).findings[0]!.severity, 'warning');
		const off = check(LEAK, { severities: { 'unreleased-reference': 'off' } });
		assert.deepEqual(rules(off), []);
		assert.equal(off.programs[0]!.verdict, 'reject');
	});

	describe('comments that silence', () => {
		it('a finding of their line', () => {
			const result = check(LEAK.replace('// HERE', '// bpfls: ignore[unreleased-reference] the kernel cleans up'));
			assert.deepEqual(rules(result), []);
			assert.deepEqual(codes(result), []);
			assert.equal(result.programs[0]!.verdict, 'reject');
		});
		it('a finding of the next line', () => {
			for (const comment of ['// bpfls: ignore[unreleased-reference]', '/* bpfls: ignore[unreleased-reference] the kernel cleans up */'])
				assert.deepEqual(rules(check(LEAK.replace('\treturn 1;', `\t${comment}\n\treturn 1;`))), []);
		});
		it('nothing else', () => {
			assert.deepEqual(rules(check(LEAK.replace('// HERE', '// bpfls: ignore[release-unowned]'))), [
				'unreleased-reference',
				'unused-suppression',
			]);
		});
		it('are reported when they silence nothing, or name no rule', () => {
			for (const named of ['unreleased-reference', 'no-such-rule', ''])
				assert.deepEqual(rules(check(LEAK.replace('return 0;', `return 0; // bpfls: ignore[${named}]`))), [
					'unused-suppression',
					'unreleased-reference',
				]);
			const { message } = check(LEAK.replace('return 0;', 'return 0; // bpfls: ignore[unreleased-refrence]')).findings[0]!;
			assert.match(message, /Is `unreleased-reference` meant\?/);
		});
		it('are not reported where the rule is off, where this rule is off, and where not all is known', () => {
			const text = LEAK.replace('return 0;', 'return 0; // bpfls: ignore[release-unowned]');
			assert.deepEqual(rules(check(text)), ['unused-suppression', 'unreleased-reference']);
			assert.deepEqual(rules(check(text, { severities: { 'release-unowned': 'off' } })), ['unreleased-reference']);
			assert.deepEqual(rules(check(text, { severities: { 'unused-suppression': 'off' } })), ['unreleased-reference']);
			assert.deepEqual(rules(check(text.replace('if (!task)', 'if (!task'))), []);
			assert.equal(check(text, { severities: { 'unused-suppression': 'error' } }).findings[0]!.severity, 'error');
		});
		it('can be taken out: the comment, its line, or one of its rules', () => {
			const without = (text: string): string => {
				const result = check(text);
				const fix = result.findings.find(({ rule }) => rule === 'unused-suppression')!.fixes[0]!;
				const changed = applyEdits(HEAD + text, fix.edits)!.slice(HEAD.length);
				assert.ok(!rules(check(changed)).includes('unused-suppression'));
				return changed;
			};
			assert.equal(without(LEAK.replace('return 0;', 'return 0; // bpfls: ignore[release-unowned] for now')), LEAK);
			assert.equal(without(LEAK.replace('return 0;', 'return 0; /* bpfls: ignore[release-unowned] */')), LEAK);
			assert.equal(without(LEAK.replace('\t\treturn 0;', '\t\t// bpfls: ignore[release-unowned]\n\t\treturn 0;')), LEAK);
			assert.equal(
				without(LEAK.replace('// HERE', '// bpfls: ignore[release-unowned, unreleased-reference]')),
				LEAK.replace('// HERE', '// bpfls: ignore[unreleased-reference]'),
			);
		});
	});

	it('reports a mistake in a shared function once, and rejects each program that reaches it', () => {
		const text = `static __noinline int shared(void)
{
	struct task_struct *task = bpf_task_from_pid(1);

	bpf_task_release(task);
	return 0;
}

SEC("tc")
int one(struct __sk_buff *skb)
{
	return shared();
}

SEC("tc")
int two(struct __sk_buff *skb)
{
	return shared();
}
`;
		const result = check(text);
		assert.deepEqual(rules(result), ['possibly-null-argument']);
		assert.match(result.findings[0]!.message, /program `one\(\)`/);
		assert.deepEqual(
			result.programs.map((program) => program.verdict),
			['reject', 'reject'],
		);
	});

	it('shows what stands in a header at the call that leads there', () => {
		files.texts['/shared.h'] = `static inline void drop(void)
{
	struct task_struct *task = bpf_task_from_pid(1);

	bpf_task_release(task);
}
`;
		const text = `#include "shared.h"
SEC("tc")
int outer(struct __sk_buff *skb)
{
	drop();
	return 0;
}
`;
		const result = check(text);
		assert.deepEqual(rules(result), ['possibly-null-argument']);
		assert.equal(result.findings[0]!.at.path, '/program.bpf.c');
		assert.equal(covered(text, result), 'drop()');
		assert.ok(
			result.findings[0]!.related.some(({ at }) => at.path === '/shared.h' && files.texts['/shared.h']!.startsWith('task', at.start)),
		);
		assert.deepEqual(result.findings[0]!.fixes, []);
	});

	it('shows what a macro brings at its use, and relates the body', () => {
		const text = `#define PUT(x) bpf_task_release(x)
#define FIND_AND_PUT() PUT(bpf_task_from_pid(1))

SEC("tc")
int expands(struct __sk_buff *skb)
{
	FIND_AND_PUT();
	return 0;
}
`;
		const result = check(text);
		assert.deepEqual(rules(result), ['possibly-null-argument']);
		assert.equal(covered(text, result), 'FIND_AND_PUT()');
		assert.ok(
			result.findings[0]!.related.some(
				({ at, message }) => /macro brings/.test(message) && (HEAD + text).startsWith('bpf_task_from_pid(1))', at.start),
			),
		);
	});

	it('sees an open buffer in place of the file, until it is closed', () => {
		files.texts['/change.h'] = '#define PID 1\n';
		const text = '#include "change.h"\nSEC("tc")\nint changed(struct __sk_buff *skb)\n{\n\treturn PID;\n}\n';
		assert.deepEqual(rules(check(text)), []);
		checker.setOverlay('/change.h', '#define PID *(int *)0\n');
		assert.notDeepEqual(rules(check(text)), []);
		checker.setOverlay('/change.h', undefined);
		assert.deepEqual(rules(check(text)), []);
	});

	it('says what it could not do instead of throwing', () => {
		assert.doesNotThrow(() => check(LEAK, { btf: '/no/such/file' }));
		assert.doesNotThrow(() => check(LEAK, { compileCommands: '/no/such/folder' }));
		for (const text of ['', '\0', '{', 'SEC("tc") int f(', `${'('.repeat(10_000)}`]) assert.doesNotThrow(() => check(text));
		assert.deepEqual(
			checker
				.check('/program.bpf.c', HEAD + LEAK, { ...options, kernel: 'no release' })
				.findings.map((finding) => finding.severity)
				.filter((severity) => severity !== 'error'),
			[],
		);
		assert.equal(checker.stateAt('/program.bpf.c', HEAD + LEAK, 1_000_000, options), undefined);
		assert.equal(typeof atOnce(checker.dump('/program.bpf.c', HEAD + LEAK, 'cfg', options)), 'string');
	});

	it('says that a declaration is too long to be looked at, and judges the programs beside it', async () => {
		const checker = await createChecker();
		const long = (numbers: number) => `int numbers[] = { ${'1,'.repeat(numbers)} };\n`;
		const codes = (text: string) => {
			const { problems, findings } = checker.check('/program.bpf.c', text, options);
			const errors = problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
			return [...errors, ...findings.map(({ rule }) => rule)];
		};
		assert.deepEqual(codes(HEAD + LEAK + long(SLICE_TOKEN_LIMIT / 2)), ['slice-limit', 'unreleased-reference']);
		assert.deepEqual(codes(HEAD + LEAK + long(1000)), ['unreleased-reference']);
	});

	it('says of each text what it says of it alone, when the steps of several are mixed', async () => {
		const folder = join(repositoryRoot(), 'test', 'fixtures');
		const fixtures = ['loop-rounds', 'res-spin-locks', 'timers'].map((name) => join(folder, `${name}.bpf.c`));
		const texts = fixtures.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
		// That both loads are one rests on the numbering of the index, from one step to another.
		const long = Array.from({ length: 600 }, (_, index) => `sum = sum * 3 + skb->cb[${index % 5}];`).join('\n\t');
		const numbered = `${HEAD}long cells[8];
SEC("tc")
int numbered(struct __sk_buff *skb)
{
	u32 number = skb->len, sum = 0;
	long cell = cells[number & 7];

	${long}
	if (sum == 7)
		return 1;
	if (cells[number & 7] != cell)
		bpf_task_from_pid(1);
	return sum & 1;
}
`;
		for (const path of ['/one.bpf.c', '/other.bpf.c']) texts.push({ path, text: numbered });
		const alone = await createChecker();
		const mixed = await createChecker();
		const said = ({ programs, findings, problems }: FileResult) => ({
			programs,
			problems,
			findings: findings.map(({ rule, at, message, program, related }) => ({ rule, at, message, program, related })),
		});
		const expected = texts.map(({ path, text }) => said(alone.check(path, text, options)));
		assert.deepEqual(
			expected.slice(-2).map(({ findings }) => findings),
			[[], []],
		);
		const works = texts.map(({ path, text }) => mixed.checkStepwise(path, text, options));
		const found = new Map<number, FileResult>();
		while (found.size < works.length) {
			works.forEach((work, index) => {
				const step = found.has(index) ? undefined : work.next();
				if (step?.done) found.set(index, step.value);
			});
		}
		assert.deepEqual(
			texts.map((_, index) => said(found.get(index)!)),
			expected,
		);
	});

	it('keeps nothing of a text when it rests', async () => {
		const checker = await createChecker();
		const text = `${HEAD}SEC("tc")
int meets(struct __sk_buff *skb)
{
	u32 sum = 0;

	for (u32 round = 0; round < skb->len; round++)
		if (skb->mark == round)
			sum += round;
	return sum & 1;
}
`;
		checker.check('/program.bpf.c', text, options);
		const unit = new WeakRef(checker.view('/program.bpf.c', text, options)!.unit.translation);
		checker.rest();
		setFlagsFromString('--expose-gc');
		const collect = runInNewContext('gc') as () => void;
		// What a weak reference was made of or asked for lives on until the task ends.
		await new Promise(setImmediate);
		collect();
		assert.equal(unit.deref(), undefined);
	});
});
