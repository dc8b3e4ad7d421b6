// Looks at the states that pass one place of the source, for hover.
import type { Operation } from '../flow/ir.js';
import type { Place } from '../program/model.js';
import type { Slice } from '../syntax/unit.js';
import { describeValue } from './describe-value.js';
import type { Probe } from './machine.js';
import type { State } from './state.js';

/** What is known of an expression at one place, one entry for each distinct state. */
export interface PointState {
	readonly place: Place;
	readonly expression: string;
	readonly states: readonly string[];
	readonly program: string;
}

export class StateProbe implements Probe {
	private readonly found = new Set<string>();
	private place: Place | undefined;

	constructor(
		private readonly slice: Slice,
		private readonly token: number,
	) {}

	/** Called before the operation: a variable that is read here, or the value that was computed for this very token. */
	before(state: State, operation: Operation, place: Place): void {
		if (place.slice !== this.slice) return;
		const name = this.slice.tokens[this.token]?.text;
		const local = state.frame.graph.locals.find((l) => l.name === name && (l.register !== undefined || state.frame.objects.has(l.id)));
		if (!local || place.first > this.token || place.last < this.token) return;
		const reads = operation.at.first === this.token && operation.at.last === this.token;
		const declares = local.at.first === this.token;
		if (!reads && !declares) return;
		const value = local.register !== undefined ? state.frame.registers.get(local.register) : this.cell(state, local.id);
		if (!value) return;
		this.place = { slice: this.slice, first: this.token, last: this.token };
		this.found.add(describeValue(value, state));
	}

	private cell(state: State, local: number) {
		const object = state.frame.objects.get(local);
		return object === undefined ? undefined : state.objects.get(object)?.cells.get(0)?.value;
	}

	answer(program: string): PointState | undefined {
		if (!this.place || this.found.size === 0) return undefined;
		return { place: this.place, expression: this.slice.tokens[this.token]?.text ?? '', states: [...this.found], program };
	}
}
