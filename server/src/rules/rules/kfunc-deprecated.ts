// kfunc-deprecated: the kernel means to take this kfunc away.
import type { Violation } from '../../verifier/violation.js';
import { callSuccessor } from '../fix/successor.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact, functionName } from '../words.js';

/** The table names one function, or says what to do in words. */
function instead(v: Violation): string {
	const replacement = fact(v, 'replacement');
	if (replacement === undefined) return '';
	return ` Use ${/^\w+$/.test(replacement) ? functionName(replacement) : replacement} instead.`;
}

const WORDS: Words = {
	default: (v) => {
		const from = fact(v, 'from');
		const until = fact(v, 'until');
		const removal = fact(v, 'removal');
		const reason = fact(v, 'reason');
		const end = until ? ` Linux ${until} has it no more.` : removal ? ` Its end is announced for ${removal}.` : '';
		return `${callee(v)} is deprecated${from ? ` since ${from}` : ''}${reason ? `: ${reason}` : ''}.${end}${instead(v)}`;
	},
};

export const kfuncDeprecated: Rule = {
	id: 'kfunc-deprecated',
	summary: 'A kfunc is called that the kernel keeps for older programs only.',
	category: 'Policy',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: callSuccessor,
};
