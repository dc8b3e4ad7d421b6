// Stand-ins for libbpf's bpf_helpers.h and for the selftests' bpf_experimental.h and bpf_misc.h: the macros that programs use, with the
// meaning that these have, in a form of our own.

export const LIBBPF_HELPERS = `
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__

#define SEC(name) __attribute__((section(name), used))

#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif
#ifndef __weak
#define __weak __attribute__((weak))
#endif
#define __hidden __attribute__((visibility("hidden")))
#ifndef __packed
#define __packed __attribute__((packed))
#endif
#ifndef __aligned
#define __aligned(n) __attribute__((aligned(n)))
#endif
#ifndef __unused
#define __unused __attribute__((unused))
#endif

#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))

#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))

#define __uint(field, number) int (*field)[number]
#define __type(field, what) typeof(what) *field
#define __array(field, what) typeof(what) *field[]
#define __ulong(field, number) enum { ___bpf_concat(__unique_value, __COUNTER__) = number } field
#define ___bpf_concat(a, b) a##b

#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifndef container_of
#define container_of(pointer, type, member) ({ void *__member_at = (void *)(pointer); ((type *)(__member_at - offsetof(type, member))); })
#endif

#ifndef barrier
#define barrier() asm volatile("" ::: "memory")
#endif
#ifndef barrier_var
#define barrier_var(v) asm volatile("" : "+r"(v))
#endif
#ifndef __bpf_unreachable
#define __bpf_unreachable() __builtin_trap()
#endif
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#define KERNEL_VERSION(major, minor, patch) (((major) << 16) + ((minor) << 8) + ((patch) > 255 ? 255 : (patch)))

enum libbpf_pin_type { LIBBPF_PIN_NONE, LIBBPF_PIN_BY_NAME };
enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };

#define bpf_ksym_exists(symbol) ({ !!(symbol); })
#define bpf_tail_call_static(context, map, slot) bpf_tail_call(context, map, slot)

#define ___bpf_count_pick(a, b, c, d, e, f, g, h, i, j, k, l, m, count, ...) count
#define ___bpf_narg(...) ___bpf_count_pick(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)

#define bpf_printk(format, ...) ({ \\
	static const char ___text[] = format; \\
	bpf_trace_printk(___text, sizeof(___text), ##__VA_ARGS__); \\
})
#define BPF_SEQ_PRINTF(seq, format, ...) ({ \\
	static const char ___text[] = format; \\
	unsigned long long ___values[] = { __VA_ARGS__ }; \\
	bpf_seq_printf(seq, ___text, sizeof(___text), ___values, sizeof(___values)); \\
})
#define BPF_SNPRINTF(out, size, format, ...) ({ \\
	static const char ___text[] = format; \\
	unsigned long long ___values[] = { __VA_ARGS__ }; \\
	bpf_snprintf(out, size, ___text, ___values, sizeof(___values)); \\
})

struct bpf_iter_num;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;

#ifndef bpf_for_each
#define bpf_for_each(kind, current, arguments...) for ( \\
	struct bpf_iter_##kind ___it __attribute__((aligned(8), cleanup(bpf_iter_##kind##_destroy))), \\
	*___once __attribute__((unused)) = (bpf_iter_##kind##_new(&___it, ##arguments), (void)bpf_iter_##kind##_destroy, (void *)0); \\
	((current) = bpf_iter_##kind##_next(&___it)); \\
)
#endif
#ifndef bpf_for
#define bpf_for(i, start, end) for ( \\
	struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))), \\
	*___once __attribute__((unused)) = (bpf_iter_num_new(&___it, (start), (end)), (void)bpf_iter_num_destroy, (void *)0); \\
	({ int *___next = bpf_iter_num_next(&___it); (___next && ((i) = *___next, (i) >= (start) && (i) < (end))); }); \\
)
#endif
#ifndef bpf_repeat
#define bpf_repeat(times) for ( \\
	struct bpf_iter_num ___it __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))), \\
	*___once __attribute__((unused)) = (bpf_iter_num_new(&___it, 0, (times)), (void)bpf_iter_num_destroy, (void *)0); \\
	bpf_iter_num_next(&___it); \\
)
#endif

#endif
`;

export const LIBBPF_EXPERIMENTAL = `
#ifndef __BPF_EXPERIMENTAL__
#define __BPF_EXPERIMENTAL__
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))
#define private(name) SEC(".bss." #name) __attribute__((visibility("hidden"))) __attribute__((aligned(8)))
#define __arena __attribute__((address_space(1)))
#define __exception_cb(name) __attribute__((btf_decl_tag("exception_callback:" #name)))

struct bpf_list_head;
struct bpf_list_node;
struct bpf_rb_root;
struct bpf_rb_node;

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
#define bpf_obj_new(type) ((type *)bpf_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), NULL))
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
#define bpf_obj_drop(object) bpf_obj_drop_impl(object, NULL)
extern void *bpf_refcount_acquire_impl(void *object, void *meta) __ksym;
#define bpf_refcount_acquire(object) bpf_refcount_acquire_impl(object, NULL)
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 offset) __ksym;
#define bpf_list_push_front(head, node) bpf_list_push_front_impl(head, node, NULL, 0)
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 offset) __ksym;
#define bpf_list_push_back(head, node) bpf_list_push_back_impl(head, node, NULL, 0)
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
	bool (less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, __u64 offset) __ksym;
#define bpf_rbtree_add(root, node, less) bpf_rbtree_add_impl(root, node, less, NULL, 0)
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;
extern void *bpf_percpu_obj_new_impl(__u64 local_type_id, void *meta) __ksym;
#define bpf_percpu_obj_new(type) ((type __percpu_kptr *)bpf_percpu_obj_new_impl(__builtin_btf_type_id(*(type *)0, 0), NULL))
extern void bpf_percpu_obj_drop_impl(void *object, void *meta) __ksym;
#define bpf_percpu_obj_drop(object) bpf_percpu_obj_drop_impl(object, NULL)
extern void bpf_throw(__u64 cookie) __ksym;

#define can_loop ({ __label__ ___out; bool ___go = true; asm volatile goto("may_goto %l[___out]" :::: ___out); ___go; ___out: ___go; })
#endif
`;

const tag = (text: string): string => `__attribute__((btf_decl_tag("comment:${text}")))`;

export const LIBBPF_MISC = `
#ifndef __BPF_MISC_H__
#define __BPF_MISC_H__
#define __msg(text) ${tag('test_expect_msg=" text "')}
#define __msg_unpriv(text) ${tag('test_expect_msg_unpriv=" text "')}
#define __regex(text) ${tag('test_expect_regex=" text "')}
#define __failure ${tag('test_expect_failure')}
#define __success ${tag('test_expect_success')}
#define __failure_unpriv ${tag('test_expect_failure_unpriv')}
#define __success_unpriv ${tag('test_expect_success_unpriv')}
#define __description(text) ${tag('test_description=" text "')}
#define __log_level(level) ${tag('test_log_level=" #level "')}
#define __flag(flag) ${tag('test_prog_flags=" #flag "')}
#define __retval(value) ${tag('test_retval=" #value "')}
#define __retval_unpriv(value) ${tag('test_retval_unpriv=" #value "')}
#define __auxiliary ${tag('test_auxiliary')}
#define __naked __attribute__((naked))
#ifndef __used
#define __used __attribute__((used))
#endif
#define __arch_x86_64
#define __arch_arm64
#define __arch_riscv64
#define __xlated(text)
#define __jited(text)
#define __caps_unpriv(caps)
#define __load_if_JITed()
#define __clobber_all "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "memory"
#define __clobber_common "r0", "r1", "r2", "r3", "r4", "r5", "memory"
#define __imm(name) [name]"i"(name)
#define __imm_const(name, expression) [name]"i"(expression)
#define __imm_addr(name) [name]"i"(&name)
#define __imm_ptr(name) [name]"r"(&name)
#define __sink(expression) asm volatile("" : "+g"(expression))
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#endif
#endif
`;
