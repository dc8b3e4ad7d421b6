// How `SEC("...")` names a program: libbpf's section definitions as data (tools/lib/bpf/libbpf.c, 6.12, and `uprobe.session` of 6.13 and
// `fsession` of 7.0). An older libbpf knows fewer rows and takes none of them differently.
import type { SectionRule } from './catalog.js';

/**
 * One row a line: the section, with `+` where a `/target` may follow; the program type; the attach type or `-`; then `s` for a program that
 * may sleep and `b` where the target is looked up in the kernel's BTF.
 */
const ROWS = `
	socket SOCKET_FILTER -
	sk_reuseport/migrate SK_REUSEPORT SK_REUSEPORT_SELECT_OR_MIGRATE
	sk_reuseport SK_REUSEPORT SK_REUSEPORT_SELECT
	kprobe+ KPROBE -
	uprobe+ KPROBE -
	uprobe.s+ KPROBE - s
	kretprobe+ KPROBE -
	uretprobe+ KPROBE -
	uretprobe.s+ KPROBE - s
	kprobe.multi+ KPROBE TRACE_KPROBE_MULTI
	kretprobe.multi+ KPROBE TRACE_KPROBE_MULTI
	kprobe.session+ KPROBE TRACE_KPROBE_SESSION
	uprobe.multi+ KPROBE TRACE_UPROBE_MULTI
	uretprobe.multi+ KPROBE TRACE_UPROBE_MULTI
	uprobe.multi.s+ KPROBE TRACE_UPROBE_MULTI s
	uretprobe.multi.s+ KPROBE TRACE_UPROBE_MULTI s
	ksyscall+ KPROBE -
	kretsyscall+ KPROBE -
	usdt+ KPROBE -
	usdt.s+ KPROBE - s
	tc/ingress SCHED_CLS TCX_INGRESS
	tc/egress SCHED_CLS TCX_EGRESS
	tcx/ingress SCHED_CLS TCX_INGRESS
	tcx/egress SCHED_CLS TCX_EGRESS
	tc SCHED_CLS -
	classifier SCHED_CLS -
	action SCHED_ACT -
	netkit/primary SCHED_CLS NETKIT_PRIMARY
	netkit/peer SCHED_CLS NETKIT_PEER
	tracepoint+ TRACEPOINT -
	tp+ TRACEPOINT -
	raw_tracepoint+ RAW_TRACEPOINT -
	raw_tp+ RAW_TRACEPOINT -
	raw_tracepoint.w+ RAW_TRACEPOINT_WRITABLE -
	raw_tp.w+ RAW_TRACEPOINT_WRITABLE -
	tp_btf+ TRACING TRACE_RAW_TP b
	fentry+ TRACING TRACE_FENTRY b
	fmod_ret+ TRACING MODIFY_RETURN b
	fexit+ TRACING TRACE_FEXIT b
	fentry.s+ TRACING TRACE_FENTRY sb
	fmod_ret.s+ TRACING MODIFY_RETURN sb
	fexit.s+ TRACING TRACE_FEXIT sb
	freplace+ EXT - b
	lsm+ LSM LSM_MAC b
	lsm.s+ LSM LSM_MAC sb
	lsm_cgroup+ LSM LSM_CGROUP b
	iter+ TRACING TRACE_ITER b
	iter.s+ TRACING TRACE_ITER sb
	syscall SYSCALL - s
	xdp.frags/devmap XDP XDP_DEVMAP
	xdp/devmap XDP XDP_DEVMAP
	xdp.frags/cpumap XDP XDP_CPUMAP
	xdp/cpumap XDP XDP_CPUMAP
	xdp.frags XDP XDP
	xdp XDP XDP
	perf_event PERF_EVENT -
	lwt_in LWT_IN -
	lwt_out LWT_OUT -
	lwt_xmit LWT_XMIT -
	lwt_seg6local LWT_SEG6LOCAL -
	sockops SOCK_OPS CGROUP_SOCK_OPS
	sk_skb/stream_parser SK_SKB SK_SKB_STREAM_PARSER
	sk_skb/stream_verdict SK_SKB SK_SKB_STREAM_VERDICT
	sk_skb/verdict SK_SKB SK_SKB_VERDICT
	sk_skb SK_SKB -
	sk_msg SK_MSG SK_MSG_VERDICT
	lirc_mode2 LIRC_MODE2 LIRC_MODE2
	flow_dissector FLOW_DISSECTOR FLOW_DISSECTOR
	cgroup_skb/ingress CGROUP_SKB CGROUP_INET_INGRESS
	cgroup_skb/egress CGROUP_SKB CGROUP_INET_EGRESS
	cgroup/skb CGROUP_SKB -
	cgroup/sock_create CGROUP_SOCK CGROUP_INET_SOCK_CREATE
	cgroup/sock_release CGROUP_SOCK CGROUP_INET_SOCK_RELEASE
	cgroup/sock CGROUP_SOCK CGROUP_INET_SOCK_CREATE
	cgroup/post_bind4 CGROUP_SOCK CGROUP_INET4_POST_BIND
	cgroup/post_bind6 CGROUP_SOCK CGROUP_INET6_POST_BIND
	cgroup/bind4 CGROUP_SOCK_ADDR CGROUP_INET4_BIND
	cgroup/bind6 CGROUP_SOCK_ADDR CGROUP_INET6_BIND
	cgroup/connect4 CGROUP_SOCK_ADDR CGROUP_INET4_CONNECT
	cgroup/connect6 CGROUP_SOCK_ADDR CGROUP_INET6_CONNECT
	cgroup/connect_unix CGROUP_SOCK_ADDR CGROUP_UNIX_CONNECT
	cgroup/sendmsg4 CGROUP_SOCK_ADDR CGROUP_UDP4_SENDMSG
	cgroup/sendmsg6 CGROUP_SOCK_ADDR CGROUP_UDP6_SENDMSG
	cgroup/sendmsg_unix CGROUP_SOCK_ADDR CGROUP_UNIX_SENDMSG
	cgroup/recvmsg4 CGROUP_SOCK_ADDR CGROUP_UDP4_RECVMSG
	cgroup/recvmsg6 CGROUP_SOCK_ADDR CGROUP_UDP6_RECVMSG
	cgroup/recvmsg_unix CGROUP_SOCK_ADDR CGROUP_UNIX_RECVMSG
	cgroup/getpeername4 CGROUP_SOCK_ADDR CGROUP_INET4_GETPEERNAME
	cgroup/getpeername6 CGROUP_SOCK_ADDR CGROUP_INET6_GETPEERNAME
	cgroup/getpeername_unix CGROUP_SOCK_ADDR CGROUP_UNIX_GETPEERNAME
	cgroup/getsockname4 CGROUP_SOCK_ADDR CGROUP_INET4_GETSOCKNAME
	cgroup/getsockname6 CGROUP_SOCK_ADDR CGROUP_INET6_GETSOCKNAME
	cgroup/getsockname_unix CGROUP_SOCK_ADDR CGROUP_UNIX_GETSOCKNAME
	cgroup/sysctl CGROUP_SYSCTL CGROUP_SYSCTL
	cgroup/getsockopt CGROUP_SOCKOPT CGROUP_GETSOCKOPT
	cgroup/setsockopt CGROUP_SOCKOPT CGROUP_SETSOCKOPT
	cgroup/dev CGROUP_DEVICE CGROUP_DEVICE
	struct_ops+ STRUCT_OPS -
	struct_ops.s+ STRUCT_OPS - s
	sk_lookup SK_LOOKUP SK_LOOKUP
	netfilter NETFILTER NETFILTER
	uprobe.session+ KPROBE TRACE_UPROBE_SESSION
	uprobe.session.s+ KPROBE TRACE_UPROBE_SESSION s
	fsession+ TRACING TRACE_FSESSION b
	fsession.s+ TRACING TRACE_FSESSION sb
`;

function readRow(row: string): SectionRule {
	const [section = '', programType = '', attachType, flags = ''] = row.split(' ');
	const open = section.endsWith('+');
	return {
		prefix: open ? section.slice(0, -1) : section,
		match: open ? 'optional-target' : 'exact',
		programType,
		...(attachType && attachType !== '-' ? { attachType } : {}),
		sleepable: flags.includes('s'),
		...(flags.includes('b') ? { attachBtf: true } : {}),
	};
}

/** The section table, in libbpf's order: the first row that matches a section's text is the one. */
export const SECTION_RULES: readonly SectionRule[] = ROWS.trim()
	.split('\n')
	.map((row) => readRow(row.trim()));
