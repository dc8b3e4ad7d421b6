// Differential tests that nobody writes, `npm run oracle`: accepted programs of the kernel's selftests are mutated, and the verifier and
// the analysis are asked about each mutant.
//
//   node out/test/oracle/run.js [--files NAME]... [--kinds KIND,...] [--limit N] [--seed TEXT] [--kernel emulated|host] [--fix] [...]
//     --files NAME    only mutants of this selftest (`task_kfunc_success`; `*` stands for anything)
//     --kinds KINDS   only these mutations, by comma: see KINDS in mutants.ts
//     --look NAME     of the mutants chosen, only those of this selftest: the same copies as in the whole run
//     --limit N       at most N mutants, in turn of each kind; 0 takes all there are
//     --seed TEXT     another choice of mutants
//     --kernel WHICH  `6.12`: the corpus's release, booted under emulation; `host`: the kernel that this runs on
//     --fix           also apply our preferred repairs to mutants that lost a release, a check or an unlock, and load the result
//     --fresh         compile and load again what earlier runs did
//     --list          print the mutants and do nothing
//     --keep          leave the copies of the mutated files behind
//     --verbose       also what agrees
//     --update        record this run's numbers as those that no later run may fall behind
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, fallenBehind } from '../kernel/figures.js';
import { CORPUS_RELEASE, type Lab, prepareLab } from '../kernel/lab.js';
import { repositoryRoot } from '../support/root.js';
import { type Compared, compare } from './compare.js';
import { type MutatedFile, readCorpus, select } from './corpus.js';
import { emulatedKernel, hostKernel, type Kernel, NotMeasured } from './kernel.js';
import { Memory } from './memory.js';
import { KINDS, type Kind } from './mutants.js';
import { faults, recordedRemaining, remainingOf, writeRemaining } from './remaining.js';
import { type Repair, repair } from './repair.js';
import { causes, differences, kindTable, named, repairReport } from './report.js';
import { loadMutants, type MutantAnswers, type Setting } from './verdicts.js';

/** Compiling and booting for so many mutants takes a quarter of an hour on two processors the first time; later runs remember the answers. */
const USUAL_LIMIT = 1600;
const USUAL_SEED = 'oracle';
/** Status of a run that could not ask a verifier: neither a success nor a failure. */
const STATUS_NOT_MEASURED = 3;

interface Options {
	readonly files: readonly RegExp[];
	readonly look: readonly RegExp[];
	readonly kinds: readonly Kind[];
	readonly limit: number;
	readonly seed: string;
	readonly kernel: typeof CORPUS_RELEASE | 'host';
	readonly fix: boolean;
	readonly fresh: boolean;
	readonly list: boolean;
	readonly keep: boolean;
	readonly verbose: boolean;
	readonly update: boolean;
}

function readOptions(): Options {
	const flag = { type: 'boolean', default: false } as const;
	const { values } = parseArgs({
		options: {
			files: { type: 'string', multiple: true, default: [] },
			look: { type: 'string', multiple: true, default: [] },
			kinds: { type: 'string', default: KINDS.join(',') },
			limit: { type: 'string', default: String(USUAL_LIMIT) },
			seed: { type: 'string', default: USUAL_SEED },
			kernel: { type: 'string', default: CORPUS_RELEASE },
			fix: flag,
			fresh: flag,
			list: flag,
			keep: flag,
			verbose: flag,
			update: flag,
		},
	});
	const kinds = values.kinds.split(',');
	const strange = kinds.find((kind) => !KINDS.includes(kind as Kind));
	if (strange !== undefined) throw new Error(`no mutation is called ${strange}; there are ${KINDS.join(', ')}`);
	const limit = Number(values.limit);
	if (!Number.isInteger(limit) || limit < 0) throw new Error(`--limit ${values.limit}: not a number of mutants`);
	const { kernel } = values;
	if (kernel !== CORPUS_RELEASE && kernel !== 'host') throw new Error(`--kernel ${kernel}: neither ${CORPUS_RELEASE} nor host`);
	const patterns = (words: readonly string[]): RegExp[] => words.flatMap((names) => names.split(',')).map(pattern);
	return {
		...values,
		files: patterns(values.files),
		look: patterns(values.look),
		kernel,
		kinds: kinds as Kind[],
		limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
	};
}

function pattern(name: string): RegExp {
	const escaped = name.replace(/\.c$/, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`^${escaped.replaceAll('*', '.*')}\\.c$`);
}

function print(text: string): void {
	if (text !== '') process.stdout.write(`${text}\n`);
}
function say(text: string): void {
	process.stderr.write(`${text}\n`);
}

const RECORDED = 'test/oracle/recorded.json';

function recordedFigures(): Figures {
	const path = join(repositoryRoot(), RECORDED);
	return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

function percent(part: number, whole: number): number {
	return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 100;
}

/** The numbers of a run that may not get worse; percentages with two decimals. */
function figuresOf(all: readonly Compared[], repairs: readonly Repair[] | undefined): Figures {
	const count = (outcome: string): number => all.filter(({ judged }) => judged.outcome === outcome).length;
	const figures: Figures = {
		mutants: all.length,
		'agreement.percent': percent(count('agree'), all.length),
		'verdict.percent': percent(count('agree') + count('wrong-line'), all.length),
		'bad.false-alarms': count('false-alarm'),
		'bad.false-alarms.unexplained': all.filter(({ judged, excuse }) => judged.outcome === 'false-alarm' && !excuse).length,
		'bad.misses': count('miss'),
		'bad.unknown': count('unknown') + count('absent'),
	};
	if (repairs) {
		const applied = repairs.filter(({ outcome }) => outcome !== 'none' && outcome !== 'silent');
		figures['fixes.loads.percent'] = percent(applied.filter(({ outcome }) => outcome === 'loads').length, applied.length);
		figures['fixes.applied'] = applied.length;
	}
	return figures;
}

/** Whether the run's choice is the one that numbers are recorded for. */
function isUsual(options: Options): boolean {
	const { files, look, kinds, limit, seed, kernel } = options;
	return (
		files.length === 0 &&
		look.length === 0 &&
		kinds.length === KINDS.length &&
		limit === USUAL_LIMIT &&
		seed === USUAL_SEED &&
		kernel === CORPUS_RELEASE
	);
}

function openKernel(lab: Lab, which: Options['kernel']): Kernel {
	return which === 'host' ? hostKernel(lab) : emulatedKernel(lab, say);
}

function listMutants(files: readonly MutatedFile[]): void {
	for (const { mutants } of files) for (const mutant of mutants) print(named(mutant));
	for (const kind of KINDS) print(`${kind.padEnd(16)}${files.flatMap((file) => file.mutants).filter((one) => one.kind === kind).length}`);
}

function conclude(options: Options, all: readonly Compared[], repairs: readonly Repair[] | undefined, { without }: MutantAnswers): number {
	print(differences(all, options.verbose));
	if (repairs) print(repairReport(repairs));
	print(causes(all));
	print(kindTable(all));
	print(
		`WITHOUT ANSWER ${without.refused} are no C, ${without.original} belong to programs that this kernel refuses as they are, ${without.silent} did not get to the verifier`,
	);
	const figures = figuresOf(all, repairs);
	for (const [name, value] of Object.entries(figures)) print(`FIGURE ${name} ${value}`);
	if (!isUsual(options)) {
		const agreeing = all.filter(({ judged }) => judged.outcome === 'agree').length;
		print(`${agreeing} passed, ${all.length - agreeing} failed`);
		return agreeing === all.length ? 0 : 1;
	}
	const recorded = recordedFigures();
	const remaining = remainingOf(all, recordedRemaining());
	if (options.update) {
		writeRemaining(remaining);
		writeFileSync(
			join(repositoryRoot(), RECORDED),
			`${JSON.stringify(repairs ? figures : { ...recorded, ...figures }, undefined, '\t')}\n`,
		);
	}
	// Without --fix there are no figures of repairs to compare.
	const compared = Object.fromEntries(
		Object.entries(options.update ? {} : recorded).filter(([name]) => repairs || !name.startsWith('fixes.')),
	);
	const behind = fallenBehind(figures, compared);
	const unexplained = faults(remaining);
	for (const line of [...behind, ...unexplained]) print(`BEHIND ${line}`);
	const failed = behind.length + unexplained.length;
	print(`${Object.keys(figures).length + remaining.length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
	const options = readOptions();
	const lab = prepareLab();
	const chosen = select(await readCorpus(lab, options.files), options);
	const corpus = options.look.length === 0 ? chosen : chosen.filter(({ name }) => options.look.some((one) => one.test(name)));
	if (options.list) {
		listMutants(corpus);
		return 0;
	}
	if (corpus.length === 0) throw new Error('nothing to do: there is no such mutant');
	const kernel = openKernel(lab, options.kernel);
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-oracle-'));
	try {
		const setting: Setting = { lab, kernel, memory: new Memory(lab, kernel, options.fresh), folder, say };
		const answers = await loadMutants(setting, corpus);
		if (answers.answers.length === 0) throw new NotMeasured(`${kernel.name} gave no verdict on any mutant`);
		const all = await compare(setting, answers.answers);
		const repairs = options.fix ? await repair(setting, all) : undefined;
		return conclude(options, all, repairs, answers);
	} finally {
		if (!options.keep) rmSync(folder, { recursive: true, force: true });
	}
}

// A reader that closes early, such as `head`, has seen enough.
process.stdout.on('error', () => process.exit());

main().then(
	(status) => {
		process.exitCode = status;
	},
	(error) => {
		if (error instanceof NotMeasured) {
			print(`NOT MEASURED: ${error.message}`);
			print('No verifier was asked, so nothing passed and nothing failed.');
			process.exitCode = STATUS_NOT_MEASURED;
			return;
		}
		process.stderr.write(`oracle: ${error instanceof Error ? error.message : error}\n`);
		print('0 passed, 1 failed');
		process.exitCode = 2;
	},
);
