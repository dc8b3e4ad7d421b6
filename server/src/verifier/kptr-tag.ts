// What a release reads in the type tag of a kptr field. Linux 6.4 gave the tags other names: `__kptr_ref` became `__kptr`, and `__kptr`, until then
// a pointer without a reference, became `__kptr_untrusted`. To a release that does not know a tag the field is a plain number.
import type { CType } from '../btf/ctype.js';
import type { Range } from '../flow/ir.js';
import { AS_MEANT, type KptrKind, macroFor, type TagReading, tagHistory, tagReading } from '../kernel/kptr-tags.js';
import type { Machine } from './machine.js';
import { isKptr, type SpecialField, specialAt, specialFields } from './records.js';
import type { Report } from './reporter.js';
import type { State } from './state.js';
import type { Value } from './value.js';

export function readingOf(machine: Machine): TagReading {
	return tagReading(machine.catalog.release);
}

/** The objection of a release to the tag of a field that is to hold a reference; the field is taken as meant from there on. */
export function tagObjection(machine: Machine, type: CType | undefined, field: SpecialField): Omit<Report, 'at'> | undefined {
	if (field.tag === undefined || !isKptr(field) || field.kind === 'kptr_untrusted') return undefined;
	if (readingOf(machine).kinds.get(field.tag) === 'kptr_untrusted')
		return {
			rule: 'kptr-tag',
			variant: 'unreferenced',
			verifier: `off=${field.offset} kptr isn't referenced kptr`,
			facts: { tag: '__kptr', replacement: '__kptr_ref', field: field.name },
		};
	const culprit = culpritOf(machine, type, field);
	return culprit && unknownTag(machine, culprit, 'R1 has no valid kptr');
}

/** The field whose tag keeps the release from seeing this one: itself, or one beside it. */
function culpritOf(machine: Machine, type: CType | undefined, field: SpecialField): SpecialField | undefined {
	const reading = readingOf(machine);
	const isUnknown = (each: SpecialField): boolean => each.tag !== undefined && reading.unknown.has(each.tag);
	if (isUnknown(field)) return field;
	return specialAt(type, field.offset, field.size, reading) ? undefined : specialFields(type, AS_MEANT).find(isUnknown);
}

/**
 * Reports the use of a number that was read from a field whose tag the release does not know, as the pointer that it was meant to be.
 *
 * @param verifier what the kernel says of the use.
 * @returns whether `value` is such a number.
 */
export function reportMistagged(machine: Machine, state: State, value: Value, at: Range, verifier: string): boolean {
	if (value.kind !== 'scalar' || !value.mistagged) return false;
	machine.reporter.report(state, { ...unknownTag(machine, value.mistagged, verifier), at: machine.place(state, at) });
	return true;
}

/** The field whose tag makes a plain number of a kptr that the text means at this place. */
export function mistaggedAt(machine: Machine, type: CType | undefined, offset: number, size: number): SpecialField | undefined {
	const field = specialAt(type, offset, size, AS_MEANT);
	return field?.tag === undefined ? undefined : culpritOf(machine, type, field);
}

function unknownTag(machine: Machine, field: SpecialField, verifier: string): Omit<Report, 'at'> {
	const known = tagHistory(field.tag!)!;
	const replacement = macroFor(field.kind as KptrKind, machine.catalog.release);
	return {
		rule: 'kptr-tag',
		variant: known.until === undefined ? 'unknown' : 'renamed',
		verifier,
		facts: {
			tag: known.macro,
			field: field.name,
			...(replacement === undefined ? {} : { replacement }),
			release: known.until ?? known.from,
		},
	};
}
