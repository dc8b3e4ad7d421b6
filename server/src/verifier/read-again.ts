// Where a constant that the loader sets may be read again on a path: as long as it may, paths on which it differs are kept apart, and then no more.
import { type FlowGraph, type LoadOp, type Operation, successors } from '../flow/ir.js';
import type { FunctionSymbol } from '../program/model.js';
import { isSeparate } from './calls.js';
import type { Graphs } from './graphs.js';
import type { State } from './state.js';

const known = new WeakMap<Graphs, Readings>();

/** What is known of the functions of a unit. */
export function readingsOf(graphs: Graphs): Readings {
	let readings = known.get(graphs);
	if (!readings) known.set(graphs, (readings = new Readings(graphs)));
	return readings;
}

class Readings {
	/** The places of remembered loads, as the functions' texts have them. */
	private readonly places = new Map<string, string>();
	private readonly reads = new Map<FlowGraph, Set<string>>();
	private readonly ahead = new Map<FlowGraph, Map<string, ReadonlySet<number>>>();

	constructor(private readonly graphs: Graphs) {}

	/** May the place that the state loads now be loaded again? Then what it holds is remembered under the key. */
	note(state: State, key: string, o: LoadOp): boolean {
		this.places.set(key, state.frame.graph.relevance.placeOf(o));
		return this.isAhead(state, key, state.operation + 1);
	}

	/** May the place be loaded after this operation of the state's block? */
	isAhead(state: State, key: string, operation = 0): boolean {
		const place = this.places.get(key);
		if (place === undefined) return false;
		return state.frames.some(({ graph, depth }) => {
			const back = state.frames[depth + 1]?.back;
			return this.follows(graph, place, back?.block ?? state.block, back?.operation ?? operation);
		});
	}

	private follows(graph: FlowGraph, place: string, block: number, operation: number): boolean {
		if (!this.readBy(graph).has(place)) return false;
		const { operations, terminator } = graph.blocks[block]!;
		for (let k = operation; k < operations.length; k++) if (this.isRead(graph, operations[k]!, place)) return true;
		const ahead = this.blocksBefore(graph, place);
		return successors(terminator).some((next) => ahead.has(next));
	}

	/** The blocks at whose start a load of the place still lies ahead. */
	private blocksBefore(graph: FlowGraph, place: string): ReadonlySet<number> {
		let byPlace = this.ahead.get(graph);
		if (!byPlace) this.ahead.set(graph, (byPlace = new Map()));
		let found = byPlace.get(place) as Set<number> | undefined;
		if (found) return found;
		byPlace.set(place, (found = new Set()));
		for (const [block, { operations }] of graph.blocks.entries()) {
			if (operations.some((operation) => this.isRead(graph, operation, place))) found.add(block);
		}
		for (let size = -1; size !== found.size; ) {
			size = found.size;
			for (let block = graph.blocks.length - 1; block >= 0; block--)
				if (successors(graph.blocks[block]!.terminator).some((next) => found.has(next))) found.add(block);
		}
		return found;
	}

	private isRead(graph: FlowGraph, operation: Operation, place: string): boolean {
		if (operation.op === 'load') return graph.relevance.placeOf(operation) === place;
		const fn = entered(operation);
		return fn !== undefined && this.readBy(this.graphs.of(fn)).has(place);
	}

	/** The places that a function loads, or one that it calls or hands on. */
	private readBy(graph: FlowGraph): ReadonlySet<string> {
		let places = this.reads.get(graph);
		if (places) return places;
		// A function that calls itself has no more to say.
		this.reads.set(graph, (places = new Set()));
		for (const { operations } of graph.blocks) {
			for (const operation of operations) {
				if (operation.op === 'load') places.add(graph.relevance.placeOf(operation));
				const fn = entered(operation);
				if (fn) for (const place of this.readBy(this.graphs.of(fn))) places.add(place);
			}
		}
		return places;
	}
}

/** The function of the program's own that an operation calls, or of which it takes the address. */
function entered(operation: Operation): FunctionSymbol | undefined {
	if (operation.op === 'address-of-function') return operation.symbol.definition ? operation.symbol : undefined;
	if (operation.op !== 'call' || operation.callee.kind !== 'function') return undefined;
	const fn = operation.callee.symbol;
	return fn.definition && !isSeparate(fn) ? fn : undefined;
}
