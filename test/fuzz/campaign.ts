// What the long runs over real files have in common: how long, from which seed, over which files, and where what fails is kept.
import { join } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { repositoryRoot } from '../support/root.js';
import { findSubjects, type Subjects } from './subjects.js';

export interface Campaign {
	readonly seed: number;
	/** By `performance.now()`. */
	readonly until: number;
	/** Rounds or edits after which it is over as well. */
	readonly most: number;
	/** The folder for what fails. */
	readonly keep: string;
	readonly subjects: Subjects;
}

/**
 * Reads `--minutes`, `--seed`, `--keep`, `--no-corpus` and the most of what is counted, prints the seed, and starts the clock.
 *
 * @param counted The option that says how many at most: `rounds`.
 * @param folder Where what fails is kept unless told otherwise, below `.cache`.
 * @param more Further options; what was given for them is in `values`.
 * @throws where an option is no good.
 */
export function readCampaign(
	counted: string,
	folder: string,
	more: NonNullable<ParseArgsConfig['options']> = {},
): { readonly campaign: Campaign; readonly values: Readonly<Record<string, unknown>> } {
	const { values } = parseArgs({
		options: {
			minutes: { type: 'string', default: '2' },
			[counted]: { type: 'string', default: 'Infinity' },
			seed: { type: 'string', default: `${Date.now() % 1e9}` },
			'no-corpus': { type: 'boolean' },
			keep: { type: 'string', default: join(repositoryRoot(), '.cache', folder) },
			...more,
		},
	});
	const [minutes, most, seed] = [values.minutes, values[counted], values.seed].map(Number) as [number, number, number];
	if (!(minutes > 0) || !(most > 0) || !Number.isSafeInteger(seed)) throw new Error(`--minutes, --${counted} and --seed take numbers`);
	const subjects = findSubjects(!values['no-corpus']);
	console.log(`seed ${seed}, ${subjects.paths.length} files${subjects.lab ? ' with the corpus' : ''}`);
	return { campaign: { seed, until: performance.now() + minutes * 60_000, most, keep: `${values.keep}`, subjects }, values };
}
