// What a program finds in its context: typed arguments of tracing-like programs, special fields of the others' context structs.
// Facts: btf_ctx_access() of kernel/bpf/btf.c; the is_valid_access() functions of net/core/filter.c, kernel/bpf/cgroup.c,
// net/netfilter/nf_bpf_link.c; reg infos of the iterators under kernel/bpf/*_iter.c, net/; all 6.12.
import { allTags, type CType, strip } from '../btf/ctype.js';
import type { LoadOp, StoreOp } from '../flow/ir.js';
import { type AttachPrototype, attachPrototype } from '../program/attach-prototype.js';
import { unknownOf } from './access.js';
import { mayTouch } from './context-fields.js';
import type { Machine } from './machine.js';
import { anyOf } from './numbers.js';
import { memberAt } from './records.js';
import type { State } from './state.js';
import { Flag, type Pointer, pointer, scalar, UNKNOWN_VALUE, type Value } from './value.js';

interface ContextField {
	readonly base: 'packet' | 'packet_end' | 'packet_meta' | 'sock' | 'sock_common' | 'mem';
	readonly nullable?: boolean;
}
const PACKET = { data: { base: 'packet' }, data_end: { base: 'packet_end' } } as const;
const SOCKET_OR_NULL = { base: 'sock', nullable: true } as const;

/** The context struct of each program type, and those of its fields that are pointers to the verifier. */
const CONTEXTS: Readonly<Record<string, { struct: string; fields: Readonly<Record<string, ContextField>> }>> = {};
function context(types: readonly string[], struct: string, fields: Readonly<Record<string, ContextField>>): void {
	for (const type of types) (CONTEXTS as Record<string, unknown>)[type] = { struct, fields };
}
context(
	['SOCKET_FILTER', 'SCHED_CLS', 'SCHED_ACT', 'CGROUP_SKB', 'SK_SKB', 'LWT_IN', 'LWT_OUT', 'LWT_XMIT', 'LWT_SEG6LOCAL', 'FLOW_DISSECTOR'],
	'__sk_buff',
	{ ...PACKET, data_meta: { base: 'packet_meta' }, sk: { base: 'sock_common', nullable: true }, flow_keys: { base: 'mem' } },
);
context(['XDP'], 'xdp_md', { ...PACKET, data_meta: { base: 'packet_meta' } });
context(['SK_MSG'], 'sk_msg_md', { ...PACKET, sk: { base: 'sock' } });
context(['SOCK_OPS'], 'bpf_sock_ops', { sk: SOCKET_OR_NULL, skb_data: { base: 'packet' }, skb_data_end: { base: 'packet_end' } });
context(['CGROUP_SOCK_ADDR'], 'bpf_sock_addr', { sk: { base: 'sock' } });
context(['CGROUP_SOCKOPT'], 'bpf_sockopt', { sk: { base: 'sock' }, optval: { base: 'packet' }, optval_end: { base: 'packet_end' } });
context(['SK_REUSEPORT'], 'sk_reuseport_md', { ...PACKET, sk: { base: 'sock' }, migrating_sk: { base: 'sock_common', nullable: true } });
context(['SK_LOOKUP'], 'bpf_sk_lookup', { sk: SOCKET_OR_NULL });
context(['CGROUP_SOCK'], 'bpf_sock', {});
context(['CGROUP_DEVICE'], 'bpf_cgroup_dev_ctx', {});
context(['CGROUP_SYSCTL'], 'bpf_sysctl', {});
context(['PERF_EVENT'], 'bpf_perf_event_data', {});
context(['KPROBE'], 'pt_regs', {});
context(['RAW_TRACEPOINT', 'RAW_TRACEPOINT_WRITABLE'], 'bpf_raw_tracepoint_args', {});
context(['NETFILTER'], 'bpf_nf_ctx', {});

/** The struct that a kfunc or global function names when it takes this program type's context. */
export function contextStruct(programType: string | undefined): string | undefined {
	return programType === undefined ? undefined : CONTEXTS[programType]?.struct;
}

/**
 * The fields of iterator contexts that their ctx_arg_info describes: `nullable` objects that are trusted or, `legacy`, neither trusted
 * nor not, and `buffer`s, which `constant` says that nobody may write. Any other object in an iterator's context is trusted and never NULL.
 */
const ITERATOR_FIELDS: Readonly<Record<string, 'nullable' | 'legacy' | 'buffer' | 'constant-buffer'>> = {
	'bpf_iter__cgroup.cgroup': 'nullable',
	'bpf_iter__task.task': 'nullable',
	'bpf_iter__bpf_map.map': 'nullable',
	'bpf_iter__tcp.sk_common': 'nullable',
	'bpf_iter__udp.udp_sk': 'nullable',
	'bpf_iter__bpf_prog.prog': 'legacy',
	'bpf_iter__task_file.task': 'legacy',
	'bpf_iter__task_file.file': 'legacy',
	'bpf_iter__task_vma.task': 'legacy',
	'bpf_iter__task_vma.vma': 'legacy',
	'bpf_iter__bpf_link.link': 'legacy',
	'bpf_iter__netlink.sk': 'legacy',
	'bpf_iter__ipv6_route.rt': 'legacy',
	'bpf_iter__unix.unix_sk': 'legacy',
	'bpf_iter__ksym.ksym': 'legacy',
	'bpf_iter__sockmap.sk': 'legacy',
	'bpf_iter__bpf_sk_storage_map.sk': 'legacy',
	'bpf_iter__sockmap.key': 'constant-buffer',
	'bpf_iter__bpf_map_elem.key': 'constant-buffer',
	'bpf_iter__bpf_map_elem.value': 'buffer',
	'bpf_iter__bpf_sk_storage_map.value': 'buffer',
};

/**
 * Fields of `__sk_buff` that programs of a type may write; those that end in `[]` are arrays. Facts: the is_valid_access() functions of
 * net/core/filter.c, 6.12. A type that is not listed writes what it likes as far as we know.
 */
const WRITABLE: Readonly<Record<string, readonly string[]>> = {
	SOCKET_FILTER: ['cb'],
	SCHED_CLS: ['mark', 'tc_index', 'priority', 'tc_classid', 'tstamp', 'queue_mapping', 'cb'],
	SCHED_ACT: ['mark', 'tc_index', 'priority', 'tc_classid', 'tstamp', 'queue_mapping', 'cb'],
	CGROUP_SKB: ['mark', 'priority', 'tstamp', 'cb'],
	LWT_IN: ['mark', 'priority', 'cb'],
	LWT_OUT: ['mark', 'priority', 'cb'],
	LWT_XMIT: ['mark', 'priority', 'cb'],
	SK_SKB: ['tc_index', 'priority'],
	XDP: [],
};

/** A store into the context: most of it is the kernel's to write. */
export function storeContext(machine: Machine, state: State, p: Pointer, o: StoreOp): void {
	const { section } = machine.program;
	const known = section.programType === undefined ? undefined : CONTEXTS[section.programType];
	const tracing = section.programType === 'TRACING' || section.programType === 'LSM' || section.programType === 'STRUCT_OPS';
	const writable = WRITABLE[section.programType ?? ''];
	if (p.variable) return;
	const record = known ? machine.unit.scope.record(known.struct) : undefined;
	const name = record?.complete ? memberAt(record, p.offset, o.size)?.member.name : undefined;
	if (!tracing && (name === undefined || ((writable?.includes(name) ?? true) && mayTouch(section, name)))) return;
	machine.reporter.report(state, {
		rule: 'context-access',
		at: machine.place(state, o.at),
		variant: 'write',
		verifier: `invalid bpf_context access off=${p.offset} size=${o.size}`,
		facts: { offset: p.offset, size: o.size, ...(name ? { field: name } : {}), section: section.text },
	});
}

export function loadContext(machine: Machine, state: State, p: Pointer, o: LoadOp): Value {
	if (p.variable) return unknownOf(o.type, o.bits);
	const { section } = machine.program;
	switch (section.programType) {
		case 'TRACING':
		case 'LSM':
		case 'STRUCT_OPS':
		case 'EXT':
			return section.attachType === 'TRACE_ITER' ? iteratorField(machine, p, o) : argument(machine, state, p, o);
		default:
	}
	if (section.programType === 'RAW_TRACEPOINT_WRITABLE' && p.offset === 0) return pointer({ is: 'buf' }, 0, { origin: 'argument' });
	const known = section.programType === undefined ? undefined : CONTEXTS[section.programType];
	if (!known) return unknownOf(o.type, o.bits);
	const record = machine.unit.scope.record(known.struct);
	const at = record?.complete ? memberAt(record, p.offset, o.size) : undefined;
	const name = at?.member.name ?? '';
	const beyond = record?.complete && !at && p.offset >= record.size && WRITABLE[section.programType ?? ''];
	// kprobe_prog_is_valid_access(): any part of the registers, aligned.
	const noRegister = section.programType === 'KPROBE' && record?.complete && (p.offset + o.size > record.size || p.offset % o.size !== 0);
	if (beyond || noRegister) {
		machine.reporter.report(state, {
			rule: 'context-access',
			at: machine.place(state, o.at),
			variant: 'beyond',
			verifier: `invalid bpf_context access off=${p.offset} size=${o.size}`,
			facts: { offset: p.offset, size: o.size, struct: known.struct, section: section.text },
		});
		return unknownOf(o.type, o.bits);
	}
	if (!mayTouch(section, name)) {
		machine.reporter.report(state, {
			rule: 'context-access',
			at: machine.place(state, o.at),
			variant: 'field',
			verifier: `invalid bpf_context access off=${p.offset} size=${o.size}`,
			facts: { offset: p.offset, size: o.size, field: name, section: section.text },
		});
	}
	const field = Object.hasOwn(known.fields, name) ? known.fields[name] : undefined;
	if (field) {
		const base = field.base === 'mem' ? { is: 'mem' as const, size: undefined } : { is: field.base };
		return pointer(base, field.nullable ? Flag.MaybeNull : 0, { origin: 'argument' });
	}
	if (section.programType === 'NETFILTER' && at) {
		const t = strip(at.type);
		const to = t.kind === 'pointer' ? strip(t.to) : undefined;
		if (to?.kind === 'record') return object(machine, to.tag ?? '', Flag.Trusted);
	}
	return unknownOf(o.type, o.bits);
}

function object(machine: Machine, tag: string, flags: number): Pointer {
	return pointer({ is: 'object', tag, record: machine.unit.scope.record(tag), local: false }, flags, { origin: 'argument' });
}

function iteratorField(machine: Machine, p: Pointer, o: LoadOp): Value {
	const struct = `bpf_iter__${machine.program.section.target ?? ''}`;
	const record = machine.unit.scope.record(struct);
	const at = record?.complete ? memberAt(record, p.offset, o.size) : undefined;
	if (!at) return strip(o.type).kind === 'pointer' ? untypedArgument(Flag.Trusted) : unknownOf(o.type, o.bits);
	const t = strip(at.type);
	if (t.kind !== 'pointer') return unknownOf(o.type, o.bits);
	const name = at.member.name ?? '';
	const how = ITERATOR_FIELDS[`${struct}.${name}`];
	if (how === 'buffer' || how === 'constant-buffer')
		return pointer({ is: 'buf' }, Flag.MaybeNull | (how === 'buffer' ? 0 : Flag.ReadOnly), { origin: 'argument' });
	const to = strip(t.to);
	if (to.kind !== 'record') return unknownOf(o.type, o.bits);
	return object(
		machine,
		to.tag ?? '',
		how === 'legacy' ? Flag.MaybeNull : how === 'nullable' ? Flag.MaybeNull | Flag.Trusted : Flag.Trusted,
	);
}

/** An argument of which only the program's own cast tells the type. */
function untypedArgument(flags: number): Pointer {
	return pointer({ is: 'object', tag: '', record: undefined, local: false }, flags, { origin: 'argument' });
}

/** Are this program's pointer arguments trusted? prog_args_trusted(), 6.12. */
function argumentsTrusted(machine: Machine): boolean {
	const { section } = machine.program;
	switch (section.programType) {
		case 'TRACING':
			return section.attachType === 'TRACE_RAW_TP' || section.attachType === 'TRACE_ITER';
		case 'LSM':
			return section.target === undefined || machine.catalog.lsmHook(section.target)?.untrusted !== true;
		case 'STRUCT_OPS':
			return true;
		default:
			return false;
	}
}

/** Arguments of struct_ops programs that the subsystem promises to be more than their declared struct (is_valid_access of net/ipv4/bpf_tcp_ca.c). */
const PROMOTED: Readonly<Record<string, string>> = { 'tcp_congestion_ops.sock': 'tcp_sock' };

/** Those that are pointers to pointers, by their number (bpf_qdisc_is_valid_access() of net/sched/bpf_qdisc.c, 6.16 and 7.2). */
const PROMOTED_POINTERS: Readonly<Record<string, string>> = { 'Qdisc_ops.enqueue.2': 'bpf_sk_buff_ptr' };

const prototypes = new WeakMap<Machine, AttachPrototype | null>();

/** The attach target's prototype, found once for a machine. */
function prototype(machine: Machine): AttachPrototype | undefined {
	let known = prototypes.get(machine);
	if (known === undefined) prototypes.set(machine, (known = attachPrototype(machine.program, machine.unit.scope, machine.catalog) ?? null));
	return known ?? undefined;
}

/** The n-th argument of a tracing-like program. */
function argument(machine: Machine, state: State, p: Pointer, o: LoadOp): Value {
	const index = Math.floor(p.offset / 8);
	const { section, structOps } = machine.program;
	const trusted = argumentsTrusted(machine) ? Flag.Trusted : 0;
	const target = prototype(machine);
	if (section.programType === 'STRUCT_OPS' && !structOps) {
		machine.unknown('no variable in `.struct_ops` names it, which would tell what its arguments are', machine.place(state, o.at));
		return UNKNOWN_VALUE;
	}
	if (!target) return o.size === 8 ? untypedArgument(trusted) : unknownOf(o.type, o.bits);
	const parameter = target.parameters[index];
	if (!parameter) {
		const returns = section.programType === 'LSM' || section.attachType === 'TRACE_FEXIT' || section.attachType === 'MODIFY_RETURN';
		if (index === target.parameters.length && returns) {
			// What an earlier program of the hook returned was checked when that was loaded.
			if (section.programType === 'LSM' && machine.wantedReturn) return scalar(...machine.wantedReturn);
			return target.result ? numberOf(target.result) : scalar();
		}
		machine.reporter.report(state, {
			rule: 'context-access',
			at: machine.place(state, o.at),
			variant: 'argument',
			verifier: `func '${section.target ?? ''}' doesn't have ${index + 1}-th argument`,
			facts: { argument: index + 1, ...(section.target ? { target: section.target } : {}), section: section.text },
		});
		return scalar();
	}
	const t = strip(parameter.type);
	if (t.kind !== 'pointer') return numberOf(parameter.type);
	const to = strip(t.to);
	if (to.kind === 'unknown') return untypedArgument(trusted);
	const promoted = structOps && PROMOTED_POINTERS[`${structOps.struct}.${structOps.member}.${index}`];
	if (promoted !== undefined) return { ...object(machine, promoted, trusted), id: argumentId(machine, index) };
	if (to.kind !== 'record') return { ...scalar(), was: 'memory' };
	let flags: number = trusted;
	const tags = allTags(t.to);
	if (tags.includes('user')) flags |= Flag.User;
	if (tags.includes('percpu')) flags |= Flag.Percpu;
	if (parameter.name?.endsWith('__nullable')) flags |= Flag.MaybeNull;
	if (structOps) {
		const marks = machine.catalog.structOps(structOps.struct, structOps.member);
		if (marks?.nullable.includes(index)) flags |= Flag.MaybeNull;
	}
	if (section.attachType === 'TRACE_RAW_TP' && section.target !== undefined) {
		const marks = machine.catalog.tracepointArguments(section.target);
		if (marks.opaque.includes(index)) return scalar();
		if (marks.nullable.includes(index)) flags |= Flag.MaybeNull;
	}
	const tag = PROMOTED[`${structOps?.struct}.${to.tag}`] ?? to.tag ?? '';
	// One identity for each argument: reading it twice gives the same object.
	return { ...object(machine, tag, flags), id: argumentId(machine, index) };
}

const argumentIds = new WeakMap<Machine, Map<number, number>>();
function argumentId(machine: Machine, index: number): number {
	let ids = argumentIds.get(machine);
	if (!ids) argumentIds.set(machine, (ids = new Map()));
	let id = ids.get(index);
	if (id === undefined) ids.set(index, (id = pointer({ is: 'ctx' }).id));
	return id;
}

function numberOf(type: CType): Value {
	const t = strip(type);
	return t.kind === 'int' || t.kind === 'enum' ? anyOf(t.size, t.signed) : scalar();
}
