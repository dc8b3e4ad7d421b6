// Which helpers work on which types of maps: check_map_func_compatibility() and may_update_sockmap() of kernel/bpf/verifier.c, 6.12. It is looked at
// from both sides: some maps are for few helpers alone, and some helpers for few maps.
import type { CallOp } from '../flow/ir.js';
import type { Helper } from '../kernel/catalog.js';
import { compareReleases } from '../kernel/release.js';
import { MAP_TYPES } from '../program/map.js';
import { argumentType } from './helper-types.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import type { Base, Pointer, Value } from './value.js';

/** Types of maps, and the only helpers that take them; names without `bpf_`. */
const HELPERS_OF: readonly (readonly [types: string, helpers: string])[] = [
	['PROG_ARRAY', 'tail_call'],
	['PERF_EVENT_ARRAY', 'perf_event_read perf_event_output skb_output perf_event_read_value xdp_output'],
	['RINGBUF', 'ringbuf_output ringbuf_reserve ringbuf_query ringbuf_reserve_dynptr ringbuf_submit_dynptr ringbuf_discard_dynptr'],
	['USER_RINGBUF', 'user_ringbuf_drain'],
	['STACK_TRACE', 'get_stackid'],
	['CGROUP_ARRAY', 'skb_under_cgroup current_task_under_cgroup'],
	['CGROUP_STORAGE PERCPU_CGROUP_STORAGE', 'get_local_storage'],
	['DEVMAP DEVMAP_HASH XSKMAP', 'redirect_map map_lookup_elem'],
	['CPUMAP', 'redirect_map'],
	['ARRAY_OF_MAPS HASH_OF_MAPS', 'map_lookup_elem'],
	['SOCKMAP', 'sk_redirect_map sock_map_update msg_redirect_map sk_select_reuseport map_lookup_elem'],
	['SOCKHASH', 'sk_redirect_hash sock_hash_update msg_redirect_hash sk_select_reuseport map_lookup_elem'],
	['REUSEPORT_SOCKARRAY', 'sk_select_reuseport'],
	['QUEUE STACK', 'map_peek_elem map_pop_elem map_push_elem'],
	['BLOOM_FILTER', 'map_peek_elem map_push_elem'],
	['SK_STORAGE', 'sk_storage_get sk_storage_delete'],
	['INODE_STORAGE', 'inode_storage_get inode_storage_delete'],
	['TASK_STORAGE', 'task_storage_get task_storage_delete'],
	['CGRP_STORAGE', 'cgrp_storage_get cgrp_storage_delete'],
	['INSN_ARRAY', ''],
];
/** Helpers, and the only types of maps that they take. */
const MAPS_OF: readonly (readonly [helpers: string, types: string])[] = [
	['tail_call', 'PROG_ARRAY'],
	['perf_event_read perf_event_output perf_event_read_value skb_output xdp_output', 'PERF_EVENT_ARRAY'],
	['ringbuf_output ringbuf_reserve ringbuf_query ringbuf_reserve_dynptr ringbuf_submit_dynptr ringbuf_discard_dynptr', 'RINGBUF'],
	['user_ringbuf_drain', 'USER_RINGBUF'],
	['get_stackid', 'STACK_TRACE'],
	['current_task_under_cgroup skb_under_cgroup', 'CGROUP_ARRAY'],
	['redirect_map', 'DEVMAP DEVMAP_HASH CPUMAP XSKMAP'],
	['sk_redirect_map msg_redirect_map sock_map_update', 'SOCKMAP'],
	['sk_redirect_hash msg_redirect_hash sock_hash_update', 'SOCKHASH'],
	['get_local_storage', 'CGROUP_STORAGE PERCPU_CGROUP_STORAGE'],
	['sk_select_reuseport', 'REUSEPORT_SOCKARRAY SOCKMAP SOCKHASH'],
	['map_pop_elem', 'QUEUE STACK'],
	['map_peek_elem map_push_elem', 'QUEUE STACK BLOOM_FILTER'],
	['map_lookup_percpu_elem', 'PERCPU_ARRAY PERCPU_HASH LRU_PERCPU_HASH'],
	['sk_storage_get sk_storage_delete', 'SK_STORAGE'],
	['inode_storage_get inode_storage_delete', 'INODE_STORAGE'],
	['task_storage_get task_storage_delete', 'TASK_STORAGE'],
	['cgrp_storage_get cgrp_storage_delete', 'CGRP_STORAGE'],
	// Those with map_set_for_each_callback_args(), in kernel/bpf/arraymap.c and hashtab.c.
	['for_each_map_elem', 'ARRAY PERCPU_ARRAY HASH PERCPU_HASH LRU_HASH LRU_PERCPU_HASH'],
];

/** Programs that never hold a socket's lock may change a map of sockets, some of them no longer since 7.3. */
const SOCKET_FREE = new Set(['SOCKET_FILTER', 'SCHED_CLS', 'SCHED_ACT', 'XDP', 'FLOW_DISSECTOR']);
const SOCKET_FREE_UNTIL = '7.3';
const ALWAYS_SOCKET_FREE = new Set(['SK_REUSEPORT', 'SK_LOOKUP']);

function table(rows: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
	return new Map(rows.flatMap(([names, allowed]) => names.split(' ').map((name) => [name, new Set(allowed.split(' '))] as const)));
}
const helpersOf = table(HELPERS_OF);
const mapsOf = table(MAPS_OF);

/** Does the map that is passed to a helper have a type that the helper works on? */
export function checkMapFunction(machine: Machine, state: State, o: CallOp, helper: Helper, values: readonly Value[]): void {
	const index = helper.arguments.findIndex((text, i) => isMap(values[i]) && argumentType(text).base === 'CONST_MAP_PTR');
	const value = values[index];
	const map = isMap(value) ? value.base.map : undefined;
	if (map?.type === undefined) return;
	const name = helper.name.replace(/^bpf_/, '');
	const here = helpersOf.get(map.type);
	const there = mapsOf.get(name);
	if ((!here || here.has(name) || mayUpdate(machine, map.type, name)) && (!there || there.has(map.type))) return;
	machine.reporter.report(state, {
		rule: 'helper-not-allowed',
		at: machine.place(state, o.argumentRanges[index] ?? o.at),
		variant: 'map-type',
		verifier:
			name === 'for_each_map_elem'
				? 'callback function not allowed for map'
				: `cannot pass map_type ${MAP_TYPES.indexOf(map.type)} into func ${helper.name}#${helper.id}`,
		facts: { callee: helper.name, map: map.name, type: map.type, ...(there ? { expected: [...there].join(', ') } : {}) },
	});
}

function isMap(value: Value | undefined): value is Pointer & { base: Base & { is: 'map' } } {
	return value?.kind === 'pointer' && value.base.is === 'map';
}

function mayUpdate({ program, catalog }: Machine, mapType: string, name: string): boolean {
	if (!/^SOCK(MAP|HASH)$/.test(mapType) || !/^map_(update|delete)_elem$/.test(name)) return false;
	const { programType = '', attachType } = program.section;
	if (programType === '' || programType === 'EXT' || ALWAYS_SOCKET_FREE.has(programType)) return true;
	if (programType === 'TRACING') return attachType === 'TRACE_ITER';
	if (programType === 'SOCK_OPS') return name === 'map_delete_elem';
	return SOCKET_FREE.has(programType) && compareReleases(catalog.release, SOCKET_FREE_UNTIL) < 0;
}
