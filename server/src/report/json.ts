// `--format json`: one object, the documented contract. Lines and columns start at 1; columns count UTF-16 units.
import type { FileResult, Finding } from '../rules/finding.js';
import type { CheckedFile, Run } from './run.js';

/** Version of the contract: a field that goes away or changes its meaning raises it, a new field does not. */
export const JSON_CONTRACT_VERSION = 1;

/** The whole run as one JSON text, with a newline at its end. */
export function jsonReport(run: Run): string {
	const report = {
		version: JSON_CONTRACT_VERSION,
		kernel: run.kernel,
		...(run.catalog !== undefined && { catalog: run.catalog }),
		files: run.files.map((file) => fileObject(file, run)),
	};
	return `${JSON.stringify(report, null, 2)}\n`;
}

function fileObject(file: CheckedFile, run: Run): object {
	return {
		path: run.show(file.path),
		...(file.fixed && { fixed: file.fixed }),
		problems: file.problems.map((problem) => ({
			severity: problem.severity,
			code: problem.code,
			message: problem.message,
			...(problem.at && { path: run.show(problem.at.path), range: run.sources.range(problem.at.path, problem.at.start, problem.at.end) }),
		})),
		programs: file.programs.map((program) => ({
			name: program.name,
			section: program.section,
			verdict: program.verdict,
			...(program.reason !== undefined && { reason: program.reason }),
			range: run.sources.range(program.at.path, program.at.start, program.at.end),
		})),
		findings: file.findings.map((finding) => findingObject(file, finding, run)),
	};
}

function findingObject(file: FileResult, finding: Finding, run: Run): object {
	const { sources } = run;
	return {
		rule: finding.rule,
		category: finding.category,
		severity: finding.severity,
		message: finding.message,
		verifier: finding.verifier,
		program: finding.program,
		...(finding.deprecated && { deprecated: true }),
		...(finding.at.path !== file.path && { path: run.show(finding.at.path) }),
		range: sources.range(finding.at.path, finding.at.start, finding.at.end),
		related: finding.related.map((related) => ({
			path: run.show(related.at.path),
			range: sources.range(related.at.path, related.at.start, related.at.end),
			message: related.message,
		})),
		fixes: finding.fixes.map((fix) => ({
			title: fix.title,
			preferred: fix.preferred,
			edits: fix.edits.map((edit) => ({ range: sources.range(file.path, edit.start, edit.end), newText: edit.newText })),
		})),
	};
}
