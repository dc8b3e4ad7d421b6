// The steps of a finding's path say why a branch was taken, as the condition is written.
import assert from 'node:assert/strict';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';

const program = (before: string, condition: string) => `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
#define BUSY 3
#define IS_BUSY(x) ((x)->flags == BUSY)
#define RETURN_IF(x) do { if ((x) > 7) return 0; } while (0)
struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
int count;
SEC("tp_btf/task_newtask")
int BPF_PROG(leaks, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_from_pid(count);
	${before}
	if (${condition})
		return 0;
	if (held)
		bpf_task_release(held);
	return 0;
}
`;

describe('why a branch was taken', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker();
	});

	const reasons = (source: string) => {
		const path = '/project/leaks.bpf.c';
		const { findings } = checker.check(path, source, { kernel: '6.12', includePaths: [], defines: [] });
		assert.deepEqual(
			findings.map(({ rule }) => rule),
			['unreleased-reference'],
		);
		return findings[0]!.related.slice(1).map(({ message }) => message);
	};
	const reason = (condition: string, before = 'if (!held) return 0;') => reasons(program(before, condition)).slice(1);

	const cases: readonly (readonly [condition: string, words: string])[] = [
		['count', '`count` is not 0'],
		['!count', '`count` is 0'],
		['count == 3', '`count == 3`'],
		['!(count < 3)', '`count >= 3`'],
		['task->flags == BUSY', '`task->flags == BUSY`'],
		['IS_BUSY(task)', '`IS_BUSY(task)` is true'],
		['__builtin_expect(!!(count > 9), 0)', '`count > 9`'],
		['(count = clone_flags)', '`count` is not 0'],
	];
	for (const [condition, words] of cases) {
		it(`tells ${condition}`, () => assert.deepEqual(reason(condition), [`taken because ${words} here`]));
	}

	it('tells NULL from zero', () => {
		assert.deepEqual(reasons(program('', 'held != NULL')), ['taken because `held` is not NULL here']);
		assert.deepEqual(reasons(program('', 'NULL != held')), ['taken because `held` is not NULL here']);
		assert.deepEqual(reasons(program('if (held == (void *)0) return 0;', 'count')), [
			'taken because `held` is not NULL here',
			'taken because `count` is not 0 here',
		]);
	});

	it('tells each part of a chain', () => {
		assert.deepEqual(reason('count > 1 && clone_flags'), ['taken because `count > 1` here', 'taken because `clone_flags` is not 0 here']);
	});

	it('does not take a piece of a macro for what a person wrote', () => {
		const told = reasons(program('if (!held) return 0; RETURN_IF(count);', '0'));
		assert.deepEqual(told.slice(-2), ['taken because `held` is not NULL here', 'this condition is true']);
	});
});
