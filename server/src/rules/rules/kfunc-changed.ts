// kfunc-changed: between the releases of the target, this kfunc is not the same.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact } from '../words.js';

const WORDS: Words = {
	default: (v) => {
		const changes = fact(v, 'changes');
		return `${callee(v)} is not the same in all releases of the target${changes ? `: ${changes}` : ''}. The program must hold for each of them.`;
	},
};

export const kfuncChanged: Rule = {
	id: 'kfunc-changed',
	summary: 'A kfunc is called whose flags or prototype change within the range of releases that the program is for.',
	category: 'Policy',
	severity: 'info',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
