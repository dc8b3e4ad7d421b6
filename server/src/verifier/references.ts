// Acquiring and giving back references, and the checks at every way out. Facts: acquire_reference_state(), release_reference(),
// check_reference_leak() of kernel/bpf/verifier.c, 6.12.
import type { Range } from '../flow/ir.js';
import type { Place } from '../program/model.js';
import type { Machine } from './machine.js';
import { type Holder, holdersOf, samePlace } from './reporter.js';
import type { Reference, State } from './state.js';
import { freshId, scalar, type Value } from './value.js';

/** The number that a pointer turns into when its reference is given back. */
export function released(): Value {
	return { ...scalar(), was: 'released' };
}

export interface Acquisition {
	readonly kind: Reference['kind'];
	readonly struct: string | undefined;
	readonly by: string;
	readonly at: Range;
	readonly fromXchg?: boolean;
	readonly releasedBy: readonly string[];
}

/** Adds a live reference and gives its id. */
export function acquire(machine: Machine, state: State, a: Acquisition): number {
	const id = freshId();
	const place = machine.place(state, a.at);
	dropLost(machine, state, place, a.at);
	state.acquired++;
	state.referencesToWrite().set(id, {
		id,
		number: state.acquired,
		struct: a.struct,
		by: a.by,
		acquired: place,
		kind: a.kind,
		frame: state.frames.length - 1,
		releasedBy: a.releasedBy,
		...(a.fromXchg ? { fromXchg: true } : {}),
	});
	state.step({ place, kind: 'acquire', text: `reference #${state.acquired} is acquired here by ${a.by}()` });
	return id;
}

/**
 * A reference from this very place that nothing holds any more, in a loop: it can never be given back. It is reported here and forgotten,
 * so that a loop that leaks comes to an end.
 */
function dropLost(machine: Machine, state: State, place: Place, at: Range): void {
	const suspects = [...state.references.values()].filter((r) => samePlace(r.acquired, place));
	if (suspects.length === 0) return;
	const held = new Set<number>();
	state.rewrite((v) => {
		if (v.kind === 'pointer' || v.kind === 'iterator' || v.kind === 'dynptr-slot') held.add(v.ref);
		return v;
	});
	const lost = suspects.filter((r) => !held.has(r.id));
	reportLeaks(machine, state, at, 'overwritten', lost);
	for (const r of lost) state.referencesToWrite().delete(r.id);
}

/** Gives the reference back; every copy and everything borrowed from it becomes unusable. */
export function giveBack(machine: Machine, state: State, ref: number, by: string, at: Range): void {
	const reference = state.references.get(ref);
	if (!reference) return;
	const place = machine.place(state, at);
	const callback = [...state.frames].reverse().find((f) => f.back?.callback);
	if (callback && reference.frame < callback.depth) {
		machine.reporter.report(state, {
			rule: 'callback-context',
			at: place,
			variant: 'release-of-caller',
			verifier: `${by} reference has not been acquired before`,
			facts: { callee: by },
			reference,
		});
	}
	state.step({ place, kind: 'release', text: `reference #${reference.number} is released here by ${by}()` });
	state.release(ref, released);
	state.forgetLoads((_key, value) => !(value.kind === 'pointer' && value.ref === ref));
}

/** Reports every reference that is still live (of `references`) as leaking at `at`. */
export function reportLeaks(machine: Machine, state: State, at: Range, variant: string, references: Iterable<Reference>): void {
	let held: ReadonlyMap<number, Holder> | undefined;
	const holders = () => (held ??= holdersOf(state));
	for (const reference of references) {
		const id = reference.number;
		machine.reporter.report(state, {
			rule: 'unreleased-reference',
			at: machine.place(state, at),
			variant: reference.fromXchg && variant === 'exit' ? 'xchg' : variant,
			verifier: `Unreleased reference id=${id} alloc_insn=${id}`,
			facts: {
				callee: reference.by,
				...(reference.struct ? { struct: reference.struct } : {}),
				...(reference.holder ? { variable: reference.holder } : {}),
			},
			reference,
			holders,
		});
	}
}

/** The kfuncs or helpers that give a reference to this struct back. */
export function releasesOf(machine: Machine, struct: string, local: boolean): readonly string[] {
	return local ? ['bpf_obj_drop'] : machine.catalog.releaseKfuncs(struct);
}
