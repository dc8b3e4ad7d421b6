// kfunc-not-allowed: this type of program may not call this kfunc.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact, programKind } from '../words.js';

const WORDS: Words = {
	filter: (v) =>
		`${callee(v)} is not open to ${programKind(v)}: the kernel filters its callers further${v.facts.reason ? ` (${v.facts.reason})` : ''}. Call it from a program for which the filter is open.`,
	destructive: (v) => `${callee(v)} is destructive: only a process with CAP_SYS_BOOT may load a program that calls it.`,
	protected: (v) =>
		`${callee(v)} must be called inside an RCU read section. Put \`bpf_rcu_read_lock()\` before it and \`bpf_rcu_read_unlock()\` after the last use of its result.`,
	member: (v) =>
		`${callee(v)} may not be called from \`${fact(v, 'member')}\`: the kernel lets it be called only from ${fact(v, 'allowed')}, and looks at that when the program is loaded.`,
	default: (v) => {
		const allowed = fact(v, 'allowed') ?? fact(v, 'expected');
		return `${callee(v)} is not registered for ${programKind(v)}, so the kernel refuses the call.${allowed ? ` It may be called from: ${allowed}.` : ' Move the call into a program of a type that may make it.'}`;
	},
};

export const kfuncNotAllowed: Rule = {
	id: 'kfunc-not-allowed',
	summary: 'A kfunc is called from a type of program for which the kernel has not registered it.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
