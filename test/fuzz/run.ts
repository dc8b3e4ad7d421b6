// `npm run fuzz`: random edits, hostile texts and messages that are no good, against the real server.
//
//   node out/test/fuzz/run.js [--minutes N] [--rounds N] [--seed N] [--strict] [--log FILE] [--no-corpus] [--keep DIR] [--server FILE]
//     --minutes N   how long (2)
//     --rounds N    stop after so many rounds as well
//     --seed N      the same rounds again; printed at the start, and taken from the clock unless given
//     --strict      a slow round fails; without it, it is said and kept, since how long a round takes is the machine's doing as well
//     --log FILE    append what came of the run to this table (docs/fuzz-log.tsv sums up what was run)
//     --no-corpus   leave the kernel's selftests out where they are on this machine
//     --keep DIR    where cases that fail are written (.cache/fuzz)
//     --server FILE the command line to start instead of the built one
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reproducibleChance } from '../bench/statistics.js';
import { SERVER } from '../lsp/client.js';
import { type Campaign, readCampaign } from './campaign.js';
import { minimise } from './minimise.js';
import { Failure } from './server-process.js';
import { ROUND_LIMIT, Session, SLOW_ROUND, type Story } from './session.js';

/** Rounds after which a server makes room for a new one: an editor keeps one for a day, and what a start costs is not what is tried here. */
const LIFE = 4000;
/** Failures after which there is no sense in going on. */
const ENOUGH = 20;

interface Settings extends Campaign {
	readonly server: string;
	/** What a round may take, in milliseconds; `ROUND_LIMIT` unless told otherwise. */
	readonly roundLimit?: number;
}

export interface Totals {
	passed: number;
	failed: number;
	slowest: number;
	/** Rounds that took longer than `SLOW_ROUND`. */
	slow: number;
	mostBytes: number;
	/** What the server worked at most without a sign of life, in milliseconds. */
	silence: number;
}

/** Runs lives of servers until the time or the rounds are over. */
export async function fuzz(
	{ server, seed, until, most, keep, subjects, roundLimit = ROUND_LIMIT }: Settings,
	say: (line: string) => void,
): Promise<Totals> {
	const chance = reproducibleChance(seed);
	const totals: Totals = { passed: 0, failed: 0, slowest: 0, slow: 0, mostBytes: 0, silence: 0 };
	const scratch = mkdtempSync(join(tmpdir(), 'bpfls-fuzz-'));
	const goesOn = () => performance.now() < until && totals.passed + totals.failed < most && totals.failed < ENOUGH;
	try {
		while (goesOn()) {
			const session = new Session(server, chance, subjects, join(scratch, 'hostile'), roundLimit);
			try {
				await session.start();
				for (let round = 0; round < LIFE && goesOn(); round++) {
					const took = await session.round();
					totals.slowest = Math.max(totals.slowest, took);
					if (took > SLOW_ROUND) {
						const { story } = session;
						say(
							`SLOW    a round of ${story.kind} took ${Math.round(took)} ms, kept in ${keepCase(keep, `slow-${++totals.slow}`, story, { took })}`,
						);
					}
					totals.mostBytes = Math.max(totals.mostBytes, session.server.residentBytes() ?? 0);
					totals.silence = Math.max(totals.silence, session.server.silence);
					totals.passed++;
				}
				await session.close();
			} catch (error) {
				await session.drop();
				if (!(error instanceof Failure)) throw error;
				totals.failed++;
				const { story } = session;
				say(`FAILED  ${error.kind} in a round of ${story.kind}: ${error.message}`);
				const small = story.kind === 'garbage' ? story : await minimise(story, error.kind, server, roundLimit);
				say(`        kept in ${keepCase(keep, `${error.kind}-${totals.failed}`, small, { failure: error.message })}`);
			}
		}
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
	return totals;
}

/** Writes what a round was about, with what was wrong with it. Gives the folder. */
function keepCase(keep: string, name: string, { kind, main, headers, asked }: Story, wrong: object): string {
	const folder = join(keep, `${kind}-${name}-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	for (const [header, text] of headers) writeFileSync(join(folder, header), text);
	writeFileSync(join(folder, kind === 'garbage' ? 'messages.txt' : 'main.bpf.c'), main);
	writeFileSync(join(folder, 'story.json'), JSON.stringify({ ...wrong, asked }, null, '\t'));
	return folder;
}

const COLUMNS = ['date', 'seed', 'rounds', 'failed', 'slow'];

/** Appends a run to a table, which it begins where there is none. */
function log(file: string, seed: number, { passed, failed, slow }: Totals): void {
	if (!existsSync(file)) writeFileSync(file, `${COLUMNS.join('\t')}\n`);
	const date = new Date().toISOString().slice(0, 10);
	appendFileSync(file, `${[date, seed, passed + failed, failed, slow].join('\t')}\n`);
}

async function main(): Promise<void> {
	const { campaign, values } = readCampaign('rounds', 'fuzz', {
		strict: { type: 'boolean' },
		log: { type: 'string' },
		server: { type: 'string' },
	});
	const { server = SERVER, strict, log: table } = values as { server?: string; strict?: boolean; log?: string };
	const totals = await fuzz({ ...campaign, server, roundLimit: strict ? SLOW_ROUND : ROUND_LIMIT }, console.log);
	const total = totals.passed + totals.failed;
	console.log(
		`${total} rounds, the slowest ${Math.round(totals.slowest)} ms of the processor, ${totals.slow} over ${SLOW_ROUND} ms; silent for ${Math.round(totals.silence)} ms at most; at most ${Math.round(totals.mostBytes / 1e6)} MB`,
	);
	console.log(`${totals.passed} passed, ${totals.failed} failed`);
	if (table !== undefined) log(table, campaign.seed, totals);
	// Nothing tried is nothing shown.
	process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

if (require.main === module)
	main().catch((error) => {
		console.error(`fuzz: ${error instanceof Error ? error.message : error}`);
		process.exitCode = 2;
	});
