// Repairs are proven before they are offered: each is applied to a copy of the text, which is analysed again.
import type { Violation } from '../../verifier/violation.js';
import type { Stepwise } from '../checker.js';
import type { Fix, TextEdit } from '../finding.js';
import type { FixCandidate, FixContext } from './context.js';
import { applyEdits } from './edits.js';
import { lineEdits } from './line-edits.js';

/** One finding of an analysis, before it is worded. */
export interface Judged {
	readonly rule: string;
	readonly violation: Violation;
	/** Where it stands in the analysed text. */
	readonly start: number;
	readonly end: number;
	/** Where its reference was acquired, if the analysed text itself shows that. */
	readonly acquired?: number;
}

/** What the analysis says of a text. */
export interface Judgement {
	readonly findings: readonly Judged[];
	/** Programs by name: `accept`, `reject`, `unknown`; `broken` where the text of the program, or of what it calls, is not C that a compiler takes. */
	readonly verdicts: ReadonlyMap<string, string>;
	/** Programs by name of which the analysis could not follow every path, whatever it says of them. */
	readonly incomplete: ReadonlySet<string>;
	/** How many problems of severity error the text itself has. */
	readonly errors: number;
	readonly context: FixContext;
}

export interface Prover {
	/** The analysis of a changed text. */
	judge(text: string): Stepwise<Judgement>;
	/** The repairs that rules propose for a finding of a judged text. */
	propose(finding: Judged, context: FixContext): readonly FixCandidate[];
}

/** Analyses that one finding's repairs may cost; candidates come best first, so what is cut off is the least likely. */
const MAX_JUDGEMENTS = 14;
/** Repairs that one finding offers; more to choose from helps nobody. */
const MAX_FIXES = 3;
/** Repairs that may build on one another: a check that leaves needs the release of what is held there. */
const MAX_CHAIN = 6;

/** Repairs that hold, and what was looked at to find them. */
export interface Proof {
	/** Best first; the first that needs no choice is preferred. */
	readonly fixes: readonly Fix[];
	/** Where the text was changed by what was tried. */
	readonly tried: readonly TextEdit[];
}

/** The candidates that mend `target` without any new finding. */
export function* proveFixes(target: Judged, before: Judgement, candidates: readonly FixCandidate[], prover: Prover): Stepwise<Proof> {
	const { text } = before.context.layout;
	const fixes: { title: string; edits: readonly TextEdit[]; needsChoice: boolean; result: string }[] = [];
	const tried: TextEdit[] = [];
	let judgements = 0;
	function* judge(changed: string): Stepwise<Judgement | undefined> {
		return ++judgements > MAX_JUDGEMENTS ? undefined : yield* prover.judge(changed);
	}
	const [likely, lastResort] = [false, true].map((which) => candidates.filter((one) => (one.lastResort ?? false) === which));
	for (const candidate of [...likely!, ...lastResort!]) {
		if (fixes.length >= (candidate.lastResort ? 1 : MAX_FIXES)) break;
		// Two candidates of one title are two ways to do the same; the first that holds is the one.
		if (fixes.some((fix) => fix.title === candidate.title)) continue;
		const changed = applyEdits(text, candidate.edits);
		if (changed === undefined || changed === text || fixes.some((fix) => fix.result === changed)) continue;
		const { last, holds } = yield* complete(target, before, candidate, changed, judge, prover);
		const edits = last === changed ? candidate.edits : lineEdits(text, last);
		tried.push(...edits);
		if (!holds) continue;
		const result = last;
		fixes.push({ title: candidate.title, edits, needsChoice: candidate.needsChoice ?? false, result });
	}
	const preferred = fixes.findIndex((fix) => !fix.needsChoice);
	return {
		tried,
		fixes: fixes.map((fix, index) => ({
			title: fix.title,
			preferred: index === preferred,
			edits: [...fix.edits].sort((a, b) => a.start - b.start),
		})),
	};
}

/** Does a change that nothing asked for leave everything as well as it was? */
export function isHarmless(before: Judgement, after: Judgement): boolean {
	return !spoils(before, after) && added(before, after).length === 0;
}

/** The text in which the repair holds, as it is or with further repairs that it called for; or the last one that was tried. */
function* complete(
	target: Judged,
	before: Judgement,
	candidate: FixCandidate,
	changed: string,
	judge: (text: string) => Stepwise<Judgement | undefined>,
	prover: Prover,
): Stepwise<{ readonly last: string; readonly holds: boolean }> {
	let text = changed;
	let acquired = moved(target.acquired, candidate.edits);
	for (let round = 0; round < MAX_CHAIN; round++) {
		const after = yield* judge(text);
		if (!after || spoils(before, after)) break;
		const fresh = added(before, after);
		const gone = count(after.findings, target.rule) < count(before.findings, target.rule);
		if (gone && fresh.length === 0) return { last: text, holds: true };
		// What mends one path only and brings another kind of problem would bring it on the next path as well.
		if (!gone && !fresh.every(isFollowed)) break;
		// What the repair calls for is done too; what another path still leaks is mended in the same way as the first.
		const next = gone ? fresh.find(isFollowed) : candidate.partial ? again(target, acquired, after) : undefined;
		if (!next) break;
		const isSame = (other: FixCandidate) => other.partial && other.title === candidate.title && other.lastResort === candidate.lastResort;
		const follow = prover.propose(next, after.context).find((other) => gone || isSame(other));
		const edited = follow && applyEdits(text, follow.edits);
		if (edited === undefined || edited === text) break;
		text = edited;
		acquired = moved(acquired, follow!.edits);
	}
	return { last: text, holds: false };
}

/** The offset after edits; undefined for one inside of what they replace. */
function moved(offset: number | undefined, edits: readonly TextEdit[]): number | undefined {
	if (offset === undefined || edits.some((edit) => edit.start < offset && offset < edit.end)) return undefined;
	return edits.reduce((at, { start, end, newText }) => (end <= offset ? at + newText.length - (end - start) : at), offset);
}

/** What a new early return leaks is released there, a new read section ends on every path, and what an exchange gives away is acquired first. */
function isFollowed({ rule, violation }: Judged): boolean {
	return (
		rule === 'unreleased-reference' || rule === 'rcu-region' || (rule === 'release-unowned' && violation.facts.callee === 'bpf_kptr_xchg')
	);
}

/** The finding that is left of the target after one of its paths was mended: the same rule and the same acquire. */
function again({ rule, violation }: Judged, acquired: number | undefined, after: Judgement): Judged | undefined {
	const { reference, program } = violation;
	return after.findings.find(
		(finding) =>
			finding.rule === rule &&
			finding.violation.program.name === program.name &&
			finding.violation.reference?.by === reference?.by &&
			(acquired === undefined || finding.acquired === acquired),
	);
}

function count(findings: readonly Judged[], rule: string): number {
	return findings.filter((finding) => finding.rule === rule).length;
}

/** A program lost its acceptance, the analysis stopped where it did not, or the text no longer parses. */
function spoils(before: Judgement, after: Judgement): boolean {
	if (after.errors > before.errors) return true;
	for (const name of after.incomplete) if (!before.incomplete.has(name)) return true;
	for (const [name, verdict] of before.verdicts) {
		const now = after.verdicts.get(name);
		// A rejected program may hold what the analysis cannot follow either; that shows only once it is not rejected any more.
		if (now === undefined || (now === 'unknown' && verdict === 'accept') || (now === 'broken' && verdict !== 'broken')) return true;
	}
	return false;
}

/** Findings of rules that found less before, in the same program. */
function added(before: Judgement, after: Judgement): Judged[] {
	// A lock that is dropped too early and one that is kept too long are different problems of one rule.
	const key = ({ rule, violation }: Judged): string =>
		`${rule}|${violation.program.name}${rule === 'lock-region' ? `|${violation.variant}` : ''}`;
	const known = new Map<string, number>();
	for (const finding of before.findings) known.set(key(finding), (known.get(key(finding)) ?? 0) + 1);
	const now = new Map<string, Judged[]>();
	for (const finding of after.findings) now.set(key(finding), [...(now.get(key(finding)) ?? []), finding]);
	return [...now].flatMap(([name, findings]) => (findings.length > (known.get(name) ?? 0) ? findings : []));
}
