// Repairs that change more than one statement: the section, a read section, an exchange. Each is applied, checked again, and stands here as a person would see it.
import { strict as assert } from 'node:assert';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { applyEdits } from '../../server/src/rules/fix/edits.js';
import { FilesBelow } from '../support/files-below.js';

const OPTIONS: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };
const PATH = '/actions/program.bpf.c';

const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_cgroup_release(struct cgroup *cgrp) __ksym;
struct cgroup *bpf_cgroup_from_id(u64 cgid) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

struct slot {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
	u64 uses;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct slot);
	__uint(max_entries, 1);
} slots SEC(".maps");

`;

describe('actions', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow('/actions') });
	});

	/** The repair of the first finding of a rule with that title, applied: exactly `expected`, in which nothing is found. */
	const mends = (what: string, title: RegExp, program: string, expected: string): void => {
		it(what, () => {
			const text = HEAD + program;
			const { findings } = checker.check(PATH, text, OPTIONS);
			const fixes = findings.flatMap((finding) => finding.fixes);
			const fix = fixes.find((one) => title.test(one.title));
			assert.ok(
				fix,
				`offered is only: ${fixes.map((one) => one.title).join('; ')}; found is: ${findings.map((one) => one.message).join('; ')}`,
			);
			const changed = applyEdits(text, fix.edits);
			assert.equal(changed?.slice(HEAD.length), expected);
			assert.deepEqual(checker.check(PATH, changed!, OPTIONS).findings, []);
		});
	};

	mends(
		'make the section sleepable',
		/^Make the program sleepable/,
		`SEC("?lsm/bprm_check_security")
int BPF_PROG(reads, struct linux_binprm *bprm)
{
	char byte;

	bpf_copy_from_user(&byte, sizeof(byte), (void *)bprm->p);
	return 0;
}
`,
		`SEC("?lsm.s/bprm_check_security")
int BPF_PROG(reads, struct linux_binprm *bprm)
{
	char byte;

	bpf_copy_from_user(&byte, sizeof(byte), (void *)bprm->p);
	return 0;
}
`,
	);

	it('do not make a section sleepable that has no such form, or whose target may not sleep', () => {
		for (const section of ['tp_btf/task_newtask', 'fentry/schedule']) {
			const text = `${HEAD}SEC("${section}")\nint BPF_PROG(reads)\n{\n\tchar byte;\n\n\tbpf_copy_from_user(&byte, 1, 0);\n\treturn 0;\n}\n`;
			const { findings } = checker.check(PATH, text, OPTIONS);
			assert.deepEqual(
				findings.map(({ rule, fixes }) => [rule, fixes.length]),
				[['sleepable-call', 0]],
				section,
			);
		}
	});

	mends(
		'let a program not sleep whose target does not allow it',
		/^Let the program not sleep/,
		`SEC("fentry.s/schedule")
int BPF_PROG(quiet)
{
	return 0;
}
`,
		`SEC("fentry/schedule")
int BPF_PROG(quiet)
{
	return 0;
}
`,
	);

	mends(
		'watch a function whose return may not be changed',
		/^Watch the function instead/,
		`SEC("fmod_ret/do_exit")
int BPF_PROG(ends, long code)
{
	return 0;
}
`,
		`SEC("fexit/do_exit")
int BPF_PROG(ends, long code)
{
	return 0;
}
`,
	);

	mends(
		'wrap the load and the use of a kptr in a read section',
		/^Wrap it in an RCU read section/,
		`SEC("lsm.s/bprm_check_security")
int BPF_PROG(look, struct linux_binprm *bprm)
{
	struct task_struct *task, *held;
	struct slot *slot;
	u32 key = 0;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;
	task = slot->task;
	if (!task)
		return 0;
	held = bpf_task_acquire(task);
	if (held)
		bpf_task_release(held);
	return 0;
}
`,
		`SEC("lsm.s/bprm_check_security")
int BPF_PROG(look, struct linux_binprm *bprm)
{
	struct task_struct *task, *held;
	struct slot *slot;
	u32 key = 0;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;
	bpf_rcu_read_lock();
	task = slot->task;
	if (!task) {
		bpf_rcu_read_unlock();
		return 0;
	}
	held = bpf_task_acquire(task);
	bpf_rcu_read_unlock();
	if (held)
		bpf_task_release(held);
	return 0;
}
`,
	);

	mends(
		'end a read section after the use that it protects',
		/^End the read section after this use/,
		`SEC("lsm.s/bprm_check_security")
int BPF_PROG(early, struct linux_binprm *bprm)
{
	struct task_struct *me = bpf_get_current_task_btf();
	struct task_struct *parent, *held;

	bpf_rcu_read_lock();
	parent = me->real_parent;
	bpf_rcu_read_unlock();
	held = bpf_task_acquire(parent);
	if (held)
		bpf_task_release(held);
	return 0;
}
`,
		`SEC("lsm.s/bprm_check_security")
int BPF_PROG(early, struct linux_binprm *bprm)
{
	struct task_struct *me = bpf_get_current_task_btf();
	struct task_struct *parent, *held;

	bpf_rcu_read_lock();
	parent = me->real_parent;
	held = bpf_task_acquire(parent);
	bpf_rcu_read_unlock();
	if (held)
		bpf_task_release(held);
	return 0;
}
`,
	);

	mends(
		'exchange a kptr instead of storing it, and acquire what is borrowed',
		/^Exchange it/,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task, u64 clone_flags)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	slot->task = task;
	return 0;
}
`,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task, u64 clone_flags)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	struct task_struct *acquired = bpf_task_acquire(task);
	if (!acquired)
		return 0;
	struct task_struct *old = bpf_kptr_xchg(&slot->task, acquired);
	if (old)
		bpf_task_release(old);
	return 0;
}
`,
	);

	mends(
		'take a kptr out instead of overwriting it with NULL',
		/^Exchange it/,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(drop, struct task_struct *task, u64 clone_flags)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (slot)
		slot->task = NULL;
	return 0;
}
`,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(drop, struct task_struct *task, u64 clone_flags)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (slot) {
		struct task_struct *old = bpf_kptr_xchg(&slot->task, NULL);
		if (old)
			bpf_task_release(old);
	}
	return 0;
}
`,
	);

	mends(
		'release by the function for the object’s own type',
		/^Release it with/,
		`SEC("tc")
int mixed(struct __sk_buff *skb)
{
	struct cgroup *cgroup = bpf_cgroup_from_id(1);

	if (!cgroup)
		return 0;
	bpf_task_release((void *)cgroup);
	return 0;
}
`,
		`SEC("tc")
int mixed(struct __sk_buff *skb)
{
	struct cgroup *cgroup = bpf_cgroup_from_id(1);

	if (!cgroup)
		return 0;
	bpf_cgroup_release((void *)cgroup);
	return 0;
}
`,
	);

	mends(
		'unlock before the return that leaves the lock held',
		/^Unlock with/,
		`SEC("tc")
int locked(struct __sk_buff *skb)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock);
	if (slot->uses > 7)
		return 1;
	bpf_spin_unlock(&slot->lock);
	return 0;
}
`,
		`SEC("tc")
int locked(struct __sk_buff *skb)
{
	u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock);
	if (slot->uses > 7) {
		bpf_spin_unlock(&slot->lock);
		return 1;
	}
	bpf_spin_unlock(&slot->lock);
	return 0;
}
`,
	);

	mends(
		'take the current task with its type where it is followed',
		/^Take the task with/,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(me, struct task_struct *child, u64 clone_flags)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	bpf_printk("%d", task->pid);
	return 0;
}
`,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(me, struct task_struct *child, u64 clone_flags)
{
	struct task_struct *task = bpf_get_current_task_btf();

	bpf_printk("%d", task->pid);
	return 0;
}
`,
	);

	mends(
		'leave through the exit that releases',
		/^Leave through `out`/,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(ladder, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);
	int ret = 0;

	if (!held)
		return 0;
	if (held->pid > 7)
		return ret;
	ret = 1;
out:
	bpf_task_release(held);
	return ret;
}
`.replace('\tret = 1;\n', '\tif (held->pid > 5)\n\t\tgoto out;\n\tret = 0;\n'),
		`SEC("tp_btf/task_newtask")
int BPF_PROG(ladder, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);
	int ret = 0;

	if (!held)
		return 0;
	if (held->pid > 7)
		goto out;
	if (held->pid > 5)
		goto out;
	ret = 0;
out:
	bpf_task_release(held);
	return ret;
}
`,
	);
});
