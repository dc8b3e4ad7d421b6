// sleepable-call: something that may sleep is called where the program may not.
import { makeSleepable } from '../fix/section.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, programKind } from '../words.js';

const WORDS: Words = {
	callback: (v) => `${callee(v)} may sleep, and this callback runs where nothing may sleep. Move the call out of the callback.`,
	locked: (v) => `${callee(v)} may sleep, and nothing may sleep while a lock is held. Call it after the unlock.`,
	default: (v) =>
		`${callee(v)} may sleep, and ${programKind(v)} may not. Make the program sleepable (a section with \`.s\`) where its hook allows that, or leave the call out.`,
};

export const sleepableCall: Rule = {
	id: 'sleepable-call',
	summary: 'A kfunc or helper that may sleep is called in a program or place that must not sleep.',
	category: 'Execution Context Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) =>
		violation.variant === 'callback' || violation.variant === 'locked' ? [] : makeSleepable(violation, context),
};
