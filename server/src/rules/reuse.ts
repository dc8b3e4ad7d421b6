// What an edit leaves as it was: programs whose text, and everything around them, is the same keep their report, moved to the new unit's places.
import type { Place, Program, Unit } from '../program/model.js';
import type { SourceFile } from '../syntax/token.js';
import type { Slice } from '../syntax/unit.js';
import type { ProgramReport } from '../verifier/verify.js';
import type { ReferenceInfo, Step, Violation } from '../verifier/violation.js';
import { programTexts } from './reachable.js';

/** What stands around the functions of a main file, as text. */
export interface Surroundings {
	readonly text: string;
	readonly headers: readonly SourceFile[];
}

/** One unit as far as the analysis of its programs depends on it. */
export class Fingerprint {
	/** For each slice of the main file, its tokens as text. */
	private readonly texts: readonly string[];
	/** Whatever is no function's body: types, maps, globals, prototypes; and the directives, which also say what headers give. */
	private readonly around: string;
	private readonly programs: ReadonlyMap<string, string>;

	constructor(private readonly unit: Unit) {
		const { mainSlices, main } = unit.translation;
		this.texts = mainSlices.map((slice) => slice.tokens.map((token) => token.text).join(' '));
		const bodies = new Set(unit.functions.map((fn) => fn.slice));
		const outside = this.texts.filter((_, index) => !bodies.has(mainSlices[index]!));
		const directives = main.text.match(/^[ \t]*#(?:.*\\\r?\n)*.*$/gm) ?? [];
		this.around = [...directives, ...outside].join('\n');
		this.programs = programTexts(unit);
	}

	/** Types, maps, globals, directives and headers. */
	get surroundings(): Surroundings {
		const [, ...headers] = this.unit.translation.files;
		return { text: this.around, headers };
	}

	/** What a program's analysis depends on beside its surroundings: the text of the functions that it can reach. */
	textOf(program: string): string | undefined {
		return this.programs.get(program);
	}

	/** Are types, maps, globals, directives and headers the same, so that programs of one text are programs of one meaning? */
	isAmong({ text, headers }: Surroundings): boolean {
		const [, ...mine] = this.unit.translation.files;
		return (
			this.around === text &&
			mine.length === headers.length &&
			mine.every((file, index) => file === headers[index] || (file.path === headers[index]!.path && file.text === headers[index]!.text))
		);
	}

	/** A function that moves places of the earlier unit to this one, or gives undefined for those of slices that are gone. */
	private moves(earlier: Fingerprint): (place: Place) => Place | undefined {
		const now = new Map<string, Slice[]>();
		this.texts.forEach((text, index) => {
			const same = now.get(text);
			if (same) same.push(this.unit.translation.mainSlices[index]!);
			else now.set(text, [this.unit.translation.mainSlices[index]!]);
		});
		const target = new Map<Slice, Slice>();
		const taken = new Map<string, number>();
		earlier.texts.forEach((text, index) => {
			const count = taken.get(text) ?? 0;
			taken.set(text, count + 1);
			const slice = now.get(text)?.[count];
			if (slice) target.set(earlier.unit.translation.mainSlices[index]!, slice);
		});
		return (place) => {
			if (!place.slice.inMain) return place;
			const slice = target.get(place.slice);
			return slice && { ...place, slice };
		};
	}

	/**
	 * For each program of this unit, by name, the report that the earlier unit's analysis gave, where it still holds; with its violations, in this unit's
	 * places. Without `sameAround` the caller vouches that nothing around the programs changed that matters to them.
	 */
	reusable(
		earlier: Fingerprint,
		reports: readonly ProgramReport[],
		violations: readonly Violation[],
		sameAround: boolean,
	): Map<string, { readonly report: ProgramReport; readonly violations: readonly Violation[] }> {
		const kept = new Map<string, { report: ProgramReport; violations: readonly Violation[] }>();
		if (sameAround && !this.isAmong(earlier.surroundings)) return kept;
		const move = this.moves(earlier);
		for (const program of this.unit.programs) {
			const { name } = program;
			const report = reports.find((one) => one.program.name === name);
			if (!report || this.programs.get(name) !== earlier.programs.get(name)) continue;
			const mine = violations.filter((one) => one.program.name === name).map((one) => moved(one, program, move));
			if (mine.every((one) => one !== undefined)) kept.set(name, { report: { ...report, program }, violations: mine as Violation[] });
		}
		return kept;
	}
}

/** The violation in the places of another unit; undefined if one of its places is gone. */
function moved(violation: Violation, program: Program, move: (place: Place) => Place | undefined): Violation | undefined {
	let gone = false;
	const to = (place: Place): Place => {
		const there = move(place);
		if (!there) gone = true;
		return there ?? place;
	};
	const reference: ReferenceInfo | undefined = violation.reference && {
		...violation.reference,
		acquired: to(violation.reference.acquired),
	};
	const path: Step[] = violation.path.map((step) => ({ ...step, place: to(step.place) }));
	const result: Violation = {
		...violation,
		program,
		at: to(violation.at),
		path,
		...(reference ? { reference } : {}),
		...(violation.leaks ? { leaks: violation.leaks.map(to) } : {}),
		...(violation.callStack ? { callStack: violation.callStack.map(to) } : {}),
	};
	return gone ? undefined : result;
}
