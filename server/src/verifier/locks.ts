// Spin locks, plain and resilient: which object's lock is held, and in which order they are dropped. Facts: process_spin_lock(), 6.12 and 7.3.
import type { Range } from '../flow/ir.js';
import type { Place } from '../program/model.js';
import { valueType } from './access.js';
import type { Machine } from './machine.js';
import { specialAt, specialFields } from './records.js';
import { released } from './references.js';
import type { Lock, State } from './state.js';
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

/** Who takes and drops a kind of lock. */
const CALLS: Readonly<Record<Lock['kind'], { readonly struct: string; readonly unlock: string }>> = {
	spin: { struct: 'bpf_spin_lock', unlock: 'bpf_spin_unlock' },
	res_spin: { struct: 'bpf_res_spin_lock', unlock: 'bpf_res_spin_unlock' },
	res_spin_irq: { struct: 'bpf_res_spin_lock', unlock: 'bpf_res_spin_unlock_irqrestore' },
};

/** What was passed for an argument, as it is written. */
export function argumentText({ slice, first, last }: Place): string {
	let text = '';
	for (let k = first; k <= last; k++) text += `${slice.tokens[k]?.space && k > first ? ' ' : ''}${slice.tokens[k]?.text ?? ''}`;
	return text;
}

/** `flags` is the second argument of bpf_res_spin_lock_irqsave(), as written. */
export function lock(
	machine: Machine,
	state: State,
	value: Value,
	at: Range,
	argument: Range,
	kind: Lock['kind'] = 'spin',
	flags = '',
): void {
	const place = machine.place(state, at);
	const report = (variant: string, verifier: string): void =>
		machine.reporter.report(state, { rule: 'lock-region', at: place, variant, verifier, facts: heldLock(state) });
	if (value.kind !== 'pointer') return;
	if (reportNoLock(machine, state, value, place, kind)) return;
	const id = lockId(value);
	const held = state.locks.some((other) => other.id === id);
	const second = kind === 'spin' && state.locks.length > 0;
	if (second) {
		const resilient = state.locks.every((other) => other.kind !== 'spin');
		report('second-lock', resilient ? 'function calls are not allowed while holding a lock' : 'Locking two bpf_spin_locks are not allowed');
	} else if (held) report('same-lock', 'Acquiring the same lock again, AA deadlock detected');
	// Another lock counts as held all the same, so that its unlock is in order; a loop does not add up.
	if (held || (second && state.locks.length > 1)) return;
	if (state.notTaken === id) state.notTaken = undefined;
	state.locks.push({ id, place, kind, variable: argumentText(machine.place(state, argument)), ...(flags ? { flags } : {}) });
	state.step({ place, kind: 'lock', text: 'the lock is taken' });
}

/** bpf_res_spin_lock() failed on this path. */
export function failToLock(machine: Machine, state: State, value: Value, at: Range): void {
	if (value.kind === 'pointer') state.notTaken = lockId(value);
	state.step({ place: machine.place(state, at), kind: 'note', text: 'the lock is not taken' });
}

/** For repairs: the lock that is held, as the call that took it names it, and what drops it. */
export function heldLock(state: State): { readonly held?: string; readonly release?: string; readonly flags?: string } {
	const held = state.locks.at(-1);
	if (!held?.variable) return {};
	return { held: held.variable, release: CALLS[held.kind].unlock, ...(held.flags ? { flags: held.flags } : {}) };
}

/** True where the lock was held, and taken by the counterpart of this call. */
export function unlock(machine: Machine, state: State, value: Value, at: Range, kind: Lock['kind'] = 'spin'): boolean {
	if (value.kind !== 'pointer') return true;
	const place = machine.place(state, at);
	const report = (variant: string, verifier: string): void =>
		machine.reporter.report(state, { rule: 'lock-region', at: place, variant, verifier, facts: heldLock(state) });
	const strange = reportNoLock(machine, state, value, place, kind);
	const held = state.locks[state.locks.length - 1];
	if (!held && strange) return false;
	const words = CALLS[kind].struct.replace(/_lock$/, '_unlock');
	const mine = strange ? held : state.locks.findLast((l) => l.id === lockId(value) && l.kind === kind);
	if (!mine && kind !== 'spin' && state.notTaken === lockId(value)) {
		report('not-taken', held ? `${words} of different lock` : `${words} without taking a lock`);
		return false;
	}
	if (!held) {
		report('unmatched-unlock', `${words} without taking a lock`);
		return false;
	}
	if (!mine) {
		const other = state.locks.find((l) => l.id === lockId(value));
		report(other ? 'other-unlock' : 'different-lock', `${words} of different lock`);
	} else if (mine !== held) report('order', `${words} cannot be out of order`);
	// As after the repair.
	const dropped = mine ?? state.locks.find((l) => l.id === lockId(value)) ?? held;
	state.locks = state.locks.filter((l) => l !== dropped);
	if (dropped.kind === 'res_spin_irq' && kind !== dropped.kind) state.irqs.pop();
	state.step({ place, kind: 'unlock', text: 'the lock is dropped' });
	// Non-owning references are only good while the lock is held: invalidate_non_owning_refs().
	state.rewrite((v) => (v.kind === 'pointer' && v.flags & Flag.NonOwning && !(v.flags & Flag.Rcu) ? released() : v));
	return mine !== undefined;
}

/** True where the pointer leads to something else than such a lock, which is reported. Of places that are not known nothing is said. */
function reportNoLock(machine: Machine, state: State, p: Pointer, place: Place, kind: Lock['kind']): boolean {
	const { struct } = CALLS[kind];
	const report = (verifier: string): true => {
		machine.reporter.report(state, { rule: 'lock-region', at: place, variant: 'not-a-lock', verifier, facts: { struct } });
		return true;
	};
	const type = valueType(p);
	// The arguments of the helpers are checked as arguments are.
	if (!type && kind !== 'spin' && (p.base.is === 'stack' || p.base.is === 'object'))
		return report("arg#0 doesn't point to map value or allocated object");
	if (!type || p.variable) return false;
	const wanted = kind === 'spin' ? 'spin_lock' : 'res_spin_lock';
	if (specialAt(type, p.offset)?.kind === wanted) return false;
	const lock = specialFields(type).find((field) => field.kind === wanted);
	if (lock) return report(`off ${p.offset} doesn't point to 'struct ${struct}' that is at ${lock.offset}`);
	return report(`${p.base.is === 'map_value' ? `map '${p.base.map.name}'` : 'kptr'} has no valid ${struct}`);
}
