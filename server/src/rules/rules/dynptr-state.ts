// dynptr-state: a dynptr is initialised once, used while it lives, and (for ring buffers) submitted or discarded once.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, callee, quoted } from '../words.js';

const WORDS: Words = {
	uninitialised: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} is not initialised here (or was already submitted or discarded), so it cannot be ${argument(v)}. Initialise it first, and use it before it is given away.`,
	initialised: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} is already initialised, and ${callee(v)} would overwrite it. Use another variable, or give it back first.`,
	overwritten: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} holds a ring buffer record and is overwritten, so the record could never be given back. Submit or discard it first.`,
	unowned: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} belongs to whoever passed it in, so it cannot be submitted or discarded here. Leave that to its owner.`,
	unacquired: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} holds no ring buffer record that could be given back by ${callee(v)}. Reserve one first.`,
	leaked: (v) =>
		`This path leaves while ${quoted(v, 'variable', 'the dynptr')} still holds a ring buffer record. Submit or discard it on every path, also where the reservation failed.`,
	slice: (v) =>
		`${quoted(v, 'variable', 'This slice')} was taken from a dynptr that is no longer valid. Take the slice again after the change.`,
	type: (v) => `${quoted(v, 'variable', 'This dynptr')} is of another kind than ${argument(v)} needs.`,
	'read-only': (v) => `${quoted(v, 'variable', 'This dynptr')} is read-only here, and ${callee(v)} would write to it.`,
	'not-stack': (v) => `${quoted(v, 'variable', 'This')} is no local variable, and a dynptr can only be made on the program’s own stack.`,
	access: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} must not be read or written directly: its bytes belong to the verifier. Go through \`bpf_dynptr_read()\`, \`bpf_dynptr_write()\` or a slice.`,
	default: (v) =>
		`${quoted(v, 'variable', 'The dynptr')} is not in the state that ${callee(v)} needs${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
};

export const dynptrState: Rule = {
	id: 'dynptr-state',
	summary: 'A dynptr is used before it was initialised, after it was given back, overwritten, or never given back.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
