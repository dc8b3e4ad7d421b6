// Regions of a program: RCU read sections, disabled preemption, held locks, and whether it may sleep.
// Facts: in_rcu_cs(), in_sleepable(), check_resource_leak() of kernel/bpf/verifier.c, 6.12.
import type { Range } from '../flow/ir.js';
import { reportInterruptsOff } from './irq-flags.js';
import { heldLock } from './locks.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { Flag } from './value.js';

export function maySleep(machine: Machine, state: State): boolean {
	return machine.program.section.sleepable || state.sleepable;
}

/** Is the place inside an RCU read section? A program that may not sleep always is; a held lock counts, from 7.3 on whatever keeps it from sleeping. */
export function inReadSection(machine: Machine, state: State): boolean {
	if (state.rcu > 0 || state.locks.length > 0 || !maySleep(machine, state)) return true;
	return machine.semantics.everyRegionProtects && (state.preempt > 0 || state.irqs.length > 0);
}

/** After a lock, preemption or interrupts: where such a region protects what is read in it, that is over now, unless another region goes on. */
export function leaveRegion(machine: Machine, state: State): void {
	if (machine.semantics.everyRegionProtects && !inReadSection(machine, state)) loseProtected(state);
}

/** RCU pointers become untrusted. */
function loseProtected(state: State): void {
	state.rewrite((v) => {
		if (v.kind === 'pointer' && v.flags & Flag.Rcu) {
			return { ...v, flags: (v.flags & ~(Flag.Rcu | Flag.MaybeNull)) | Flag.Untrusted, origin: 'rcu-lost' };
		}
		if (v.kind === 'iterator' && v.rcu) return { ...v, untrusted: true };
		return v;
	});
}

/** bpf_rcu_read_lock(). */
export function enterReadSection(machine: Machine, state: State, at: Range): void {
	const place = machine.place(state, at);
	if (state.rcu > 0 && !machine.semantics.nestedReadSections) {
		machine.reporter.report(state, {
			rule: 'rcu-region',
			at: place,
			variant: 'nested',
			verifier: 'nested rcu read lock (kernel function bpf_rcu_read_lock)',
			facts: { callee: 'bpf_rcu_read_lock' },
		});
		return;
	}
	state.rcu++;
	state.rcuPlace ??= place;
	state.step({ place, kind: 'lock', text: 'the RCU read section begins' });
}

/** bpf_rcu_read_unlock(): at the last one RCU pointers become untrusted. */
export function leaveReadSection(machine: Machine, state: State, at: Range): void {
	const place = machine.place(state, at);
	if (state.rcu === 0) {
		machine.reporter.report(state, {
			rule: 'rcu-region',
			at: place,
			variant: 'unmatched-unlock',
			verifier: 'unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)',
			facts: { callee: 'bpf_rcu_read_unlock' },
		});
		return;
	}
	state.rcu--;
	state.step({ place, kind: 'unlock', text: 'the RCU read section ends' });
	if (state.rcu > 0) return;
	state.rcuPlace = undefined;
	if (!machine.semantics.everyRegionProtects || !inReadSection(machine, state)) loseProtected(state);
}

/** What every way out of a program, and the calls that may not be made inside of a region, ask for. */
export function reportOpenRegions(machine: Machine, state: State, at: Range, what: string): void {
	const place = machine.place(state, at);
	if (state.locks.length > 0) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'missing-unlock',
			verifier: `${what} cannot be used inside bpf_spin_lock-ed region`,
			facts: { what, ...heldLock(state) },
		});
	}
	reportInterruptsOff(machine, state, at, `${what} cannot be used inside bpf_local_irq_save-ed region`);
	if (state.rcu > 0) {
		machine.reporter.report(state, {
			rule: 'rcu-region',
			at: place,
			variant: 'missing-unlock',
			verifier: `${what} cannot be used inside bpf_rcu_read_lock-ed region`,
			facts: { what },
		});
	}
	if (state.preempt > 0) {
		machine.reporter.report(state, {
			rule: 'preempt-region',
			at: place,
			variant: 'missing-enable',
			verifier: `${what} cannot be used inside bpf_preempt_disable-ed region`,
			facts: { what },
		});
	}
}
