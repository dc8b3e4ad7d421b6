// Applying preferred fixes until none is left, with the promise that no fix leaves the text worse than it was.
import type { FileResult, Finding, Fix, TextEdit } from '../rules/finding.js';

/** A repair may bring another to light (a release, then its NULL check). Chains are short; what needs more rounds than this goes round in circles. */
export const FIX_ROUNDS_LIMIT = 10;

export interface FixOutcome {
	readonly text: string;
	/** Titles of what was applied, in order. */
	readonly applied: readonly string[];
	/** Titles of what was tried and taken back because something new was found after it. */
	readonly takenBack: readonly string[];
	/** The result for `text`. */
	readonly result: FileResult;
}

interface Candidate {
	readonly fix: Fix;
	readonly start: number;
	readonly end: number;
	/** Names the candidate again in a later round, when its offsets have moved. */
	readonly key: string;
}

/**
 * Applies the preferred fix of each finding. All fixes of a round that do not overlap go in together; where that brings a new
 * finding, they go in one by one and the guilty one is taken back.
 */
export function fixAll(text: string, check: (text: string) => FileResult): FixOutcome {
	let result = check(text);
	const applied: string[] = [];
	const takenBack = new Map<string, string>();
	for (let round = 0; round < FIX_ROUNDS_LIMIT; round++) {
		const batch = disjoint(candidates(text, result).filter((candidate) => !takenBack.has(candidate.key)));
		if (batch.length === 0) break;
		const together = applyEdits(
			text,
			batch.flatMap((candidate) => candidate.fix.edits),
		);
		const after = check(together);
		if (isBetter(result, after)) {
			text = together;
			result = after;
			applied.push(...batch.map((candidate) => candidate.fix.title));
			continue;
		}
		// From the end of the file to its start, so that the offsets of those that follow still hold.
		for (const candidate of [...batch].reverse()) {
			const alone = applyEdits(text, candidate.fix.edits);
			const afterOne = batch.length === 1 ? after : check(alone);
			if (isBetter(result, afterOne)) {
				text = alone;
				result = afterOne;
				applied.push(candidate.fix.title);
			} else takenBack.set(candidate.key, candidate.fix.title);
		}
	}
	return { text, applied, takenBack: [...takenBack.values()], result };
}

/** The text after edits that do not overlap; offsets are those of the text before all of them. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
	let out = '';
	let at = 0;
	for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
		out += text.slice(at, edit.start) + edit.newText;
		at = edit.end;
	}
	return out + text.slice(at);
}

function candidates(text: string, result: FileResult): Candidate[] {
	return result.findings.flatMap((finding) => {
		const fix = finding.fixes.find((one) => one.preferred && one.edits.length > 0);
		if (!fix) return [];
		const start = Math.min(...fix.edits.map((edit) => edit.start));
		const end = Math.max(...fix.edits.map((edit) => edit.end));
		const lineStart = text.lastIndexOf('\n', finding.at.start - 1) + 1;
		const line = text.slice(lineStart, finding.at.end).trim();
		return [{ fix, start, end, key: `${finding.rule}\0${finding.program}\0${fix.title}\0${line}` }];
	});
}

/** Those in order that neither overlap nor insert at one place; the others come in the next round. */
function disjoint(list: readonly Candidate[]): Candidate[] {
	const sorted = [...list].sort((a, b) => a.start - b.start || a.end - b.end);
	const out: Candidate[] = [];
	for (const candidate of sorted) {
		const previous = out.at(-1);
		if (!previous || candidate.start > previous.end) out.push(candidate);
	}
	return out;
}

/** Fewer findings than before, none of a rule and program that was not there, no program worse off or gone, no new error in the text. */
function isBetter(before: FileResult, after: FileResult): boolean {
	if (after.findings.length >= before.findings.length) return false;
	const key = (finding: Finding) => `${finding.rule}\0${finding.program}`;
	const counts = countBy(before.findings, key);
	for (const [name, count] of countBy(after.findings, key)) if (count > (counts.get(name) ?? 0)) return false;
	const errors = (result: FileResult) => result.problems.filter((problem) => problem.severity === 'error').length;
	if (errors(after) > errors(before)) return false;
	// A program that is gone or that the analysis no longer understands was broken, not repaired.
	const verdicts = new Map(after.programs.map((program) => [program.name, program.verdict]));
	return before.programs.every(({ name, verdict }) => {
		const now = verdicts.get(name);
		return now === 'accept' || (now === verdict && now !== undefined) || (now === 'reject' && verdict === 'unknown');
	});
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
	return counts;
}
