// Many mutants in one copy of a file, as long as no mutant touches what another one's program runs: compiling is what costs time.
import { applyEdits } from '../../server/src/report/fix-all.js';
import type { Copy } from './compile.js';
import type { MutatedFile } from './corpus.js';
import type { Mutant } from './mutants.js';

export interface Batch extends Copy {
	readonly file: MutatedFile;
	/** Empty for the file as it is. */
	readonly mutants: readonly Mutant[];
}

/** Most mutants in one copy: what does not compile is found out by taking mutants away, so copies stay small. */
const MOST_TOGETHER = 24;
/** A mutation's text may reach over some lines; an error further away is somebody else's. */
const NEAR = 40;

export function batchOf(file: MutatedFile, mutants: readonly Mutant[]): Batch {
	const edits = mutants.map((mutant) => mutant.edit);
	return { file, name: file.name, mutants, text: applyEdits(file.text, edits) };
}

/** Copies of a file that hold each of the mutants once. */
export function batchesOf(file: MutatedFile): Batch[] {
	const groups: Mutant[][] = [];
	for (const mutant of file.mutants) {
		const fitting = groups.find((group) => group.length < (file.single ? 1 : MOST_TOGETHER) && group.every((one) => areApart(one, mutant)));
		if (fitting) fitting.push(mutant);
		else groups.push([mutant]);
	}
	return groups.map((group) => batchOf(file, group));
}

function areApart(a: Mutant, b: Mutant): boolean {
	return !a.affected.some((program) => b.affected.includes(program)) && a.fn !== b.fn;
}

/** The line of a mutation in the batch's text. */
export function movedLine(batch: Batch, mutant: Mutant): number {
	const before = batch.mutants.filter((one) => one.edit.start < mutant.edit.start);
	return mutant.line + before.reduce((sum, { edit, before: old }) => sum + lineEnds(edit.newText) - lineEnds(old), 0);
}

function lineEnds(text: string): number {
	return text.split('\n').length - 1;
}

/**
 * What to try in place of a batch that does not compile: without the mutants at which errors stand, and those one by one; halves of it
 * where no error stands at one.
 */
export function split(batch: Batch, errors: string): Batch[] {
	const lines = [...errors.matchAll(/:(\d+):\d+: (?:fatal )?error:/g)].map((match) => Number(match[1]));
	const guilty = new Set(
		lines.flatMap((line) => {
			const distances = batch.mutants.map((mutant) => ({ mutant, distance: Math.abs(movedLine(batch, mutant) - line) }));
			const nearest = distances.sort((a, b) => a.distance - b.distance)[0]!;
			return nearest.distance <= NEAR ? [nearest.mutant] : [];
		}),
	);
	const good = batch.mutants.filter((mutant) => !guilty.has(mutant));
	const groups =
		guilty.size > 0
			? [good, ...[...guilty].map((one) => [one])]
			: [batch.mutants.slice(0, batch.mutants.length >> 1), batch.mutants.slice(batch.mutants.length >> 1)];
	return groups.filter((group) => group.length > 0).map((group) => batchOf(batch.file, group));
}
