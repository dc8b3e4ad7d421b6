// release-unowned: a release function is given an object that the program does not own.

import type { Violation } from '../../verifier/violation.js';
import { acquireFirst } from '../fix/acquire.js';
import { dropCall } from '../fix/statements.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact, structName, subject } from '../words.js';

/** What the call would do with an object that is not the program's to give. */
function giveAway(violation: Violation): string {
	return fact(violation, 'callee') === 'bpf_kptr_xchg' ? 'it cannot be moved into a map' : `${callee(violation)} must not release it`;
}

const WORDS: Words = {
	borrowed: (v) =>
		`${subject(v, 'The argument')} is borrowed: the kernel only lends it to this program, so ${giveAway(v)}. Drop this call, or acquire a reference of your own first.`,
	map: (v) =>
		`${subject(v, 'The pointer')} still belongs to the map: reading a kptr field gives no ownership, so ${giveAway(v)}. Take it out with \`bpf_kptr_xchg(&field, NULL)\` and release the result.`,
	rcu: (v) =>
		`${subject(v, 'The pointer')} is only protected by the RCU read section, not owned, so ${giveAway(v)}. Acquire a reference first, or drop this call.`,
	offset: (v) =>
		`${callee(v, 'The release function')} needs the pointer exactly as it was acquired, and ${subject(v, 'this one')} points into the object at another offset. Pass the original pointer.`,
	'non-owning': (v) =>
		`${subject(v, 'The object')} is in a list or tree, which owns it now, so ${giveAway(v)}. Remove it from there first, and release what comes out.`,
	'not-allocated': (v) =>
		`${subject(v, 'The pointer')} was not allocated by this program, so ${callee(v)} cannot free it. Pass what \`bpf_obj_new()\` returned.`,
	default: (v) =>
		`${callee(v, 'The release function')} gives back a reference, and ${subject(v, 'its argument')} holds none. Release only what this program acquired (${structName(v)}), once.`,
};

export const releaseUnowned: Rule = {
	id: 'release-unowned',
	summary: 'A release function is called on an object that the program has not acquired.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) =>
		fact(violation, 'callee') === 'bpf_kptr_xchg'
			? acquireFirst(violation, context)
			: dropCall(violation, 'Drop this release: the object is not owned here', context),
};
