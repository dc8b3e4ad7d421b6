// One answer out of those for each release of a range: a program has to hold for all of them.
import { releaseRuns } from '../kernel/target.js';
import type { Stepwise } from './checker.js';
import type { FileResult, Finding, Fix, ProgramVerdict, TextProblem } from './finding.js';
import { ProvenInSteps } from './fix/proving.js';

/** What the analysis for one release gave. */
export interface ReleaseResult {
	readonly release: string;
	readonly result: FileResult;
}

/** The result for a range; that of the one release where there is but one. */
export function mergeReleases(results: readonly ReleaseResult[]): FileResult {
	const [first] = results;
	if (results.length === 1) return first!.result;
	const releases = results.map((each) => each.release);
	return {
		path: first!.result.path,
		problems: mergeProblems(results),
		programs: first!.result.programs.map((program) => mergeVerdict(program, results)),
		findings: mergeFindings(results, releases),
	};
}

function mergeProblems(results: readonly ReleaseResult[]): TextProblem[] {
	const distinct = new Map<string, TextProblem>();
	for (const { result } of results) for (const problem of result.problems) distinct.set(JSON.stringify(problem), problem);
	return [...distinct.values()];
}

/** Rejected where any release rejects it; else unknown where the analysis stopped short for any. */
function mergeVerdict(program: ProgramVerdict, results: readonly ReleaseResult[]): ProgramVerdict {
	const verdicts = results.flatMap(({ release, result }) => {
		const found = result.programs.find((each) => each.name === program.name);
		return found ? [{ release, ...found }] : [];
	});
	const worst = verdicts.find((each) => each.verdict === 'reject') ?? verdicts.find((each) => each.verdict === 'unknown');
	if (!worst) return program;
	const { release, reason, ...rest } = worst;
	return { ...rest, ...(reason === undefined ? {} : { reason: `${reason} (kernel ${release})` }) };
}

/** Findings at one place with the same words are one, which names the releases that it concerns. */
function mergeFindings(results: readonly ReleaseResult[], releases: readonly string[]): Finding[] {
	const groups = new Map<string, { readonly concerned: Set<string>; readonly findings: Finding[] }>();
	for (const { release, result } of results)
		for (const finding of result.findings) {
			const { rule, at, message } = finding;
			const key = JSON.stringify([rule, at.path, at.start, at.end, message]);
			const group = groups.get(key) ?? { concerned: new Set(), findings: [] };
			groups.set(key, group);
			group.concerned.add(release);
			group.findings.push(finding);
		}
	const merged = [...groups.values()].map(({ concerned, findings }) => {
		const [finding] = findings;
		const proving = new ProvenInSteps(() => commonFixes(findings));
		return {
			// Not spread: asking for the repairs of a finding is what costs.
			rule: finding!.rule,
			category: finding!.category,
			severity: finding!.severity,
			message: `${finding!.message} (kernel ${releaseRuns(concerned, releases)})`,
			verifier: finding!.verifier,
			program: finding!.program,
			at: finding!.at,
			related: finding!.related,
			...(finding!.deprecated ? { deprecated: true } : {}),
			proving,
			get fixes() {
				return proving.fixes;
			},
		};
	});
	return merged.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
}

/** The repairs that were found right for every release that asks for one. */
function* commonFixes(findings: readonly Finding[]): Stepwise<readonly Fix[]> {
	for (const { proving } of findings) while (proving?.advance() === false) yield;
	const [first, ...others] = findings.map((finding) => finding.fixes);
	return first!.filter((fix) => others.every((fixes) => fixes.some((other) => JSON.stringify(other.edits) === JSON.stringify(fix.edits))));
}
