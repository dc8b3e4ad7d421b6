// context-access: the program's context is read or written where its type does not allow it.

import type { Violation } from '../../verifier/violation.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { code, fact, programKind, quoted } from '../words.js';

function place(violation: Violation): string {
	const field = fact(violation, 'field') ?? fact(violation, 'variable');
	if (field !== undefined) return code(field);
	const { offset, size } = violation.facts;
	return offset === undefined
		? 'this part of the context'
		: `the context at offset ${offset}${size === undefined ? '' : ` (${size} bytes)`}`;
}

const WORDS: Words = {
	write: (v) => `${programKind(v)} may not write ${place(v)}.`,
	'packet-write': (v) =>
		`${programKind(v)} may read packets, not write them. Use a helper that changes the packet, or a type of program that may.`,
	modified: (v) =>
		`${quoted(v, 'variable', 'The context pointer')} was moved, and the kernel accepts the context only as it was passed. Use the unmodified pointer.`,
	argument: (v) =>
		`${quoted(v, 'target', 'The attach target')} has no such argument (${place(v)}). Declare the program with the target’s own parameters.`,
	default: (v) => `${programKind(v)} may not access ${place(v)}${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
};

export const contextAccess: Rule = {
	id: 'context-access',
	summary: 'The context is read or written at a place or in a size that the program type does not allow.',
	category: 'Memory Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
