// Program types that share a hook for kfuncs: what is registered for one of them serves all.
import { compareReleases } from '../release.js';

/**
 * Groups of program types, each type with the first release that may have it in its group. Source: bpf_prog_type_to_kfunc_hook() in kernel/bpf/btf.c of 6.1,
 * 6.12 and 7.2; what came between two of these counts from the earlier one on, so that no call is refused for a date that nobody looked up.
 */
const SHARED: readonly Readonly<Record<string, string>>[] = [
	{ TRACING: '5.18', LSM: '6.0', TRACEPOINT: '6.2', PERF_EVENT: '6.2', RAW_TRACEPOINT: '6.13' },
	{
		CGROUP_SKB: '6.2',
		CGROUP_SOCK: '6.2',
		CGROUP_DEVICE: '6.2',
		CGROUP_SOCK_ADDR: '6.2',
		CGROUP_SOCKOPT: '6.2',
		CGROUP_SYSCTL: '6.2',
		SOCK_OPS: '6.13',
	},
	{ LWT_OUT: '6.2', LWT_IN: '6.2', LWT_XMIT: '6.2', LWT_SEG6LOCAL: '6.2' },
];

/** The program types that a registration for `type` serves in a release, in the table's order; `*` for every one (UNSPEC). */
export function typesServedBy(type: string, release: string): readonly string[] {
	if (type === 'UNSPEC') return ['*'];
	const group = SHARED.find((types) => Object.hasOwn(types, type));
	if (!group) return [type];
	return Object.keys(group).filter((one) => one === type || compareReleases(release, group[one]!) >= 0);
}
