// What an edit leaves as it was: programs whose text, and everything around them, is the same keep their report, moved to the new unit's places.
import type { Place, Program, Unit } from '../program/model.js';
import { declaresNothing } from '../program/shared-scope.js';
import { beginsLine } from '../syntax/broken.js';
import { type SourceFile, TokenKind } from '../syntax/token.js';
import type { Slice } from '../syntax/unit.js';
import type { ProgramReport } from '../verifier/verify.js';
import type { ReferenceInfo, Step, Violation } from '../verifier/violation.js';
import { mentions, programSlices } from './reachable.js';

const NO_VIOLATIONS: readonly Violation[] = [];

const texts = new WeakMap<Slice, string>();

/** A slice's tokens as text, with what else decides how they are understood: their layout, which tells where a statement lacks its end. */
function textOf(slice: Slice): string {
	let text = texts.get(slice);
	if (text === undefined) {
		text = `${slice.spoiledFrom?.() ?? ''}`;
		let afterWord = false;
		for (const token of slice.tokens) {
			text += `${afterWord && beginsLine(token) ? '\n' : ' '}${token.text}`;
			afterWord = token.kind === TokenKind.Identifier;
		}
		texts.set(slice, text);
	}
	return text;
}

function sayTheSame(mine: readonly Slice[], theirs: readonly Slice[]): boolean {
	if (mine === theirs) return true;
	return mine.length === theirs.length && mine.every((slice, index) => slice === theirs[index] || textOf(slice) === textOf(theirs[index]!));
}

/** What stands around the functions of a main file, as text. */
export interface Surroundings {
	readonly text: string;
	readonly headers: readonly SourceFile[];
}

function sameFiles(mine: readonly SourceFile[], theirs: readonly SourceFile[]): boolean {
	return (
		mine.length === theirs.length &&
		mine.every((file, index) => file === theirs[index] || (file.path === theirs[index]!.path && file.text === theirs[index]!.text))
	);
}

/** One unit as far as the analysis of its programs depends on it. A text that is looked at once is never compared: nothing is worked out before it is. */
export class Fingerprint {
	constructor(private readonly unit: Unit) {}

	private get outside() {
		if (!this.sorted) {
			const bodies = new Set(this.unit.functions.map((fn) => fn.slice));
			const slices = this.unit.translation.mainSlices.filter((slice) => !bodies.has(slice));
			this.sorted = { around: slices.filter((slice) => !declaresNothing(slice)), broken: slices.filter(declaresNothing) };
		}
		return this.sorted;
	}
	private sorted: { readonly around: readonly Slice[]; readonly broken: readonly Slice[] } | undefined;

	/** What is no function's body: types, maps, globals, prototypes. */
	private get around(): readonly Slice[] {
		return this.outside.around;
	}

	/** Text of which nothing is understood but the names that it declares: whatever mentions these is in doubt. */
	private get broken(): readonly Slice[] {
		return this.outside.broken;
	}

	/** They also say what headers give. */
	private get directives(): readonly string[] {
		return (this.listed ??= this.unit.translation.directives);
	}
	private listed: readonly string[] | undefined;

	private get programs(): ReadonlyMap<string, readonly Slice[]> {
		return (this.reached ??= programSlices(this.unit));
	}
	private reached: ReadonlyMap<string, readonly Slice[]> | undefined;

	/** Types, maps, globals, directives and headers. */
	get surroundings(): Surroundings {
		this.written ??= [...this.directives, ...[...this.around, ...this.broken].map(textOf)].join('\n');
		return { text: this.written, headers: this.headers };
	}
	private written: string | undefined;

	private get headers(): readonly SourceFile[] {
		return this.unit.translation.files.slice(1);
	}

	/** What a program's analysis depends on beside its surroundings: the text of the functions that it can reach. */
	textOf(program: string): string | undefined {
		return this.programs.get(program)?.map(textOf).join('\n');
	}

	/** Are types, maps, globals, directives and headers the same, so that programs of one text are programs of one meaning? */
	isAmong({ text, headers }: Surroundings): boolean {
		return this.surroundings.text === text && sameFiles(this.headers, headers);
	}

	/** The same of an earlier unit, up to text of which nothing is understood. What an edit left as it was is not looked at. */
	private sameAround(other: Fingerprint): boolean {
		return (
			sayTheSame(this.around, other.around) &&
			this.directives.length === other.directives.length &&
			this.directives.every((text, index) => text === other.directives[index]) &&
			sameFiles(this.headers, other.headers)
		);
	}

	/** Names that are in doubt in one of the two units and not in the other, or in another way. */
	private doubtsThatDiffer(other: Fingerprint): ReadonlySet<string> {
		const mine = new Set(this.broken.map(textOf));
		const theirs = new Set(other.broken.map(textOf));
		const differing = [
			...this.broken.filter((slice) => !theirs.has(textOf(slice))),
			...other.broken.filter((slice) => !mine.has(textOf(slice))),
		];
		return new Set(differing.flatMap(({ names }) => names));
	}

	/** A function that moves places of the earlier unit to this one, or gives undefined for those of slices that are gone. */
	private moves(earlier: Fingerprint): (place: Place) => Place | undefined {
		let here: Set<Slice> | undefined;
		let target: Map<Slice, Slice> | undefined;
		return (place) => {
			here ??= new Set(this.unit.translation.mainSlices);
			if (!place.slice.inMain || here.has(place.slice)) return place;
			target ??= this.sameTexts(earlier, here);
			const slice = target.get(place.slice);
			return slice && { ...place, slice };
		};
	}

	/** For slices of the earlier unit that are not in this one, those that say the same. */
	private sameTexts(earlier: Fingerprint, here: ReadonlySet<Slice>): Map<Slice, Slice> {
		const before = earlier.unit.translation.mainSlices;
		const there = new Set(before);
		const now = new Map<string, Slice[]>();
		for (const slice of here) {
			if (there.has(slice)) continue;
			const same = now.get(textOf(slice));
			if (same) same.push(slice);
			else now.set(textOf(slice), [slice]);
		}
		const target = new Map<Slice, Slice>();
		for (const slice of before) {
			const same = here.has(slice) ? undefined : now.get(textOf(slice))?.shift();
			if (same) target.set(slice, same);
		}
		return target;
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
		if (sameAround && !this.sameAround(earlier)) return kept;
		const move = this.moves(earlier);
		const doubts = this.doubtsThatDiffer(earlier);
		const before = new Map(reports.map((report) => [report.program.name, report]));
		const found = new Map<string, Violation[]>();
		for (const violation of violations) {
			const same = found.get(violation.program.name);
			if (same) same.push(violation);
			else found.set(violation.program.name, [violation]);
		}
		for (const program of this.unit.programs) {
			const { name } = program;
			const report = before.get(name);
			const slices = this.programs.get(name)!;
			if (!report || !sayTheSame(slices, earlier.programs.get(name) ?? [])) continue;
			if (doubts.size > 0 && slices.some((slice) => mentions(slice, doubts))) continue;
			const mine = found.get(name)?.map((one) => moved(one, program, move)) ?? NO_VIOLATIONS;
			if (mine.some((one) => one === undefined)) continue;
			kept.set(name, { report: report.program === program ? report : { ...report, program }, violations: mine as Violation[] });
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
