// Holds the analysis's answer on a program against what is expected of it.
import type { FileAnswer, Lines, PlainFinding, PlainProgram } from './analyse.js';
import type { Expected } from './verdicts.js';

export type Outcome =
	/** Same verdict, and for a rejection a finding where the kernel points. */
	| 'agree'
	/** Both reject, but no finding stands at the kernel's line nor names it. */
	| 'wrong-line'
	/** We object, the kernel accepts. */
	| 'false-alarm'
	/** The kernel rejects, we accept. */
	| 'miss'
	/** The analysis says that it stopped short. */
	| 'unknown'
	/** The analysis did not see the program at all. */
	| 'absent';

export interface Judged {
	readonly expected: Expected;
	readonly outcome: Outcome;
	readonly program?: PlainProgram;
	/** Of severity error, in this program. */
	readonly findings: readonly PlainFinding[];
	/** Why it is unknown or absent. */
	readonly reason?: string;
}

function covers(lines: Lines, at: { readonly file: string; readonly line: number }): boolean {
	return lines.file === at.file && lines.first <= at.line && at.line <= lines.last;
}

/**
 * Whether a finding explains the kernel's line: it stands there, its path passes there, or the kernel names the program's declaration,
 * which is what its log shows for an instruction that the compiler made for the whole function.
 */
function explains(finding: PlainFinding, program: PlainProgram, at: { readonly file: string; readonly line: number }): boolean {
	return covers(finding.at, at) || finding.related.some((related) => covers(related, at)) || covers(program.at, at);
}

/** Compares one program. `answer` is that of its file. */
export function judge(expected: Expected, answer: FileAnswer): Judged {
	const program = answer.programs.find((candidate) => candidate.name === expected.program);
	const errors = answer.findings.filter((finding) => finding.severity === 'error');
	const findings = errors.filter((finding) => finding.program === expected.program);
	if (!program) {
		const reason = answer.thrown?.split('\n')[0] ?? 'not among the programs that the analysis found';
		return { expected, outcome: 'absent', findings, reason };
	}
	const base = { expected, program, findings, reason: program.reason };
	if (expected.verdict === 'accept') {
		if (program.verdict === 'reject' || findings.length > 0) return { ...base, outcome: 'false-alarm' };
		return { ...base, outcome: program.verdict === 'unknown' ? 'unknown' : 'agree' };
	}
	if (program.verdict === 'accept') return { ...base, outcome: 'miss' };
	if (program.verdict === 'unknown') return { ...base, outcome: 'unknown' };
	// A finding in a function that several programs share is shown once, under the first of them.
	const candidates = findings.length > 0 ? findings : errors;
	const { line } = expected;
	const right = line === undefined || candidates.some((finding) => explains(finding, program, line));
	return { ...base, outcome: right ? 'agree' : 'wrong-line' };
}
