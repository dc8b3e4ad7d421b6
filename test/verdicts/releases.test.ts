// What the verifier judges otherwise from one release to the next: each verdict measured on a kernel of that release, up to 6.18.
import assert from 'node:assert';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';

const ARRAY_LOOKUP = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, long);
} counters SEC(".maps");

SEC("tc")
int by_zero(struct __sk_buff *skb)
{
	u32 key = 0;
	long *value = bpf_map_lookup_elem(&counters, &key);

	*value += 1;
	return 0;
}

SEC("tc")
int by_one(struct __sk_buff *skb)
{
	u32 key = 1;
	long *value = bpf_map_lookup_elem(&counters, &key);

	*value += 1;
	return 0;
}

SEC("tc")
int by_two_keys(struct __sk_buff *skb)
{
	u32 first = 1, second = 2;
	long *value = bpf_map_lookup_elem(&counters, &first);

	if (value)
		*value += 1;
	value = bpf_map_lookup_elem(&counters, &second);
	*value += 1;
	return 0;
}

SEC("tc")
int by_four(struct __sk_buff *skb)
{
	u32 first = 1, second = 4;
	long *value = bpf_map_lookup_elem(&counters, &first);

	if (value)
		*value += 1;
	value = bpf_map_lookup_elem(&counters, &second);
	*value += 1;
	return 0;
}

SEC("tc")
int by_length(struct __sk_buff *skb)
{
	u32 key = skb->len;
	long *value = bpf_map_lookup_elem(&counters, &key);

	*value += 1;
	return 0;
}
`;

const GLOBAL_FUNCTIONS = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

long hits;
char text[16];

__noinline int counts(int by)
{
	hits += by;
	return 0;
}

__noinline int reads(int by)
{
	return bpf_copy_from_user(text, sizeof(text), 0) + by;
}

SEC("?syscall")
int around_a_quick_one(void *ctx)
{
	bpf_preempt_disable();
	counts(1);
	bpf_preempt_enable();
	return 0;
}

SEC("?syscall")
int around_one_that_sleeps(void *ctx)
{
	bpf_preempt_disable();
	reads(1);
	bpf_preempt_enable();
	return 0;
}
`;

const READ_SECTIONS = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

SEC("tp_btf/task_newtask")
int BPF_PROG(after_the_section, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *parent;

	bpf_rcu_read_lock();
	parent = task->real_parent;
	bpf_rcu_read_unlock();
	parent = bpf_task_acquire(parent);
	if (parent)
		bpf_task_release(parent);
	return 0;
}

SEC("syscall")
int without_preemption(void *ctx)
{
	struct task_struct *parent;

	bpf_preempt_disable();
	parent = bpf_task_acquire(bpf_get_current_task_btf()->real_parent);
	bpf_preempt_enable();
	if (parent)
		bpf_task_release(parent);
	return 0;
}
`;

/** Debian's kernels keep no list of functions that errors are injected into. */
const SYSCALLS = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

SEC("fentry.s/__x64_sys_getpgid")
int BPF_PROG(asleep_at_a_syscall)
{
	return 0;
}

SEC("fentry.s/schedule")
int BPF_PROG(asleep_elsewhere)
{
	return 0;
}
`;

/** By kernel/bpf/verifier.c of 7.2 and 7.3, those of later releases than 6.18. */
const CASES = [
	{ kernel: '6.12', program: 'by_zero', verdict: 'reject' },
	{ kernel: '6.18', program: 'by_zero', verdict: 'accept' },
	{ kernel: '6.12', program: 'by_one', verdict: 'reject' },
	{ kernel: '6.18', program: 'by_one', verdict: 'reject' },
	{ kernel: '6.12', program: 'by_two_keys', verdict: 'reject' },
	// The kernel accepts it, and would not if the compiler put the key four bytes further.
	{ kernel: '6.18', program: 'by_two_keys', verdict: 'unknown' },
	{ kernel: '6.18', program: 'by_four', verdict: 'reject' },
	{ kernel: '6.12', program: 'by_length', verdict: 'reject' },
	{ kernel: '6.18', program: 'by_length', verdict: 'reject' },
	{ kernel: '6.12', program: 'after_the_section', verdict: 'reject' },
	{ kernel: '7.3', program: 'after_the_section', verdict: 'accept' },
	{ kernel: '6.12', program: 'without_preemption', verdict: 'reject' },
	{ kernel: '7.3', program: 'without_preemption', verdict: 'accept' },
	{ kernel: '6.12', program: 'around_a_quick_one', verdict: 'reject' },
	{ kernel: '6.18', program: 'around_a_quick_one', verdict: 'accept' },
	{ kernel: '6.12', program: 'around_one_that_sleeps', verdict: 'reject' },
	{ kernel: '6.18', program: 'around_one_that_sleeps', verdict: 'reject' },
	{ kernel: '6.12', program: 'asleep_at_a_syscall', verdict: 'reject' },
	{ kernel: '7.2', program: 'asleep_at_a_syscall', verdict: 'accept' },
	{ kernel: '7.2', program: 'asleep_elsewhere', verdict: 'reject' },
] as const;

describe('verdicts by release', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker();
	});
	for (const { kernel, program, verdict } of CASES) {
		it(`${kernel}: ${program} is judged ${verdict}`, () => {
			const text = [ARRAY_LOOKUP, GLOBAL_FUNCTIONS, READ_SECTIONS, SYSCALLS].find((one) =>
				[`${program}(`, `(${program},`, `(${program})`].some((head) => one.includes(head)),
			)!;
			const { programs } = checker.check('/program.bpf.c', text, { kernel, includePaths: [], defines: ['__TARGET_ARCH_x86'] });
			assert.strictEqual(programs.find(({ name }) => name === program)?.verdict, verdict);
		});
	}
});
