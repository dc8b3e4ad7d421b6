// lock-region: a BPF spin lock must be dropped on every path, by the same lock, with no call inside that may take long.

import { undoBeforeExits } from '../fix/release.js';
import { unlockInTime } from '../fix/unlock.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact, programKind, quoted, releaseFunction } from '../words.js';

const WORDS: Words = {
	'missing-unlock': (v) =>
		`This path leaves while ${quoted(v, 'variable', 'the lock')} is still held. Unlock it on every path that leaves.`,
	'unmatched-unlock': (v) =>
		`${quoted(v, 'variable', 'The lock')} is not held here, so it cannot be unlocked. Unlock the lock that was taken, once.`,
	'different-lock': (v) => `${quoted(v, 'variable', 'This')} is not the lock that was taken. Unlock the same lock of the same object.`,
	'other-unlock': () => 'This lock was taken by another kind of call. Unlock it with the counterpart of the call that took it.',
	order: () => 'This is not the lock that was taken last. Unlock in the reverse order.',
	'same-lock': () => 'This lock is held here already, and taking it again would never end. Take another lock, or unlock this one first.',
	'not-taken': () =>
		'On this path taking the lock failed, so it is not held here. Check the result of the call that takes it, and unlock only where it is 0.',
	'second-lock': () =>
		'A lock is already held here, and a program may hold only one BPF spin lock at a time. Drop the first before taking the second.',
	call: (v) => `${callee(v)} may not be called while a lock is held. Move the call before the lock or after the unlock.`,
	'lock-needed': (v) =>
		`${callee(v)} needs the lock that protects ${quoted(v, 'field', 'this list or tree')} to be held. Take that lock around the call.`,
	'not-a-lock': (v) =>
		`${quoted(v, 'variable', 'This')} is not a lock that the kernel knows: it must be a \`struct ${fact(v, 'struct') ?? 'bpf_spin_lock'}\` field of a map value, a global of its own section, or an object of the program. Pass the address of such a field.`,
	'global-call': (v) =>
		`${callee(v)} is a global function, which is verified on its own, so it may not be called while a lock is held. Make it static, or call it after the unlock.`,
	'program-type': (v) => `${programKind(v)} may not take a BPF spin lock.`,
	default: (v) =>
		`This is not allowed while ${quoted(v, 'variable', 'a lock')} is held${v.facts.reason ? `: ${v.facts.reason}` : ''}. Keep the locked part short, and unlock on every path.`,
};

export const lockRegion: Rule = {
	id: 'lock-region',
	summary: 'A BPF spin lock is left held, dropped without being held, or held across a call that is not allowed.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const lock = fact(violation, 'held') ?? (violation.variant === 'missing-unlock' ? fact(violation, 'variable') : undefined);
		if (lock === undefined) return [];
		const callee = releaseFunction(violation) ?? 'bpf_spin_unlock';
		// The lock is named as its own call names it: an address already.
		const flags = fact(violation, 'flags');
		const undo = { statement: `${callee}(${flags === undefined ? lock : `${lock}, ${flags}`});`, callee };
		const inTime = unlockInTime(violation, undo, context);
		return violation.variant === 'missing-unlock' ? [...inTime, ...undoBeforeExits(violation, undo, false, 'Unlock', context)] : inTime;
	},
};
