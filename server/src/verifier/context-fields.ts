// Fields of context structs that not every program with such a context may touch. Facts: the is_valid_access() functions of net/core/filter.c, 6.12.
import type { SectionInfo } from '../program/model.js';

const ADDRESSES = 'family remote_ip4 local_ip4 remote_ip6 local_ip6 remote_port local_port';

/** Fields that programs of a type may neither read nor write. */
const REFUSED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
	Object.entries({
		SOCKET_FILTER: `tc_classid data data_meta data_end ${ADDRESSES} tstamp wire_len hwtstamp flow_keys tstamp_type`,
		SCHED_CLS: `${ADDRESSES} flow_keys`,
		SCHED_ACT: `${ADDRESSES} flow_keys`,
		CGROUP_SKB: 'tc_classid data_meta wire_len flow_keys tstamp_type',
		LWT_IN: `tc_classid ${ADDRESSES} data_meta tstamp wire_len hwtstamp flow_keys tstamp_type`,
		LWT_OUT: `tc_classid ${ADDRESSES} data_meta tstamp wire_len hwtstamp flow_keys tstamp_type`,
		LWT_XMIT: `tc_classid ${ADDRESSES} data_meta tstamp wire_len hwtstamp flow_keys tstamp_type`,
		LWT_SEG6LOCAL: `tc_classid ${ADDRESSES} data_meta tstamp wire_len hwtstamp flow_keys tstamp_type`,
		SK_SKB: 'tc_classid data_meta tstamp wire_len hwtstamp mark flow_keys tstamp_type',
	}).map(([type, fields]) => [type, new Set(fields.split(' '))]),
);
/** All that a flow dissector may read. */
const DISSECTED = new Set(['data', 'data_end', 'flow_keys']);

/** Fields for programs of some attach types alone. */
const BY_ATTACH_TYPE: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
	XDP: { egress_ifindex: /^XDP_DEVMAP$/ },
	CGROUP_SOCK_ADDR: {
		user_ip4: /(INET|UDP)4_/,
		user_ip6: /(INET|UDP)6_/,
		msg_src_ip4: /UDP4_SENDMSG$/,
		msg_src_ip6: /UDP6_SENDMSG$/,
	},
};

/** May a program of this section touch the field of its context at all? */
export function mayTouch({ programType = '', attachType = '' }: SectionInfo, field: string): boolean {
	if (programType === 'FLOW_DISSECTOR') return DISSECTED.has(field);
	if (REFUSED.get(programType)?.has(field)) return false;
	const rows = BY_ATTACH_TYPE[programType];
	return !rows || !Object.hasOwn(rows, field) || rows[field]!.test(attachType);
}
