// What a release reads in the type tag of a kptr field. Linux 6.4 gave the tags other names: `__kptr_ref` became `__kptr`, and `__kptr`, until then
// a pointer without a reference, became `__kptr_untrusted`. To a release that does not know a tag the field is a plain number.
import type { CType } from '../btf/ctype.js';
import type { Range } from '../flow/ir.js';
import type { Catalog } from '../kernel/catalog.js';
import { AS_MEANT, type KptrKind, macroFor, type TagReading, tagHistory, tagReading } from '../kernel/kptr-tags.js';
import type { Unit } from '../program/model.js';
import { isKernelTag } from './kernel-types.js';
import type { Machine } from './machine.js';
import { isKptr, isRefused, type SpecialField, specialAt, specialFields } from './records.js';
import type { Report } from './reporter.js';
import type { State } from './state.js';
import type { Value } from './value.js';

const readings = new WeakMap<Unit, { readonly catalog: Catalog; readonly reading: TagReading }>();

/** How the target reads the tags of kptrs, and which structs it can free: one object for a unit and a target. */
export function readingOf({ unit, catalog }: Machine): TagReading {
	let known = readings.get(unit);
	if (known?.catalog !== catalog) {
		const refuses = (struct: string): boolean => isKernelTag(unit, catalog, struct) && !catalog.hasDestructor(struct);
		known = { catalog, reading: { ...tagReading(catalog.release), refuses } };
		readings.set(unit, known);
	}
	return known.reading;
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
	return culprit && blindness(machine, culprit, 'R1 has no valid kptr');
}

/** The field that keeps the release from seeing this one: itself, or one beside it. */
function culpritOf(machine: Machine, type: CType | undefined, field: SpecialField): SpecialField | undefined {
	const reading = readingOf(machine);
	const blinds = ({ tag, pointee }: SpecialField): boolean => {
		if (tag === undefined) return false;
		return reading.unknown.has(tag) || (reading.kinds.get(tag) === 'kptr_ref' && isRefused(reading, pointee));
	};
	if (blinds(field)) return field;
	return specialAt(type, field.offset, field.size, reading) ? undefined : specialFields(type, AS_MEANT).find(blinds);
}

/**
 * Reports the use of a number that was read from a field whose tag the release does not know, as the pointer that it was meant to be.
 *
 * @param verifier what the kernel says of the use.
 * @returns whether `value` is such a number.
 */
export function reportMistagged(machine: Machine, state: State, value: Value, at: Range, verifier: string): boolean {
	if (value.kind !== 'scalar' || !value.mistagged) return false;
	machine.reporter.report(state, { ...blindness(machine, value.mistagged, verifier), at: machine.place(state, at) });
	return true;
}

/** The field whose tag makes a plain number of a kptr that the text means at this place. */
export function mistaggedAt(machine: Machine, type: CType | undefined, offset: number, size: number): SpecialField | undefined {
	const field = specialAt(type, offset, size, AS_MEANT);
	return field?.tag === undefined ? undefined : culpritOf(machine, type, field);
}

/** Why the release sees no kptr in a field. */
function blindness(machine: Machine, field: SpecialField, verifier: string): Omit<Report, 'at'> {
	if (!readingOf(machine).unknown.has(field.tag!))
		return { rule: 'kptr-access', variant: 'no-destructor', verifier, facts: { field: field.name, struct: field.pointee?.tag ?? '' } };
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
