// SPDX-License-Identifier: MIT
// The program's argument is trusted; a pointer that is read out of it need not be. `last_wakee` is such a field: the task that it
// names may be gone by the time somebody looks.
//
// expect: untrusted-argument in hold_wakee
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int last_pid;

SEC("tp_btf/task_newtask")
int BPF_PROG(hold_wakee, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *wakee;

	wakee = bpf_task_acquire(task->last_wakee);
	if (!wakee)
		return 0;

	last_pid = wakee->pid;
	bpf_task_release(wakee);
	return 0;
}
