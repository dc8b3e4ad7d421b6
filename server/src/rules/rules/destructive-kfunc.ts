// destructive-kfunc: a kfunc is called that can bring the machine down.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee } from '../words.js';

const WORDS: Words = {
	default: (v) =>
		`${callee(v)} is destructive: it may stop the machine or lose data, and only a process with CAP_SYS_BOOT may load a program that calls it.`,
};

export const destructiveKfunc: Rule = {
	id: 'destructive-kfunc',
	summary: 'A kfunc is called that the kernel marks as destructive.',
	category: 'Policy',
	severity: 'info',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
