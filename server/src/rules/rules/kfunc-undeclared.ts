// kfunc-undeclared: a kfunc is called that nothing declares.
import { declareMissing } from '../fix/declare.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { callee, fact } from '../words.js';

const WORDS: Words = {
	default: (v) =>
		`${callee(v)} is a kfunc, but nothing declares it here, so the file does not compile. Declare it \`extern\` with \`__ksym\`, or include a vmlinux.h that does.`,
};

export const kfuncUndeclared: Rule = {
	id: 'kfunc-undeclared',
	summary: 'A kfunc is called without a declaration.',
	category: 'Program Structure',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) => {
		const name = fact(violation, 'callee');
		const edits = name === undefined ? undefined : declareMissing([name], violation.at.slice, context);
		return edits && edits.length > 0 ? [{ title: `Declare ${name}()`, edits }] : [];
	},
};
