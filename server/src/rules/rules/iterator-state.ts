// iterator-state: an open-coded iterator is created once, advanced while it lives, and destroyed once.
import { wrapInReadSection } from '../fix/read-section.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, quoted } from '../words.js';

const WORDS: Words = {
	uninitialised: (v) =>
		`${quoted(v, 'variable', 'The iterator')} is not initialised here, and ${callee(v)} needs one that is. Create it first, on every path; \`bpf_for\` and \`bpf_for_each\` do it for you.`,
	initialised: (v) =>
		`${quoted(v, 'variable', 'The iterator')} is still in use here, and ${callee(v)} would set it up anew. Destroy it first, or use another variable.`,
	'not-stack': (v) =>
		`${callee(v)} needs an iterator in a local variable of the program, and ${quoted(v, 'variable', 'this')} is none. Declare it in the function.`,
	leaked: (v) =>
		`This path leaves while ${quoted(v, 'variable', 'the iterator')} is not destroyed. Destroy it on every path; \`bpf_for\` and \`bpf_for_each\` do it for you.`,
	protected: (v) =>
		`${callee(v)} works only inside an RCU read section. Open one with \`bpf_rcu_read_lock()\` before the iterator is created, and close it after it is destroyed.`,
	default: (v) =>
		`${quoted(v, 'variable', 'The iterator')} is not in the state that ${callee(v)} needs${v.facts.reason ? `: ${v.facts.reason}` : ''}. An iterator is created once, advanced, and destroyed once; its memory is never touched directly.`,
};

export const iteratorState: Rule = {
	id: 'iterator-state',
	summary: 'An open-coded iterator is used before it was created, after it was destroyed, or never destroyed.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) => (violation.variant === 'protected' ? wrapInReadSection(violation, context) : []),
};
