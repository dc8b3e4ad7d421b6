// kfunc-unavailable: the target release does not have this kfunc yet.
import { guardCall } from '../fix/guard.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact } from '../words.js';

const GUARD = 'Declare it `__weak` and call it only where `bpf_ksym_exists()` finds it.';
const GUARD_ONLY = 'Call it only where `bpf_ksym_exists()` finds it.';

const WORDS: Words = {
	since: (v) => `${callee(v)} comes with Linux ${fact(v, 'since') ?? 'a later release'}: the target does not have it yet. ${repair(v)}`,
	'at-latest': (v) =>
		`${callee(v)} is not in the target kernel: Linux ${fact(v, 'since') ?? 'a later release'} is the first that is known to have it. ${repair(v)}`,
	default: (v) => `The target kernel has no ${callee(v)}. ${repair(v)}`,
};

function repair(v: Parameters<Words['default']>[0]): string {
	return fact(v, 'weak') === undefined ? GUARD : GUARD_ONLY;
}

export const kfuncUnavailable: Rule = {
	id: 'kfunc-unavailable',
	summary: 'A kfunc is called that the target kernel release does not have yet.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: guardCall,
};
