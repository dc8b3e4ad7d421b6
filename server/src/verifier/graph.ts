// Lists and trees of local objects: owning references go in and become non-owning, come out and are owned again.
// Facts: __process_kf_arg_ptr_to_graph_root(), _node(), ref_convert_owning_non_owning() of kernel/bpf/verifier.c, 6.12.
import { findMember, type RecordType } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Kfunc } from '../kernel/catalog.js';
import { valueType } from './access.js';
import { callBack, setResult } from './calls.js';
import { readingOf } from './kptr-tag.js';
import { lockId } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { containsOf, type SpecialField, specialAt, specialFields } from './records.js';
import { acquire } from './references.js';
import type { State } from './state.js';
import { Flag, type Pointer, pointer, scalar, UNKNOWN_VALUE, type Value } from './value.js';

interface Root {
	readonly field: SpecialField;
	readonly record: RecordType | undefined;
	readonly nodeOffset: number;
}

function reportGraph(machine: Machine, state: State, o: CallOp, variant: string, verifier: string, callee: string): void {
	machine.reporter.report(state, { rule: 'graph-node', at: machine.place(state, o.at), variant, verifier, facts: { callee } });
}

/** The list head or tree root that an argument points to, its lock checked. */
function rootOf(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, value: Value, kind: 'list_head' | 'rb_root'): Root | undefined {
	if (value.kind !== 'pointer') {
		if (value.kind === 'scalar')
			reportGraph(machine, state, o, 'root', 'arg#0 expected pointer to map value or allocated object', kfunc.name);
		return undefined;
	}
	const name = kind === 'list_head' ? 'bpf_list_head' : 'bpf_rb_root';
	const type = valueType(value);
	if (!type) {
		reportGraph(machine, state, o, 'root', 'arg#0 expected pointer to map value or allocated object', kfunc.name);
		return undefined;
	}
	if (value.variable) {
		reportGraph(machine, state, o, 'offset', `R1 doesn't have constant offset. ${name} has to be at the constant offset`, kfunc.name);
		return undefined;
	}
	const field = specialAt(type, value.offset, 1, readingOf(machine));
	if (!field || field.kind !== kind || field.offset !== value.offset) {
		reportGraph(machine, state, o, 'root', `${name} not found at offset=${value.offset}`, kfunc.name);
		return undefined;
	}
	if (!state.locks.some((l) => l.id === lockId(value))) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: machine.place(state, o.at),
			variant: 'lock-needed',
			verifier: `bpf_spin_lock must be held for ${name}`,
			facts: { callee: kfunc.name, field: field.name },
		});
	}
	const contains = field.contains ?? (value.base.is === 'global' ? containsOf(value.base.symbol.declTags) : undefined);
	const record = contains ? machine.unit.scope.record(contains.struct) : undefined;
	const node = record && contains ? findMember(record, contains.node) : undefined;
	return { field, record, nodeOffset: node?.offset ?? 0 };
}

/** The node's reference changes from owning to non-owning: every copy stays usable while the lock is held. */
export function addNode(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[], kind: 'list' | 'tree'): Outcome {
	const root = rootOf(machine, state, o, kfunc, values[0] ?? UNKNOWN_VALUE, kind === 'list' ? 'list_head' : 'rb_root');
	const node = values[1] ?? UNKNOWN_VALUE;
	setResult(state, o, scalar(-(2 ** 31), 2 ** 31 - 1));
	if (node.kind === 'unknown') return 'next';
	if (
		node.kind !== 'pointer' ||
		node.base.is !== 'object' ||
		!(node.flags & Flag.Alloc) ||
		node.flags & (Flag.MaybeNull | Flag.NonOwning)
	) {
		reportGraph(machine, state, o, 'not-allocated', 'arg#1 expected pointer to allocated object', kfunc.name);
		return 'next';
	}
	if (!node.ref) {
		reportGraph(machine, state, o, 'not-owned', 'allocated object must be referenced', kfunc.name);
		return 'next';
	}
	checkNode(machine, state, o, kfunc, { ...node, base: node.base }, root, kind);
	convert(state, node);
	if (kind === 'tree' && values[2]) {
		const borrowed = (): Value => pointer(node.base, Flag.Alloc | Flag.NonOwning, { offset: node.offset });
		return callBack(machine, state, o, values[2], [borrowed(), borrowed()], {
			kind: 'synchronous',
			result: scalar(-(2 ** 31), 2 ** 31 - 1),
			range: [0, 1],
			rbtree: true,
			name: kfunc.name,
		});
	}
	return 'next';
}

function checkNode(
	machine: Machine,
	state: State,
	o: CallOp,
	kfunc: Kfunc,
	node: Pointer & { base: { is: 'object' } },
	root: Root | undefined,
	kind: 'list' | 'tree',
): void {
	const name = kind === 'list' ? 'bpf_list_node' : 'bpf_rb_node';
	const field = specialAt(node.base.record, node.offset);
	if (node.variable || !field || field.offset !== node.offset || field.kind !== (kind === 'list' ? 'list_node' : 'rb_node')) {
		reportGraph(machine, state, o, 'node', `${name} not found at offset=${node.offset}`, kfunc.name);
		return;
	}
	if (!root?.record) return;
	if (root.record.tag !== node.base.tag) {
		reportGraph(
			machine,
			state,
			o,
			'node-type',
			`operation on ${kind === 'list' ? 'bpf_list_head' : 'bpf_rb_root'} expects arg#1 ${name} at offset=${root.nodeOffset} in struct ${root.record.tag}, but arg is at offset=${node.offset} in struct ${node.base.tag}`,
			kfunc.name,
		);
	} else if (root.nodeOffset !== node.offset) {
		reportGraph(
			machine,
			state,
			o,
			'node',
			`arg#1 offset=${node.offset}, but expected ${name} at offset=${root.nodeOffset} in struct ${node.base.tag}`,
			kfunc.name,
		);
	}
}

function convert(state: State, node: Pointer): void {
	state.referencesToWrite().delete(node.ref);
	const refcounted = node.base.is === 'object' && specialFields(node.base.record).some((f) => f.kind === 'refcount');
	state.rewrite((v) =>
		v.kind === 'pointer' && v.ref === node.ref ? { ...v, ref: 0, flags: v.flags | Flag.NonOwning | (refcounted ? Flag.Rcu : 0) } : v,
	);
}

/** A node that leaves its list: owned again, and maybe NULL. */
export function popNode(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome {
	const root = rootOf(machine, state, o, kfunc, values[0] ?? UNKNOWN_VALUE, 'list_head');
	setResult(state, o, owned(machine, state, o, kfunc, root?.record, root?.nodeOffset ?? 0));
	return 'next';
}

function owned(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, record: RecordType | undefined, offset: number): Value {
	const ref = acquire(machine, state, { kind: 'object', struct: record?.tag, by: kfunc.name, at: o.at, releasedBy: ['bpf_obj_drop'] });
	return pointer({ is: 'object', tag: record?.tag ?? '(node)', record, local: true }, Flag.MaybeNull | Flag.Alloc, {
		ref,
		offset,
		start: offset,
		origin: 'acquired',
	});
}

/** Takes a node out of a tree or list. From 7.x on it may be named by a reference that the program owns as well, and then keeps. */
export function removeNode(
	machine: Machine,
	state: State,
	o: CallOp,
	kfunc: Kfunc,
	values: readonly Value[],
	kind: 'list' | 'tree',
): Outcome {
	const root = rootOf(machine, state, o, kfunc, values[0] ?? UNKNOWN_VALUE, kind === 'list' ? 'list_head' : 'rb_root');
	const node = values[1] ?? UNKNOWN_VALUE;
	if (node.kind !== 'unknown' && !mayNameNode(machine, node)) {
		const words = machine.semantics.ownedNodes
			? `${kfunc.name} can only take non-owning or refcounted bpf_rb_node pointer`
			: 'rbtree_remove node input must be non-owning ref';
		reportGraph(machine, state, o, 'not-borrowed', kind === 'list' ? 'arg#1 expected pointer to allocated object' : words, kfunc.name);
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	if (node.kind === 'pointer' && node.flags & Flag.MaybeNull && node.offset !== 0) {
		// The kernel takes one that may be NULL only unmodified, which a node behind the start of its struct never is.
		machine.reporter.report(state, {
			rule: 'possibly-null-argument',
			at: machine.place(state, o.argumentRanges[1] ?? o.at),
			variant: 'kfunc',
			verifier: `dereference of modified ptr_or_null_ ptr R2 off=${node.offset} disallowed`,
			facts: { callee: kfunc.name, argument: 2, ...(node.base.is === 'object' ? { struct: node.base.tag } : {}) },
		});
		state.markNotNull(node.id);
	}
	if (node.kind === 'pointer' && node.base.is === 'object') checkNode(machine, state, o, kfunc, { ...node, base: node.base }, root, kind);
	if (state.frames.some((f) => f.back?.callback?.rbtree))
		reportGraph(machine, state, o, 'callback', 'rbtree_remove not allowed in rbtree cb', kfunc.name);
	const record = root?.record ?? (node.kind === 'pointer' && node.base.is === 'object' ? node.base.record : undefined);
	const offset = root?.record ? root.nodeOffset : node.kind === 'pointer' ? node.offset : 0;
	setResult(state, o, owned(machine, state, o, kfunc, record, offset));
	return 'next';
}

/** KF_ARG_PTR_TO_RB_NODE of anything but rbtree_add, 6.12 and 7.2. */
function mayNameNode(machine: Machine, node: Value): boolean {
	if (node.kind !== 'pointer') return false;
	return node.ref === 0 ? (node.flags & Flag.NonOwning) !== 0 : machine.semantics.ownedNodes;
}

/** A node that stays where it is: the first or last one of a list, the root or a neighbour in a tree. */
export function firstNode(
	machine: Machine,
	state: State,
	o: CallOp,
	kfunc: Kfunc,
	values: readonly Value[],
	kind: 'list' | 'tree',
): Outcome {
	const root = rootOf(machine, state, o, kfunc, values[0] ?? UNKNOWN_VALUE, kind === 'list' ? 'list_head' : 'rb_root');
	const record = root?.record;
	const refcounted = specialFields(record).some((f) => f.kind === 'refcount');
	setResult(
		state,
		o,
		pointer(
			{ is: 'object', tag: record?.tag ?? '(node)', record, local: true },
			Flag.MaybeNull | Flag.Alloc | Flag.NonOwning | (refcounted ? Flag.Rcu : 0),
			{ offset: root?.nodeOffset ?? 0, start: root?.nodeOffset ?? 0 },
		),
	);
	return 'next';
}
