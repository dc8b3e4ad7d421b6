// A small kernel module that defines kfuncs, as tests vary it.

/**
 * @param definitions C text between the marks for definitions.
 * @param entries lines of the set.
 * @param types what the set is registered for, without `BPF_PROG_TYPE_`.
 */
export function demoModule(definitions: string, entries: readonly string[], types: readonly string[]): string {
	const registrations = types.map((type) => `\tret = ret ?: register_btf_kfunc_id_set(BPF_PROG_TYPE_${type}, &demo_kfunc_set);`);
	return `#include <linux/btf.h>
#include <linux/module.h>

__bpf_kfunc_start_defs();

${definitions}
__bpf_kfunc_end_defs();

BTF_KFUNCS_START(demo_kfunc_ids)
${entries.join('\n')}
BTF_KFUNCS_END(demo_kfunc_ids)

static const struct btf_kfunc_id_set demo_kfunc_set = {
	.owner = THIS_MODULE,
	.set = &demo_kfunc_ids,
};

static int __init demo_init(void)
{
	int ret = 0;

${registrations.join('\n')}
	return ret;
}
module_init(demo_init);
MODULE_LICENSE("GPL");
`;
}
