// preempt-region: preemption must be enabled again on every path, and nothing may sleep while it is off.

import { undoBeforeExits } from '../fix/release.js';
import { dropCall } from '../fix/statements.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee } from '../words.js';

const WORDS: Words = {
	'missing-enable': () =>
		'This path leaves while preemption is still disabled. Call `bpf_preempt_enable()` as often as `bpf_preempt_disable()`, on every path.',
	'unmatched-enable': () =>
		'`bpf_preempt_enable()` is called here without a `bpf_preempt_disable()` before it. Drop the call, or pair it on every path.',
	'sleepable-call': (v) =>
		`${callee(v)} may sleep, and nothing may sleep while preemption is disabled. Call it after \`bpf_preempt_enable()\`.`,
	'global-call': (v) =>
		`${callee(v)} is a global function, which might sleep, so it cannot be called while preemption is disabled. Make it static, or call it outside.`,
	default: () => 'Preemption must be disabled and enabled in pairs, on every path, with nothing in between that may sleep.',
};

export const preemptRegion: Rule = {
	id: 'preempt-region',
	summary: 'Preemption is left disabled, enabled too often, or disabled across a call that may sleep.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const enable = { statement: 'bpf_preempt_enable();', callee: 'bpf_preempt_enable' };
		if (violation.variant === 'missing-enable') return undoBeforeExits(violation, enable, false, 'Enable preemption', context);
		return violation.variant === 'unmatched-enable' ? dropCall(violation, 'Drop this call', context) : [];
	},
};
