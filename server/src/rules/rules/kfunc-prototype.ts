// kfunc-prototype: a kfunc is declared otherwise than the kernel has it.
import { redeclareKfunc } from '../fix/declare-anew.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, quoted } from '../words.js';

const WORDS: Words = {
	weak: (v) =>
		`The declaration of ${callee(v)} does not fit the target kernel's function, so the loader takes the weak one as missing and the call cannot be made. The kernel has ${quoted(v, 'expected', 'another prototype')}.`,
	default: (v) =>
		`${callee(v)} is declared otherwise than the target kernel has it, so the loader refuses the object. The kernel has ${quoted(v, 'expected', 'another prototype')}.`,
};

export const kfuncPrototype: Rule = {
	id: 'kfunc-prototype',
	summary: 'A kfunc is declared with a prototype that does not fit the kernel’s.',
	category: 'Call Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: redeclareKfunc,
};
