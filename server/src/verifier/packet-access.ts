// Who may write packets, and memory that is only read; which helpers take packet memory. Facts: may_access_direct_pkt_data(), check_mem_access() of
// kernel/bpf/verifier.c, 6.12; `pkt_access` of the helpers' protos, the same from 6.1 to 7.3.
import type { Range } from '../flow/ir.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { Flag, type Pointer, typeName, type Value } from './value.js';

const WRITERS = new Set('SCHED_CLS SCHED_ACT XDP LWT_XMIT SK_SKB SK_MSG CGROUP_SOCKOPT'.split(' '));
const READERS = new Set('LWT_IN LWT_OUT LWT_SEG6LOCAL SK_REUSEPORT FLOW_DISSECTOR CGROUP_SKB'.split(' '));

const TAKE_PACKET = new Set(
	(
		'csum_diff map_delete_elem map_lookup_elem map_lookup_percpu_elem map_push_elem map_update_elem sk_lookup_tcp sk_lookup_udp skc_lookup_tcp ' +
		'sock_hash_update sock_map_update tcp_check_syncookie tcp_gen_syncookie tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6 ' +
		'tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6'
	)
		.split(' ')
		.map((name) => `bpf_${name}`),
);

function isPacket(p: Pointer): boolean {
	return p.base.is === 'packet' || p.base.is === 'packet_meta';
}

/** A store, a copy or a fill: may this program write there? */
export function checkWritable(machine: Machine, state: State, p: Pointer, at: Range): void {
	const { programType, text } = machine.program.section;
	if (isPacket(p)) {
		// A program that extends another one is of that one's type.
		if (programType === undefined || programType === 'EXT' || WRITERS.has(programType)) return;
		machine.reporter.report(state, {
			rule: 'context-access',
			at: machine.place(state, at),
			variant: 'packet-write',
			verifier: 'cannot write into packet',
			facts: { section: text, programType },
		});
	} else if (p.flags & Flag.ReadOnly) {
		machine.reporter.report(state, {
			rule: 'object-access',
			at: machine.place(state, at),
			variant: 'read-only',
			verifier: `R1 cannot write into ${typeName(p)}`,
			facts: { type: typeName(p) },
		});
	}
}

/** Is this argument packet memory that the helper does not take, or not of a program of this type? */
export function isRefusedPacket(machine: Machine, helper: string, value: Value): boolean {
	const { programType } = machine.program.section;
	if (value.kind !== 'pointer' || !isPacket(value) || programType === undefined || programType === 'EXT') return false;
	if (programType === 'CGROUP_SOCKOPT') return false;
	return !TAKE_PACKET.has(helper) || !(WRITERS.has(programType) || READERS.has(programType));
}
