// special-field: locks, timers, list heads and the like in a map value or object belong to the kernel.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, fact, programKind, quoted } from '../words.js';

const WORDS: Words = {
	'not-in-map': (v) =>
		`${argument(v)} must be a field of a map value, and ${quoted(v, 'variable', 'this')} is none. Put the field into the map’s value type.`,
	'wrong-map': (v) =>
		`${quoted(v, 'variable', 'The field')} and the map that is passed do not belong together. Pass the map whose value holds the field.`,
	missing: (v) =>
		`The map’s value has no \`struct ${fact(v, 'expected') ?? 'bpf_timer'}\`, so ${argument(v)} cannot be one. Pass the address of such a field.`,
	offset: (v) =>
		`${quoted(v, 'variable', 'This')} is not the \`struct ${fact(v, 'expected') ?? 'bpf_timer'}\` of the map’s value. Pass the address of that field.`,
	'program-type': (v) =>
		`${programKind(v)} cannot use ${quoted(v, 'map', 'this map')}, since ${quoted(v, 'field', 'a field')} lies in the same map and is not for programs of that type. Keep what this program needs in another map or section.`,
	default: (v) =>
		`${quoted(v, 'field', quoted(v, 'variable', 'This field'))} belongs to the kernel and must not be read or written directly. Use the functions that are made for it.`,
};

export const specialField: Rule = {
	id: 'special-field',
	summary: 'A lock, timer, list head or another field that the kernel manages is touched directly or sits in a wrong place.',
	category: 'Memory Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
