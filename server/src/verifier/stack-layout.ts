// Where the compiler puts locals on the stack, as far as it can be told from C: only of one that has the stack to itself.
//
// clang (19, -O2) places the locals that it keeps in memory one below the other, those of functions that it inlines among them, and spilled registers
// after them: a single local of four bytes lies at r10 - 4.
import type { FunctionSymbol } from '../program/model.js';
import { isSeparate } from './calls.js';
import { FRAME_LIMIT, type Machine } from './machine.js';
import type { State } from './state.js';

/** Is there one local in memory, whatever the compiler makes of the functions that are called? */
export function isAloneOnStack(machine: Machine, state: State): boolean {
	// A function of its own has its own part of the stack, where it is kept as one; whoever calls it may also take it in.
	const root = state.frames.findLast(({ back, graph }) => !back || back.callback || isSeparate(graph.function));
	return root !== undefined && localsInMemory(machine, root.graph.function, 0) === 1;
}

function localsInMemory(machine: Machine, fn: FunctionSymbol, depth: number): number {
	if (depth >= FRAME_LIMIT) return Number.POSITIVE_INFINITY;
	const { locals, blocks } = machine.graphs.of(fn);
	let count = locals.filter(({ register }) => register === undefined).length;
	for (const { operations } of blocks) {
		for (const operation of operations) {
			if (operation.op !== 'call' || operation.callee.kind !== 'function' || count > 1) continue;
			const { symbol } = operation.callee;
			if (symbol.definition && !isSeparate(symbol)) count += localsInMemory(machine, symbol, depth + 1);
		}
	}
	return count;
}
