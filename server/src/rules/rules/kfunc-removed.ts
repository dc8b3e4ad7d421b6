// kfunc-removed: the target release no longer has this kfunc.

import type { Violation } from '../../verifier/violation.js';
import { modernCall } from '../fix/kptr-get.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact } from '../words.js';

/** The catalog names a function or says a sentence; both end up as one sentence. */
function instead(violation: Violation): string {
	const replacement = fact(violation, 'replacement');
	if (replacement === undefined) return 'Remove the call, or guard it with `bpf_ksym_exists()` and declare it `__weak`.';
	return /^\w+$/.test(replacement) ? `Use \`${replacement}()\` instead.` : `Instead: ${replacement.replace(/\.?$/, '.')}`;
}

const WORDS: Words = {
	default: (v) => {
		const release = fact(v, 'release');
		return `${callee(v)} is gone from the kernel${release ? ` since ${release}` : ''}, so the program cannot be loaded. ${instead(v)}`;
	},
};

export const kfuncRemoved: Rule = {
	id: 'kfunc-removed',
	summary: 'A kfunc is called that the target kernel release no longer has.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: modernCall,
};
