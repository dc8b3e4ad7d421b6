// Collects violations: each root cause once, however many paths lead to it.
import type { Place, Program } from '../program/model.js';
import { suspect } from './haste.js';
import type { Reference, State } from './state.js';
import { Flag } from './value.js';
import type { ReferenceInfo, RuleId, Violation } from './violation.js';

/** Steps of a path that a violation keeps: the last ones and every acquire, release and lock. */
const PATH_STEPS = 24;

export interface Report {
	readonly rule: RuleId;
	readonly at: Place;
	readonly variant: string;
	readonly verifier: string;
	readonly facts?: Readonly<Record<string, string | number>>;
	readonly reference?: Reference;
	/** For a remark: less than what the rule usually is. */
	readonly level?: 'warning';
}

export class Reporter {
	private readonly found = new Map<string, Violation & { leaks: Place[] }>();
	private readonly noted = new Map<string, Violation>();

	constructor(readonly program: Program) {}

	/** The first objection that rests on something unknown, in the verifier's words. */
	doubted: string | undefined;

	/** Is there a violation? */
	get objects(): boolean {
		return this.found.size > 0;
	}

	get violations(): readonly Violation[] {
		return [...this.found.values()];
	}

	/** What a person should know of a call that the verifier has nothing against. */
	get remarks(): readonly Violation[] {
		return [...this.noted.values()];
	}

	/** Does this one say whatever the other one does? */
	saysAllOf(other: Reporter): boolean {
		if (this.found.size < other.found.size) return false;
		for (const [key, { leaks }] of other.found) {
			const mine = this.found.get(key)?.leaks;
			if (!mine || !leaks.every((place) => mine.some((one) => samePlace(one, place)))) return false;
		}
		for (const key of other.noted.keys()) if (!this.noted.has(key)) return false;
		return true;
	}

	/** Notes a remark, once for its place: it leaves the verdict as it is. */
	remark(state: State, report: Report): void {
		const key = keyOf(report);
		if (this.noted.has(key)) return;
		const calls = state.frames.flatMap((f) => (f.back ? [f.back.call] : []));
		this.noted.set(key, {
			rule: report.rule,
			program: this.program,
			at: report.at,
			verifier: report.verifier,
			variant: report.variant,
			facts: report.facts ?? {},
			...(report.level ? { level: report.level } : {}),
			path: [],
			...(calls.length > 0 ? { callStack: calls } : {}),
		});
	}

	report(state: State, report: Report): void {
		if (state.doubt) {
			this.doubted ??= typeof state.doubt === 'string' ? `${state.doubt} (${report.verifier})` : report.verifier;
			return;
		}
		const key = keyOf(report);
		const known = this.found.get(key);
		if (known) {
			if (report.rule !== 'unreleased-reference' || known.leaks.some((p) => samePlace(p, report.at))) return;
			suspect(state);
			known.leaks.push(report.at);
			return;
		}
		// What was found before rests on no guess, or is suspected by now.
		suspect(state);
		const calls = state.frames.flatMap((f) => (f.back ? [f.back.call] : []));
		let steps = state.steps();
		if (steps.length > PATH_STEPS) {
			const tail = steps.slice(-PATH_STEPS);
			steps = [...steps.slice(0, -PATH_STEPS).filter((s) => s.kind === 'acquire'), ...tail];
		}
		this.found.set(key, {
			rule: report.rule,
			program: this.program,
			at: report.at,
			verifier: report.verifier,
			variant: report.variant,
			facts: report.facts ?? {},
			...(report.reference ? { reference: referenceInfo(state, report.reference) } : {}),
			path: steps,
			leaks: [report.at],
			...(calls.length > 0 ? { callStack: calls } : {}),
		});
	}
}

/** A leak is one problem for its acquire; anything else is one for its place. */
function keyOf(report: Report): string {
	if (report.rule === 'unreleased-reference' && report.reference) return `${report.rule}@${placeKey(report.reference.acquired)}`;
	return `${report.rule}:${report.variant}@${placeKey(report.at)}`;
}
const sliceIds = new WeakMap<object, number>();
let lastSlice = 0;
function placeKey(place: Place): string {
	let id = sliceIds.get(place.slice);
	if (id === undefined) sliceIds.set(place.slice, (id = ++lastSlice));
	return `${id}.${place.first}.${place.last}`;
}
export function samePlace(a: Place, b: Place): boolean {
	return a.slice === b.slice && a.first === b.first && a.last === b.last;
}

/** The reference as people are told of it, with the variable that holds it now. */
export function referenceInfo(state: State, reference: Reference): ReferenceInfo {
	let holder: string | undefined;
	let maybeNull = false;
	for (const frame of [...state.frames].reverse()) {
		for (const [register, value] of frame.registers) {
			if (value.kind !== 'pointer' || value.ref !== reference.id || value.offset !== 0) continue;
			const local = frame.graph.locals.find((l) => l.register === register);
			if (local && !local.name.startsWith('(')) holder ??= local.name;
			if (value.flags & Flag.MaybeNull) maybeNull = true;
		}
		for (const [localId, objectId] of frame.objects) {
			for (const [offset, cell] of state.objects.get(objectId)?.cells ?? []) {
				if (cell.value.kind !== 'pointer' || cell.value.ref !== reference.id || cell.value.offset !== 0) continue;
				const local = frame.graph.locals[localId];
				if (local && !local.name.startsWith('(') && offset === 0) holder ??= local.name;
				if (cell.value.flags & Flag.MaybeNull) maybeNull = true;
			}
		}
	}
	const { holders = [] } = reference;
	// A variable that nothing reads any more is in no register: what it was called in the functions that are still there is known.
	const frame = state.frames.findLast(({ graph }) => holders.some((one) => one.function === graph.function));
	const passed = holders.findLast((one) => one.function === frame?.graph.function);
	const gone = passed ? undefined : holders.at(-1);
	const heldIn = holder === undefined ? gone?.function : undefined;
	holder ??= passed?.name ?? gone?.name ?? reference.holder;
	return {
		number: reference.number,
		by: reference.by,
		acquired: reference.acquired,
		releasedBy: reference.releasedBy,
		...(reference.struct ? { struct: reference.struct } : {}),
		...(holder ? { heldBy: holder } : {}),
		...(heldIn ? { heldIn } : {}),
		...(reference.fromXchg ? { fromXchg: true } : {}),
		...(maybeNull ? { maybeNull: true } : {}),
	};
}
