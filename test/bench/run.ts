// The measurements of docs/performance.md, `npm run bench`: figures and ratios, no verdict on them.
//
//   node out/test/bench/run.js [--edits N] [--requests N] [--no-corpus] [--update]
//     --edits N     keystrokes to time (150)
//     --requests N  requests of each kind to time (100)
//     --no-corpus   leave out the two minutes in which clang and the analysis go over the whole corpus
//     --update      write the table into docs/performance.md
import '../../server/src/tuning.js';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { analyse } from '../kernel/corpus-run.js';
import { CORPUS_RELEASE, clangArguments, type Lab, prepareLab } from '../kernel/lab.js';
import { repositoryRoot } from '../support/root.js';
import { measureCatalogs } from './catalogs.js';
import { timeChains } from './chains.js';
import { timeClangd } from './clangd.js';
import { type Keystroke, keystrokes } from './edits.js';
import { BUILT_CLI, openAndClose, openedFiles, slowestBomb } from './endurance.js';
import { LARGE, largeFile } from './generated.js';
import { timePerson } from './person.js';
import { timeRequests } from './requests.js';
import { timeServer } from './server-session.js';
import { timeShapes } from './shapes.js';
import { percentile } from './statistics.js';

const SUBJECT = 'task_kfunc_success.c';
/** The largest of the kernel's own schedulers, and a release near its own whose kernel has sched_ext in Debian. */
const SCHEDULER = { folder: 'tools/sched_ext', file: 'scx_flatcg.bpf.c', release: '6.13' };
/** One of its programs. */
const PROGRAM = 'test_task_acquire_release_argument';
/** clangd takes its time for each of them. */
const CLANGD_EDITS = 40;
/** Process starts are timed this often; the median is printed. */
const STARTS = 5;

/** What was asked for, what was measured, and of what. */
interface Row {
	readonly what: string;
	readonly figure: string;
	readonly wanted: string;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const mb = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : `${Math.round(bytes / 1e6)} MB`);

async function timeKeystrokes(path: string, options: CheckOptions, strokes: readonly Keystroke[]): Promise<number[]> {
	const checker = await createChecker();
	const text = readFileSync(path, 'utf8');
	checker.check(path, text, options);
	const time = (edited: string): number => {
		const began = performance.now();
		checker.check(path, edited, options);
		return performance.now() - began;
	};
	return strokes.map(({ offset, character }) => {
		const took = time(text.slice(0, offset) + character + text.slice(offset));
		// The character goes again, as in an editor; only its coming is counted.
		time(text);
		return took;
	});
}

function timeCommandLine(path: string, lab: Lab): number {
	const args = [BUILT_CLI, 'check', '--format', 'json', '--kernel', CORPUS_RELEASE];
	for (const include of lab.includePaths) args.push('-I', include);
	for (const define of lab.defines) args.push('-D', define);
	const times = Array.from({ length: STARTS }, () => {
		const began = performance.now();
		const { status, stderr } = spawnSync(process.execPath, [...args, path], { encoding: 'utf8' });
		if (status !== 0 && status !== 1) throw new Error(`the command line failed: ${stderr}`);
		return performance.now() - began;
	});
	return percentile(times, 0.5);
}

/** The processor time, user and system, that clang takes for the files one after another, in seconds. */
function clangSeconds(paths: readonly string[], lab: Lab): number {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-bench-'));
	// A response file, since a shell's own list of arguments belongs to the loop.
	const response = join(folder, 'arguments');
	writeFileSync(
		response,
		clangArguments(lab)
			.map((argument) => JSON.stringify(argument))
			.join('\n'),
	);
	const script = 'response=$1; shift; for f in "$@"; do clang-19 "@$response" -c "$f" -o /dev/null || exit 1; done; times';
	const { stdout, status, stderr } = spawnSync('bash', ['-c', script, 'bash', response, ...paths], { encoding: 'utf8' });
	rmSync(folder, { recursive: true });
	if (status !== 0) throw new Error(`clang-19 failed: ${stderr}`);
	// The second line is the time of the children: 0m12.345s 0m1.234s
	const children = stdout.trim().split('\n')[1]!;
	return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Parts of the corpus between which the analysis goes over all of it: a machine is not as fast in one minute as in the next, and clang takes more than one. */
const CLANG_PARTS = 4;

async function measureCorpus(lab: Lab, options: CheckOptions): Promise<Row[]> {
	const paths = readdirSync(lab.programs)
		.filter((name) => name.endsWith('.c'))
		.map((name) => join(lab.programs, name));
	const runs = [await analyse(paths, options)];
	let clang = 0;
	for (let part = 0; part < CLANG_PARTS; part++) {
		clang += clangSeconds(
			paths.filter((_, index) => index % CLANG_PARTS === part),
			lab,
		);
		runs.push(await analyse(paths, options));
	}
	const thrown = [...runs[0]!.files.values()].filter((file) => file.thrown).length;
	const seconds = runs.map(({ cpuSeconds }) => cpuSeconds).sort((a, b) => a - b);
	const ours = percentile(seconds, 0.5);
	return [
		{
			what: `Whole corpus, ${paths.length} files, one process: processor time, median of ${runs.length} between parts of clang's${thrown > 0 ? ` (${thrown} files failed)` : ''}`,
			figure: `${ours.toFixed(2)} s (${seconds[0]!.toFixed(2)} to ${seconds.at(-1)!.toFixed(2)})`,
			wanted: '',
		},
		{ what: 'clang-19 -O2 on the same files: processor time', figure: `${clang.toFixed(1)} s`, wanted: '' },
		{ what: 'Corpus against clang', figure: (ours / clang).toFixed(3), wanted: '0.05' },
		{ what: 'Peak memory over the whole corpus', figure: mb(Math.max(...runs.map(({ peakBytes }) => peakBytes))), wanted: '' },
	];
}

function catalogRows(): Row[] {
	const costs = measureCatalogs();
	const worst = (of: 'load' | 'answers' | 'bytes') => costs.reduce((most, each) => (each[of] > most[of] ? each : most));
	const [load, answers, bytes] = [worst('load'), worst('answers'), worst('bytes')];
	const of = (one: { readonly release: string }) => `worst of ${costs.length} releases, ${one.release}`;
	return [
		{ what: `Loading the catalog of a release, ${of(load)}`, figure: ms(load.load), wanted: '15 ms' },
		{ what: `The same with the first answer of each kind, ${of(answers)}`, figure: ms(answers.answers), wanted: '' },
		{ what: `Memory that it holds then, ${of(bytes)}`, figure: `${(bytes.bytes / 1e6).toFixed(1)} MB`, wanted: '10 MB' },
	];
}

/** A real scheduler in the editor. Its types are those of the built-in table: the corpus's vmlinux.h comes from a kernel without sched_ext. */
async function schedulerRows(lab: Lab, edits: number): Promise<Row[]> {
	const folder = join(lab.source, SCHEDULER.folder);
	const path = join(folder, SCHEDULER.file);
	const text = readFileSync(path, 'utf8');
	const options = { kernel: SCHEDULER.release, includePaths: [join(folder, 'include'), lab.libbpf], defines: lab.defines };
	const times = (await timeServer(BUILT_CLI, path, options, keystrokes(text, edits))).keystrokes;
	const what = `One keystroke in ${SCHEDULER.file}, ${text.split('\n').length - 1} lines, language server`;
	return [
		{ what: `${what}, median`, figure: ms(percentile(times, 0.5)), wanted: '15 ms' },
		{ what: `${what}, 95th percentile`, figure: ms(percentile(times, 0.95)), wanted: '40 ms' },
	];
}

/** A large file in the editor, and what others take for the same. */
async function enduranceRows(path: string, lab: Lab, options: CheckOptions, strokes: readonly Keystroke[], ours: number): Promise<Row[]> {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-bench-'));
	const rows: Row[] = [];
	try {
		const large = join(folder, 'large.bpf.c');
		writeFileSync(large, largeFile());
		const times = (await timeServer(BUILT_CLI, large, options, keystrokes(largeFile(), strokes.length))).keystrokes;
		const what = `One keystroke in ${LARGE.lines} lines with ${LARGE.programs} programs, language server`;
		rows.push({ what: `${what}, median`, figure: ms(percentile(times, 0.5)), wanted: '15 ms' });
		rows.push({ what: `${what}, 95th percentile`, figure: ms(percentile(times, 0.95)), wanted: '40 ms' });
	} finally {
		rmSync(folder, { recursive: true });
	}
	rows.push(...(await schedulerRows(lab, strokes.length)));
	const few = strokes.slice(0, CLANGD_EDITS);
	const clangd = few.length > 0 ? await timeClangd(path, lab, few) : undefined;
	if (!clangd) rows.push({ what: 'clangd-19 beside it', figure: 'not installed', wanted: '' });
	else {
		const median = percentile(clangd.keystrokes, 0.5);
		rows.push({ what: `clangd-19: one keystroke on ${SUBJECT}, median of ${few.length}`, figure: ms(median), wanted: '' });
		rows.push({ what: 'The language server against clangd-19, medians', figure: (ours / median).toFixed(3), wanted: '0.333' });
		rows.push({ what: 'clangd-19: process start to first diagnostics', figure: ms(clangd.startToDiagnostics), wanted: '' });
		rows.push({ what: 'clangd-19: peak memory', figure: mb(clangd.peakBytes), wanted: '' });
	}
	const person = await timePerson(path, PROGRAM, lab);
	rows.push({ what: `clang-19 -O2 of ${SUBJECT}`, figure: ms(person.compile), wanted: '' });
	const load = typeof person.load === 'number' ? ms(person.load) : `not measured: ${person.load}`;
	rows.push({ what: 'A load of one of its programs by the verifier of this kernel', figure: load, wanted: '' });
	const bomb = await slowestBomb();
	rows.push({
		what: `The slowest macro bomb or include cycle (${bomb.name}): processor time`,
		figure: ms(bomb.milliseconds),
		wanted: '100 ms',
	});
	const files = openedFiles(lab);
	const held = await openAndClose(BUILT_CLI, files, lab);
	const figure = held ? held.map(mb).join(', ') : 'unknown';
	rows.push({
		what: `Memory held after 1 file was opened and closed, after ${files.length}, after these again`,
		figure,
		wanted: '1.1 times',
	});
	return rows;
}

/** Writes the table between the two marks of docs/performance.md. */
function writeTable(table: string): void {
	const path = join(repositoryRoot(), 'docs/performance.md');
	const page = readFileSync(path, 'utf8');
	writeFileSync(
		path,
		page.replace(/(<!-- table -->\n)[\s\S]*(<!-- end -->)/, (_, open, close) => `${open}${table}\n${close}`),
	);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			edits: { type: 'string', default: '150' },
			requests: { type: 'string', default: '100' },
			'no-corpus': { type: 'boolean', default: false },
			update: { type: 'boolean', default: false },
		},
	});
	const lab = prepareLab();
	const options = { kernel: CORPUS_RELEASE, includePaths: lab.includePaths, defines: lab.defines };
	const path = join(lab.programs, SUBJECT);
	const strokes = keystrokes(readFileSync(path, 'utf8'), Number(values.edits));
	const headerBytes = readFileSync(lab.vmlinux).length;

	const inProcess = await timeKeystrokes(path, options, strokes);
	const server = await timeServer(BUILT_CLI, path, options, strokes);
	const starts = [server.startToDiagnostics];
	while (starts.length < STARTS) starts.push((await timeServer(BUILT_CLI, path, options, [])).startToDiagnostics);
	const rows: Row[] = [
		{ what: 'One keystroke, in process, median', figure: ms(percentile(inProcess, 0.5)), wanted: '' },
		{ what: 'One keystroke, in process, 95th percentile', figure: ms(percentile(inProcess, 0.95)), wanted: '50 ms' },
		{ what: 'One keystroke, language server, median', figure: ms(percentile(server.keystrokes, 0.5)), wanted: '' },
		{ what: 'One keystroke, language server, 95th percentile', figure: ms(percentile(server.keystrokes, 0.95)), wanted: '50 ms' },
		{ what: 'Server: process start to first diagnostics', figure: ms(percentile(starts, 0.5)), wanted: '350 ms' },
		{ what: 'Command line: process start to end', figure: ms(timeCommandLine(path, lab)), wanted: '600 ms' },
		{ what: 'Peak memory of that server', figure: mb(server.peakBytes), wanted: '150 MB' },
	];
	rows.push(...(await enduranceRows(path, lab, options, strokes, percentile(server.keystrokes, 0.5))));
	rows.push(...catalogRows());
	for (const { length, milliseconds, verdict } of await timeChains(options)) {
		rows.push({ what: `A chain of ${length} independent ifs: processor time (${verdict})`, figure: ms(milliseconds), wanted: '' });
	}
	for (const { what, milliseconds, verdicts } of await timeShapes(options))
		rows.push({ what: `${what}: processor time (${verdicts})`, figure: ms(milliseconds), wanted: '2 s' });
	for (const { method, median, p95, answered, asked } of await timeRequests(BUILT_CLI, path, options, Number(values.requests))) {
		const what = `${method}, median and 95th percentile (${answered} of ${asked} answered)`;
		rows.push({ what, figure: `${ms(median)}, ${ms(p95)}`, wanted: '30 ms' });
	}
	if (!values['no-corpus']) rows.push(...(await measureCorpus(lab, options)));

	const title = `${SUBJECT} with a vmlinux.h of ${(headerBytes / 1e6).toFixed(1)} MB, ${strokes.length} keystrokes; ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}`;
	const table = [
		`${title}\n`,
		'| what | measured | wanted at most |',
		'| --- | ---: | ---: |',
		...rows.map((row) => `| ${row.what} | ${row.figure} | ${row.wanted} |`),
	].join('\n');
	process.stdout.write(`${table}\n`);
	if (values.update) writeTable(table);
}

main().catch((error) => {
	process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
	process.exitCode = 2;
});
