// irq-region: saved interrupt flags must be restored on every path, in the reverse order, from the same variable.

import { undoBeforeExits } from '../fix/release.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, code, fact, quoted } from '../words.js';

const WORDS: Words = {
	'missing-restore': (v) =>
		`This path leaves while interrupts are still disabled by ${quoted(v, 'variable', 'a saved flag')}. Call \`bpf_local_irq_restore()\` on every path that leaves.`,
	order: (v) => `${quoted(v, 'variable', 'This flag')} is not the one that was saved last. Restore saved flags in the reverse order.`,
	'not-saved': (v) =>
		`${quoted(v, 'variable', 'This flag')} holds no saved state here. Save into it with \`bpf_local_irq_save()\` first, and restore it once.`,
	overwritten: (v) => `${quoted(v, 'variable', 'This flag')} already holds a saved state. Save into another variable, or restore it first.`,
	family: (v) =>
		`${quoted(v, 'variable', 'This flag')} was saved by another kind of call. Restore it with ${code(`${fact(v, 'release') ?? 'bpf_local_irq_restore'}()`)}.`,
	'not-stack': (v) => `${quoted(v, 'variable', 'This flag')} is no local variable. Save interrupt flags into a local \`unsigned long\`.`,
	read: (v) =>
		`${quoted(v, 'variable', 'This flag')} holds what the kernel saved, which a program may not read. Use it for the restore only.`,
	'sleepable-call': (v) => `${callee(v)} may sleep, and nothing may sleep while interrupts are disabled. Call it after the restore.`,
	'global-call': (v) =>
		`${callee(v)} is a global function, which might sleep, so it cannot be called while interrupts are disabled. Make it static, or call it outside.`,
	default: () => 'Interrupt flags must be saved and restored in pairs, nested, on every path.',
};

export const irqRegion: Rule = {
	id: 'irq-region',
	summary: 'Saved interrupt flags are not restored, restored out of order, or held across a call that may sleep.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const flag = fact(violation, 'variable');
		if (violation.variant !== 'missing-restore' || flag === undefined) return [];
		const address = flag.startsWith('&') ? flag : `&${flag}`;
		if (fact(violation, 'release') !== 'bpf_local_irq_restore') return [];
		const restore = { statement: `bpf_local_irq_restore(${address});`, callee: 'bpf_local_irq_restore' };
		return undoBeforeExits(violation, restore, false, 'Restore interrupts', context);
	},
};
