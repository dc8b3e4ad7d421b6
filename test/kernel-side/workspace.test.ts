// Kfuncs of a kernel-side source that is open in the editor: programs are judged by what stands there now, saved or not.
import { strict as assert } from 'node:assert';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { demoModule } from './demo-module.js';

const MODULE = '/module/demo.c';
const PROGRAM = '/progs/user.bpf.c';
const OPTIONS: CheckOptions = { kernel: '6.12', includePaths: [], defines: [] };

const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct demo_object {
	int value;
};

struct demo_object *demo_object_create(int value) __ksym;
void demo_object_release(struct demo_object *object) __ksym;
`;

/** A program that checks the result for NULL, or not, and gives it back, or not. */
function program(section: string, options: { check: boolean; release: boolean }): string {
	return `${HEAD}
SEC("${section}")
int user(void *ctx)
{
	struct demo_object *object = demo_object_create(1);

${options.check ? '\tif (!object)\n\t\treturn 0;\n' : ''}${options.release ? '\tdemo_object_release(object);\n' : ''}	return 0;
}
`;
}

const DEFINITIONS = `struct demo_object {
	int value;
};

__bpf_kfunc struct demo_object *demo_object_create(int value)
{
	return kzalloc(sizeof(struct demo_object), GFP_ATOMIC);
}

__bpf_kfunc void demo_object_release(struct demo_object *object)
{
	kfree(object);
}
`;
const ACQUIRE = 'BTF_ID_FLAGS(func, demo_object_create, KF_ACQUIRE | KF_RET_NULL)';
const RELEASE = 'BTF_ID_FLAGS(func, demo_object_release, KF_RELEASE)';

describe('kfuncs of the workspace', () => {
	let checker: Checker;
	beforeEach(async () => {
		checker = await createChecker({ files: { read: () => undefined } });
	});

	const open = (entries: readonly string[], types: readonly string[] = ['SCHED_CLS'], definitions = DEFINITIONS): boolean =>
		checker.setOverlay(MODULE, demoModule(definitions, entries, types));
	const rules = (text: string, options = OPTIONS): string[] =>
		checker.check(PROGRAM, text, options).findings.map((finding) => finding.rule);
	const RIGHT = program('tc', { check: true, release: true });
	const LEAKS = program('tc', { check: true, release: false });
	const UNCHECKED = program('tc', { check: false, release: true });

	it('are judged by their flags', () => {
		open([ACQUIRE, RELEASE]);
		assert.deepEqual(rules(RIGHT), []);
		assert.deepEqual(rules(LEAKS), ['unreleased-reference']);
		assert.deepEqual(rules(UNCHECKED), ['possibly-null-argument']);
	});

	it('are offered as repairs', () => {
		open([ACQUIRE, RELEASE]);
		const [leak] = checker.check(PROGRAM, LEAKS, OPTIONS).findings;
		assert.ok(leak!.fixes.some((fix) => fix.edits.some((edit) => edit.newText.includes('demo_object_release(object);'))));
	});

	it('change with the buffer', () => {
		open([ACQUIRE, RELEASE]);
		assert.deepEqual(rules(UNCHECKED), ['possibly-null-argument']);
		open(['BTF_ID_FLAGS(func, demo_object_create, KF_ACQUIRE)', RELEASE]);
		assert.deepEqual(rules(UNCHECKED), []);
		assert.deepEqual(rules(LEAKS), ['unreleased-reference']);
		open(['BTF_ID_FLAGS(func, demo_object_create)', RELEASE]);
		assert.deepEqual(rules(LEAKS), []);
	});

	it('are allowed in the program types that they are registered for', () => {
		const tracing = program('fentry/do_nanosleep', { check: true, release: true });
		open([ACQUIRE, RELEASE]);
		assert.deepEqual(rules(tracing), ['kfunc-not-allowed', 'kfunc-not-allowed']);
		open([ACQUIRE, RELEASE], ['SCHED_CLS', 'TRACING']);
		assert.deepEqual(rules(tracing), []);
		open([ACQUIRE, RELEASE], ['UNSPEC']);
		assert.deepEqual(rules(tracing), []);
	});

	it('are forgotten when the buffer closes', () => {
		open([ACQUIRE, RELEASE], ['XDP']);
		assert.deepEqual(rules(RIGHT), ['kfunc-not-allowed', 'kfunc-not-allowed']);
		assert.equal(checker.setOverlay(MODULE, undefined), true);
		assert.ok(!rules(RIGHT).includes('kfunc-not-allowed'));
	});

	it('win over kfuncs of the same name in the release', () => {
		const text = `${HEAD}
struct task_struct *bpf_task_from_pid(s32 pid) __ksym;

SEC("tc")
int user(void *ctx)
{
	bpf_task_from_pid(1);
	return 0;
}
`;
		assert.deepEqual(rules(text), ['unreleased-reference']);
		open(
			['BTF_ID_FLAGS(func, bpf_task_from_pid, KF_RET_NULL)'],
			['SCHED_CLS'],
			'__bpf_kfunc struct task_struct *bpf_task_from_pid(s32 pid)\n{\n\treturn find_task(pid);\n}\n',
		);
		assert.deepEqual(rules(text), []);
	});

	it('take their prototypes from another open source where the set lists them from there', () => {
		checker.setOverlay('/module/defs.c', `__bpf_kfunc_start_defs();\n${DEFINITIONS}__bpf_kfunc_end_defs();\n`);
		open([ACQUIRE, RELEASE], ['SCHED_CLS'], '');
		assert.deepEqual(rules(LEAKS), ['unreleased-reference']);
	});

	it('say when they are others than before', () => {
		assert.equal(open([ACQUIRE, RELEASE]), true);
		assert.equal(open([ACQUIRE, RELEASE]), false, 'the same text');
		assert.equal(open([ACQUIRE, RELEASE], ['SCHED_CLS'], DEFINITIONS.replace('GFP_ATOMIC', 'GFP_KERNEL')), false, 'another body');
		assert.equal(open([RELEASE]), true, 'a kfunc less');
		assert.equal(checker.setOverlay('/module/other.c', 'int main(void) { return 0; }'), false, 'a file without kfuncs');
	});

	it('hold while the set is being written', () => {
		const whole = demoModule(DEFINITIONS, [ACQUIRE, RELEASE], ['SCHED_CLS']);
		for (let end = 0; end < whole.length; end += 7) {
			checker.setOverlay(MODULE, whole.slice(0, end));
			assert.deepEqual(
				checker.check(MODULE, whole.slice(0, end), OPTIONS).problems.filter((problem) => problem.code === 'internal-error'),
				[],
			);
		}
		checker.setOverlay(MODULE, whole);
		assert.deepEqual(rules(LEAKS), ['unreleased-reference']);
	});
});
