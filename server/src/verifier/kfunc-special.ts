// kfuncs with rules of their own: regions, local objects, lists and trees, iterators, dynptrs, casts, exceptions, callbacks.
// Facts: special_kfunc_list and check_kfunc_call() of kernel/bpf/verifier.c, 6.12.
import { type RecordType, strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Kfunc } from '../kernel/catalog.js';
import { setResult } from './calls.js';
import { throwException } from './exceptions.js';
import { addNode, firstNode, popNode, removeNode } from './graph.js';
import { forgetInterrupts, restoreInterrupts, saveInterrupts } from './irq-flags.js';
import { isScalarRecord } from './kfunc-arguments.js';
import { kfuncResult } from './kfunc-call.js';
import { argumentText, failToLock, lock, unlock } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { reportMaybeNull } from './map-fields.js';
import { specialFields } from './records.js';
import { acquire, giveBack } from './references.js';
import { enterReadSection, leaveReadSection, leaveRegion, maySleep } from './regions.js';
import { destroyIterator, dynptrOf, iteratorOf, newDynptr, newIterator } from './stack-slots.js';
import { State } from './state.js';
import { constant, type DynptrState, exactly, Flag, mayBeNull, pointer, scalar, UNKNOWN_VALUE, type Value } from './value.js';

type Special = (machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]) => Outcome;

/** Handles a kfunc that is special; undefined for an ordinary one. */
export function specialKfunc(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome | undefined {
	// From 7.0 on, arguments that the verifier passes are left out of a prototype, and the kfunc that had them written out keeps its name behind `_impl`.
	const name = kfunc.name.replace(/_impl$/, '');
	const known = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
	if (known) return known(machine, state, o, kfunc, values);
	// Another constructor of a dynptr: what kind it is we do not know, but it is one.
	for (const [index, { name: parameter, type }] of kfunc.parameters.entries())
		if (parameter.endsWith('__uninit') && type === 'struct bpf_dynptr *')
			newDynptr(machine, state, values[index] ?? UNKNOWN_VALUE, 'unknown', o.at);
	const flags = kfunc.flags;
	if (flags.includes('KF_ITER_NEW')) return iteratorNew(machine, state, o, kfunc, values);
	if (flags.includes('KF_ITER_NEXT')) return iteratorNext(machine, state, o, kfunc, values);
	if (flags.includes('KF_ITER_DESTROY')) {
		destroyIterator(machine, state, values[0] ?? UNKNOWN_VALUE, iteratorType(kfunc), o.at);
		return 'next';
	}
	return undefined;
}

const unlocked =
	(f: (machine: Machine, state: State, o: CallOp, values: readonly Value[]) => void): Special =>
	(machine, state, o, _kfunc, values) => {
		f(machine, state, o, values);
		return 'next';
	};

/** Sets a callback that runs later and may sleep; the places of the callback and of what it belongs to, from 0. */
function later(callback: number, owner: number): Special {
	return (machine, state, o, _kfunc, values) => {
		asynchronousCallback(machine, state, o, values[callback] ?? UNKNOWN_VALUE, values[owner] ?? UNKNOWN_VALUE, true);
		setResult(state, o, scalar());
		return 'next';
	};
}

const SPECIAL: Readonly<Record<string, Special>> = {
	bpf_rcu_read_lock: unlocked((machine, state, o) => enterReadSection(machine, state, o.at)),
	bpf_rcu_read_unlock: unlocked((machine, state, o) => leaveReadSection(machine, state, o.at)),
	bpf_preempt_disable: unlocked((machine, state, o) => {
		state.preempt++;
		state.preemptPlace ??= machine.place(state, o.at);
	}),
	bpf_preempt_enable: unlocked((machine, state, o) => {
		if (state.preempt > 0) {
			state.preempt--;
			leaveRegion(machine, state);
		} else {
			machine.reporter.report(state, {
				rule: 'preempt-region',
				at: machine.place(state, o.at),
				variant: 'unmatched-enable',
				verifier: 'unmatched attempt to enable preemption (kernel function bpf_preempt_enable)',
				facts: { callee: 'bpf_preempt_enable' },
			});
		}
	}),
	bpf_obj_new: (machine, state, o, kfunc, values) => newObject(machine, state, o, kfunc, values, 0),
	bpf_percpu_obj_new: (machine, state, o, kfunc, values) => newObject(machine, state, o, kfunc, values, Flag.Percpu),
	bpf_obj_drop: (machine, state, o, kfunc, values) => dropObject(machine, state, o, kfunc, values, 0),
	bpf_percpu_obj_drop: (machine, state, o, kfunc, values) => dropObject(machine, state, o, kfunc, values, Flag.Percpu),
	bpf_refcount_acquire: refcountAcquire,
	bpf_list_push_front: (machine, state, o, kfunc, values) => addNode(machine, state, o, kfunc, values, 'list'),
	bpf_list_push_back: (machine, state, o, kfunc, values) => addNode(machine, state, o, kfunc, values, 'list'),
	bpf_list_pop_front: (machine, state, o, kfunc, values) => popNode(machine, state, o, kfunc, values),
	bpf_list_pop_back: (machine, state, o, kfunc, values) => popNode(machine, state, o, kfunc, values),
	bpf_rbtree_add: (machine, state, o, kfunc, values) => addNode(machine, state, o, kfunc, values, 'tree'),
	bpf_list_add: (machine, state, o, kfunc, values) => addNode(machine, state, o, kfunc, values, 'list'),
	bpf_list_del: (machine, state, o, kfunc, values) => removeNode(machine, state, o, kfunc, values, 'list'),
	bpf_list_front: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'list'),
	bpf_list_back: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'list'),
	bpf_rbtree_remove: (machine, state, o, kfunc, values) => removeNode(machine, state, o, kfunc, values, 'tree'),
	bpf_rbtree_first: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'tree'),
	bpf_rbtree_root: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'tree'),
	bpf_rbtree_left: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'tree'),
	bpf_rbtree_right: (machine, state, o, kfunc, values) => firstNode(machine, state, o, kfunc, values, 'tree'),
	bpf_cast_to_kern_ctx: (machine, state, o) => {
		const tag = KERNEL_CONTEXTS[machine.program.section.programType ?? ''];
		if (!tag) setResult(state, o, UNKNOWN_VALUE);
		else
			setResult(
				state,
				o,
				pointer({ is: 'object', tag, record: machine.unit.scope.record(tag), local: false }, Flag.Trusted, { origin: 'cast' }),
			);
		return 'next';
	},
	bpf_rdonly_cast: (machine, state, o, _kfunc, values) => {
		const id = values[1];
		const type = id?.kind === 'scalar' ? id.typeOf : undefined;
		const t = type ? strip(type) : undefined;
		if (t?.kind !== 'record') setResult(state, o, UNKNOWN_VALUE);
		else {
			const tag = t.tag ?? '';
			setResult(
				state,
				o,
				pointer({ is: 'object', tag, record: machine.unit.scope.record(tag) ?? t, local: false }, Flag.Untrusted, { origin: 'cast' }),
			);
		}
		return 'next';
	},
	bpf_dynptr_from_skb: (machine, state, o, _kfunc, values) => dynptrFrom(machine, state, o, values, 'skb'),
	bpf_dynptr_from_xdp: (machine, state, o, _kfunc, values) => dynptrFrom(machine, state, o, values, 'xdp'),
	bpf_dynptr_clone: (machine, state, o, _kfunc, values) => {
		const parent = dynptrOf(machine, state, values[0] ?? UNKNOWN_VALUE, 1, o.at);
		newDynptr(machine, state, values[1] ?? UNKNOWN_VALUE, parent?.type ?? 'unknown', o.at, { ref: parent?.ref ?? 0 });
		setResult(state, o, scalar());
		return 'next';
	},
	bpf_dynptr_adjust: dynptrUse,
	bpf_dynptr_is_null: dynptrUse,
	bpf_dynptr_is_rdonly: dynptrUse,
	bpf_dynptr_size: dynptrUse,
	bpf_dynptr_slice: (machine, state, o, kfunc, values) => dynptrSlice(machine, state, o, kfunc, values, true),
	bpf_dynptr_slice_rdwr: (machine, state, o, kfunc, values) => dynptrSlice(machine, state, o, kfunc, values, false),
	bpf_session_cookie: (_machine, state, o) => {
		setResult(state, o, pointer({ is: 'mem', size: 8 }));
		return 'next';
	},
	bpf_arena_alloc_pages: (_machine, state, o) => {
		setResult(state, o, pointer({ is: 'arena' }));
		return 'next';
	},
	bpf_throw: (machine, state, o) => {
		throwException(machine, state, o);
		return 'stop';
	},
	bpf_wq_set_callback: later(1, 0),
	bpf_task_work_schedule_signal: later(3, 1),
	bpf_task_work_schedule_resume: later(3, 1),
	bpf_res_spin_lock: (machine, state, o, _kfunc, values) => resilientLock(machine, state, o, values, 'res_spin'),
	bpf_res_spin_lock_irqsave: (machine, state, o, _kfunc, values) => resilientLock(machine, state, o, values, 'res_spin_irq'),
	bpf_res_spin_unlock: unlocked((machine, state, o, values) => {
		unlock(machine, state, values[0] ?? UNKNOWN_VALUE, o.at, 'res_spin');
		leaveRegion(machine, state);
	}),
	bpf_res_spin_unlock_irqrestore: unlocked((machine, state, o, values) => {
		const flags = values[1] ?? UNKNOWN_VALUE;
		if (unlock(machine, state, values[0] ?? UNKNOWN_VALUE, o.at, 'res_spin_irq')) restoreInterrupts(machine, state, o, flags, 1, 'lock');
		else forgetInterrupts(state, flags);
		leaveRegion(machine, state);
	}),
	bpf_local_irq_save: unlocked((machine, state, o, values) => saveInterrupts(machine, state, o, values[0] ?? UNKNOWN_VALUE, 0, 'native')),
	bpf_local_irq_restore: unlocked((machine, state, o, values) => {
		if (state.locks.length === 0) restoreInterrupts(machine, state, o, values[0] ?? UNKNOWN_VALUE, 0, 'native');
		else forgetInterrupts(state, values[0] ?? UNKNOWN_VALUE);
		leaveRegion(machine, state);
	}),
};

const KERNEL_CONTEXTS: Readonly<Record<string, string>> = {
	SOCKET_FILTER: 'sk_buff',
	SCHED_CLS: 'sk_buff',
	SCHED_ACT: 'sk_buff',
	CGROUP_SKB: 'sk_buff',
	LWT_IN: 'sk_buff',
	LWT_OUT: 'sk_buff',
	LWT_XMIT: 'sk_buff',
	LWT_SEG6LOCAL: 'sk_buff',
	SK_SKB: 'sk_buff',
	XDP: 'xdp_buff',
	SOCK_OPS: 'bpf_sock_ops_kern',
	SK_MSG: 'sk_msg',
	CGROUP_SOCK: 'sock',
	CGROUP_SOCK_ADDR: 'bpf_sock_addr_kern',
	CGROUP_SOCKOPT: 'bpf_sockopt_kern',
	CGROUP_SYSCTL: 'bpf_sysctl_kern',
	CGROUP_DEVICE: 'bpf_cgroup_dev_ctx',
	PERF_EVENT: 'bpf_perf_event_data_kern',
	KPROBE: 'pt_regs',
	SK_LOOKUP: 'bpf_sk_lookup_kern',
	SK_REUSEPORT: 'sk_reuseport_kern',
	FLOW_DISSECTOR: 'bpf_flow_dissector',
	NETFILTER: 'bpf_nf_ctx',
};

/** Two ways on: the lock is held, or, with an error as the result, it is not and nothing changed. */
function resilientLock(machine: Machine, state: State, o: CallOp, values: readonly Value[], kind: 'res_spin' | 'res_spin_irq'): Outcome {
	const value = values[0] ?? UNKNOWN_VALUE;
	if (value.kind === 'pointer' && mayBeNull(value))
		reportMaybeNull(machine, state, o, value, 0, "arg#0 doesn't point to map value or allocated object");
	const failed = state.clone();
	failToLock(machine, failed, value, o.at);
	setResult(failed, o, scalar(-4095, -1));
	failed.operation++;
	machine.later(failed);
	const withFlags = kind === 'res_spin_irq' && o.argumentRanges[1];
	const flags = withFlags ? argumentText(machine.place(state, withFlags)) : '';
	lock(machine, state, value, o.at, o.argumentRanges[0] ?? o.at, kind, flags);
	if (kind === 'res_spin_irq') saveInterrupts(machine, state, o, values[1] ?? UNKNOWN_VALUE, 1, 'lock');
	setResult(state, o, constant(0));
	return 'next';
}

// ---- Local objects ----

function newObject(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[], flags: number): Outcome {
	const id = values[0];
	const type = id?.kind === 'scalar' ? id.typeOf : undefined;
	const t = type ? strip(type) : undefined;
	if (t?.kind !== 'record') {
		if (type || id?.kind === 'scalar') {
			machine.reporter.report(state, {
				rule: 'graph-node',
				at: machine.place(state, o.at),
				variant: 'type-id',
				verifier: 'bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct',
				facts: { callee: kfunc.name },
			});
		}
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	const percpu = flags !== 0;
	if (percpu) checkPercpuType(machine, state, o, kfunc, t);
	const ref = acquire(machine, state, {
		kind: 'object',
		struct: t.tag,
		by: percpu ? 'bpf_percpu_obj_new' : 'bpf_obj_new',
		at: o.at,
		releasedBy: [percpu ? 'bpf_percpu_obj_drop' : 'bpf_obj_drop'],
	});
	setResult(
		state,
		o,
		pointer({ is: 'object', tag: t.tag ?? '(anonymous)', record: t, local: true }, Flag.MaybeNull | Flag.Alloc | flags, {
			ref,
			origin: 'acquired',
		}),
	);
	return 'next';
}

/** Largest object that bpf_percpu_obj_new() gives (BPF_GLOBAL_PERCPU_MA_MAX_SIZE of kernel/bpf/verifier.c, 6.12). */
const PERCPU_SIZE_LIMIT = 512;

function checkPercpuType(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, record: RecordType): void {
	const words =
		record.size > PERCPU_SIZE_LIMIT
			? `bpf_percpu_obj_new type size (${record.size}) is greater than ${PERCPU_SIZE_LIMIT}`
			: specialFields(record).length > 0
				? 'bpf_percpu_obj_new type ID argument must not contain special fields'
				: isScalarRecord(record) === false
					? 'bpf_percpu_obj_new type ID argument must be of a struct of scalars'
					: undefined;
	if (words === undefined) return;
	machine.reporter.report(state, {
		rule: 'graph-node',
		at: machine.place(state, o.at),
		variant: 'percpu-type',
		verifier: words,
		facts: { callee: kfunc.name },
	});
}

function dropObject(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[], flags: number): Outcome {
	const value = values[0] ?? UNKNOWN_VALUE;
	if (value.kind === 'unknown') return 'next';
	const place = machine.place(state, o.at);
	if (value.kind !== 'pointer' || value.base.is !== 'object' || !(value.flags & Flag.Alloc) || (value.flags & Flag.Percpu) !== flags) {
		// One that was given back already was objected to as the argument of a release.
		if (value.kind === 'scalar' && value.was === 'released') return 'next';
		machine.reporter.report(state, {
			rule: 'graph-node',
			at: place,
			variant: 'not-allocated',
			verifier: 'arg#0 expected pointer to allocated object',
			facts: { callee: kfunc.name },
		});
		return 'next';
	}
	if (mayBeNull(value)) {
		machine.reporter.report(state, {
			rule: 'possibly-null-argument',
			at: place,
			variant: 'kfunc',
			verifier: 'arg#0 expected pointer to allocated object',
			facts: { callee: kfunc.name, argument: 1, struct: value.base.tag },
		});
	}
	if (!value.ref) {
		machine.reporter.report(state, {
			rule: 'release-unowned',
			at: place,
			variant: 'non-owning',
			verifier: 'allocated object must be referenced',
			facts: { callee: kfunc.name, struct: value.base.tag },
		});
		return 'next';
	}
	if (value.offset !== 0) {
		machine.reporter.report(state, {
			rule: 'release-unowned',
			at: place,
			variant: 'offset',
			verifier: 'R1 must have zero offset when passed to release func or trusted arg to kfunc',
			facts: { callee: kfunc.name, struct: value.base.tag, offset: value.offset },
		});
	}
	giveBack(machine, state, value.ref, kfunc.name.replace(/_impl$/, ''), o.at);
	return 'next';
}

function refcountAcquire(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome {
	const value = values[0] ?? UNKNOWN_VALUE;
	if (value.kind !== 'pointer' || value.base.is !== 'object' || !(value.flags & Flag.Alloc)) {
		if (value.kind !== 'unknown') {
			machine.reporter.report(state, {
				rule: 'graph-node',
				at: machine.place(state, o.at),
				variant: 'refcount',
				verifier: 'arg#0 is neither owning or non-owning ref',
				facts: { callee: kfunc.name },
			});
		}
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	// KF_RET_NULL holds for a borrowed object only: an owned one cannot be gone already.
	const owning = value.ref !== 0 && !(value.flags & Flag.NonOwning);
	const ref = acquire(machine, state, {
		kind: 'object',
		struct: value.base.tag,
		by: 'bpf_refcount_acquire',
		at: o.at,
		releasedBy: ['bpf_obj_drop'],
	});
	setResult(state, o, pointer(value.base, Flag.Alloc | (owning ? 0 : Flag.MaybeNull), { ref, origin: 'acquired' }));
	return 'next';
}

// ---- Iterators ----

function iteratorType(kfunc: Kfunc): string {
	return /struct\s+(\w+)\s*\*/.exec(kfunc.parameters[0]?.type ?? '')?.[1] ?? kfunc.name.replace(/_(new|next|destroy)$/, '');
}

/** check_css_task_iter_allowlist(), 6.12. */
function cssTaskAllowed(machine: Machine, state: State): boolean {
	const { programType, attachType } = machine.program.section;
	return programType === 'LSM' || (programType === 'TRACING' && attachType === 'TRACE_ITER') || maySleep(machine, state);
}

function iteratorNew(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome {
	if (kfunc.name === 'bpf_iter_css_task_new' && !cssTaskAllowed(machine, state)) {
		machine.reporter.report(state, {
			rule: 'kfunc-not-allowed',
			at: machine.place(state, o.at),
			variant: 'context',
			verifier: 'css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs',
			facts: { callee: kfunc.name, section: machine.program.section.text },
		});
	}
	newIterator(machine, state, values[0] ?? UNKNOWN_VALUE, iteratorType(kfunc), kfunc.flags.includes('KF_RCU_PROTECTED'), kfunc.name, o.at);
	setResult(state, o, scalar(-(2 ** 31), 2 ** 31 - 1));
	return 'next';
}

/** Two ways on: an element, or NULL with the iterator drained. */
function iteratorNext(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome {
	const argument = values[0] ?? UNKNOWN_VALUE;
	const slot = iteratorOf(machine, state, argument, iteratorType(kfunc), o.at);
	const drained = state.clone();
	if (slot && argument.kind === 'pointer' && argument.base.is === 'stack') {
		drained.memory(argument.base.object)!.cells.set(argument.offset, { size: 8, value: { ...slot, state: 'drained' } });
	}
	setResult(drained, o, constant(0));
	drained.operation++;
	machine.later(drained);
	if (slot?.state === 'drained') return 'stop';
	const result = kfuncResult(machine, state, o, kfunc, values);
	if (result.kind === 'pointer' && result.base.is === 'object') {
		setResult(state, o, { ...result, flags: slot?.rcu ? Flag.Rcu : Flag.Trusted, ...(slot ? { of: slot.ref } : {}) });
	} else if (result.kind === 'pointer') setResult(state, o, { ...result, flags: result.flags & ~Flag.MaybeNull });
	else setResult(state, o, result);
	return 'next';
}

// ---- Dynptrs ----

function dynptrFrom(machine: Machine, state: State, o: CallOp, values: readonly Value[], type: DynptrState['type']): Outcome {
	newDynptr(machine, state, values[2] ?? UNKNOWN_VALUE, type, o.at);
	setResult(state, o, scalar(-4095, 0));
	return 'next';
}

function dynptrUse(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Outcome {
	dynptrOf(machine, state, values[0] ?? UNKNOWN_VALUE, 1, o.at);
	setResult(state, o, kfuncResult(machine, state, o, kfunc, values));
	return 'next';
}

function dynptrSlice(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[], readOnly: boolean): Outcome {
	const slot = dynptrOf(machine, state, values[0] ?? UNKNOWN_VALUE, 1, o.at);
	const size = values[3];
	if (size?.kind === 'scalar' && exactly(size) === undefined) {
		machine.reporter.report(state, {
			rule: 'dynptr-state',
			at: machine.place(state, o.argumentRanges[3] ?? o.at),
			variant: 'size',
			verifier: 'R4 must be a known constant',
			facts: { callee: kfunc.name, argument: 4 },
		});
	}
	setResult(
		state,
		o,
		pointer(
			{ is: 'mem', size: exactly(size) },
			Flag.MaybeNull | (readOnly ? Flag.ReadOnly : 0) | (slot?.type === 'skb' || slot?.type === 'xdp' ? Flag.PacketSlice : 0),
			{
				...(slot ? { of: slot.id } : {}),
			},
		),
	);
	return 'next';
}

// ---- Asynchronous callbacks ----

/** A callback that runs later, on its own, holding nothing: verified once from an empty state. */
export function asynchronousCallback(machine: Machine, state: State, o: CallOp, callback: Value, owner: Value, sleepable: boolean): void {
	if (callback.kind !== 'pointer' || callback.base.is !== 'function' || !callback.base.symbol.definition) {
		if (callback.kind !== 'scalar') machine.unknown('the callback is not known', machine.place(state, o.at));
		return;
	}
	const fn = callback.base.symbol;
	if (machine.startedAsynchronous.has(fn.name)) return;
	machine.startedAsynchronous.add(fn.name);
	const start = new State();
	start.step({ place: machine.place(state, o.at), kind: 'call', text: `${fn.name}() is set as the callback here` });
	start.asynchronous = true;
	start.returnCounts = true;
	start.sleepable = sleepable;
	const graph = machine.graphs.of(fn);
	start.pushFrame(graph, undefined, `async>${fn.name}`);
	const { map, uid = 0 } = owner.kind === 'pointer' && owner.base.is === 'map_value' ? owner.base : {};
	const values: Value[] = map
		? [pointer({ is: 'map', map, uid }), pointer({ is: 'map_key', map }), pointer({ is: 'map_value', map, uid })]
		: [UNKNOWN_VALUE, UNKNOWN_VALUE, UNKNOWN_VALUE];
	machine.bindParameters(start, graph, values);
	machine.asynchronous.set(fn.name, start);
}
