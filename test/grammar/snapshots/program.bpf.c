#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct entry {
	struct task_struct __kptr *task;
	struct bpf_list_head head __contains(node, link);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(value, struct entry);
} entries SEC(".maps");

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym __weak;

/* SEC("in/a/comment") bpf_task_release(held); */
int check(struct entry *entry __arg_nonnull);

SEC("?lsm.s/file_open")
int BPF_PROG(watch, struct file *file)
{
	char *text = "SEC(\"xdp\") bpf_task_release(x)";
	struct task_struct *held = bpf_task_acquire(bpf_get_current_task_btf());

	if (held)
		bpf_task_release(held);
	return bpf_task_release_of_my_own(0);
}

#if 0
bpf_task_release(held);
#endif

#define HELD(x) bpf_task_acquire(x)

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("tp_btf/
int after;
