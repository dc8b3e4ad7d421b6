// possibly-null-dereference: memory is reached through a pointer that may be NULL.

import type { Violation } from '../../verifier/violation.js';
import { nullChecks } from '../fix/null-check.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { code, fact, functionName, subject } from '../words.js';

/** The function that gave the value, in quotes, or other words. */
function source(violation: Violation, otherwise: string): string {
	const by = violation.reference?.by ?? fact(violation, 'callee');
	return by ? functionName(by) : otherwise;
}

const WORDS: Words = {
	'map-value': (v) => {
		const map = fact(v, 'map');
		return `${subject(v, 'The map value')} may be NULL: the lookup${map ? ` in ${code(map)}` : ''} finds nothing when the key is absent. Check it for NULL before it is used.`;
	},
	memory: (v) =>
		`${subject(v, 'This memory')} may be NULL: ${source(v, 'the call that gave it')} can fail. Check it for NULL before it is used.`,
	socket: (v) => `${subject(v, 'The socket')} may be NULL: ${source(v, 'the lookup')} may find none. Check it for NULL before it is used.`,
	ringbuf: (v) =>
		`${subject(v, 'The record')} may be NULL: the reservation fails when the ring buffer is full. Check it for NULL before it is written.`,
	arithmetic: (v) =>
		`${subject(v, 'This pointer')} may be NULL, and the verifier refuses to add to such a pointer, as \`container_of()\` or the address of a member do. Check it for NULL before, not what is made of it.`,
	certain: (v) =>
		`${subject(v, 'This pointer')} is NULL on this path, and the verifier refuses to follow it. Is a check the wrong way round, or does the way after it lack a \`return\`?`,
	'left-out': (v) =>
		`${subject(v, 'This pointer')} is NULL whenever this is reached, so the compiler takes the access for impossible and leaves it out, together with the check that leads here. Is the check the wrong way round?`,
	'left-open': (v) =>
		`${subject(v, 'This pointer')} is NULL whenever this is reached, so the compiler takes the access for impossible and leaves it out: what is read here is anything. Is the check the wrong way round?`,
	default: (v) =>
		`${subject(v, 'This pointer')} may be NULL here${v.reference?.by ? ` (from ${functionName(v.reference.by)})` : ''}, and the verifier refuses to follow it unchecked. Check it for NULL before it is used, and keep the checked value in a local variable.`,
};

export const possiblyNullDereference: Rule = {
	id: 'possibly-null-dereference',
	summary: 'Memory is read or written through a pointer that may be NULL.',
	category: 'Register Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	// One that is NULL for certain gains nothing by another check.
	fixes: (violation, context) => (['certain', 'left-out', 'left-open'].includes(violation.variant) ? [] : nullChecks(violation, context)),
};
