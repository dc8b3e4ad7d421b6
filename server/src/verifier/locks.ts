// Spin locks: which object's lock is held, and what may be called meanwhile. Facts: process_spin_lock(), kfunc_spin_allowed(), 6.12.
import type { Range } from '../flow/ir.js';
import { valueType } from './access.js';
import type { Machine } from './machine.js';
import { specialAt } from './records.js';
import { released } from './references.js';
import type { State } from './state.js';
import { Flag, freshId, type Pointer, type Value } from './value.js';

const sectionIds = new Map<string, number>();

/** What identifies a lock: the map value or object that holds it; for global data, its section, which is one map value. */
export function lockId(p: Pointer): number {
	if (p.base.is !== 'global') return p.id;
	const { section } = p.base.symbol;
	let id = sectionIds.get(section);
	if (id === undefined) sectionIds.set(section, (id = freshId()));
	return id;
}

export function lock(machine: Machine, state: State, value: Value, at: Range, argument: Range, kind: 'spin' | 'res_spin' = 'spin'): void {
	if (value.kind !== 'pointer') return;
	const place = machine.place(state, at);
	if (!isLockField(value)) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'not-a-lock',
			verifier: "off doesn't point to 'struct bpf_spin_lock'",
			facts: {},
		});
		return;
	}
	if (state.locks.length > 0 && kind === 'spin') {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'second-lock',
			verifier: 'Locking two bpf_spin_locks are not allowed',
			facts: {},
		});
		return;
	}
	const { tokens } = place.slice;
	let variable = '';
	for (let k = argument.first; k <= argument.last; k++)
		variable += `${tokens[k]?.space && k > argument.first ? ' ' : ''}${tokens[k]?.text ?? ''}`;
	state.locks.push({ id: lockId(value), place, kind, variable });
	state.step({ place, kind: 'lock', text: 'the lock is taken' });
}

export function unlock(machine: Machine, state: State, value: Value, at: Range): void {
	if (value.kind !== 'pointer') return;
	const place = machine.place(state, at);
	const held = state.locks[state.locks.length - 1];
	if (!held) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'unmatched-unlock',
			verifier: 'bpf_spin_unlock without taking a lock',
			facts: {},
		});
		return;
	}
	if (held.id !== lockId(value)) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'different-lock',
			verifier: 'bpf_spin_unlock of different lock',
			facts: {},
		});
	}
	state.locks.pop();
	state.step({ place, kind: 'unlock', text: 'the lock is dropped' });
	// Non-owning references are only good while the lock is held: invalidate_non_owning_refs().
	state.rewrite((v) => (v.kind === 'pointer' && v.flags & Flag.NonOwning && !(v.flags & Flag.Rcu) ? released() : v));
}

function isLockField(p: Pointer): boolean {
	const type = valueType(p);
	if (!type || p.variable) return true;
	const field = specialAt(type, p.offset);
	return field === undefined || field.kind === 'spin_lock' || field.kind === 'res_spin_lock';
}
