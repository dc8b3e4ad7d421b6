// possibly-null-argument: a pointer that may be NULL is passed where the kernel requires a valid one.

import type { Violation } from '../../verifier/violation.js';
import { nullChecks } from '../fix/null-check.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, fact, functionName, subject } from '../words.js';

/** Where the value came from, when the facts tell: " (`bpf_task_from_pid()` may return NULL)". */
function origin(violation: Violation): string {
	const by = violation.reference?.by;
	if (by) return ` (${functionName(by)} may return NULL)`;
	const field = fact(violation, 'field');
	return field === undefined ? '' : ` (\`${field}\` may hold NULL)`;
}

const WORDS: Words = {
	constant: (v) => `NULL is passed as ${argument(v)}, which needs a valid object. Pass the object, or leave the call out.`,
	helper: (v) =>
		`${subject(v)} may be NULL here${origin(v)}, and the kernel accepts only a valid pointer as ${argument(v)}. Check it for NULL before the call.`,
	default: (v) => `${subject(v)} may be NULL here${origin(v)}, and ${argument(v)} must not be. Check it for NULL before the call.`,
};

export const possiblyNullArgument: Rule = {
	id: 'possibly-null-argument',
	summary: 'A pointer that may be NULL is passed to a kfunc or helper that requires a valid one.',
	category: 'Call Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) => (violation.variant === 'constant' ? [] : nullChecks(violation, context)),
};
