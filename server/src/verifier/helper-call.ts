// Calls of helpers: allowed here, arguments right, what is acquired, released and returned.
// Facts: check_helper_call(), check_func_arg(), check_reg_type() of kernel/bpf/verifier.c, 6.12.
import { strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Helper } from '../kernel/catalog.js';
import type { FunctionSymbol, MapSymbol } from '../program/model.js';
import { unknownOf } from './access.js';
import { setResult } from './calls.js';
import { checkHelperArguments } from './helper-arguments.js';
import { specialHelper } from './helper-special.js';
import { returnType } from './helper-types.js';
import { heldLock } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { checkMapFunction } from './map-functions.js';
import { readCell } from './precision.js';
import { acquire, giveBack, released } from './references.js';
import { checkSleepable } from './sleeping.js';
import { isAloneOnStack } from './stack-layout.js';
import type { State } from './state.js';
import { type Base, exactly, Flag, freshId, pointer, scalar, UNKNOWN_VALUE, type Value } from './value.js';

/** is_acquire_function(), 6.12, but for bpf_kptr_xchg and map lookups, which are special. */
const ACQUIRES: Readonly<Record<string, string>> = {
	bpf_sk_lookup_tcp: 'bpf_sk_release',
	bpf_sk_lookup_udp: 'bpf_sk_release',
	bpf_skc_lookup_tcp: 'bpf_sk_release',
	bpf_ringbuf_reserve: 'bpf_ringbuf_submit',
};
/** is_ptr_cast_function(), 6.12: the result borrows from the argument's reference. */
const CASTS = new Set([
	'bpf_tcp_sock',
	'bpf_sk_fullsock',
	'bpf_skc_to_tcp_sock',
	'bpf_skc_to_tcp6_sock',
	'bpf_skc_to_udp6_sock',
	'bpf_skc_to_mptcp_sock',
	'bpf_skc_to_tcp_timewait_sock',
	'bpf_skc_to_tcp_request_sock',
]);
/** bpf_helper_changes_pkt_data(), 6.12: every packet pointer is gone afterwards. */
const CHANGES_PACKET =
	/^bpf_(skb_vlan_push|skb_vlan_pop|skb_store_bytes|skb_change_proto|skb_change_head|skb_change_tail|skb_pull_data|clone_redirect|l3_csum_replace|l4_csum_replace|xdp_adjust_head|xdp_adjust_meta|xdp_adjust_tail|msg_pull_data|msg_push_data|msg_pop_data|lwt_push_encap|lwt_seg6_store_bytes|lwt_seg6_adjust_srh|lwt_seg6_action|skb_adjust_room|sk_lookup_assign)$/;

/** BPF_F_INNER_MAP: the map that is really there may be smaller. */
const INNER_MAP = 1 << 12;
/** In bytes; array_map_alloc_check(), kernel/bpf/arraymap.c, 6.12, allows no other. */
const ARRAY_KEY_SIZE = 4;

export function callHelper(machine: Machine, state: State, o: CallOp, symbol: FunctionSymbol): Outcome {
	const { section, structOps } = machine.program;
	const place = machine.place(state, o.at);
	const name = symbol.name;
	const any = machine.catalog.helper(name);
	if (!any) {
		state.forgetLoads();
		const known = machine.catalog.isHelper(name);
		machine.unknown(
			known
				? `helper '${name}' depends on the kernel's configuration`
				: `helper '${name}' is not in the catalog of ${machine.catalog.release}`,
			place,
		);
		setResult(state, o, strip(symbol.type.result).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(symbol.type.result));
		return 'next';
	}
	let helper: Helper = any;
	if (section.programType !== undefined && section.programType !== 'EXT') {
		const mine = machine.catalog.helper(
			name,
			section.programType,
			structOps ? `${structOps.struct}.${structOps.member}` : section.attachType,
			section.sleepable,
		);
		if (mine && (mine.config ?? []).every((option) => machine.catalog.config(option))) helper = mine;
		else {
			machine.reporter.report(state, {
				rule: 'helper-not-allowed',
				at: place,
				variant: 'program-type',
				verifier: `program of this type cannot use helper ${name}#${any.id}`,
				facts: { callee: name, section: section.text, programType: section.programType },
			});
		}
	}
	if (helper.mightSleep) checkSleepable(machine, state, o, name, 'helper');
	// bpf_spin_lock() says itself what is wrong with it under a lock.
	const allowed =
		name === 'bpf_spin_unlock' || name === 'bpf_spin_lock' || (name === 'bpf_kptr_xchg' && machine.semantics.exchangeUnderLock);
	if (state.locks.length > 0 && !allowed) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'call',
			verifier: 'function calls are not allowed while holding a lock',
			facts: { callee: name, ...heldLock(state) },
		});
	}
	const values = o.arguments.map((a) => state.get(a));
	const checked = checkHelperArguments(machine, state, o, helper, values);
	checkMapFunction(machine, state, o, helper, checked.values);
	state.forgetLoads();
	if (CHANGES_PACKET.test(name)) dropPackets(state);
	const special = specialHelper(machine, state, o, helper, checked.values);
	if (special) return special;
	if (checked.released) giveBack(machine, state, checked.released, name, o.at);
	setResult(state, o, result(machine, state, o, helper, symbol, checked.values));
	return 'next';
}

/** clear_all_pkt_pointers(): what points into the packet, directly or by a slice, points nowhere any more. */
export function dropPackets(state: State): void {
	state.rewrite((v) => {
		if (v.kind !== 'pointer') return v;
		if (v.flags & Flag.PacketSlice) return released();
		return v.base.is === 'packet' || v.base.is === 'packet_meta' || v.base.is === 'packet_end' ? released() : v;
	});
}

function result(machine: Machine, state: State, o: CallOp, helper: Helper, symbol: FunctionSymbol, values: readonly Value[]): Value {
	const r = returnType(helper.returns);
	const nullable = r.nullable ? Flag.MaybeNull : 0;
	const by = helper.name;
	const releasedBy = Object.hasOwn(ACQUIRES, by) ? ACQUIRES[by] : undefined;
	let ref = 0;
	if (releasedBy) {
		ref = acquire(machine, state, {
			kind: by === 'bpf_ringbuf_reserve' ? 'ringbuf' : 'socket',
			struct: by === 'bpf_ringbuf_reserve' ? undefined : 'sock',
			by,
			at: o.at,
			releasedBy: by === 'bpf_ringbuf_reserve' ? ['bpf_ringbuf_submit', 'bpf_ringbuf_discard'] : [releasedBy],
		});
	} else if (CASTS.has(by)) {
		const from = values[0];
		ref = from?.kind === 'pointer' ? from.ref : 0;
	}
	switch (r.base) {
		case 'VOID':
			return UNKNOWN_VALUE;
		case 'PTR_TO_MAP_VALUE': {
			const map = values[0]?.kind === 'pointer' && values[0].base.is === 'map' ? values[0].base : undefined;
			if (!map) return UNKNOWN_VALUE;
			const found = by === 'bpf_map_lookup_elem' && findsElement(machine, state, map.map, values[1]);
			if (found !== undefined) return lookedUp(machine, state, o, map, found ? 0 : nullable);
			const absent = state.clone();
			absent.doubt = 'whether the verifier knows the key depends on where the compiler puts it';
			setResult(absent, o, lookedUp(machine, absent, o, map, nullable));
			absent.operation++;
			machine.later(absent);
			return lookedUp(machine, state, o, map, 0);
		}
		case 'PTR_TO_SOCKET':
			return pointer({ is: 'sock' }, nullable, { ref });
		case 'PTR_TO_SOCK_COMMON':
			return pointer({ is: 'sock_common' }, nullable, { ref });
		case 'PTR_TO_TCP_SOCK':
			return pointer({ is: 'tcp_sock' }, nullable, { ref });
		case 'PTR_TO_MEM': {
			const size = exactly(values[1]);
			return pointer({ is: 'mem', size }, nullable | (r.ringbuf ? Flag.Ringbuf : 0) | (r.readOnly ? Flag.ReadOnly : 0), { ref });
		}
		case 'PTR_TO_MEM_OR_BTF_ID': {
			const from = values[0];
			if (from?.kind === 'pointer' && from.base.is === 'mem') return pointer(from.base, nullable | Flag.ReadOnly);
			if (from?.kind !== 'pointer' || from.base.is !== 'object') return UNKNOWN_VALUE;
			// An allocated object has its copy on every CPU: the result is never NULL.
			if (from.base.local) return pointer(from.base, Flag.Alloc | Flag.Rcu);
			return pointer(from.base, nullable);
		}
		case 'PTR_TO_BTF_ID': {
			const declared = strip(symbol.type.result);
			const to = declared.kind === 'pointer' ? strip(declared.to) : undefined;
			const tag = helper.returnsStruct ?? (to?.kind === 'record' ? to.tag : undefined);
			if (!tag) return UNKNOWN_VALUE;
			return pointer(
				{ is: 'object', tag, record: machine.unit.scope.record(tag), local: false },
				nullable | (r.trusted ? Flag.Trusted : 0),
				{
					ref,
					origin: r.trusted ? 'current' : 'lookup',
				},
			);
		}
		case 'INTEGER': {
			const t = strip(symbol.type.result);
			// A helper that gives an errno-like number: its declared type bounds it.
			return t.kind === 'int' || t.kind === 'enum' ? unknownOf(symbol.type.result) : scalar();
		}
		default:
			return UNKNOWN_VALUE;
	}
}

/**
 * Does the verifier know the key for one that an array has? A zero on the stack it always knows, another constant where it lies aligned to eight bytes, which
 * is the compiler's to decide: undefined. get_constant_map_key(), can_elide_value_nullness() of kernel/bpf/verifier.c, 7.2.
 */
function findsElement(machine: Machine, state: State, map: MapSymbol, key: Value | undefined): boolean | undefined {
	if (!machine.semantics.knownElements || !/^(PERCPU_)?ARRAY$/.test(map.type ?? '') || (map.flags ?? 0) & INNER_MAP) return false;
	if (key?.kind !== 'pointer' || key.base.is !== 'stack' || key.variable) return false;
	const memory = state.objects.get(key.base.object);
	const cell = memory?.cells.get(key.offset);
	if (!cell) return memory?.rest === 'zero';
	readCell(cell);
	const index = cell.size === ARRAY_KEY_SIZE ? exactly(cell.value) : undefined;
	if (index === undefined) return false;
	if (index === 0) return true;
	// Without a size in the source the loader decides.
	if (index < 0 || index >= (map.maxEntries || Number.POSITIVE_INFINITY)) return false;
	return key.offset === 0 && memory?.local.size === ARRAY_KEY_SIZE && isAloneOnStack(machine, state) ? false : undefined;
}

/** What a lookup in this map gives. */
function lookedUp(machine: Machine, state: State, o: CallOp, { map, uid }: Base & { is: 'map' }, nullable: number): Value {
	switch (map.type) {
		case 'ARRAY_OF_MAPS':
		case 'HASH_OF_MAPS':
			return map.inner ? pointer({ is: 'map', map: map.inner, uid: freshId() }, nullable) : UNKNOWN_VALUE;
		case 'SOCKMAP':
		case 'SOCKHASH': {
			const ref = acquire(machine, state, {
				kind: 'socket',
				struct: 'sock',
				by: 'bpf_map_lookup_elem',
				at: o.at,
				releasedBy: ['bpf_sk_release'],
			});
			return pointer({ is: 'sock' }, nullable, { ref, origin: 'lookup' });
		}
		case 'XSKMAP':
			return pointer({ is: 'xdp_sock' }, nullable, { origin: 'lookup' });
		default:
			return pointer({ is: 'map_value', map, uid }, nullable, { origin: 'lookup' });
	}
}
