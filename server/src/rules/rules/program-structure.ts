// program-structure: limits on the shape of a program: frames, recursion, tags, return values, types of maps.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, programKind, quoted } from '../words.js';

const WORDS: Words = {
	frames: () => 'Calls are nested more than 8 deep here, which is the verifier’s limit. Flatten the chain of calls, or inline one of them.',
	recursion: (v) => `${callee(v)} calls itself, directly or through others, which BPF does not allow. Write it as a loop.`,
	'return-range': (v) =>
		`${programKind(v)} may return only ${quoted(v, 'expected', 'certain values')}${v.facts.actual === undefined ? '' : `, and here it may return \`${v.facts.actual}\``}. Return one of those.`,
	'static-tag': (v) =>
		`The tag on ${quoted(v, 'parameter', 'this parameter')} works only on global functions; a static one is verified with its caller’s values. Drop the tag, or drop \`static\`.`,
	'global-argument': (v) =>
		`${callee(v)} is a global function and is verified by its declared parameters, so ${quoted(v, 'variable', 'this argument')} does not fit. Make it static, or tag the parameter (\`__arg_trusted\`, \`__arg_nonnull\`, \`__arg_ctx\`).`,
	'invalid-tag': (v) =>
		`The tag on ${quoted(v, 'parameter', 'this parameter')} does not fit its type${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
	'sleepable-map': (v) =>
		`A program that may sleep cannot use ${quoted(v, 'map', 'this map')}, which is of type ${quoted(v, 'type', 'another')}: the kernel allows it arrays, hashes, ring buffers and local storage. Use one of those, or a section that does not sleep.`,
	default: (v) => `The kernel does not accept this program’s shape${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
};

export const programStructure: Rule = {
	id: 'program-structure',
	summary: 'The program breaks a limit of its shape: nested calls, recursion, return values, argument tags, types of maps.',
	category: 'Program Structure',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
