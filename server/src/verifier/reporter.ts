// Collects violations: each root cause once, however many paths lead to it.
import type { FlowGraph } from '../flow/ir.js';
import type { Place, Program } from '../program/model.js';
import { suspect } from './haste.js';
import type { Reference, State } from './state.js';
import { Flag, type Value } from './value.js';
import type { ReferenceInfo, RuleId, Step, Violation } from './violation.js';

/** Steps of a path that a violation keeps: the last ones and every acquire, release and lock. */
const PATH_STEPS = 24;

export interface Report {
	readonly rule: RuleId;
	readonly at: Place;
	readonly variant: string;
	readonly verifier: string;
	readonly facts?: Readonly<Record<string, string | number>>;
	readonly reference?: Reference;
	/** What `holdersOf` gives of the state, for who reports several references of it. */
	readonly holders?: () => ReadonlyMap<number, Holder>;
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

	/** The path of a state as it is told: many leaks are told of one state. */
	private pathOf(state: State): readonly Step[] {
		if (this.told && this.told.path === state.path) return this.told.steps;
		let steps: readonly Step[] = state.steps();
		if (steps.length > PATH_STEPS) {
			steps = [...steps.slice(0, -PATH_STEPS).filter((s) => s.kind === 'acquire'), ...steps.slice(-PATH_STEPS)];
		}
		this.told = { path: state.path, steps };
		return steps;
	}
	private told: { readonly path: State['path']; readonly steps: readonly Step[] } | undefined;

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
		this.found.set(key, {
			rule: report.rule,
			program: this.program,
			at: report.at,
			verifier: report.verifier,
			variant: report.variant,
			facts: report.facts ?? {},
			...(report.reference ? { reference: referenceInfo(report.reference, state, report.holders?.() ?? holdersOf(state)) } : {}),
			path: this.pathOf(state),
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

/** What holds a reference in a state. */
export interface Holder {
	/** The variable, if one does. */
	name?: string;
	maybeNull: boolean;
}

/** What holds each reference, by its identity. */
export function holdersOf(state: State): ReadonlyMap<number, Holder> {
	const holders = new Map<number, Holder>();
	const note = (value: Value, local: FlowGraph['locals'][number] | undefined): void => {
		if (value.kind !== 'pointer' || value.ref === 0 || value.offset !== 0) return;
		let holder = holders.get(value.ref);
		if (!holder) holders.set(value.ref, (holder = { maybeNull: false }));
		if (local && !local.name.startsWith('(')) holder.name ??= local.name;
		if (value.flags & Flag.MaybeNull) holder.maybeNull = true;
	};
	for (const frame of [...state.frames].reverse()) {
		const { locals } = frame.graph;
		for (const [register, value] of frame.registers) {
			if (value.kind !== 'pointer' || value.ref === 0) continue;
			note(
				value,
				locals.find((local) => local.register === register),
			);
		}
		for (const [localId, objectId] of frame.objects) {
			for (const [offset, cell] of state.objects.get(objectId)?.cells ?? []) note(cell.value, offset === 0 ? locals[localId] : undefined);
		}
	}
	return holders;
}

/** The reference as people are told of it, with the variable that holds it now. */
function referenceInfo(reference: Reference, state: State, now: ReadonlyMap<number, Holder>): ReferenceInfo {
	let holder = now.get(reference.id)?.name;
	const maybeNull = now.get(reference.id)?.maybeNull ?? false;
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
