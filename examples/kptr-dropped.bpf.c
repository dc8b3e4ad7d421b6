// SPDX-License-Identifier: MIT
// A map remembers one task. Taking the old one out makes it the program's own, and here nobody gives it back.
//
// expect: unreleased-reference in remember_newest at line 45
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

struct slot {
	struct task_struct __kptr *newest;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct slot);
} slots SEC(".maps");

int replaced;

SEC("tp_btf/task_newtask")
int BPF_PROG(remember_newest, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held, *old;
	struct slot *slot;
	u32 key = 0;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;

	held = bpf_task_acquire(task);
	if (!held)
		return 0;

	old = bpf_kptr_xchg(&slot->newest, held);
	if (old)
		replaced = old->pid;
	return 0;
}
