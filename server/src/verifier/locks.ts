// Spin locks: which object's lock is held, and what may be called meanwhile. Facts: process_spin_lock(), kfunc_spin_allowed(), 6.12.
import type { Range } from '../flow/ir.js';
import type { Place } from '../program/model.js';
import { valueType } from './access.js';
import type { Machine } from './machine.js';
import { specialAt, specialFields } from './records.js';
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
	if (reportNoLock(machine, state, value, place)) return;
	if (state.locks.length > 0 && kind === 'spin') {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'second-lock',
			verifier: 'Locking two bpf_spin_locks are not allowed',
			facts: heldLock(state),
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

/** For repairs: the lock that is held, as the call that took it names it. */
export function heldLock(state: State): { readonly held?: string } {
	const held = state.locks.at(-1)?.variable;
	return held ? { held } : {};
}

export function unlock(machine: Machine, state: State, value: Value, at: Range): void {
	if (value.kind !== 'pointer') return;
	const place = machine.place(state, at);
	const strange = reportNoLock(machine, state, value, place);
	const held = state.locks[state.locks.length - 1];
	if (!held && strange) return;
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
	if (!strange && held.id !== lockId(value)) {
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

/** True where the pointer leads to something else than a lock, which is reported. Of places that are not known nothing is said. */
function reportNoLock(machine: Machine, state: State, p: Pointer, place: Place): boolean {
	const type = valueType(p);
	if (!type || p.variable) return false;
	const field = specialAt(type, p.offset);
	if (field && (field.kind === 'spin_lock' || field.kind === 'res_spin_lock')) return false;
	const lock = specialFields(type).find(({ kind }) => kind === 'spin_lock' || kind === 'res_spin_lock');
	machine.reporter.report(state, {
		rule: 'lock-region',
		at: place,
		variant: 'not-a-lock',
		verifier: lock
			? `off ${p.offset} doesn't point to 'struct bpf_spin_lock' that is at ${lock.offset}`
			: `${p.base.is === 'map_value' ? `map '${p.base.map.name}'` : 'kptr'} has no valid bpf_spin_lock`,
		facts: {},
	});
	return true;
}
