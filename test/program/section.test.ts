// What SEC("...") says of a program.
import assert from 'node:assert/strict';
import { loadCatalog } from '../../server/src/kernel/load.js';
import { isProgramSection, parseSection } from '../../server/src/program/section.js';

describe('a section', () => {
	const { sections } = loadCatalog('6.12');
	// Text; program type, attach type, target; s: may sleep, ?: optional.
	const cases: [string, string | undefined, string | undefined, string | undefined, string][] = [
		['tp_btf/task_newtask', 'TRACING', 'TRACE_RAW_TP', 'task_newtask', ''],
		['tp_btf', 'TRACING', 'TRACE_RAW_TP', undefined, ''],
		['?fentry/vfs_read', 'TRACING', 'TRACE_FENTRY', 'vfs_read', '?'],
		['fentry.s/__x64_sys_getpgid', 'TRACING', 'TRACE_FENTRY', '__x64_sys_getpgid', 's'],
		['fexit/bpf_fentry_test1', 'TRACING', 'TRACE_FEXIT', 'bpf_fentry_test1', ''],
		['fmod_ret.s/bpf_modify_return_test', 'TRACING', 'MODIFY_RETURN', 'bpf_modify_return_test', 's'],
		['iter/task', 'TRACING', 'TRACE_ITER', 'task', ''],
		['iter.s/cgroup', 'TRACING', 'TRACE_ITER', 'cgroup', 's'],
		['lsm/file_open', 'LSM', 'LSM_MAC', 'file_open', ''],
		['?lsm.s/bpf', 'LSM', 'LSM_MAC', 'bpf', 's?'],
		['lsm_cgroup/socket_bind', 'LSM', 'LSM_CGROUP', 'socket_bind', ''],
		['kprobe/do_unlinkat', 'KPROBE', undefined, 'do_unlinkat', ''],
		['kprobe.multi/bpf_fentry_test*', 'KPROBE', 'TRACE_KPROBE_MULTI', 'bpf_fentry_test*', ''],
		['uprobe//proc/self/exe:function', 'KPROBE', undefined, '/proc/self/exe:function', ''],
		['uprobe.multi.s//lib/libc.so:malloc', 'KPROBE', 'TRACE_UPROBE_MULTI', '/lib/libc.so:malloc', 's'],
		['ksyscall/unlinkat', 'KPROBE', undefined, 'unlinkat', ''],
		['usdt.s/libc:provider:name', 'KPROBE', undefined, 'libc:provider:name', 's'],
		['tracepoint/syscalls/sys_enter_openat', 'TRACEPOINT', undefined, 'syscalls/sys_enter_openat', ''],
		['tp/sched/sched_switch', 'TRACEPOINT', undefined, 'sched/sched_switch', ''],
		['raw_tp/sys_enter', 'RAW_TRACEPOINT', undefined, 'sys_enter', ''],
		['raw_tp.w/bpf_testmod_test_writable_bare', 'RAW_TRACEPOINT_WRITABLE', undefined, 'bpf_testmod_test_writable_bare', ''],
		['struct_ops/init', 'STRUCT_OPS', undefined, 'init', ''],
		['struct_ops.s/test_sleepable', 'STRUCT_OPS', undefined, 'test_sleepable', 's'],
		['syscall', 'SYSCALL', undefined, undefined, 's'],
		['xdp', 'XDP', 'XDP', undefined, ''],
		['xdp.frags/devmap', 'XDP', 'XDP_DEVMAP', undefined, ''],
		['tc', 'SCHED_CLS', undefined, undefined, ''],
		['tcx/ingress', 'SCHED_CLS', 'TCX_INGRESS', undefined, ''],
		['netkit/peer', 'SCHED_CLS', 'NETKIT_PEER', undefined, ''],
		['cgroup/connect4', 'CGROUP_SOCK_ADDR', 'CGROUP_INET4_CONNECT', undefined, ''],
		['cgroup_skb/egress', 'CGROUP_SKB', 'CGROUP_INET_EGRESS', undefined, ''],
		['freplace/parser', 'EXT', undefined, 'parser', ''],
		['netfilter', 'NETFILTER', 'NETFILTER', undefined, ''],
		['sk_lookup', 'SK_LOOKUP', 'SK_LOOKUP', undefined, ''],
		['sk_skb/stream_verdict', 'SK_SKB', 'SK_SKB_STREAM_VERDICT', undefined, ''],
		['socket', 'SOCKET_FILTER', undefined, undefined, ''],
		// libbpf takes no other text than these rows, so the program's type is left to its user.
		['xdp_drop', undefined, undefined, undefined, ''],
		['socket1', undefined, undefined, undefined, ''],
		['tc/mine', undefined, undefined, undefined, ''],
		['kprobes/x', undefined, undefined, undefined, ''],
		['', undefined, undefined, undefined, ''],
	];
	for (const [text, programType, attachType, target, flags] of cases) {
		it(`"${text}" is ${programType ?? 'of no known type'}`, () => {
			const section = parseSection(text, sections);
			assert.deepEqual(
				[section.programType, section.attachType, section.target, `${section.sleepable ? 's' : ''}${section.optional ? '?' : ''}`],
				[programType, attachType, target, flags],
			);
			assert.equal(section.text, text.replace('?', ''));
		});
	}

	it('holds no program where it begins with a dot or is one of libbpf’s own', () => {
		assert.deepEqual(['.text', '.struct_ops', '.maps', 'license', 'version', 'maps', ''].filter(isProgramSection), []);
		assert.deepEqual(['xdp', 'mine', 'licenses'].filter(isProgramSection), ['xdp', 'mine', 'licenses']);
	});
});
