// Program types that share a hook for kfuncs: what is registered for one of them serves all.

/** Source: bpf_prog_type_to_kfunc_hook() in kernel/bpf/btf.c, 6.12. Types that are not named here have a hook of their own. */
const SHARED: readonly (readonly string[])[] = [
	['TRACING', 'TRACEPOINT', 'PERF_EVENT', 'LSM'],
	['CGROUP_SKB', 'CGROUP_SOCK', 'CGROUP_DEVICE', 'CGROUP_SOCK_ADDR', 'CGROUP_SOCKOPT', 'CGROUP_SYSCTL'],
	['LWT_OUT', 'LWT_IN', 'LWT_XMIT', 'LWT_SEG6LOCAL'],
];

/** The program types that a registration for `type` serves; `*` for every one (UNSPEC). */
export function typesServedBy(type: string): readonly string[] {
	return type === 'UNSPEC' ? ['*'] : (SHARED.find((types) => types.includes(type)) ?? [type]);
}
