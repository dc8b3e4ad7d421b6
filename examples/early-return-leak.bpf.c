// SPDX-License-Identifier: MIT
// A task reference that one early return forgets.
//
// expect: unreleased-reference in watch_new_task at line 28
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int watched_tgid;
long seen;

SEC("tp_btf/task_newtask")
int BPF_PROG(watch_new_task, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held;

	held = bpf_task_acquire(task);
	if (!held)
		return 0;

	/* The reference is still ours here: this return loses it. */
	if (held->tgid != watched_tgid)
		return 0;

	__sync_fetch_and_add(&seen, 1);
	bpf_task_release(held);
	return 0;
}
