// exception-context: bpf_throw() and exception callbacks, and where they may stand.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee } from '../words.js';

const WORDS: Words = {
	callback: () =>
		'`bpf_throw()` may not be called in this callback: the frames above it could not be unwound. Report the error through a variable and throw after the callback returned.',
	locked: () => '`bpf_throw()` leaves the program at once, and a lock or section is still held here. Drop it before throwing.',
	multiple: () => 'A program may have one exception callback. Keep one `__exception_cb()` tag.',
	'return-range': () =>
		'What the program would return after this exception is outside of the values that its type allows. Throw a value in that range, or set it in the exception callback.',
	default: (v) => `${callee(v, 'Throwing')} is not allowed here${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
};

export const exceptionContext: Rule = {
	id: 'exception-context',
	summary: 'An exception is thrown, or an exception callback declared, where the kernel does not allow it.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
