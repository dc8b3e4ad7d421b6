// callback-context: callbacks run in a restricted state, and return only certain values.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, quoted } from '../words.js';

const WORDS: Words = {
	return: (v) =>
		`A callback of ${callee(v)} may return only ${quoted(v, 'expected', 'certain values')}${v.facts.actual === undefined ? '' : `, and this one may return \`${v.facts.actual}\``}. Return one of those.`,
	call: (v) =>
		`${callee(v)} may not be called from this callback${v.facts.reason ? `: ${v.facts.reason}` : ''}. Make the call outside of it.`,
	type: (v) => `This function cannot serve as the callback of ${callee(v)}: its parameters or its result are of the wrong type.`,
	'release-of-caller': (v) =>
		`${quoted(v, 'variable', 'A reference')} was acquired outside of the callback, which may run any number of times, so it cannot be released inside. Release it where it was acquired.`,
	default: (v) =>
		`This is not allowed in a callback${v.facts.reason ? `: ${v.facts.reason}` : ''}. A callback may run any number of times, or never, in the state that the kernel gives it.`,
};

export const callbackContext: Rule = {
	id: 'callback-context',
	summary: 'A callback does something, or returns something, that the kernel does not allow in it.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
