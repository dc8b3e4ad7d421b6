// Programs for the command line's tests.

const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int watched;
`;

/** One program that leaks on its second return, line 20, and acquires at line 15. */
export const LEAK = `${HEAD}
SEC("tp_btf/task_newtask")
int BPF_PROG(watch, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	if (held->tgid != watched)
		return 0;
	bpf_task_release(held);
	return 0;
}
`;

/** One program without a fault. */
export const CLEAN = LEAK.replace('watched)\n\t\treturn 0;', 'watched)\n\t\twatched = 0;');

/** The leak again, but for a loader that leaves the variable as it is. */
export const CONFIGURED = LEAK.replace('int watched;', 'const volatile int watched;').replace('held->tgid != watched', 'watched');
