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

interface Position {
	readonly file: string;
	readonly line: number;
}

function covers(lines: Lines, at: Position): boolean {
	return lines.file === at.file && lines.first <= at.line && at.line <= lines.last;
}

/** A function's closing brace, to which the compiler counts the exit that all its returns share. */
const CLOSING_BRACE = '}';

/** Whether the kernel's line closes a function and the finding stands at one of that function's returns. */
function isSharedExit(finding: PlainFinding, at: Position, lines: readonly string[]): boolean {
	if (lines[at.line - 1] !== CLOSING_BRACE || finding.at.file !== at.file || finding.at.first > at.line) return false;
	const between = lines.slice(finding.at.first - 1, at.line - 1);
	return /\breturn\b/.test(between[0] ?? '') && !between.includes(CLOSING_BRACE);
}

/** Whether the finding stands at the declaration of the function in whose body the kernel's line is. */
function isDeclaration(finding: PlainFinding, at: Position, lines: readonly string[]): boolean {
	const open = lines.lastIndexOf('{', at.line - 1);
	if (finding.at.file !== at.file || open < 0 || lines.slice(open, at.line - 1).includes(CLOSING_BRACE)) return false;
	const blank = lines.lastIndexOf('', open);
	return finding.at.first - 1 > blank && finding.at.first - 1 <= open;
}

/**
 * Whether a finding explains the kernel's line: it stands there, its path passes there, it stands at the declaration of the function
 * that holds the line, or the kernel names the program's declaration or a function's closing brace, which is what its log shows for
 * instructions that the compiler made for the whole function.
 * `lines` is the source of the checked file.
 */
function explains(finding: PlainFinding, program: PlainProgram, at: Position, lines: readonly string[]): boolean {
	if (covers(finding.at, at) || finding.related.some((related) => covers(related, at)) || covers(program.at, at)) return true;
	return isSharedExit(finding, at, lines) || isDeclaration(finding, at, lines);
}

/** Compares one program. `answer` is that of its file, `lines` the file's source. */
export function judge(expected: Expected, answer: FileAnswer, lines: readonly string[]): Judged {
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
	const right = line === undefined || candidates.some((finding) => explains(finding, program, line, lines));
	return { ...base, outcome: right ? 'agree' : 'wrong-line' };
}
