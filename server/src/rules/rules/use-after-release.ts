// use-after-release: an object is used, or released again, after the program gave it back.

import type { Violation } from '../../verifier/violation.js';
import { dropCall, dropEarlierRelease, releaseLater } from '../fix/statements.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, callee, fact, functionName, releaseFunction, subject } from '../words.js';

/** " by `bpf_task_release()`", where it is known which call gave the object back. */
function releasedBy(violation: Violation): string {
	const name = releaseFunction(violation);
	return name === undefined ? '' : ` by ${functionName(name)}`;
}

const WORDS: Words = {
	argument: (v) =>
		`${subject(v)} was already given back${releasedBy(v)}, and every copy of it went with it, so it cannot be ${argument(v)}. Use it before the release.`,
	dereference: (v) =>
		`${subject(v, 'This pointer')} was already given back${releasedBy(v)}; the object may be gone, so it cannot be read any more. Read what you need before the release.`,
	'double-release': (v) =>
		`${subject(v, 'This object')} was already given back${releasedBy(v)}; ${callee(v, 'this call')} would release it twice. Drop one of the two calls.`,
	default: (v) => `${subject(v, 'This object')} is used after it was given back${releasedBy(v)}. Move the use before the release.`,
};

export const useAfterRelease: Rule = {
	id: 'use-after-release',
	summary: 'A kernel object is used or released again after its reference was given back.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		const called = fact(violation, 'callee') ?? '';
		const again = context.catalog.kfunc(called)?.flags.includes('KF_RELEASE') ?? false;
		const drop = dropCall(violation, 'Drop the second release', context);
		if (violation.variant === 'double-release' || again)
			return [...drop, ...dropEarlierRelease(violation, 'Drop the first release', context)];
		return [...releaseLater(violation, 'Release it after this use', context), ...(violation.variant === 'argument' ? drop : [])];
	},
};
