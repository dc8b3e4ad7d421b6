// `npm run test:edits`: what an analysis says that was kept through random edits of real files, against what a fresh one says of the same text.
//
//   node out/test/fuzz/compare.js [--minutes N] [--edits N] [--seed N] [--no-corpus] [--keep DIR]
//     --minutes N   how long (2)
//     --edits N     stop after so many edits as well
//     --seed N      the same edits again; printed at the start, and taken from the clock unless given
//     --no-corpus   leave the kernel's selftests out where they are on this machine
//     --keep DIR    where texts that are judged in two ways are written, with the text before (.cache/edits)
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { reproducibleChance } from '../bench/statistics.js';
import { CORPUS_RELEASE } from '../kernel/lab.js';
import { said } from '../support/said.js';
import { type Campaign, readCampaign } from './campaign.js';
import { edited, mutate } from './mutate.js';

/** One edit of so many takes the one before back. */
const TAKEN_BACK = 4;
/** After so many edits another file is edited; what is kept of these lies beside each other. */
const EDITS_PER_FILE = 12;
/** Files that are edited in turn before others come. */
const OPEN_FILES = 3;
/** Differences after which there is no sense in going on. */
const ENOUGH = 10;

/**
 * Edits until the time is over. Gives how many texts were judged alike, and how many not.
 *
 * @param make An analysis: the first one is kept, each further one is asked once.
 */
export async function compare(
	{ seed, until, most, keep, subjects }: Campaign,
	say: (line: string) => void,
	make: () => Promise<Checker> = createChecker,
): Promise<{ passed: number; failed: number }> {
	const chance = reproducibleChance(seed);
	const lab = subjects.lab;
	const options: CheckOptions = {
		kernel: CORPUS_RELEASE,
		includePaths: lab?.includePaths ?? [],
		defines: lab?.defines ?? ['__TARGET_ARCH_x86'],
	};
	const any = () => subjects.paths[chance(subjects.paths.length)]!;
	const warm = await make();
	const totals = { passed: 0, failed: 0 };
	const done = () => totals.passed + totals.failed;
	const goesOn = () => performance.now() < until && done() < most && totals.failed < ENOUGH;
	while (goesOn()) {
		const texts = new Map(Array.from({ length: OPEN_FILES }, any).map((path) => [path, [subjects.text(path)]]));
		for (let turn = 0; turn < OPEN_FILES * 2 && goesOn(); turn++) {
			const [path, versions] = [...texts][chance(texts.size)]!;
			warm.check(path, versions.at(-1)!, options);
			for (let edit = 0; edit < EDITS_PER_FILE && goesOn(); edit++) {
				const before = versions.at(-1)!;
				const back = chance(TAKEN_BACK) === 0 && versions.length > 1;
				const text = back ? versions.at(-2)! : edited(before, mutate(before, chance, subjects.text(any())));
				versions.push(text);
				try {
					assert.deepEqual(said(warm, path, text, options), said(await make(), path, text, options));
					totals.passed++;
				} catch (error) {
					const folder = join(keep, `${basename(path)}-${seed}-${done()}`);
					mkdirSync(folder, { recursive: true });
					writeFileSync(join(folder, 'before.c'), before);
					writeFileSync(join(folder, 'after.c'), text);
					writeFileSync(join(folder, 'difference.txt'), `${error instanceof Error ? error.message : error}\n`);
					say(`FAILED  edit ${done()} of ${path}, kept in ${folder}`);
					totals.failed++;
				}
			}
		}
	}
	return totals;
}

async function main(): Promise<void> {
	const { campaign } = readCampaign('edits', 'edits');
	const { passed, failed } = await compare(campaign, console.log);
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

if (require.main === module)
	main().catch((error) => {
		console.error(`test:edits: ${error instanceof Error ? error.message : error}`);
		process.exitCode = 2;
	});
