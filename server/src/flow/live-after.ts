// Which registers are read behind a call: what the caller must keep while the callee runs.
import { addReads, type FlowGraph, type Operation, successors } from './ir.js';
import { terminatorReads } from './prune.js';
import { RegisterSet } from './register-set.js';

const known = new WeakMap<Operation, RegisterSet>();

/** Registers that are read after the operation at `index` of `block`. */
export function liveAfter(graph: FlowGraph, block: number, index: number): RegisterSet {
	const b = graph.blocks[block]!;
	const operation = b.operations[index]!;
	let live = known.get(operation);
	if (live) return live;
	live = new RegisterSet(graph.registerCount);
	for (const next of successors(b.terminator)) if (graph.liveIn[next]) live.addAll(graph.liveIn[next]);
	for (const register of terminatorReads(b.terminator)) live.add(register);
	for (let k = b.operations.length - 1; k > index; k--) {
		const next = b.operations[k]!;
		if (next.op === 'asm') for (const { register } of next.writes) live.delete(register);
		else if ('to' in next && next.to !== undefined) live.delete(next.to);
		addReads(live, next);
	}
	known.set(operation, live);
	return live;
}
