// Finishes a graph: drops unreachable blocks and dead operations, and computes what the verifier's exploration needs of it.
//
// Dead code matters for the verdict: the kernel sees what the compiler left. A load, an address or a computation whose value nobody uses
// is gone there, and with it any objection to it. Calls, stores and volatile accesses stay.
import type { Builder } from './builder.js';
import {
	addReads,
	type Block,
	type FlowGraph,
	type Local,
	type MoveOp,
	type Operation,
	type Register,
	reads,
	successors,
	type Terminator,
} from './ir.js';
import { RegisterSet } from './register-set.js';
import { Relevance } from './relevance.js';
import { joined, shorten } from './shorten.js';

const UNREACHABLE_RANGE = { first: 0, last: 0 };

/** @param whole Each step of an expression is to be there, for those who ask for its value. */
export function prune(builder: Builder, parameters: readonly Local[], whole: boolean): FlowGraph {
	const spoiledFrom = Math.min(builder.spoiledFrom, builder.fn.slice.spoiledFrom?.() ?? Number.POSITIVE_INFINITY);
	let blocks = reachableBlocks(builder.blocks, spoiledFrom);
	const inMemory = builder.locals.some(({ register }) => register === undefined);
	if (inMemory) dropDeadStores(blocks);
	// In text that is broken somewhere, what a path comes by on its way is what counts.
	const short = !whole && spoiledFrom === Number.POSITIVE_INFINITY;
	// A branch that is decided leaves blocks that nothing leads to.
	if (short && shorten(blocks, builder.registerCount)) blocks = joinedBlocks(reachableBlocks(blocks, spoiledFrom));
	const edges = edgesOf(blocks);
	const liveIn = dropDeadOperations(blocks, edges, builder.registerCount, short);
	const joins = new Set([...edges.from.keys()].filter((id) => edges.from[id]!.length > 1));
	const heads: ReadonlySet<number> = joins.size > 0 ? loopHeads(edges) : new Set();
	return {
		function: builder.fn,
		blocks,
		registerCount: builder.registerCount,
		locals: builder.locals,
		parameters,
		liveIn,
		deadAt: deadRegisters(blocks, edges, liveIn, parameters, builder.registerCount),
		joins,
		meetings: short && joins.size > 0 ? meetingsOf(blocks, joins, heads) : joins,
		loopHeads: heads,
		relevance: new Relevance(blocks, builder.registerCount, inMemory, liveIn[0]),
		spoiledFrom,
		gaps: builder.gaps,
	};
}

/** Where each block leads to, and from where. */
interface Edges {
	readonly to: readonly (readonly number[])[];
	readonly from: readonly (readonly number[])[];
}

function edgesOf(blocks: readonly Block[]): Edges {
	const to = blocks.map(({ terminator }) => successors(terminator));
	const from: number[][] = blocks.map(() => []);
	to.forEach((targets, id) => {
		for (const next of targets) from[next]!.push(id);
	});
	return { to, from };
}

function deadRegisters(
	blocks: readonly Block[],
	edges: Edges,
	liveIn: readonly RegisterSet[],
	parameters: readonly Local[],
	count: number,
): Register[][] {
	const dead = blocks.map(() => new RegisterSet(count));
	for (const { register } of parameters) if (register !== undefined && !liveIn[0]?.has(register)) dead[0]?.add(register);
	const held = new RegisterSet(count);
	for (const block of blocks) {
		const targets = edges.to[block.id]!;
		if (targets.length === 0) continue;
		held.clear();
		held.addAll(liveIn[block.id]!);
		for (const operation of block.operations) {
			if (operation.op === 'asm') for (const { register } of operation.writes) held.add(register);
			else if ('to' in operation && operation.to !== undefined) held.add(operation.to);
		}
		for (const next of targets) dead[next]!.addAll(held, liveIn[next]);
	}
	return dead.map((registers) => [...registers]);
}

/** Operations that are followed again sooner than states are compared. */
const SHORT_WAY = 8;

/** The joins but those from which a short way without calls leads to the next one, or to the function's end. */
function meetingsOf(blocks: readonly Block[], joins: ReadonlySet<number>, heads: ReadonlySet<number>): ReadonlySet<number> {
	const isShort = (id: number, left: number): boolean => {
		const { operations, terminator } = blocks[id]!;
		if (operations.length > left || operations.some(({ op }) => op === 'call')) return false;
		if (terminator.kind !== 'jump') return terminator.kind === 'return';
		// Every circle has a head. What meets there is compared with a state that is being explored, and in all that it holds.
		const { target } = terminator;
		if (heads.has(target)) return false;
		return isShort(target, left - operations.length) || (joins.has(target) && !isShort(target, SHORT_WAY));
	};
	return new Set([...joins].filter((id) => heads.has(id) || !isShort(id, SHORT_WAY)));
}

/** Where an edge leads back to a block that is still open in a walk depth first. */
function loopHeads({ to }: Edges): Set<number> {
	const heads = new Set<number>();
	const state = new Uint8Array(to.length);
	const stack: { block: number; next: number }[] = [{ block: 0, next: 0 }];
	state[0] = 1;
	for (let top = stack.at(-1); top; top = stack.at(-1)) {
		const next = to[top.block]![top.next++];
		if (next === undefined) state[stack.pop()!.block] = 2;
		else if (state[next] === 1) heads.add(next);
		else if (state[next] === 0) {
			state[next] = 1;
			stack.push({ block: next, next: 0 });
		}
	}
	return heads;
}

type AnyBlock = Pick<Block, 'operations'> & { readonly terminator: Terminator | undefined };

/** Blocks that control can reach, renumbered, entry first. Empty blocks that only jump are threaded through, but for those that lead past broken text. */
function reachableBlocks(blocks: readonly AnyBlock[], spoiledFrom: number): Block[] {
	const through = (id: number): number => {
		let seen: Set<number> | undefined;
		let at = id;
		for (;;) {
			const block = blocks[at];
			if (!block || block.operations.length > 0 || block.terminator?.kind !== 'jump' || seen?.has(at)) return at;
			if (block.terminator.at.last >= spoiledFrom) return at;
			(seen ??= new Set()).add(at);
			at = block.terminator.target;
		}
	};
	const order: number[] = [];
	const number = new Map<number, number>();
	const pending = [0];
	while (pending.length > 0) {
		const id = pending.pop()!;
		if (number.has(id)) continue;
		number.set(id, order.length);
		order.push(id);
		const terminator = blocks[id]?.terminator;
		const to = terminator ? successors(terminator) : [];
		for (let k = to.length - 1; k >= 0; k--) pending.push(through(to[k]!));
	}
	const renumber = (id: number): number => number.get(through(id)) ?? 0;
	return order.map((id, index) => {
		const block = blocks[id];
		const terminator = block?.terminator ?? { kind: 'unreachable' as const, at: UNREACHABLE_RANGE };
		return { id: index, operations: block?.operations ?? [], terminator: retarget(terminator, renumber) };
	});
}

/** Where a block leads to another one that nothing else leads to, the two are one. */
function joinedBlocks(blocks: readonly Block[]): Block[] {
	const entries = new Array<number>(blocks.length).fill(0);
	for (const { terminator } of blocks) for (const next of successors(terminator)) entries[next]!++;
	for (const block of blocks) {
		for (let t = block.terminator; t.kind === 'jump' && t.target > 0 && entries[t.target] === 1; t = block.terminator) {
			const next = blocks[t.target]!;
			if (next === block) break;
			block.operations.push(...next.operations);
			block.terminator = next.terminator;
			// Nothing leads there any more.
			next.operations = [];
			next.terminator = { kind: 'unreachable', at: UNREACHABLE_RANGE };
		}
	}
	return reachableBlocks(blocks, Number.POSITIVE_INFINITY);
}

function retarget(t: Terminator, renumber: (id: number) => number): Terminator {
	switch (t.kind) {
		case 'jump':
			return { ...t, target: renumber(t.target) };
		case 'branch':
			return { ...t, then: renumber(t.then), else: renumber(t.else) };
		case 'fork':
			return { ...t, targets: [...new Set(t.targets.map(renumber))] };
		case 'switch':
			return { ...t, cases: t.cases.map((c) => ({ ...c, target: renumber(c.target) })), default: renumber(t.default) };
		default:
			return t;
	}
}

/** A store into a local whose address is used for nothing but stores is dead: scalar replacement would leave nothing of it. */
function dropDeadStores(blocks: readonly Block[]): void {
	const localOf = new Map<Register, number>();
	const escaped = new Set<number>();
	const all = new Set<number>();
	for (const block of blocks)
		for (const operation of block.operations) {
			if (operation.op === 'address-of-local') {
				localOf.set(operation.to, operation.local.id);
				all.add(operation.local.id);
				if (operation.local.type.volatile && !operation.local.name.startsWith('(')) escaped.add(operation.local.id);
			} else if (operation.op === 'offset' && operation.index === undefined) {
				const local = localOf.get(operation.base);
				if (local !== undefined) localOf.set(operation.to, local);
			}
		}
	const markEscaped = (register: Register): void => {
		const local = localOf.get(register);
		if (local !== undefined) escaped.add(local);
	};
	for (const block of blocks) {
		for (const operation of block.operations) {
			switch (operation.op) {
				case 'store':
					markEscaped(operation.from);
					if (operation.volatile) markEscaped(operation.address);
					break;
				case 'fill':
					break;
				case 'copy':
					markEscaped(operation.source);
					break;
				case 'offset':
					if (operation.index !== undefined) {
						markEscaped(operation.base);
						markEscaped(operation.index);
					}
					break;
				case 'const':
				case 'address-of-local':
				case 'address-of-global':
					break;
				case 'move':
				case 'convert':
				case 'retype':
					markEscaped(operation.from);
					break;
				case 'load':
					markEscaped(operation.address);
					break;
				case 'arithmetic':
				case 'compare':
					markEscaped(operation.left);
					markEscaped(operation.right);
					break;
				default:
					for (const register of reads(operation)) markEscaped(register);
			}
		}
		for (const register of terminatorReads(block.terminator)) markEscaped(register);
	}
	if (escaped.size === all.size) return;
	const dead = (register: Register): boolean => {
		const local = localOf.get(register);
		return local !== undefined && !escaped.has(local);
	};
	for (const block of blocks) {
		block.operations = block.operations.filter((o) => {
			if (o.op === 'store' || o.op === 'fill') return !dead(o.address);
			if (o.op === 'copy') return !dead(o.target);
			return true;
		});
	}
}

export function terminatorReads(t: Terminator): readonly Register[] {
	switch (t.kind) {
		case 'branch':
			return [t.condition];
		case 'switch':
			return [t.value];
		case 'return':
			return t.value === undefined ? [] : [t.value];
		default:
			return [];
	}
}

/** May the operation be dropped where nobody reads what it writes? */
function isPure(operation: Operation): boolean {
	switch (operation.op) {
		case 'store':
		case 'fill':
		case 'copy':
		case 'call':
		case 'atomic':
		case 'end-of-scope':
			return false;
		case 'asm':
			return !operation.statement.volatile && operation.statement.outputs.length > 0 && !operation.clobbersMemory;
		case 'load':
			return !operation.volatile;
		default:
			return true;
	}
}

/** From what is live behind an operation to what is live before it. False, and nothing is done, where the operation is dead. */
function passBack(live: RegisterSet, operation: Operation): boolean {
	if (operation.op === 'asm') {
		if (isPure(operation) && !operation.writes.some(({ register }) => live.has(register))) return false;
		for (const { register } of operation.writes) live.delete(register);
	} else {
		const to = 'to' in operation ? operation.to : undefined;
		if (isPure(operation) && (to === undefined || !live.has(to))) return false;
		if (to !== undefined) live.delete(to);
	}
	addReads(live, operation);
	return true;
}

/**
 * Strong liveness: an operation whose result is dead keeps nothing else alive. Returns the registers live at each block's start. With `short`, what is computed for a
 * variable alone is computed into it.
 */
function dropDeadOperations(blocks: readonly Block[], edges: Edges, count: number, short: boolean): RegisterSet[] {
	const liveIn = blocks.map(() => new RegisterSet(count));
	const live = new RegisterSet(count);
	const atEnd = (block: Block): void => {
		live.clear();
		for (const next of edges.to[block.id]!) live.addAll(liveIn[next]!);
		for (const register of terminatorReads(block.terminator)) live.add(register);
	};
	// A block is looked at again only where more is live behind it than before.
	const due = new Uint8Array(blocks.length).fill(1);
	// One block alone is looked at below.
	for (let left = blocks.length > 1 ? blocks.length : 0; left > 0; ) {
		for (let index = blocks.length - 1; index >= 0; index--) {
			if (due[index] === 0) continue;
			due[index] = 0;
			left--;
			const block = blocks[index]!;
			atEnd(block);
			for (let k = block.operations.length - 1; k >= 0; k--) passBack(live, block.operations[k]!);
			if (!liveIn[index]!.addAll(live)) continue;
			for (const before of edges.from[index]!) {
				if (due[before] === 1) continue;
				due[before] = 1;
				left++;
			}
		}
	}
	for (const block of blocks) {
		atEnd(block);
		const kept: Operation[] = [];
		// The move behind, of a value that is read for it alone.
		let into: MoveOp | undefined;
		for (let k = block.operations.length - 1; k >= 0; k--) {
			const operation = block.operations[k]!;
			if (operation.op === 'move' && short && !live.has(operation.from)) {
				if (passBack(live, operation)) kept.push((into = operation));
				continue;
			}
			const unread = operation.op === 'call' && operation.to !== undefined && !live.has(operation.to);
			const move: MoveOp | undefined = into;
			if (!passBack(live, operation)) continue;
			into = undefined;
			if (move && 'to' in operation && operation.to === move.from) {
				const one = joined(operation, move);
				if (one) {
					kept[kept.length - 1] = one;
					continue;
				}
			}
			kept.push(unread ? { ...operation, resultUnused: true } : operation);
		}
		block.operations = kept.reverse();
		liveIn[block.id]!.addAll(live);
	}
	return liveIn;
}
