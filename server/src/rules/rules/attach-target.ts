// attach-target: what SEC() names cannot be attached to in the way that it asks for.

import type { Violation } from '../../verifier/violation.js';
import { dropSleepable, watchInstead } from '../fix/section.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { quoted } from '../words.js';

function target(violation: Violation): string {
	const named = violation.program.section.target;
	return quoted(violation, 'target', named ? `\`${named}\`` : 'the target');
}

const WORDS: Words = {
	'not-sleepable': (v) =>
		`${target(v)} does not allow sleepable programs, so the kernel refuses the \`.s\` section. Use the section without \`.s\`, or attach elsewhere.`,
	'not-modifiable': (v) =>
		`${target(v)} does not let a program change its return value. \`fmod_ret\` needs a function that is marked for error injection, or a security hook; use \`fentry\` or \`fexit\` to watch it.`,
	'unknown-target': (v) => `The kernel knows no ${target(v)} to attach to. Check the name against the target kernel.`,
	default: (v) => `A program of this kind cannot be attached to ${target(v)}${v.facts.reason ? `: ${v.facts.reason}` : ''}.`,
};

export const attachTarget: Rule = {
	id: 'attach-target',
	summary: 'The section names a target that does not exist, may not sleep, or may not be modified.',
	category: 'Program Structure',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		if (violation.variant === 'not-sleepable') return dropSleepable(violation, context);
		return violation.variant === 'not-modifiable' ? watchInstead(violation, context) : [];
	},
};
