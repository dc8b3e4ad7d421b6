// kptr-tag: the tag on a map value's pointer means something else, or nothing, in the target release.
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate, FixContext } from '../fix/context.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { fact, quoted } from '../words.js';

const WORDS: Words = {
	unreferenced: (v) =>
		`Before Linux 6.4 \`__kptr\` marks a pointer without a reference: ${quoted(v, 'field', 'the field')} owns nothing there. A referenced one is marked \`__kptr_ref\`.`,
	unknown: (v) =>
		`Linux before 6.4 does not know ${quoted(v, 'tag', 'this tag')}: ${quoted(v, 'field', 'the field')} is a plain number to the verifier there. A pointer without a reference is marked \`__kptr\`.`,
	default: (v) =>
		`Linux 6.4 renamed ${quoted(v, 'tag', 'this tag')} to ${quoted(v, 'replacement', 'another tag')}: ${quoted(v, 'field', 'the field')} is a plain number to the verifier now.`,
};

/** The tag that the release knows in the place of the one that is written. */
function retag(violation: Violation, { layout }: FixContext): FixCandidate[] {
	const replacement = fact(violation, 'replacement');
	const token = violation.at.slice.tokens[violation.at.first];
	const span = token && layout.seen(token);
	if (replacement === undefined || !span) return [];
	return [{ title: `Write ${replacement}`, edits: [{ start: span.start, end: span.end, newText: replacement }] }];
}

export const kptrTag: Rule = {
	id: 'kptr-tag',
	summary: 'A pointer in a map value is tagged by a word that the target kernel release does not read so.',
	category: 'Register Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: retag,
};
