// The kernel suite, `npm run test:kernel`: the analysis against the recorded verdicts on the kernel's own BPF selftests.
//
//   node out/test/kernel/run.js [--only FILE]... [--class CLASS] [--verbose] [--update]
//     --only FILE     only this selftest (`task_kfunc_failure`; `*` stands for anything); the recorded numbers are then left alone
//     --class CLASS   only programs that the kernel rejects for this class, or `accept`
//     --verbose       also agreements, unknowns and misses of every class, and stacks
//     --update        record this run's numbers as those that no later run may fall behind
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyse } from './corpus-run.js';
import { fallenBehind, figuresOf, recordedFigures, recordFigures } from './figures.js';
import { type Judged, judge } from './judge.js';
import { CORPUS_RELEASE, type Lab, prepareLab } from './lab.js';
import { classTable, differences, times, troubles, unknownReasons } from './report.js';
import { type Expected, expectationsOf, readVerdicts } from './verdicts.js';

/** The selftests about references, trust and kptrs: here every verdict must be the kernel's. */
const REACH = [
	'task_kfunc_failure',
	'task_kfunc_success',
	'cgrp_kfunc_failure',
	'cgrp_kfunc_success',
	'cpumask_failure',
	'cpumask_success',
	'local_kptr_stash',
	'local_kptr_stash_fail',
	'nested_trust_failure',
	'nested_trust_success',
	'rcu_read_lock',
	'map_kptr',
	'map_kptr_fail',
];
/** Of the programs that the kernel accepts, the share on which the analysis may give up. */
const MOST_UNKNOWN = 0.1;

interface Options {
	readonly only: readonly RegExp[];
	readonly class?: string;
	readonly verbose: boolean;
	readonly update: boolean;
}

function readOptions(): Options {
	const { values } = parseArgs({
		options: {
			only: { type: 'string', multiple: true, default: [] },
			class: { type: 'string' },
			verbose: { type: 'boolean', default: false },
			update: { type: 'boolean', default: false },
		},
	});
	const only = values.only.map(
		(pattern) =>
			new RegExp(
				`^${pattern
					.replace(/\.c$/, '')
					.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
					.replaceAll('*', '.*')}$`,
			),
	);
	return { ...values, only };
}

/** The selftests to run, with what is expected of their programs. */
function select(lab: Lab, options: Options): Map<string, Expected[]> {
	const table = readVerdicts();
	const files = new Set([...table.map((row) => row.file), ...REACH]);
	const selected = new Map<string, Expected[]>();
	for (const file of files) {
		if (options.only.length > 0 && !options.only.some((pattern) => pattern.test(file))) continue;
		const path = join(lab.programs, `${file}.c`);
		if (!existsSync(path)) throw new Error(`${path} is missing, though the verdicts name it`);
		const rows = REACH.includes(file) ? expectationsOf(file, readFileSync(path, 'utf8'), table) : table.filter((row) => row.file === file);
		const wanted = rows.filter((row) => !options.class || options.class === (row.class ?? row.verdict));
		if (wanted.length > 0) selected.set(path, wanted);
	}
	return selected;
}

function print(text: string): void {
	if (text !== '') process.stdout.write(`${text}\n`);
}

/** Prints what must hold and returns the number of those that do not. */
function conclude(judged: readonly Judged[], reach: readonly Judged[], behind: readonly string[], recorded: number): number {
	const accepted = judged.filter(
		(one) => one.expected.kind === 'C' && one.expected.verdict === 'accept' && one.expected.source === 'table',
	);
	const alarms = accepted.filter((one) => one.outcome === 'false-alarm').length;
	const unknown = accepted.filter((one) => one.outcome === 'unknown' || one.outcome === 'absent').length;
	const agreeing = reach.filter((one) => one.outcome === 'agree').length;
	const musts: [boolean, string][] = [
		[alarms === 0, `no false alarm on ${accepted.length} accepted programs: ${alarms}`],
		[unknown <= accepted.length * MOST_UNKNOWN, `unknown on at most ${MOST_UNKNOWN * 100} % of them: ${unknown}`],
		[
			agreeing === reach.length,
			`every program of the ${REACH.length} files about references and kptrs agrees: ${agreeing} of ${reach.length}`,
		],
	];
	for (const [holds, text] of musts) print(`${holds ? 'HOLDS' : 'FAILS'} ${text}`);
	for (const line of behind) print(`BEHIND ${line}`);
	const failed = musts.filter(([holds]) => !holds).length + behind.length;
	print(`${musts.length + recorded - failed} passed, ${failed} failed`);
	return failed;
}

async function main(): Promise<number> {
	const options = readOptions();
	const lab = prepareLab();
	const selected = select(lab, options);
	if (selected.size === 0) throw new Error('nothing to do: no selftest has such a name, or none has a program of that class');
	const { files, cpuSeconds, peakBytes } = await analyse(
		[...selected.keys()],
		{ kernel: CORPUS_RELEASE, includePaths: lab.includePaths, defines: lab.defines },
		(answer) => options.verbose && process.stderr.write(`${answer.path} ${Math.round(answer.milliseconds)} ms\n`),
	);
	const judged = [...selected].flatMap(([path, rows]) => {
		const lines = readFileSync(path, 'utf8').split('\n');
		return rows.map((row) => judge(row, files.get(path)!, lines));
	});
	const reach = judged.filter((one) => REACH.includes(one.expected.file));
	const answers = [...files.values()];
	print(troubles(answers, options.verbose));
	print(differences(judged, options.verbose));
	print(unknownReasons(judged));
	print(classTable(judged));
	print(times(answers, cpuSeconds, peakBytes));
	if (options.only.length > 0 || options.class) {
		const wrong = judged.filter((one) => one.outcome !== 'agree').length;
		print(`${judged.length - wrong} passed, ${wrong} failed`);
		return wrong === 0 ? 0 : 1;
	}
	const figures = figuresOf(judged, reach, answers);
	const recorded = recordedFigures();
	const behind = options.update ? [] : fallenBehind(figures, recorded);
	if (options.update) recordFigures(figures);
	return conclude(judged, reach, behind, Object.keys(recorded).length) === 0 ? 0 : 1;
}

// A reader that closes early, such as `head`, has seen enough.
process.stdout.on('error', () => process.exit());

main().then(
	(status) => {
		process.exitCode = status;
	},
	(error) => {
		process.stderr.write(`test:kernel: ${error instanceof Error ? error.message : error}\n`);
		print('0 passed, 1 failed');
		process.exitCode = 2;
	},
);
