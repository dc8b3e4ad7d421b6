// SPDX-License-Identifier: MIT
// Looking a task up by its number may fail, and a failed lookup gives NULL, which the release does not take.
//
// expect: possibly-null-argument in count_renames at line 23
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int supervisor_pid;
long renames;

SEC("tp_btf/task_rename")
int BPF_PROG(count_renames, struct task_struct *task, const char *comm)
{
	struct task_struct *supervisor = bpf_task_from_pid(supervisor_pid);

	__sync_fetch_and_add(&renames, 1);
	bpf_task_release(supervisor);
	return 0;
}
