// `--format pretty`: findings for people, with the path to each as numbered steps in the source.
import type { FileResult, Finding, Related, Severity, TextProblem } from '../rules/finding.js';
import { codeFrame, type Mark } from './code-frame.js';
import type { Palette } from './color.js';
import type { CheckedFile, Run } from './run.js';

/** The whole run as text for a terminal, with a summary as its last line. */
export function prettyReport(run: Run, colors: Palette): string {
	const blocks: string[] = [];
	for (const file of run.files) {
		const fixes = fixBlock(file, run, colors);
		if (fixes) blocks.push(fixes);
		if (file.problems.length > 0) blocks.push(file.problems.map((problem) => problemLine(file, problem, run, colors)).join('\n'));
		const findings = [...file.findings].sort((a, b) => a.at.start - b.at.start);
		for (const finding of findings) blocks.push(findingBlock(finding, run, colors));
		const unknown = unknownBlock(file, run, colors);
		if (unknown) blocks.push(unknown);
	}
	blocks.push(summary(run, colors));
	return `${blocks.join('\n\n')}\n`;
}

function paint(severity: Severity, colors: Palette): (text: string) => string {
	if (severity === 'error') return colors.error;
	return severity === 'warning' ? colors.warning : colors.info;
}

function place(path: string, start: number, end: number, run: Run): string {
	if (!run.sources.lines(path)) return run.show(path);
	const at = run.sources.range(path, start, end).start;
	return `${run.show(path)}:${at.line}:${at.column}`;
}

function problemLine(file: FileResult, problem: TextProblem, run: Run, colors: Palette): string {
	const where = problem.at ? place(problem.at.path, problem.at.start, problem.at.end, run) : run.show(file.path);
	return `${colors.bold(where)}: ${paint(problem.severity, colors)(problem.severity)}: ${problem.message} ${colors.dim(`[${problem.code}]`)}`;
}

function findingBlock(finding: Finding, run: Run, colors: Palette): string {
	const { at } = finding;
	const severity = paint(finding.severity, colors)(finding.severity);
	const lines = [
		`${colors.bold(place(at.path, at.start, at.end, run))}: ${severity}: ${finding.message} ${colors.dim(`[${finding.rule}]`)}`,
		...frames(finding, run, colors),
	];
	const note = (name: string, text: string) => lines.push(`  ${colors.dim(`${name}:`)} ${text}`);
	// What is found in kernel-side source belongs to no program, and the verifier never sees it.
	if (finding.program) note('program', finding.program);
	if (finding.verifier) note('verifier', finding.verifier);
	const fix = finding.fixes.find((one) => one.preferred);
	if (fix) note('fix', `${fix.title} ${colors.dim('(--fix applies it)')}`);
	else for (const other of finding.fixes) note('possible fix', other.title);
	return lines.join('\n');
}

/** The steps that lead to the finding and the finding itself, in one frame for each file; steps without a source as plain lines. */
function frames(finding: Finding, run: Run, colors: Palette): string[] {
	const steps: Related[] = [...finding.related];
	const number = (index: number) => `${index + 1}. ${steps[index]!.message}`;
	const byFile = new Map<string, Mark[]>([[finding.at.path, []]]);
	const plain: string[] = [];
	// A step that stands exactly where the finding stands lends it its words.
	const last = steps.findIndex((step) => samePlace(step, finding));
	steps.forEach((step, index) => {
		if (index === last) return;
		if (!run.sources.lines(step.at.path)) {
			plain.push(`  ${number(index)} (${run.show(step.at.path)})`);
			return;
		}
		const marks = byFile.get(step.at.path) ?? [];
		marks.push({ start: step.at.start, end: step.at.end, note: number(index), primary: false });
		byFile.set(step.at.path, marks);
	});
	byFile.get(finding.at.path)!.push({ start: finding.at.start, end: finding.at.end, note: last >= 0 ? number(last) : '', primary: true });
	const out: string[] = [];
	for (const [path, marks] of byFile) {
		const lines = run.sources.lines(path);
		if (!lines) continue;
		if (path !== finding.at.path) out.push(`  ${colors.dim('in')} ${run.show(path)}`);
		out.push(codeFrame(lines, marks, colors));
	}
	return [...out, ...plain];
}

function samePlace(step: Related, finding: Finding): boolean {
	return step.at.path === finding.at.path && step.at.start === finding.at.start && step.at.end === finding.at.end;
}

function unknownBlock(file: FileResult, run: Run, colors: Palette): string {
	return file.programs
		.filter((program) => program.verdict === 'unknown')
		.map((program) => {
			const where = place(program.at.path, program.at.start, program.at.end, run);
			return `${colors.bold(where)}: ${colors.info('unknown')}: no verdict on program ${program.name}: ${program.reason ?? 'the analysis stopped short'}`;
		})
		.join('\n');
}

function fixBlock(file: CheckedFile, run: Run, colors: Palette): string {
	const line = (word: string, title: string) => `${colors.bold(run.show(file.path))}: ${word}: ${title}`;
	const applied = (file.fixed ?? []).map((title) => line(colors.good('fixed'), title));
	const back = (file.takenBack ?? []).map((title) => line(colors.warning('not fixed'), `${title}: something new would be found after it`));
	return [...applied, ...back].join('\n');
}

function summary(run: Run, colors: Palette): string {
	const findings = run.files.flatMap((file) => file.findings);
	const programs = run.files.flatMap((file) => file.programs);
	const count = (verdict: string) => programs.filter((program) => program.verdict === verdict).length;
	const errors = findings.filter((finding) => finding.severity === 'error').length;
	const head = `${plural(run.files.length, 'file')}, ${plural(programs.length, 'program')} for Linux ${run.kernel}${run.catalog === undefined ? '' : ` (by the catalog of ${run.catalog})`}`;
	const verdicts = `${count('accept')} accepted, ${count('reject')} rejected, ${count('unknown')} unknown`;
	const tail = findings.length === 0 ? colors.good('no findings') : `${plural(findings.length, 'finding')} (${plural(errors, 'error')})`;
	return `${head}: ${verdicts}; ${tail}`;
}

function plural(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
