// kptr-tag: the tag on a map value's pointer means something else, or nothing, in the target release.
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate, FixContext } from '../fix/context.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { fact, quoted } from '../words.js';

const WORDS: Words = {
	unreferenced: (v) =>
		`Before Linux 6.4 ${quoted(v, 'tag', 'this tag')} marks a pointer without a reference: ${quoted(v, 'field', 'the field')} owns nothing there. One that does is marked ${quoted(v, 'replacement', 'by another tag')}.`,
	unknown: (v) =>
		`${quoted(v, 'tag', 'This tag')} comes with Linux ${fact(v, 'release') ?? 'a later release'}: ${numberWords(v)}.${fact(v, 'replacement') === undefined ? '' : ` Before that such a pointer is marked ${quoted(v, 'replacement', '')}.`}`,
	default: (v) =>
		`Linux ${fact(v, 'release') ?? '6.4'} renamed ${quoted(v, 'tag', 'this tag')} to ${quoted(v, 'replacement', 'another tag')}: ${numberWords(v)}.`,
};

function numberWords(v: Violation): string {
	return `${quoted(v, 'field', 'the field')} is a plain number to the target's verifier`;
}

/** The tag that the release knows, where the file itself writes the other one in front of the field's name. */
function retag(violation: Violation, { layout, unit }: FixContext): FixCandidate[] {
	const tag = fact(violation, 'tag');
	const replacement = fact(violation, 'replacement');
	const field = fact(violation, 'field');
	if (tag === undefined || replacement === undefined || field === undefined) return [];
	for (const { tokens } of unit.translation.mainSlices)
		for (let at = 0; at < tokens.length; at++) {
			if (tokens[at]!.text !== field || tokens[at + 1]?.text !== ';') continue;
			const name = layout.spelled(tokens[at]!);
			if (!name) continue;
			// The tag is an attribute, which is no token of the declaration: what is written in front of the name counts.
			const before = /[^;{}]*$/.exec(layout.text.slice(0, name.start))![0];
			const written = before.search(new RegExp(`\\b${tag}\\b`));
			if (written < 0) continue;
			const start = name.start - before.length + written;
			return [{ title: `Write ${replacement}`, edits: [{ start, end: start + tag.length, newText: replacement }] }];
		}
	return [];
}

export const kptrTag: Rule = {
	id: 'kptr-tag',
	summary: 'A pointer in a map value is tagged by a word that the target kernel release does not read so.',
	category: 'Register Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	mendsDeclarations: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: retag,
};
