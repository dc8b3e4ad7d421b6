// Helpers with rules of their own: kptr exchange, callbacks, tail calls, locks, ring-buffer dynptrs. Facts: kernel/bpf/verifier.c, 6.12.
import { strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Helper } from '../kernel/catalog.js';
import { AS_MEANT } from '../kernel/kptr-tags.js';
import { valueType } from './access.js';
import { callBack, checkWayOut, setResult } from './calls.js';
import { isTyped } from './helper-arguments.js';
import { dropPackets } from './helper-call.js';
import { asynchronousCallback } from './kfunc-special.js';
import { readingOf, tagObjection } from './kptr-tag.js';
import { lock, unlock } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { isKptr, isLocalRecord, type SpecialField, specialAt, specialFields } from './records.js';
import { acquire, giveBack, releasesOf } from './references.js';
import { inReadSection, leaveRegion } from './regions.js';
import { dynptrOf, newDynptr, releaseDynptr } from './stack-slots.js';
import type { State } from './state.js';
import { constant, exactly, Flag, isNull, mayBeNull, type Pointer, pointer, scalar, typeName, UNKNOWN_VALUE, type Value } from './value.js';

type Special = (machine: Machine, state: State, o: CallOp, helper: Helper, values: readonly Value[]) => Outcome;

export function specialHelper(machine: Machine, state: State, o: CallOp, helper: Helper, values: readonly Value[]): Outcome | undefined {
	const special = Object.hasOwn(SPECIAL, helper.name) ? SPECIAL[helper.name] : undefined;
	return special?.(machine, state, o, helper, values);
}

const SPECIAL: Readonly<Record<string, Special>> = {
	bpf_kptr_xchg: exchange,
	bpf_spin_lock: (machine, state, o, _h, values) => {
		lock(machine, state, values[0] ?? UNKNOWN_VALUE, o.at, o.argumentRanges[0] ?? o.at);
		return 'next';
	},
	bpf_spin_unlock: (machine, state, o, _h, values) => {
		unlock(machine, state, values[0] ?? UNKNOWN_VALUE, o.at);
		leaveRegion(machine, state);
		return 'next';
	},
	bpf_tail_call: (machine, state, o) => {
		checkWayOut(machine, state, o.at, 'tail-call', 'tail_call');
		setResult(state, o, scalar());
		return 'next';
	},
	bpf_loop: (machine, state, o, helper, values) => {
		const count = values[0];
		if (count && isNull(count)) {
			setResult(state, o, constant(0));
			return 'next';
		}
		return callBack(machine, state, o, values[1] ?? UNKNOWN_VALUE, [scalar(0, 2 ** 32 - 1), values[2] ?? UNKNOWN_VALUE], {
			kind: 'synchronous',
			result: scalar(),
			range: [0, 1],
			name: helper.name,
		});
	},
	bpf_for_each_map_elem: (machine, state, o, helper, values) => {
		const { map, uid = 0 } = values[0]?.kind === 'pointer' && values[0].base.is === 'map' ? values[0].base : {};
		const args: Value[] = map
			? [values[0] ?? UNKNOWN_VALUE, pointer({ is: 'map_key', map }), pointer({ is: 'map_value', map, uid }), values[2] ?? UNKNOWN_VALUE]
			: [UNKNOWN_VALUE, UNKNOWN_VALUE, UNKNOWN_VALUE, values[2] ?? UNKNOWN_VALUE];
		return callBack(machine, state, o, values[1] ?? UNKNOWN_VALUE, args, {
			kind: 'synchronous',
			result: scalar(),
			range: [0, 1],
			name: helper.name,
		});
	},
	bpf_find_vma: (machine, state, o, helper, values) => {
		const object = (tag: string): Value => pointer({ is: 'object', tag, record: machine.unit.scope.record(tag), local: false }, 0);
		return callBack(
			machine,
			state,
			o,
			values[2] ?? UNKNOWN_VALUE,
			[values[0] ?? UNKNOWN_VALUE, object('vm_area_struct'), values[3] ?? UNKNOWN_VALUE],
			{
				kind: 'synchronous',
				result: scalar(),
				range: [0, 1],
				once: true,
				name: helper.name,
			},
		);
	},
	bpf_user_ringbuf_drain: (machine, state, o, helper, values) =>
		callBack(machine, state, o, values[1] ?? UNKNOWN_VALUE, [pointer({ is: 'dynptr' }), values[2] ?? UNKNOWN_VALUE], {
			kind: 'synchronous',
			result: scalar(),
			range: [0, 1],
			name: helper.name,
		}),
	bpf_timer_set_callback: (machine, state, o, _h, values) => {
		asynchronousCallback(machine, state, o, values[1] ?? UNKNOWN_VALUE, values[0] ?? UNKNOWN_VALUE, false);
		setResult(state, o, scalar());
		return 'next';
	},
	bpf_ringbuf_reserve_dynptr: (machine, state, o, helper, values) => {
		const ref = acquire(machine, state, {
			kind: 'dynptr',
			struct: 'bpf_dynptr',
			by: helper.name,
			at: o.at,
			releasedBy: ['bpf_ringbuf_discard_dynptr', 'bpf_ringbuf_submit_dynptr'],
		});
		newDynptr(machine, state, values[3] ?? UNKNOWN_VALUE, 'ringbuf', o.at, { ref });
		setResult(state, o, scalar(-4095, 0));
		return 'next';
	},
	bpf_ringbuf_submit_dynptr: (machine, state, o, _h, values) => {
		releaseDynptr(machine, state, values[0] ?? UNKNOWN_VALUE, o.at);
		return 'next';
	},
	bpf_ringbuf_discard_dynptr: (machine, state, o, _h, values) => {
		releaseDynptr(machine, state, values[0] ?? UNKNOWN_VALUE, o.at);
		return 'next';
	},
	bpf_dynptr_from_mem: (machine, state, o, _h, values) => {
		const data = values[0];
		if (data?.kind === 'pointer' && data.base.is !== 'map_value' && data.base.is !== 'global' && isTyped(data)) {
			machine.reporter.report(state, {
				rule: 'dynptr-state',
				at: machine.place(state, o.argumentRanges[0] ?? o.at),
				variant: 'memory',
				verifier: `Unsupported reg type ${typeName(data)} for bpf_dynptr_from_mem data`,
				facts: { type: typeName(data), argument: 1, callee: 'bpf_dynptr_from_mem' },
			});
		}
		newDynptr(machine, state, values[3] ?? UNKNOWN_VALUE, 'local', o.at);
		setResult(state, o, scalar(-4095, 0));
		return 'next';
	},
	bpf_dynptr_data: (machine, state, o, _h, values) => {
		const slot = dynptrOf(machine, state, values[0] ?? UNKNOWN_VALUE, 1, o.at);
		const size = values[2];
		const value = pointer({ is: 'mem', size: exactly(size) }, Flag.MaybeNull, slot ? { of: slot.id } : {});
		setResult(state, o, value);
		return 'next';
	},
	bpf_dynptr_read: (machine, state, o, _h, values) => {
		dynptrOf(machine, state, values[2] ?? UNKNOWN_VALUE, 3, o.at);
		setResult(state, o, scalar(-4095, 0));
		return 'next';
	},
	bpf_dynptr_write: (machine, state, o, _h, values) => {
		const slot = dynptrOf(machine, state, values[0] ?? UNKNOWN_VALUE, 1, o.at);
		if (slot?.type === 'skb') dropPackets(state);
		setResult(state, o, scalar(-4095, 0));
		return 'next';
	},
};

/** bpf_kptr_xchg(): the reference that goes in is the map's from now on; what was there comes out as a new one, or NULL. */
function exchange(machine: Machine, state: State, o: CallOp, _helper: Helper, values: readonly Value[]): Outcome {
	const target = values[0] ?? UNKNOWN_VALUE;
	const incoming = values[1] ?? UNKNOWN_VALUE;
	const field = target.kind === 'pointer' ? fieldOf(machine, state, o, target) : undefined;
	if (target.kind !== 'pointer') {
		if (incoming.kind === 'pointer' && incoming.ref) giveBack(machine, state, incoming.ref, 'bpf_kptr_xchg', o.at);
		if (target.kind === 'unknown') machine.unknown('where the kptr lies is not known', machine.place(state, o.at));
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	if (field) checkIncoming(machine, state, o, field, incoming);
	if (incoming.kind === 'pointer' && incoming.ref) {
		const percpuStays = inReadSection(machine, state) && (incoming.flags & (Flag.Alloc | Flag.Percpu)) === (Flag.Alloc | Flag.Percpu);
		if (percpuStays) {
			state.referencesToWrite().delete(incoming.ref);
			state.rewrite((v) =>
				v.kind === 'pointer' && v.ref === incoming.ref ? { ...v, ref: 0, flags: (v.flags & ~Flag.Alloc) | Flag.Rcu } : v,
			);
		} else giveBack(machine, state, incoming.ref, 'bpf_kptr_xchg', o.at);
	}
	const record = field?.pointee;
	if (!record) {
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	const tag = record.tag ?? '';
	const local = isLocalRecord(machine, record);
	const ref = acquire(machine, state, {
		kind: 'object',
		struct: tag,
		by: 'bpf_kptr_xchg',
		at: o.at,
		fromXchg: true,
		releasedBy: releasesOf(machine, tag, local),
	});
	const flags = Flag.MaybeNull | (local ? Flag.Alloc : 0) | (field.kind === 'kptr_percpu' ? Flag.Percpu : 0);
	setResult(
		state,
		o,
		pointer({ is: 'object', tag, record: machine.unit.scope.record(tag) ?? record, local }, flags, { ref, origin: 'xchg' }),
	);
	return 'next';
}

function fieldOf(machine: Machine, state: State, o: CallOp, target: Pointer): SpecialField | undefined {
	const report = (variant: string, verifier: string): void =>
		machine.reporter.report(state, {
			rule: 'kptr-access',
			at: machine.place(state, o.argumentRanges[0] ?? o.at),
			variant,
			verifier,
			facts: {
				callee: 'bpf_kptr_xchg',
				offset: target.offset,
				type: typeName(target),
				...(target.base.is === 'map_value' ? { map: target.base.map.name } : {}),
			},
		});
	const type = valueType(target);
	if (!type) {
		if (target.base.is !== 'map_value') report('target', `R1 type=${typeName(target)} expected=map_value, ptr_`);
		return undefined;
	}
	if (target.variable) {
		report('variable-offset', "R1 doesn't have constant offset. kptr has to be at the constant offset");
		return undefined;
	}
	const meant = specialAt(type, target.offset, 8, AS_MEANT);
	const objection = meant?.offset === target.offset ? tagObjection(machine, type, meant) : undefined;
	if (objection) {
		machine.reporter.report(state, { ...objection, at: machine.place(state, o.argumentRanges[0] ?? o.at) });
		return objection.rule === 'kptr-tag' ? meant : undefined;
	}
	const fields = specialFields(type, readingOf(machine)).filter(isKptr);
	if (fields.length === 0 && strip(type).kind !== 'unknown') {
		report('missing-tag', 'R1 has no valid kptr');
		return undefined;
	}
	const field = specialAt(type, target.offset, 8, readingOf(machine));
	if (!field || !isKptr(field) || field.offset !== target.offset) {
		report('offset', `off=${target.offset} doesn't point to kptr`);
		return undefined;
	}
	if (field.kind === 'kptr_untrusted') {
		report('missing-tag', `off=${target.offset} kptr isn't referenced kptr`);
		return undefined;
	}
	return field;
}

/** The new pointer must be an owned object of the field's type, or NULL. */
function checkIncoming(machine: Machine, state: State, o: CallOp, field: SpecialField, incoming: Value): void {
	if (incoming.kind === 'unknown' || isNull(incoming)) return;
	if (incoming.kind === 'pointer' && !isTyped(incoming)) return;
	const expected = field.pointee?.tag ?? '';
	const actual = incoming.kind === 'pointer' && incoming.base.is === 'object' ? incoming.base.tag : '';
	const at = machine.place(state, o.argumentRanges[1] ?? o.at);
	const facts = {
		callee: 'bpf_kptr_xchg',
		argument: 2,
		field: field.name,
		expected,
		actual: actual || typeName(incoming),
		type: typeName(incoming),
		struct: actual,
	};
	if (incoming.kind !== 'pointer' || incoming.base.is !== 'object') {
		const gone = incoming.kind === 'scalar' && incoming.was === 'released';
		machine.reporter.report(state, {
			rule: gone ? 'use-after-release' : 'kptr-access',
			at,
			variant: gone ? 'argument' : 'xchg-type',
			verifier: `R2 type=${typeName(incoming)} expected=ptr_, trusted_ptr_, rcu_ptr_`,
			facts,
		});
		return;
	}
	const percpu = (incoming.flags & Flag.Percpu) !== 0;
	if (mayBeNull(incoming)) {
		machine.reporter.report(state, {
			rule: 'possibly-null-argument',
			at,
			variant: 'helper',
			verifier: 'Possibly NULL pointer passed to helper arg2',
			facts,
		});
	} else if (actual !== expected || percpu !== (field.kind === 'kptr_percpu')) {
		machine.reporter.report(state, {
			rule: 'kptr-access',
			at,
			variant: 'xchg-type',
			verifier: `invalid kptr access, R2 type=${typeName(incoming)}${actual} expected=ptr_${expected}`,
			facts,
		});
	} else if (!incoming.ref) {
		machine.reporter.report(state, {
			rule: 'release-unowned',
			at,
			variant: incoming.origin === 'kptr' ? 'map' : 'borrowed',
			verifier: 'R2 must be referenced when passed to release function',
			facts,
		});
	} else if (incoming.offset !== 0) {
		machine.reporter.report(state, {
			rule: 'kptr-access',
			at,
			variant: 'offset',
			verifier: 'R2 must have zero offset when passed to release func or trusted arg to kfunc',
			facts,
		});
	}
}
