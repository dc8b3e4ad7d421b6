// SPDX-License-Identifier: MIT
// The program's argument is trusted; a pointer that is read out of it need not be. The way to the first process of the task's PID
// namespace leads through three fields, and nobody promises that what they name is still there.
//
// expect: untrusted-argument in hold_init at line 22
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int last_pid;

SEC("tp_btf/task_newtask")
int BPF_PROG(hold_init, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *init;

	init = bpf_task_acquire(task->nsproxy->pid_ns_for_children->child_reaper);
	if (!init)
		return 0;

	last_pid = init->pid;
	bpf_task_release(init);
	return 0;
}
