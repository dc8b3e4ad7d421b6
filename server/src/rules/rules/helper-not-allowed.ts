// helper-not-allowed: this type of program may not call this helper, or not on this type of map.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact, programKind, quoted } from '../words.js';

const WORDS: Words = {
	license: (v) =>
		`${callee(v)} may be called only by programs under a GPL-compatible licence. Declare one: \`char _license[] SEC("license") = "GPL";\`.`,
	unknown: (v) => `${callee(v)} does not exist in the target kernel release${v.facts.reason ? ` (${v.facts.reason})` : ''}.`,
	'map-type': (v) =>
		`${callee(v)} does not work on ${quoted(v, 'map', 'this map')}, a map of type ${quoted(v, 'type', 'another kind')}.${fact(v, 'expected') ? ` It takes one of type ${fact(v, 'expected')}.` : ' Use a helper that is made for such maps.'}`,
	default: (v) =>
		`The kernel does not offer ${callee(v)} to ${programKind(v)}.${fact(v, 'replacement') ? ` Use \`${fact(v, 'replacement')}\` instead.` : ' Call it from a program type that has it, or use what this type offers.'}`,
};

export const helperNotAllowed: Rule = {
	id: 'helper-not-allowed',
	summary: 'A helper is called from a type of program, or on a type of map, that the kernel does not offer it to.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
