// rcu-region: RCU read sections must be closed on every path, and hold nothing that may sleep.

import { undoBeforeExits } from '../fix/release.js';
import { dropCall } from '../fix/statements.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee } from '../words.js';

const WORDS: Words = {
	'missing-unlock': () =>
		'This path leaves the program while an RCU read section is still open. Call `bpf_rcu_read_unlock()` on every path that leaves.',
	'unmatched-unlock': () =>
		'`bpf_rcu_read_unlock()` is called here without an open RCU read section. Drop this call, or take `bpf_rcu_read_lock()` on every path that comes here.',
	nested: () =>
		'An RCU read section is already open here, and this release of the kernel does not nest them. Drop the inner `bpf_rcu_read_lock()` and its unlock.',
	'sleepable-call': (v) =>
		`${callee(v)} may sleep, and nothing may sleep inside an RCU read section. Call it after \`bpf_rcu_read_unlock()\`.`,
	'global-call': (v) =>
		`${callee(v)} is a global function, which is verified on its own and might sleep, so it cannot be called inside an RCU read section. Make it static, or call it outside.`,
	default: () => 'RCU read sections must be opened and closed in pairs, on every path, with nothing in them that may sleep.',
};

export const rcuRegion: Rule = {
	id: 'rcu-region',
	summary: 'An RCU read section is left open, closed twice, or holds a call that may sleep.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const unlock = { statement: 'bpf_rcu_read_unlock();', callee: 'bpf_rcu_read_unlock' };
		if (violation.variant === 'missing-unlock') return undoBeforeExits(violation, unlock, false, 'End the read section', context);
		return violation.variant === 'unmatched-unlock' ? dropCall(violation, 'Drop this unlock', context) : [];
	},
};
