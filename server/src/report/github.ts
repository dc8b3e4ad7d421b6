// `--format github`: workflow commands, which GitHub Actions shows as annotations at the changed lines.
import type { Severity } from '../rules/finding.js';
import type { Run } from './run.js';

const COMMANDS: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

/** One workflow command a line: findings, then problems of the text. Hints are left out: an annotation for each would be noise. */
export function githubReport(run: Run): string {
	const out: string[] = [];
	for (const file of run.files) {
		for (const finding of file.findings) {
			const steps = finding.related.map((step, index) => {
				const { start } = run.sources.range(step.at.path, step.at.start, step.at.end);
				return `${index + 1}. ${run.show(step.at.path)}:${start.line}: ${step.message}`;
			});
			const text = [finding.message, ...(finding.verifier ? [`verifier: ${finding.verifier}`] : []), ...steps].join('\n');
			out.push(command(finding.severity, finding.at, `bpfls: ${finding.rule}`, text, run));
		}
		for (const problem of file.problems) {
			if (problem.severity === 'hint') continue;
			out.push(command(problem.severity, problem.at ?? { path: file.path }, `bpfls: ${problem.code}`, problem.message, run));
		}
	}
	return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

function command(severity: Severity, at: { path: string; start?: number; end?: number }, title: string, text: string, run: Run): string {
	const properties: Record<string, string | number> = { file: run.show(at.path) };
	if (at.start !== undefined && at.end !== undefined) {
		const { start, end } = run.sources.range(at.path, at.start, at.end);
		properties.line = start.line;
		properties.endLine = end.line;
		// GitHub reads columns only of annotations that stay on one line.
		if (start.line === end.line) Object.assign(properties, { col: start.column, endColumn: end.column });
	}
	properties.title = title;
	const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
	return `::${COMMANDS[severity]} ${list.join(',')}::${escapeData(text)}`;
}

function escapeData(text: string): string {
	return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
	return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
