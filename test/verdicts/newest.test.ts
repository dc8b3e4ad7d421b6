// What 7.x brought: kfuncs whose last arguments the verifier passes, contexts without a type, timers anywhere. Each verdict measured on Debian's 7.2.13, booted
// under emulation.
import assert from 'node:assert';
import { createChecker } from '../../server/src/rules/create-checker.js';

const PROGRAMS = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

extern void *bpf_obj_new(u64 local_type_id__k) __ksym __weak;
extern void bpf_obj_drop(void *p__alloc) __ksym __weak;
extern bool bpf_session_is_return(void *ctx) __ksym __weak;
extern int bpf_list_push_back(struct bpf_list_head *head, struct bpf_list_node *node) __ksym __weak;
extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) __ksym __weak;

struct thing {
	long amount;
	struct bpf_list_node node;
};

struct timed {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timed);
} timers SEC(".maps");

#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head things __attribute__((btf_decl_tag("contains:thing:node")));

SEC("tc")
int made_and_dropped(struct __sk_buff *skb)
{
	struct thing *t = bpf_obj_new(bpf_core_type_id_local(struct thing));

	if (!t)
		return 0;
	t->amount = 1;
	bpf_obj_drop(t);
	return 0;
}

SEC("tc")
int made_and_kept(struct __sk_buff *skb)
{
	struct thing *t = bpf_obj_new(bpf_core_type_id_local(struct thing));

	if (t)
		t->amount = 1;
	return 0;
}

SEC("tc")
int made_and_listed(struct __sk_buff *skb)
{
	struct thing *t = bpf_obj_new(bpf_core_type_id_local(struct thing));
	struct bpf_list_node *first;

	if (!t)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_back(&things, &t->node);
	first = bpf_list_front(&things);
	bpf_spin_unlock(&lock);
	return first != NULL;
}

SEC("kprobe.session/do_nothing")
int on_the_way_out(struct pt_regs *ctx)
{
	return bpf_session_is_return(ctx);
}

SEC("kprobe")
int timer_anywhere(struct pt_regs *ctx)
{
	u32 key = 0;

	return bpf_map_lookup_elem(&timers, &key) != NULL;
}
`;

const WANTED = {
	made_and_dropped: 'accept',
	made_and_kept: 'reject',
	made_and_listed: 'accept',
	on_the_way_out: 'accept',
	timer_anywhere: 'accept',
};

describe('verdicts of 7.2', () => {
	it('are those of the kernel', async () => {
		const checker = await createChecker({ files: { read: () => undefined } });
		const { programs } = checker.check('/newest.bpf.c', PROGRAMS, { kernel: '7.2', includePaths: [], defines: [] });
		assert.deepStrictEqual(Object.fromEntries(programs.map(({ name, verdict }) => [name, verdict])), WANTED);
	});
});
