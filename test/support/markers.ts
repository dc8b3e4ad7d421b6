// Fixtures carry their expectations in the source under test, in comments that the compiler skips:
//
//   // kernel: reject: Unreleased reference id=2 alloc_insn=1        before a program's SEC(): what the kernel's verifier said
//   // FIXME ours: unknown                                        after that: where the analysis is known to say otherwise
//   	bpf_task_release(p);
//   //	^^^^^^^^^^^^^^^^^^^ error: words of the message [rule]           under a line: a finding with exactly this range
//   //	                 - step: words                                  under a line: a finding's path passes here
//   // state: p = trusted_ptr_task_struct, reference #1               under a line: the state of `p` as that line mentions it last
//
// Columns are those that an editor shows with tabs of 8. Carets directly after `//` begin at the line's start. Findings are matched
// exactly and both ways; words must occur in the message. Lines of steps are one-way: a path may have more.
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import type { FileResult, Finding, Related } from '../../server/src/rules/finding.js';

const TAB = 8;

interface Mark {
	/** Of the marked line, counted from 0. */
	readonly line: number;
	/** Visual columns; `end` exclusive. */
	readonly start: number;
	readonly end: number;
	readonly kind: string;
	readonly words: string;
	readonly rule?: string;
}
interface StateMark {
	readonly line: number;
	readonly expression: string;
	readonly state: string;
}
interface VerdictMark {
	readonly program: string;
	readonly verdict: 'accept' | 'reject';
	/** What the analysis says where it is known to differ. */
	readonly ours: 'accept' | 'reject' | 'unknown';
}
interface Fixture {
	readonly marks: readonly Mark[];
	readonly states: readonly StateMark[];
	readonly verdicts: readonly VerdictMark[];
}

/** The visual column of a UTF-16 index in a line. */
function columnOf(line: string, index: number): number {
	let column = 0;
	for (let at = 0; at < index && at < line.length; at++) column = line[at] === '\t' ? column - (column % TAB) + TAB : column + 1;
	return column;
}

const MARK = /^\/\/[ \t]*(\^+|-+)\s+(error|warning|info|hint|step)\b(?::\s*(.*?))?(?:\s*\[([\w-]+)\])?$/;
const STATE = /^\/\/\s*state: (.+?) = (.+)$/;
const VERDICT = /^\/\/ kernel: (accept|reject)\b/;
const OURS = /^\/\/ FIXME ours: (accept|reject|unknown)\b/;

/** The release that a fixture is checked with: its first line may say `Checked with release 6.18.` */
export function releaseOf(text: string): string {
	return /^.*Checked with release (\d+\.\d+)\./.exec(text)?.[1] ?? '6.12';
}

function isMarker(line: string): boolean {
	return MARK.test(line) || STATE.test(line);
}

/** The name of the program that the next SEC() begins. */
function nextProgram(lines: readonly string[], from: number): string {
	const header = lines
		.slice(from, from + 4)
		.join('\n')
		.replace(/"[^"]*"/g, '""')
		.replace(/^SEC\(""\)/m, '');
	const name = header.match(/\bBPF_PROG\((\w+)/)?.[1] ?? header.match(/\b(\w+)\(/)?.[1];
	if (!name) throw new Error(`line ${from + 1}: no program follows`);
	return name;
}

/** Reads a fixture's marks. Throws for a mark that stands under nothing. */
function readFixture(text: string): Fixture {
	const marks: Mark[] = [];
	const states: StateMark[] = [];
	const verdicts: VerdictMark[] = [];
	const lines = text.split('\n');
	let code = -1;
	for (const [number, line] of lines.entries()) {
		const verdict = line.match(VERDICT);
		if (verdict) {
			const said = verdict[1] as 'accept' | 'reject';
			const ours = lines[number + 1]?.match(OURS);
			verdicts.push({ program: nextProgram(lines, number + 1), verdict: said, ours: ours ? (ours[1] as VerdictMark['ours']) : said });
		}
		if (!isMarker(line)) {
			code = number;
			continue;
		}
		if (code < 0) throw new Error(`line ${number + 1}: a mark without a line above it`);
		const state = line.match(STATE);
		if (state) {
			states.push({ line: code, expression: state[1]!, state: state[2]! });
			continue;
		}
		const [, sign, kind, words, rule] = line.match(MARK)!;
		const index = line.indexOf(sign!);
		const start = index === 2 ? 0 : columnOf(line, index);
		marks.push({ line: code, start, end: start + sign!.length, kind: kind!, words: words ?? '', rule });
	}
	return { marks, states, verdicts };
}

/** A place in the fixture as marks name places; a range over several lines ends with its first. */
class Lines {
	private readonly starts: number[] = [0];
	readonly texts: readonly string[];

	constructor(text: string) {
		for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
		this.texts = text.split('\n');
	}
	place(start: number, end: number): { line: number; start: number; end: number } {
		let line = this.starts.findLastIndex((first) => first <= start);
		if (line < 0) line = 0;
		const text = this.texts[line]!;
		const first = this.starts[line]!;
		return { line, start: columnOf(text, start - first), end: columnOf(text, Math.min(end - first, text.length)) };
	}
	/** The offset of the last mention of `expression` in a line; undefined where there is none. */
	lastMention(line: number, expression: string): number | undefined {
		const escaped = expression.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
		const matches = [...this.texts[line]!.matchAll(new RegExp(`(?<![\\w.>])${escaped}(?!\\w)`, 'g'))];
		const last = matches.at(-1);
		// The last identifier of the expression is what a person would point at.
		return last && this.starts[line]! + last.index + (expression.match(/\w+$/)?.index ?? 0);
	}
}

function sign(start: number, end: number, character: string): string {
	if (start >= 3) return `//${' '.repeat(start - 2)}${character.repeat(Math.max(1, end - start))}`;
	return `//${character.repeat(Math.max(1, end))}`;
}

/** So much of a message tells it from others; a mark with all of it would change with every word. */
const MARKED_WORDS = 60;

function beginning(message: string): string {
	return message.length <= MARKED_WORDS ? message : message.slice(0, message.lastIndexOf(' ', MARKED_WORDS));
}

/** The mark that would expect this finding. */
function markFor(finding: Finding, lines: Lines): { line: number; text: string } {
	const { line, start, end } = lines.place(finding.at.start, finding.at.end);
	return { line, text: `${sign(start, end, '^')} ${finding.severity}: ${beginning(finding.message)} [${finding.rule}]` };
}

function matches(mark: Mark, finding: Finding, lines: Lines): boolean {
	const place = lines.place(finding.at.start, finding.at.end);
	const samePlace = place.line === mark.line && (mark.start === 0 || place.start === mark.start) && place.end === mark.end;
	return samePlace && finding.severity === mark.kind && finding.rule === mark.rule && finding.message.includes(mark.words);
}

function passes(mark: Mark, related: Related, path: string, lines: Lines): boolean {
	if (related.at.path !== path) return false;
	const { line, start } = lines.place(related.at.start, related.at.end);
	return line === mark.line && start < mark.end && related.message.includes(mark.words);
}

/** A state without the line numbers, which every edit of a fixture would change. */
function withoutLines(state: string): string {
	return state.replace(/ (?:acquired )?at line \d+/g, '');
}

/**
 * Checks one fixture and says what differs, one difference a line; empty where all is as marked. `false negative` is a mark that no
 * finding matches, `false positive` a finding without a mark.
 */
export function differences(checker: Checker, path: string, text: string, options: CheckOptions): string {
	const fixture = readFixture(text);
	const lines = new Lines(text);
	const result = checker.check(path, text, options);
	const report = [...findingDifferences(fixture, result, lines), ...verdictDifferences(fixture, result)];
	for (const mark of fixture.states) {
		const offset = lines.lastMention(mark.line, mark.expression);
		const answer = offset === undefined ? undefined : checker.stateAt(path, text, offset, options);
		const actual = answer ? [...new Set(answer.states.map(withoutLines))].sort().join(' | ') : '(nothing)';
		if (actual !== mark.state) report.push(`line ${mark.line + 1}: state of ${mark.expression}: ${actual}, expected ${mark.state}`);
	}
	return report.join('\n');
}

function findingDifferences(fixture: Fixture, result: FileResult, lines: Lines): string[] {
	const report: string[] = [];
	const left = [...result.findings];
	for (const mark of fixture.marks) {
		if (mark.kind === 'step') {
			const found = result.findings.some((finding) => finding.related.some((related) => passes(mark, related, result.path, lines)));
			if (!found) report.push(`line ${mark.line + 1}: no path passes here: ${mark.words}`);
			continue;
		}
		const index = left.findIndex((finding) => matches(mark, finding, lines));
		if (index < 0)
			report.push(`line ${mark.line + 1}: false negative: ${lines.texts[mark.line]!.trim()}: ${mark.kind}: ${mark.words} [${mark.rule}]`);
		else left.splice(index, 1);
	}
	for (const finding of left) {
		const { line, text } = markFor(finding, lines);
		report.push(`line ${line + 1}: false positive in ${finding.program}:\n${lines.texts[line]}\n${text}`);
	}
	for (const problem of result.problems)
		if (problem.severity === 'error' || problem.code === 'internal-error') report.push(`problem: ${problem.code}: ${problem.message}`);
	return report;
}

function verdictDifferences(fixture: Fixture, result: FileResult): string[] {
	return fixture.verdicts.flatMap(({ program, verdict, ours }) => {
		const answer = result.programs.find((candidate) => candidate.name === program);
		if (answer?.verdict === ours) return [];
		const said = answer ? `${answer.verdict}${answer.reason ? ` (${answer.reason})` : ''}` : 'absent';
		return [`${program}: ${said}, the kernel: ${verdict}${ours === verdict ? '' : `, known to be ${ours} here`}`];
	});
}

/** The fixture with its finding marks replaced by those that the present findings give; states and verdicts stay. */
export function remarked(checker: Checker, path: string, text: string, options: CheckOptions): string {
	const bare = text
		.split('\n')
		.filter((line) => !MARK.test(line) || /-\s+step\b/.test(line))
		.join('\n');
	const lines = new Lines(bare);
	const accepted = new Set(readFixture(bare).verdicts.flatMap(({ program, verdict }) => (verdict === 'accept' ? [program] : [])));
	const added = new Map<number, string[]>();
	for (const finding of checker.check(path, bare, options).findings) {
		// What contradicts the kernel is never made an expectation.
		if (finding.severity === 'error' && accepted.has(finding.program)) continue;
		const { line, text: mark } = markFor(finding, lines);
		added.set(line, [...(added.get(line) ?? []), mark]);
	}
	return lines.texts.flatMap((line, number) => [line, ...(added.get(number) ?? [])]).join('\n');
}
