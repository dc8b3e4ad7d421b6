// unreleased-reference: an acquired kernel object is still held where nobody can give it back any more.
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate } from '../fix/context.js';
import { keepAndRelease } from '../fix/exchange.js';
import { releaseOf, undoBeforeExits, undoOnPath } from '../fix/release.js';
import { releaseBefore } from '../fix/statements.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { fromWords, functionName, holder, quoted, releaser } from '../words.js';

/** "Release it with `x()` ...", or how to dispose of a reference whose release function we do not know. */
function releaseIt(violation: Violation, when: string): string {
	const call = releaser(violation);
	const check = violation.reference?.maybeNull ? ', if it is not NULL,' : '';
	return `Give it back with ${call}${check} ${when}.`;
}

const WORDS: Words = {
	callback: (v) =>
		`The callback ends while ${holder(v)}${fromWords(v)} is still held; a callback must give back what it acquired before it returns. ${releaseIt(v, 'before this return')}`,
	throw: (v) =>
		`\`bpf_throw()\` leaves the program while ${holder(v)}${fromWords(v)} is still held, and nothing releases it on the way out. ${releaseIt(v, 'before the throw')}`,
	'tail-call': (v) =>
		`A tail call does not come back, so ${holder(v)}${fromWords(v)} would never be released. ${releaseIt(v, 'before the tail call')}`,
	overwritten: (v) =>
		`This overwrites ${holder(v)}, which still holds a reference${fromWords(v)}; after that nobody can release it. ${releaseIt(v, 'first')}`,
	xchg: (v) =>
		`\`bpf_kptr_xchg()\` took the old value out of ${quoted(v, 'field', 'the map')} and the program drops it, so that object leaks. Keep the result and, if it is not NULL, pass it to ${releaser(v)}.`,
	legacy: (v) =>
		`This packet load may end the program on the spot while ${holder(v)}${fromWords(v)} is still held. ${releaseIt(v, 'before it')}`,
	default: (v) => {
		const by = v.reference?.by;
		if (by && /^bpf_iter_\w+_new$/.test(by))
			return `This path leaves while the iterator that ${functionName(by)} set up is not destroyed. Call ${releaser(v)} on every path; \`bpf_for\` and \`bpf_for_each\` do it for you.`;
		if (by && /_dynptr$/.test(by))
			return `This path leaves while the dynptr that ${functionName(by)} set up holds a record. Submit or discard it on every path, also where the reservation failed.`;
		const who = v.reference?.heldBy ? holder(v) : `the object${by ? ` that ${functionName(by)} returned` : ''}`;
		const from = v.reference?.heldBy ? fromWords(v) : '';
		return `On this path ${who}${from} is never released; the verifier refuses a program that ends while it holds a reference. ${releaseIt(v, 'before this exit')}`;
	},
};

export const unreleasedReference: Rule = {
	id: 'unreleased-reference',
	summary: 'An acquired kernel object is still held when the program ends, or its last pointer is lost.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const undo = releaseOf(violation, context);
		const check = violation.reference?.maybeNull ?? false;
		// Nobody holds it any more: the call's result was dropped.
		if (!undo) return keepAndRelease(violation, context);
		if (violation.variant === 'exit' || violation.variant === 'callback')
			return undoBeforeExits(violation, undo, check, 'Release it', context);
		const here: FixCandidate[] = releaseBefore(violation, undo, check, context);
		if (violation.variant === 'xchg') return [...here, ...undoBeforeExits(violation, undo, true, 'Release it', context)];
		return [...here, ...undoOnPath(violation, undo, check, 'Release it', context)];
	},
};
