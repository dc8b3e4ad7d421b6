// Reads what a map is from its declaration: libbpf's BTF-defined maps, and the older `struct bpf_map_def`.
import { type CType, type RecordType, sizeOf, strip } from '../btf/ctype.js';
import type { Expression } from '../syntax/ast.js';
import type { GlobalSymbol, MapSymbol } from './model.js';

/** `enum bpf_map_type` in order, without `BPF_MAP_TYPE_` (include/uapi/linux/bpf.h, 6.12, and what 6.19 adds). */
export const MAP_TYPES: readonly string[] = (
	'UNSPEC HASH ARRAY PROG_ARRAY PERF_EVENT_ARRAY PERCPU_HASH PERCPU_ARRAY STACK_TRACE CGROUP_ARRAY LRU_HASH LRU_PERCPU_HASH LPM_TRIE ' +
	'ARRAY_OF_MAPS HASH_OF_MAPS DEVMAP SOCKMAP CPUMAP XSKMAP SOCKHASH CGROUP_STORAGE REUSEPORT_SOCKARRAY PERCPU_CGROUP_STORAGE QUEUE STACK ' +
	'SK_STORAGE DEVMAP_HASH STRUCT_OPS RINGBUF INODE_STORAGE TASK_STORAGE BLOOM_FILTER USER_RINGBUF CGRP_STORAGE ARENA INSN_ARRAY'
).split(' ');

type Constant = (expression: Expression) => bigint | undefined;

/** The map that a global declares; undefined for what lies in no map section. */
export function readMap(global: GlobalSymbol, constant: Constant): MapSymbol | undefined {
	const record = strip(global.type);
	if (record.kind !== 'record') return undefined;
	if (global.section === '.maps') return readMembers(global.name, record, global.place);
	return global.section === 'maps' ? readLegacy(global, record, constant) : undefined;
}

/** `__uint(name, n)` declares `int (*name)[n]`. */
function encodedNumber(type: CType): number | undefined {
	const pointer = strip(type);
	const array = pointer.kind === 'pointer' ? strip(pointer.to) : pointer;
	return array.kind === 'array' && pointer.kind === 'pointer' ? array.length : undefined;
}

/** `__type(name, T)` declares `T *name`. */
function pointedTo(type: CType): CType | undefined {
	const pointer = strip(type);
	return pointer.kind === 'pointer' ? pointer.to : undefined;
}

/**
 * An inner map has no inner map of its own: libbpf refuses such (parse_btf_map_def() in tools/lib/bpf/libbpf.c, 6.12), and in a broken text it may be
 * the map itself.
 */
function readMembers(name: string, record: RecordType, place: MapSymbol['place'], isInner = false): MapSymbol {
	const numbers = new Map<string, number>();
	let key: CType | undefined;
	let value: CType | undefined;
	let inner: MapSymbol | undefined;
	for (const member of record.members) {
		if (member.name === 'key') key = pointedTo(member.type);
		else if (member.name === 'value') value = pointedTo(member.type);
		else if (member.name === 'values') inner = isInner ? undefined : innerMap(name, member.type, place);
		else if (member.name !== undefined) {
			const number = encodedNumber(member.type);
			if (number !== undefined) numbers.set(member.name, number);
		}
	}
	return mapOf(name, numbers, key, value, inner, place);
}

/** `__array(values, struct { ... })`: the template of the maps that go into this one. An array of functions (program arrays) is none. */
function innerMap(name: string, values: CType, place: MapSymbol['place']): MapSymbol | undefined {
	const array = strip(values);
	const element = array.kind === 'array' ? pointedTo(array.of) : undefined;
	const record = element && strip(element);
	return record?.kind === 'record' ? readMembers(`${name}.inner`, record, place, true) : undefined;
}

function readLegacy(global: GlobalSymbol, record: RecordType, constant: Constant): MapSymbol {
	const numbers = new Map<string, number>();
	if (global.initializer?.kind === 'initializer-list') {
		let at = 0;
		for (const item of global.initializer.items) {
			const written = item.designators[0]?.member;
			if (written !== undefined) at = record.members.findIndex((m) => m.name === written);
			const name = written ?? record.members[at]?.name;
			const value = constant(item.value);
			if (name !== undefined && value !== undefined) numbers.set(name === 'map_type' ? 'type' : name, Number(value));
			at += 1;
		}
	}
	return mapOf(global.name, numbers, undefined, undefined, undefined, global.place);
}

function mapOf(
	name: string,
	numbers: ReadonlyMap<string, number>,
	key: CType | undefined,
	value: CType | undefined,
	inner: MapSymbol | undefined,
	place: MapSymbol['place'],
): MapSymbol {
	const type = MAP_TYPES[numbers.get('type') ?? -1];
	const keySize = numbers.get('key_size') ?? (key && sizeOf(key));
	const valueSize = numbers.get('value_size') ?? (value && sizeOf(value));
	const maxEntries = numbers.get('max_entries');
	const flags = numbers.get('map_flags');
	return {
		name,
		type,
		...(key ? { key } : {}),
		...(keySize === undefined ? {} : { keySize }),
		...(value ? { value } : {}),
		...(valueSize === undefined ? {} : { valueSize }),
		...(maxEntries === undefined ? {} : { maxEntries }),
		...(flags === undefined ? {} : { flags }),
		...(inner ? { inner } : {}),
		place,
	};
}
