// Which blocks of a graph control cannot reach without passing another one.
import { type FlowGraph, successors } from './ir.js';

const known = new WeakMap<FlowGraph, readonly (number | undefined)[]>();

/** The closest dominator of each block by the iterative method of Cooper, Harvey and Kennedy; the entry's is itself. */
function immediate(graph: FlowGraph): readonly (number | undefined)[] {
	let found = known.get(graph);
	if (found) return found;
	const order: number[] = [];
	const seen = new Set<number>([0]);
	const stack: { block: number; next: number }[] = [{ block: 0, next: 0 }];
	for (let top = stack.at(-1); top; top = stack.at(-1)) {
		const next = successors(graph.blocks[top.block]!.terminator)[top.next++];
		if (next === undefined) order.push(stack.pop()!.block);
		else if (!seen.has(next)) {
			seen.add(next);
			stack.push({ block: next, next: 0 });
		}
	}
	order.reverse();
	const rank = new Map(order.map((block, index) => [block, index]));
	const predecessors = new Map<number, number[]>();
	for (const block of order)
		for (const next of successors(graph.blocks[block]!.terminator)) predecessors.set(next, [...(predecessors.get(next) ?? []), block]);
	const closest: (number | undefined)[] = [0];
	const common = (a: number, b: number): number => {
		let [x, y] = [a, b];
		while (x !== y) {
			while (rank.get(x)! > rank.get(y)!) x = closest[x]!;
			while (rank.get(y)! > rank.get(x)!) y = closest[y]!;
		}
		return x;
	};
	for (let changed = true; changed; ) {
		changed = false;
		for (const block of order.slice(1)) {
			const from = predecessors.get(block)!.filter((one) => closest[one] !== undefined);
			const best = from.reduce(common);
			if (closest[block] !== best) {
				closest[block] = best;
				changed = true;
			}
		}
	}
	found = closest;
	known.set(graph, found);
	return found;
}

/** Is `block` reached through `by` only? A block dominates itself. */
export function dominates(graph: FlowGraph, by: number, block: number): boolean {
	const closest = immediate(graph);
	let at: number | undefined = block;
	while (at !== undefined && at !== by && at !== 0) at = closest[at];
	return at === by;
}
