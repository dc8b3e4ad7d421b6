// The kernel suite's report: one fact a line, the kind of fact first, so that it can be searched.
import type { FileAnswer } from './analyse.js';
import type { Judged, Outcome } from './judge.js';
import { CLASSES, KERNEL_OBJECT_CLASSES } from './verdicts.js';

const OUTCOMES: readonly Outcome[] = ['agree', 'wrong-line', 'false-alarm', 'miss', 'unknown', 'absent'];
/** How many of the slowest files are named. */
const SLOWEST = 5;

function named(one: Judged): string {
	const { file, program, class: klass } = one.expected;
	return `${file} ${program}${klass ? ` [${klass}]` : ''}`;
}
function ours(one: Judged): string {
	if (one.findings.length === 0) return '  ours: (shown under another program)';
	return one.findings
		.map(({ rule, at, message, verifier }) => `  ours: ${at.file}:${at.first} [${rule}] ${message} {${verifier}}`)
		.join('\n');
}
function kernels(one: Judged): string {
	const { line, message } = one.expected;
	return `  kernel: ${line ? `${line.file}:${line.line} ` : ''}${message}`;
}
function row(title: string, judged: readonly Judged[]): string {
	const counts = OUTCOMES.map((outcome) => String(judged.filter((one) => one.outcome === outcome).length).padStart(11));
	return `${title.padEnd(17)}${String(judged.length).padStart(6)}${counts.join('')}`;
}

/** The table of agreement by class. */
export function classTable(judged: readonly Judged[]): string {
	const c = judged.filter((one) => one.expected.kind === 'C' && one.expected.source === 'table');
	const lines = [`${''.padEnd(17)}${'all'.padStart(6)}${OUTCOMES.map((outcome) => outcome.padStart(11)).join('')}`];
	const accepted = c.filter((one) => one.expected.verdict === 'accept');
	lines.push(row('accepted', accepted));
	for (const klass of CLASSES)
		lines.push(
			row(
				klass,
				c.filter((one) => one.expected.class === klass),
			),
		);
	const annotated = judged.filter((one) => one.expected.source === 'annotation');
	for (const verdict of ['accept', 'reject'])
		lines.push(
			row(
				`annotated ${verdict}`,
				annotated.filter((one) => one.expected.verdict === verdict),
			),
		);
	const asm = judged.filter((one) => one.expected.kind === 'asm');
	lines.push(
		row(
			'asm accepted',
			asm.filter((one) => one.expected.verdict === 'accept'),
		),
	);
	lines.push(
		row(
			'asm rejected',
			asm.filter((one) => one.expected.verdict === 'reject'),
		),
	);
	return lines.join('\n');
}

/** Everything that differs, one by one. */
export function differences(judged: readonly Judged[], verbose: boolean): string {
	const lines: string[] = [];
	for (const one of judged) {
		const isObjectClass = one.expected.class !== undefined && KERNEL_OBJECT_CLASSES.includes(one.expected.class);
		switch (one.outcome) {
			case 'false-alarm':
				lines.push(`FALSE-ALARM ${named(one)}${one.expected.kind === 'asm' ? ' (asm)' : ''}`, ours(one));
				break;
			case 'miss':
				if (one.expected.kind === 'C' && (isObjectClass || one.expected.source === 'annotation' || verbose))
					lines.push(`MISS ${named(one)}`, kernels(one));
				break;
			case 'wrong-line':
				lines.push(`WRONG-LINE ${named(one)}`, kernels(one), ours(one));
				break;
			case 'absent':
				if (one.expected.kind === 'C') lines.push(`ABSENT ${named(one)}: ${one.reason}`);
				break;
			case 'unknown':
				if (verbose) lines.push(`UNKNOWN ${named(one)}: ${one.reason}`);
				break;
			case 'agree':
				if (verbose && one.expected.verdict === 'reject') lines.push(`AGREE ${named(one)}`, kernels(one), ours(one));
				break;
		}
	}
	return lines.join('\n');
}

/** Reasons for "unknown" with their numbers, most frequent first; names and numbers in a reason are blanked for the grouping. */
export function unknownReasons(judged: readonly Judged[]): string {
	const groups = new Map<string, Judged[]>();
	for (const one of judged) {
		if (one.outcome !== 'unknown' || one.expected.kind !== 'C') continue;
		const key = (one.reason ?? '(no reason given)').replace(/[`'"][^`'"]*[`'"]/g, '...').replace(/\d+/g, 'N');
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	return [...groups]
		.sort((a, b) => b[1].length - a[1].length)
		.map(([key, members]) => {
			const examples = members.slice(0, 3).map((one) => `${one.expected.file}/${one.expected.program}`);
			return `UNKNOWN-REASON ${members.length} × ${key} (${examples.join(', ')}${members.length > 3 ? ', ...' : ''})`;
		})
		.join('\n');
}

/** Exceptions and errors of the text, by file. */
export function troubles(answers: readonly FileAnswer[], verbose: boolean): string {
	const lines: string[] = [];
	for (const { path, thrown, problems } of answers) {
		if (thrown) lines.push(`THROWN ${path}: ${verbose ? thrown : thrown.split('\n').slice(0, 2).join(' ').replace(/\s+/g, ' ')}`);
		for (const problem of problems) lines.push(`PROBLEM ${path}: ${verbose ? problem : problem.split('\n')[0]}`);
	}
	return lines.join('\n');
}

/** Where the time went. */
export function times(answers: readonly FileAnswer[], cpuSeconds: number, peakBytes: number): string {
	const slowest = [...answers].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
	return [
		`TIME ${cpuSeconds.toFixed(1)} s of processor time for ${answers.length} files, at most ${Math.round(peakBytes / 1e6)} MB`,
		...slowest.map(({ path, milliseconds }) => `SLOW ${path.split('/').at(-1)} ${Math.round(milliseconds)} ms`),
	].join('\n');
}
