// What tells paths apart: the branches that those with one value took, and those with another did not.
import type { Place } from '../program/model.js';
import type { State } from './state.js';

/** A branch as some path took it. */
export interface TakenBranch {
	readonly place: Place;
	readonly taken: boolean;
	/** What was tested is a pointer. */
	readonly pointer: boolean;
}

/** Each branch of a path with the way that it went last; the latest branch first. */
export type Decisions = ReadonlyMap<string, TakenBranch>;

const sliceNumbers = new WeakMap<object, number>();
let lastSlice = 0;
function keyOf({ slice, first, last }: Place): string {
	let number = sliceNumbers.get(slice);
	if (number === undefined) sliceNumbers.set(slice, (number = ++lastSlice));
	return `${number}:${first}:${last}`;
}

export function decisionsOf(path: State['path']): Decisions {
	const decisions = new Map<string, TakenBranch>();
	for (let at = path; at; at = at.previous) {
		const { place, taken, pointer } = at.step;
		if (taken === undefined) continue;
		const key = keyOf(place);
		if (!decisions.has(key)) decisions.set(key, { place, taken, pointer: pointer === true });
	}
	return decisions;
}

/**
 * The latest branch that all paths of one group took and all of the others did not; else, where the others differ among themselves, one for each
 * that it must be told from, at most two, in the order of the path. Empty where no branch tells them apart. Paths are samples: that a branch leads to the group is certain, that
 * nothing else leads there is not.
 *
 * @param groups The paths that lead to each of several values.
 * @param which The index of the group.
 */
export function whatTellsApart(groups: readonly (readonly Decisions[])[], which: number): TakenBranch[] {
	const MOST = 2;
	const [sample, ...more] = groups[which]!;
	const others = groups.filter((_, index) => index !== which);
	const common = [...sample!].filter(([key, { taken }]) => more.every((path) => path.get(key)?.taken === taken));
	const differs = (others: readonly Decisions[], key: string, taken: boolean) => others.every((path) => path.get(key)?.taken === !taken);
	const found: TakenBranch[] = [];
	let left = others;
	for (const [key, branch] of common) {
		if (!others.every((group) => differs(group, key, branch.taken))) continue;
		return [branch];
	}
	for (const [key, branch] of common) {
		const told = left.filter((group) => differs(group, key, branch.taken));
		if (told.length === 0) continue;
		found.push(branch);
		left = left.filter((group) => !told.includes(group));
		if (left.length === 0 || found.length === MOST) break;
	}
	return found.reverse();
}
