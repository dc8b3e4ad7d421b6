// type-mismatch: a pointer to one kernel type is passed where another one is expected.
import type { Violation } from '../../verifier/violation.js';
import { releaseByItsType } from '../fix/other-callee.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, fact, structTag, subject } from '../words.js';

function expected(violation: Violation): string {
	const tag = fact(violation, 'expected') ?? fact(violation, 'struct');
	return tag === undefined ? 'another type' : structTag(tag);
}
function actual(violation: Violation): string {
	const tag = fact(violation, 'actual');
	return tag === undefined ? 'something else' : structTag(tag);
}

const WORDS: Words = {
	init: (v) =>
		`${subject(v)} is ${actual(v)}, and ${argument(v)} expects ${expected(v)}: an object that is still being set up and one that is in use are different types. Finish the set-up first, and use the pointer that it returns.`,
	local: (v) =>
		`${subject(v)} was allocated by this program (${actual(v)}), and ${argument(v)} expects the kernel’s own ${expected(v)}. Pass an object of the kernel’s.`,
	default: (v) =>
		`${subject(v)} points to ${actual(v)}, and ${argument(v)} expects ${expected(v)}; a cast does not change what the verifier knows. Pass an object of the expected type.`,
};

export const typeMismatch: Rule = {
	id: 'type-mismatch',
	summary: 'A pointer to one kernel type is passed where the kernel expects another.',
	category: 'Call Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: releaseByItsType,
};
