// The mutants on which we and the kernel still differ, each with its reason: remaining.tsv, which a run with --update writes. Reasons are people's: a row
// keeps its own from run to run, and a row without one is a failure.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/root.js';
import type { Compared } from './compare.js';
import { named } from './report.js';

const FILE = 'test/oracle/remaining.tsv';
const HEADER = ['mutant', 'kernel', 'ours', 'reason'];
const NO_REASON = '?';

export interface Remaining {
	readonly mutant: string;
	readonly kernel: string;
	readonly ours: string;
	readonly reason: string;
}

export function recordedRemaining(): Remaining[] {
	const path = join(repositoryRoot(), FILE);
	if (!existsSync(path)) return [];
	const rows = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
	return rows.map((row) => {
		const [mutant = '', kernel = '', ours = '', reason = ''] = row.split('\t');
		return { mutant, kernel, ours, reason };
	});
}

/** The differing verdicts of a run, with the reasons that are recorded for them. */
export function remainingOf(all: readonly Compared[], recorded: readonly Remaining[]): Remaining[] {
	const reasons = new Map(recorded.map(({ mutant, reason }) => [mutant, reason]));
	const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
	return all
		.filter(({ judged }) => judged.outcome !== 'agree' && judged.outcome !== 'wrong-line')
		.map(({ mutant, judged }) => {
			const name = flat(named(mutant));
			const kernel = judged.expected.verdict === 'accept' ? 'accept' : `reject: ${judged.expected.message}`;
			const ours =
				judged.outcome === 'false-alarm'
					? `reject: ${judged.findings.map(({ rule }) => rule).join(', ')}`
					: judged.outcome === 'miss'
						? 'accept'
						: `unknown: ${judged.reason}`;
			return { mutant: name, kernel: flat(kernel), ours: flat(ours), reason: reasons.get(name) ?? NO_REASON };
		});
}

export function writeRemaining(rows: readonly Remaining[]): void {
	const lines = [HEADER, ...rows.map(({ mutant, kernel, ours, reason }) => [mutant, kernel, ours, reason])];
	writeFileSync(join(repositoryRoot(), FILE), `${lines.map((line) => line.join('\t')).join('\n')}\n`);
}

/** What is wrong with the list: differences without a row or a reason. Rows of what agrees by now are no fault; --update drops them. */
export function faults(rows: readonly Remaining[]): string[] {
	return rows.filter(({ reason }) => reason === NO_REASON || reason === '').map(({ mutant }) => `no reason is recorded for ${mutant}`);
}
