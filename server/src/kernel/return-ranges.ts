// What programs may return, by program type, attach type and release, as data.
// Facts: check_return_code() of kernel/bpf/verifier.c in 6.1, 6.12, 7.2 and 7.3 (return_retval_range() from 6.19 on), bpf_lsm_get_retval_range() of
// kernel/bpf/bpf_lsm.c.
import { compareReleases } from './release.js';

/** Inclusive. */
export type ReturnRange = readonly [min: number, max: number];

interface Row {
	readonly programType: string;
	/** Any attach type that no row before it names, where this one names none. */
	readonly attachTypes?: readonly string[];
	readonly range: ReturnRange;
	/** The first release with the row; of what stood in 6.1 the beginning does not matter. */
	readonly since?: string;
}

const ROWS: readonly Row[] = [
	{
		programType: 'CGROUP_SOCK_ADDR',
		attachTypes: ['UDP4_RECVMSG', 'UDP6_RECVMSG', 'UNIX_RECVMSG', 'INET4_GETPEERNAME', 'INET6_GETPEERNAME', 'UNIX_GETPEERNAME'].map(cgroup),
		range: [1, 1],
	},
	{
		programType: 'CGROUP_SOCK_ADDR',
		attachTypes: ['INET4_GETSOCKNAME', 'INET6_GETSOCKNAME', 'UNIX_GETSOCKNAME'].map(cgroup),
		range: [1, 1],
	},
	{ programType: 'CGROUP_SOCK_ADDR', attachTypes: ['INET4_BIND', 'INET6_BIND'].map(cgroup), range: [0, 3] },
	{ programType: 'CGROUP_SOCK_ADDR', range: [0, 1] },
	{ programType: 'CGROUP_SKB', attachTypes: ['INET_EGRESS'].map(cgroup), range: [0, 3] },
	{ programType: 'CGROUP_SKB', range: [0, 1] },
	{ programType: 'CGROUP_SOCK', range: [0, 1] },
	{ programType: 'SOCK_OPS', range: [0, 1] },
	{ programType: 'CGROUP_DEVICE', range: [0, 1] },
	{ programType: 'CGROUP_SYSCTL', range: [0, 1] },
	{ programType: 'CGROUP_SOCKOPT', range: [0, 1] },
	{ programType: 'TRACING', attachTypes: ['TRACE_FENTRY', 'TRACE_FEXIT'], range: [0, 0] },
	{ programType: 'TRACING', attachTypes: ['TRACE_FSESSION'], range: [0, 0], since: '7.0' },
	{ programType: 'TRACING', attachTypes: ['TRACE_ITER'], range: [0, 1] },
	{ programType: 'KPROBE', attachTypes: ['TRACE_KPROBE_SESSION'], range: [0, 1], since: '6.10' },
	{ programType: 'KPROBE', attachTypes: ['TRACE_UPROBE_SESSION'], range: [0, 1], since: '6.13' },
	{ programType: 'SK_LOOKUP', range: [0, 1] },
	{ programType: 'NETFILTER', range: [0, 1], since: '6.4' },
];

function cgroup(name: string): string {
	return `CGROUP_${name}`;
}

const MAX_ERRNO = 4095;
const LSM_RANGES_SINCE = '6.12';
/** LSM hooks that answer yes or no: bool_lsm_hooks of kernel/bpf/bpf_lsm.c, the same from 6.12 to 7.3. */
const BOOLEAN_HOOKS = new Set(['xfrm_state_pol_flow_match', 'audit_rule_known', 'inode_xattr_skipcap']);

/**
 * What a program may return; undefined where the kernel does not look, or where nothing is known.
 *
 * @param release `6.12`
 * @param attachType Of the section table, without `BPF_`.
 * @param hook For LSM: the hook's name and whether it returns nothing.
 */
export function returnRange(
	release: string,
	programType: string,
	attachType: string | undefined,
	hook?: { readonly name: string; readonly isVoid: boolean },
): ReturnRange | undefined {
	if (programType === 'LSM') return hook && lsmRange(release, attachType, hook);
	const row = ROWS.find((one) => one.programType === programType && (!one.attachTypes || one.attachTypes.includes(attachType ?? '')));
	return row && (row.since === undefined || compareReleases(release, row.since) >= 0) ? row.range : undefined;
}

function lsmRange(release: string, attachType: string | undefined, hook: { name: string; isVoid: boolean }): ReturnRange | undefined {
	if (attachType === 'LSM_CGROUP') return hook.isVoid ? [1, 1] : [0, 1];
	if (hook.isVoid || compareReleases(release, LSM_RANGES_SINCE) < 0) return undefined;
	return BOOLEAN_HOOKS.has(hook.name) ? [0, 1] : [-MAX_ERRNO, 0];
}
