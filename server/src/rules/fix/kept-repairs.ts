// Repairs that outlive edits elsewhere. A proof rests on the programs that reach what was tried, and on what stands around all programs: where that is the
// same text again, so is the proof. What is kept is never needed for a right answer.
import type { Catalog } from '../../kernel/catalog.js';
import type { Place, Unit } from '../../program/model.js';
import type { Violation } from '../../verifier/violation.js';
import type { Fix, TextEdit } from '../finding.js';
import { reachedFunctions } from '../reachable.js';
import type { Fingerprint } from '../reuse.js';
import { topLevelItems } from '../top-level-items.js';
import type { Layout } from './layout.js';
import type { Proof } from './prove.js';

/** Findings whose repairs are kept, of all files and releases together: those of a few files that are being mended. */
const MOST_KEPT = 500;

/** What an analysis shows of its text. */
export interface Ground {
	readonly unit: Unit;
	readonly catalog: Catalog;
	readonly layout: Layout;
	readonly fingerprint: Fingerprint;
}

/** The text that one top-level item takes, from the end of the one before to its own. */
interface Region {
	readonly start: number;
	readonly end: number;
	readonly text: string;
	/** How many before it have the same text. */
	readonly twins: number;
}

/** An edit by the region that holds it. */
interface KeptEdit {
	readonly region: Pick<Region, 'text' | 'twins'>;
	/** Offsets from the region's start. */
	readonly start: number;
	readonly end: number;
	readonly newText: string;
}

interface Kept {
	readonly catalog: Catalog;
	/** How the file is laid out, which repairs follow. */
	readonly style: string;
	readonly surroundings: Fingerprint['surroundings'];
	/** The functions that the trials changed; undefined where they changed what is around functions. */
	readonly functions: ReadonlySet<string> | undefined;
	/** The programs that can tell, each with its text. */
	readonly programs: string;
	readonly fixes: readonly (Omit<Fix, 'edits'> & { readonly edits: readonly KeptEdit[] })[];
}

/** The repairs of findings by what their proofs rest on. */
export class KeptRepairs {
	private readonly kept = new Map<string, Kept>();

	/** Forgets all of them. */
	clear(): void {
		this.kept.clear();
	}

	/**
	 * Remembers what was proven of a violation.
	 *
	 * @param file Names the file and all that the analysis depends on beside texts.
	 * @param mendsDeclarations The repairs change what stands around functions in a way that matters to programs.
	 */
	keep(file: string, violation: Violation, ground: Ground, proof: Proof, mendsDeclarations: boolean): void {
		const functions = mendsDeclarations ? undefined : touchedFunctions(proof.tried, ground);
		const regions = regionsOf(ground);
		const fixes = proof.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => keptEdit(edit, regions)) }));
		if (fixes.some(({ edits }) => edits.includes(undefined))) return;
		const key = keyOf(file, violation);
		this.kept.delete(key);
		if (this.kept.size >= MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
		this.kept.set(key, {
			catalog: ground.catalog,
			style: styleOf(ground.layout),
			surroundings: ground.fingerprint.surroundings,
			functions,
			programs: programsThatTell(functions, violation, ground),
			fixes: fixes as Kept['fixes'],
		});
	}

	/** The repairs of a violation where what they rest on is as it was, in the places of the text as it is now. */
	find(file: string, violation: Violation, ground: Ground): readonly Fix[] | undefined {
		const kept = this.kept.get(keyOf(file, violation));
		if (!kept || kept.catalog !== ground.catalog || kept.style !== styleOf(ground.layout)) return undefined;
		if (!ground.fingerprint.isAmong(kept.surroundings)) return undefined;
		if (kept.programs !== programsThatTell(kept.functions, violation, ground)) return undefined;
		const regions = new Map(regionsOf(ground).map((region) => [`${region.twins} ${region.text}`, region]));
		const fixes: Fix[] = [];
		for (const fix of kept.fixes) {
			const edits: TextEdit[] = [];
			for (const { region, start, end, newText } of fix.edits) {
				const now = regions.get(`${region.twins} ${region.text}`);
				if (!now) return undefined;
				edits.push({ start: now.start + start, end: now.start + end, newText });
			}
			fixes.push({ ...fix, edits });
		}
		return fixes;
	}
}

/** Names a violation among all that programs of the same text can have. */
function keyOf(file: string, violation: Violation): string {
	const { rule, variant, program, at, facts, verifier, reference, path, leaks, callStack } = violation;
	const place = ({ slice, first, last }: Place): string => `${slice.names.join()}:${first}:${last}`;
	const places = [at, ...path.map((step) => step.place), ...(leaks ?? []), ...(callStack ?? [])].map(place);
	const held = reference && [reference.number, reference.by, place(reference.acquired), reference.heldBy, reference.maybeNull];
	return JSON.stringify([file, rule, variant, program.name, verifier, facts, held, places]);
}

/** The functions whose text the edits change. Undefined where one changes a declaration that is no function; a new one between two items changes none. */
function touchedFunctions(edits: readonly TextEdit[], ground: Ground): ReadonlySet<string> | undefined {
	const names = new Set<string>();
	for (const { start, end } of edits) {
		const touched = topLevelItems(ground).filter((item) => item.start <= end && start <= item.end);
		for (const item of touched) {
			const functions = ground.unit.functions.filter(({ slice }) => item.slices.includes(slice));
			// A new declaration beside another one changes neither that nor any function.
			if (functions.length === 0 && start < item.end && item.start < end) return undefined;
			for (const { name } of functions) names.add(name);
		}
	}
	return names;
}

/** The texts of the programs that reach one of the functions, and of the violation's own: of all programs without functions. */
function programsThatTell(functions: ReadonlySet<string> | undefined, { program: own }: Violation, { unit, fingerprint }: Ground): string {
	const reached = reachedFunctions(unit);
	const tell = unit.programs.filter(
		({ name }) => !functions || name === own.name || [...functions].some((one) => reached.get(name)?.has(one)),
	);
	return JSON.stringify(tell.map(({ name }) => [name, fingerprint.textOf(name)]));
}

function styleOf({ newline, step, braceOnOwnLine }: Layout): string {
	return JSON.stringify([newline, step, braceOnOwnLine]);
}

function regionsOf(ground: Ground): Region[] {
	const { text } = ground.layout;
	const ends = topLevelItems(ground).map(({ end }) => end);
	const twins = new Map<string, number>();
	let start = 0;
	return [...ends, text.length].map((end) => {
		const own = text.slice(start, end);
		const region = { start, end, text: own, twins: twins.get(own) ?? 0 };
		twins.set(own, region.twins + 1);
		start = end;
		return region;
	});
}

/** The edit in its region; undefined where it reaches over two. */
function keptEdit({ start, end, newText }: TextEdit, regions: readonly Region[]): KeptEdit | undefined {
	const region = regions.find((one) => start >= one.start && end <= one.end);
	return region && { region, start: start - region.start, end: end - region.start, newText };
}
