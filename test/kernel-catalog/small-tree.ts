// A kernel tree of a few lines, in the kernel's own forms: what the generator has to cope with, one of each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILES: Readonly<Record<string, string>> = {
	Makefile: 'VERSION = 6\nPATCHLEVEL = 99\nSUBLEVEL = 4\nEXTRAVERSION = -rc1\n',
	'include/uapi/linux/bpf.h': `
#define ___BPF_FUNC_MAPPER(FN, ctx...)			\\
	FN(unspec, 0, ##ctx)				\\
	FN(look_up, 1, ##ctx)				\\
	FN(send, 2, ##ctx)				\\
	FN(print, 6, ##ctx)
`,
	'include/linux/bpf_types.h': `
#ifdef CONFIG_NET
BPF_PROG_TYPE(BPF_PROG_TYPE_XDP, xdp,
	      struct xdp_md, struct xdp_buff)
#endif
BPF_PROG_TYPE(BPF_PROG_TYPE_TRACING, tracing, void *, void *)
BPF_PROG_TYPE(BPF_PROG_TYPE_LSM, lsm, void *, void *)
`,
	'include/linux/btf.h': '#define KF_ACQUIRE (1 << 0)\n#define KF_RELEASE (1 << 1)\n#define KF_RCU (1 << 7) /* comment */\n',
	'include/linux/lsm_hook_defs.h': `
/* LSM_HOOK(void, 0, not_a_hook) in a comment */
LSM_HOOK(int, 0, thing_open, struct thing *thing,
	 const char *name)
#ifdef CONFIG_SECURITY_THING
LSM_HOOK(void, LSM_RET_VOID, thing_free, void)
#endif
`,
	'include/net/thing.h': `
#define THING_KFUNC_xxx	\\
	THING_KFUNC(ONE, thing_one)	\\
	THING_KFUNC(TWO, thing_two)
`,
	'include/trace/events/thing.h': `
#undef TRACE_SYSTEM
#define TRACE_SYSTEM things
#define THING_EVENT(name) \\
DEFINE_EVENT(thing_class, name, TP_PROTO(struct thing *t, int n), TP_ARGS(t, n))
DECLARE_EVENT_CLASS(thing_class,
	TP_PROTO(struct thing *t, int n),
	TP_ARGS(t, n),
	TP_STRUCT__entry(__field(int, n)),
	TP_fast_assign(__entry->n = n;),
	TP_printk("%d", __entry->n));
THING_EVENT(thing_made);
TRACE_EVENT(thing_gone, TP_PROTO(const struct thing *t, void (*how)(int)), TP_ARGS(t, how), );
DECLARE_TRACE(thing_seen, TP_PROTO(struct thing *t), TP_ARGS(t));
`,
	'kernel/bpf/btf.c': `
static const struct bpf_raw_tp_null_args raw_tp_null_args[] = {
	{ "thing_made", 0x1 | 0x20 },
};
static int bpf_prog_type_to_kfunc_hook(enum bpf_prog_type prog_type)
{
	switch (prog_type) {
	case BPF_PROG_TYPE_XDP:
		return BTF_KFUNC_HOOK_XDP;
	case BPF_PROG_TYPE_TRACING:
	case BPF_PROG_TYPE_LSM:
		return BTF_KFUNC_HOOK_TRACING;
	default:
		return BTF_KFUNC_HOOK_MAX;
	}
}
`,
	'kernel/bpf/verifier.c': `
BTF_TYPE_SAFE_RCU(struct thing) {
	const cpumask_t *mask;
	struct css_set __rcu *sets[4];
#ifdef CONFIG_X
	struct thing *parent;
#endif
};
BTF_SET_START(rcu_protected_types)
#ifdef CONFIG_CGROUPS
BTF_ID(struct, cgroup)
#endif
BTF_ID(struct, thing)
BTF_SET_END(rcu_protected_types)
`,
	'kernel/bpf/bpf_lsm.c': `
BTF_SET_START(sleepable_lsm_hooks)
BTF_ID(func, bpf_lsm_thing_open)
BTF_SET_END(sleepable_lsm_hooks)
const struct bpf_verifier_ops lsm_verifier_ops = { .get_func_proto = tracing_func_proto, };
`,
	'kernel/bpf/helpers.c': `
#include <net/thing.h>
BTF_ID_LIST_SINGLE(thing_ids, struct, thing)
const struct bpf_func_proto look_up_proto = {
	.func		= look_up,
	.gpl_only	= false,
	.ret_type	= RET_PTR_TO_BTF_ID | PTR_MAYBE_NULL,
	.ret_btf_id	= &thing_ids[0],
	.arg1_type	= ARG_PTR_TO_FIXED_SIZE_MEM | MEM_RDONLY,
	.arg1_size	= sizeof(u64),
};
static const struct bpf_func_proto send_proto = {
	.gpl_only = true, .might_sleep = true, .ret_type = RET_VOID, .arg1_type = ARG_PTR_TO_CTX,
};
static const struct bpf_func_proto send_twice_proto = { .ret_type = RET_INTEGER };
const struct bpf_func_proto *base(enum bpf_func_id func_id, const struct bpf_prog *prog)
{
	switch (func_id) {
	case BPF_FUNC_look_up:
		return &look_up_proto;
	default:
		break;
	}
	if (!bpf_token_capable(prog->aux->token, CAP_BPF))
		return NULL;
	return func_id == BPF_FUNC_print && IS_ENABLED(CONFIG_PRINT) ? &look_up_proto : NULL;
}
static const struct bpf_func_proto *
tracing_func_proto(enum bpf_func_id func_id, const struct bpf_prog *prog)
{
	const struct bpf_func_proto *proto;

	switch (func_id) {
	case BPF_FUNC_send:
		if (prog->expected_attach_type == BPF_TRACE_ITER)
			return NULL;
		return prog->sleepable ? &send_proto : &send_twice_proto;
#ifdef CONFIG_OTHER
	case BPF_FUNC_print:
		return &send_twice_proto;
#endif
	default:
		proto = base(func_id, prog);
		return proto;
	}
}
const struct bpf_verifier_ops tracing_verifier_ops = {
	.get_func_proto = tracing_func_proto,
};
const struct bpf_verifier_ops xdp_verifier_ops = { .get_func_proto = base };

__bpf_kfunc struct thing *thing_acquire(struct thing *thing __maybe_unused, u32 len__sz)
{
	return thing;
}
__bpf_kfunc void thing_release(struct thing *thing) { }
__bpf_kfunc void thing_release_dtor(void *thing) { }
__bpf_kfunc int thing_one(void) { return 0; }
__bpf_kfunc int thing_two(int (*callback)(void *ctx), const char name[]) { return 0; }

/* BTF_ID_FLAGS(func, thing_in_a_comment) */
BTF_KFUNCS_START(thing_ids_set)
BTF_ID_FLAGS(func, thing_acquire, KF_ACQUIRE | KF_RCU)
#ifdef CONFIG_CGROUPS
BTF_ID_FLAGS(func, thing_release, KF_RELEASE)
#endif
#define THING_KFUNC(_, name) BTF_ID_FLAGS(func, name)
THING_KFUNC_xxx
#undef THING_KFUNC
BTF_KFUNCS_END(thing_ids_set)

static int thing_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	if (btf_id_set8_contains(&thing_ids_set, kfunc_id) && prog->type != BPF_PROG_TYPE_LSM &&
	    prog->expected_attach_type != BPF_TRACE_ITER)
		return -EACCES;
	return 0;
}
static const struct btf_kfunc_id_set thing_set = {
	.owner = THIS_MODULE, .set = &thing_ids_set, .filter = thing_filter,
};
BTF_ID_LIST(thing_dtor_ids)
BTF_ID(struct, thing)
BTF_ID(func, thing_release_dtor)
static int __init thing_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, &thing_set) ?:
	       register_btf_id_dtor_kfuncs(dtors, 1, THIS_MODULE);
}
int should_fail_thing(void) { return 0; }
ALLOW_ERROR_INJECTION(should_fail_thing, ERRNO);
`,
	'kernel/bpf/Makefile': 'obj-$(CONFIG_BPF_SYSCALL) += \\\n\thelpers.o\n',
	'net/thing_ops.c': `
static int stub_start(struct thing *t__ref, struct thing *prev__nullable) { return 0; }
static int stub_wait(void) { return 0; }
static struct thing_ops stubs = { .start = stub_start, .wait = stub_wait, .name = "x" };
static int thing_check_member(const struct btf_type *t, const struct btf_member *member, const struct bpf_prog *prog)
{
	u32 moff = __btf_member_bit_offset(t, member) / 8;

	switch (moff) {
	case offsetof(struct thing_ops, wait):
		break;
	default:
		if (prog->sleepable)
			return -EINVAL;
	}
	return 0;
}
static struct bpf_struct_ops bpf_thing_ops = {
	.check_member = thing_check_member, .name = "thing_ops", .cfi_stubs = &stubs,
};
`,
};

/** Writes the tree into `folder`, with `changes` in place of files: undefined leaves a file out. */
export function writeSmallTree(folder: string, changes: Readonly<Record<string, string | undefined>> = {}): void {
	for (const [name, text] of Object.entries({ ...FILES, ...changes })) {
		if (text === undefined) continue;
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
}
