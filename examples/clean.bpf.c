// SPDX-License-Identifier: MIT
// The same work as in the other examples, done as the verifier wants it.
//
// expect: nothing
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

struct slot {
	struct task_struct __kptr *newest;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct slot);
} slots SEC(".maps");

int watched_tgid;
int supervisor_pid;
int newest_pid;
long seen;

/* Puts a task into the map and gives back the one that it takes the place of. */
static void remember(struct slot *slot, struct task_struct *task)
{
	struct task_struct *old = bpf_kptr_xchg(&slot->newest, task);

	if (old)
		bpf_task_release(old);
}

SEC("tp_btf/task_newtask")
int BPF_PROG(watch_new_task, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held;
	struct slot *slot;
	u32 key = 0;

	held = bpf_task_acquire(task);
	if (!held)
		return 0;
	if (held->tgid != watched_tgid)
		goto release;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		goto release;

	__sync_fetch_and_add(&seen, 1);
	remember(slot, held);
	return 0;

release:
	bpf_task_release(held);
	return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(count_renames, struct task_struct *task, const char *comm)
{
	struct task_struct *supervisor = bpf_task_from_pid(supervisor_pid);

	if (!supervisor)
		return 0;
	__sync_fetch_and_add(&seen, 1);
	bpf_task_release(supervisor);
	return 0;
}

/* What lies in the map may be looked at inside an RCU section, without taking a reference. */
SEC("tp_btf/sys_enter")
int BPF_PROG(look_at_newest, struct pt_regs *regs, long id)
{
	struct task_struct *newest;
	struct slot *slot;
	u32 key = 0;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;

	bpf_rcu_read_lock();
	newest = slot->newest;
	if (newest)
		newest_pid = newest->pid;
	bpf_rcu_read_unlock();
	return 0;
}
