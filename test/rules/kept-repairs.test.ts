// Repairs that were proven once are not proven again after an edit that has nothing to do with them; after any other edit they are.
import { strict as assert } from 'node:assert';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { Finding } from '../../server/src/rules/finding.js';
import { applyEdits } from '../../server/src/rules/fix/edits.js';
import { FilesBelow } from '../support/files-below.js';

const options: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };

const LEAKING = `static __noinline int looked_at(struct task_struct *p)
{
	return p->pid;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(leaks, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	looked_at(held);
	return 0;
}
`;
const OTHER = `
SEC("tp_btf/task_newtask")
int BPF_PROG(other, struct task_struct *task, u64 clone_flags)
{
	return task->pid == 1;
}
`;
const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";
struct counted { int times; };
struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
`;
const RELEASE = 'void bpf_task_release(struct task_struct *p) __ksym;\n\n';
const PATH = '/repairs/kept.bpf.c';

describe('the repairs of a finding', () => {
	let checker: Checker;
	beforeEach(async () => {
		checker = await createChecker({ files: new FilesBelow('/repairs') });
	});

	const leakOf = (text: string): Finding => {
		const found = checker.check(PATH, text, options).findings.filter(({ rule }) => rule === 'unreleased-reference');
		assert.equal(found.length, 1);
		return found[0]!;
	};
	/** Are the repairs there without an analysis? Where they are, each does what it says. */
	const isKept = (text: string): boolean => {
		const leak = leakOf(text);
		const isThere = leak.proving!.advance();
		assert.ok(leak.fixes.length > 0);
		for (const { edits } of leak.fixes) {
			const mended = applyEdits(text, edits)!;
			assert.deepEqual(
				checker.check('/repairs/mended.bpf.c', mended, options).findings.map(({ message }) => message),
				[],
			);
		}
		return isThere;
	};

	const text = HEAD + RELEASE + LEAKING + OTHER;

	for (const [what, edited] of [
		['in a function behind it', text.replace('task->pid == 1', 'task->pid == 2')],
		['that changes nothing but the layout', text.replace('struct counted', '\n\n/* Counts. */\nstruct counted')],
		['that leaves the text of another function broken', text.replace('task->pid == 1;', 'task->pid ==')],
	] as const)
		it(`are kept after an edit ${what}`, () => {
			assert.equal(isKept(text), false);
			assert.equal(isKept(edited), true);
		});

	for (const [what, edited] of [
		['in its function', text.replace('if (!held)', 'if (held == NULL)')],
		['of the layout of its function', text.replace('	looked_at(held);\n', '	looked_at(held);\n\n')],
		['in a function that it calls', text.replace('return p->pid', 'return p->tgid')],
		['of a type', text.replace('int times', 'int times, places')],
		['of a macro', text.replace('struct counted', '#define ONE 1\nstruct counted')],
		[
			'of what the program includes',
			text.replace('#include <bpf/bpf_tracing.h>\n', '#include <bpf/bpf_tracing.h>\n#include <bpf/bpf_core_read.h>\n'),
		],
		[
			'that brings a program that calls what it calls',
			`${text}${OTHER.replace('other', 'another').replace('task->pid', 'looked_at(task)')}`,
		],
	] as const)
		it(`are proven again after an edit ${what}`, () => {
			assert.equal(isKept(text), false);
			assert.equal(isKept(edited), false);
		});

	it('are kept where they bring a declaration that is missing', () => {
		const missing = HEAD + LEAKING + OTHER;
		assert.equal(isKept(missing), false);
		assert.equal(isKept(missing.replace('task->pid == 1', 'task->pid == 2')), true);
	});

	it('are proven again for another release', () => {
		assert.equal(isKept(text), false);
		const [other] = checker.check(PATH, text, { ...options, kernel: '6.6' }).findings;
		assert.equal(other!.proving!.advance(), false);
	});
});
