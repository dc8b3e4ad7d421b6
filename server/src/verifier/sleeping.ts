// Calls that may sleep, where nothing may: in programs that may not, in RCU read sections, with preemption or interrupts off.
// Facts: check_helper_call(), check_kfunc_call(), check_func_call() of kernel/bpf/verifier.c, 6.12 and 7.2; merge_callee_effects() of cfg.c, 7.2.
import type { CallOp } from '../flow/ir.js';
import type { FunctionSymbol } from '../program/model.js';
import { interruptsOff } from './irq-flags.js';
import { resolveKfunc } from './kfunc-lookup.js';
import type { Machine } from './machine.js';
import { maySleep } from './regions.js';
import type { State } from './state.js';

/** A region in which nothing may sleep: the rule that speaks of it, and the verifier's name of it. */
function regionOf(state: State): { rule: 'rcu-region' | 'preempt-region' | 'irq-region'; words: string } | undefined {
	if (state.rcu > 0) return { rule: 'rcu-region', words: 'rcu_read_lock region' };
	if (state.preempt > 0) return { rule: 'preempt-region', words: 'non-preemptible region' };
	return state.irqs.length > 0 ? { rule: 'irq-region', words: 'IRQ-disabled region' } : undefined;
}

/** Reports a helper or kfunc that may sleep where it may not. */
export function checkSleepable(machine: Machine, state: State, o: CallOp, name: string, what: 'helper' | 'kfunc'): void {
	const at = machine.place(state, o.at);
	if (!maySleep(machine, state)) {
		const words =
			what === 'helper' ? 'helper call might sleep in a non-sleepable prog' : `program must be sleepable to call sleepable kfunc ${name}`;
		const facts = { callee: name, section: machine.program.section.text };
		machine.reporter.report(state, { rule: 'sleepable-call', at, variant: what, verifier: words, facts });
		return;
	}
	const region = regionOf(state);
	if (!region) return;
	const { rule, words } = region;
	const verifier = what === 'helper' ? `sleepable helper ${name} in ${words}` : `kernel func ${name} is sleepable within ${words}`;
	machine.reporter.report(state, { rule, at, variant: 'sleepable-call', verifier, facts: { callee: name } });
}

/**
 * Reports a call of a global function that may sleep where it may not. Older releases know nothing of what it does, and refuse any with preemption
 * or interrupts off, but let it sleep in a read section.
 */
export function checkGlobalSleeps(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol): void {
	const region = regionOf(state);
	if (!region) return;
	const { rule } = region;
	const report = (variant: string, verifier: string): void =>
		machine.reporter.report(state, { rule, at: machine.place(state, o.at), variant, verifier, facts: { callee: fn.name } });
	if (machine.semantics.globalSleeps) {
		if (mightSleep(machine, fn, new Set()))
			report('sleepable-call', 'global functions that may sleep are not allowed in non-sleepable context');
	} else if (state.preempt > 0 && rule === 'preempt-region')
		report('global-call', 'global function calls are not allowed with preemption disabled');
	else if (interruptsOff(state) && rule === 'irq-region')
		report('global-call', 'global functions calls are not allowed with IRQs disabled');
}

/** Does the function, or one that it calls, name a helper or kfunc that may sleep? */
function mightSleep(machine: Machine, fn: FunctionSymbol, seen: Set<FunctionSymbol>): boolean {
	if (seen.has(fn)) return false;
	seen.add(fn);
	if (!fn.definition) {
		const found = resolveKfunc(machine, fn);
		if (found.is === 'kfunc') return found.kfunc.flags.includes('KF_SLEEPABLE');
		return machine.catalog.helper(fn.name, machine.program.section.programType)?.mightSleep === true;
	}
	return machine.graphs
		.of(fn)
		.blocks.some(({ operations }) =>
			operations.some((o) => o.op === 'call' && o.callee.kind === 'function' && mightSleep(machine, o.callee.symbol, seen)),
		);
}
