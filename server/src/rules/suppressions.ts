// Comments that silence findings: `// bpfls: ignore[rule-id]` at the end of the line, or alone on the line before.
import { closest } from './closest.js';
import type { Finding, Fix, Severity } from './finding.js';
import { allRules, findRule } from './registry.js';
import { unusedSuppression } from './rules/unused-suppression.js';

interface Suppression {
	readonly rules: readonly string[];
	/** The comment's own range. */
	readonly start: number;
	readonly end: number;
	/** The line that it speaks of, as offsets. */
	readonly lineStart: number;
	readonly lineEnd: number;
	readonly used: Set<string>;
}

const COMMENT = /(?:\/\/|\/\*)[ \t]*bpfls:[ \t]*ignore\[([^\]\n]*)\](?:[^\n]*?\*\/)?/g;

/** The suppressions of a text. */
function find(text: string): Suppression[] {
	const found: Suppression[] = [];
	for (const match of text.matchAll(COMMENT)) {
		const start = match.index;
		let lineStart = text.lastIndexOf('\n', start - 1) + 1;
		let lineEnd = lineEndAt(text, start);
		const toLineEnd = match[0].startsWith('//') || text.slice(start + match[0].length, lineEnd).trim() === '';
		const alone = toLineEnd && text.slice(lineStart, start).trim() === '';
		// Alone on its line it speaks of the next line that is no such comment itself.
		while (alone && lineEnd < text.length) {
			lineStart = lineEnd + 1;
			lineEnd = lineEndAt(text, lineStart);
			if (!/^[ \t]*(?:\/\/|\/\*)[ \t]*bpfls:/.test(text.slice(lineStart, lineEnd))) break;
		}
		const rules = match[1]!
			.split(',')
			.map((rule) => rule.trim())
			.filter((rule) => rule !== '');
		found.push({ rules, start, end: start + match[0].length, lineStart, lineEnd, used: new Set() });
	}
	return found;
}

function lineEndAt(text: string, offset: number): number {
	const at = text.indexOf('\n', offset);
	return at < 0 ? text.length : at;
}

export interface SuppressOptions {
	readonly severities: Readonly<Record<string, Severity | 'off'>>;
	/** All that there is to find was found: no text is broken, and no program without a verdict. Else nothing is said of comments that seem to do nothing. */
	readonly complete: boolean;
}

/** The findings that no comment silences, and one more for each comment that silences nothing or names no rule; in the order of the text. */
export function suppress(path: string, text: string, findings: readonly Finding[], options: SuppressOptions): Finding[] {
	const suppressions = text.includes('bpfls:') ? find(text) : [];
	if (suppressions.length === 0) return [...findings];
	const kept = findings.filter((finding) => {
		if (finding.at.path !== path) return true;
		let silenced = false;
		for (const suppression of suppressions) {
			if (finding.at.start < suppression.lineStart || finding.at.start > suppression.lineEnd || !suppression.rules.includes(finding.rule))
				continue;
			suppression.used.add(finding.rule);
			silenced = true;
		}
		return !silenced;
	});
	const { severities, complete } = options;
	const severity = Object.hasOwn(severities, unusedSuppression.id) ? severities[unusedSuppression.id]! : unusedSuppression.severity;
	if (severity === 'off') return kept;
	const idle = suppressions.flatMap((suppression) => {
		const report = (message: string, rule?: string): Finding => ({
			rule: unusedSuppression.id,
			category: unusedSuppression.category,
			severity,
			message,
			verifier: '',
			program: '',
			at: { path, start: suppression.start, end: suppression.end },
			related: [],
			fixes: [without(text, suppression, rule)],
		});
		if (suppression.rules.length === 0)
			return [report('This comment names no rule, so it silences nothing. Write `bpfls: ignore[rule-id]`.')];
		return suppression.rules.flatMap((rule) => {
			if (!findRule(rule)) {
				const meant = closest(
					rule,
					allRules().map(({ id }) => id),
				);
				return [report(`There is no rule \`${rule}\`, so this silences nothing.${meant ? ` Is \`${meant}\` meant?` : ''}`, rule)];
			}
			// A rule that is switched off finds nothing anywhere; elsewhere it may be on.
			if (!complete || suppression.used.has(rule) || severities[rule] === 'off') return [];
			return [report(`This comment silences nothing: \`${rule}\` finds nothing on its line. Remove it.`, rule)];
		});
	});
	return [...kept, ...idle].sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
}

/** Takes the rule out of the comment; the whole comment where it names no other, and its line where nothing else stands on it. */
function without(text: string, { rules, start, end }: Suppression, rule: string | undefined): Fix {
	const others = rules.filter((other) => other !== rule);
	if (others.length > 0) {
		const open = text.indexOf('[', start) + 1;
		const newText = others.join(', ');
		return {
			title: `Take \`${rule}\` out of this comment`,
			preferred: true,
			edits: [{ start: open, end: text.indexOf(']', open), newText }],
		};
	}
	const lineStart = text.lastIndexOf('\n', start - 1) + 1;
	const lineEnd = lineEndAt(text, start);
	// Words behind a line comment's bracket say why, and go with it.
	const last = text.startsWith('//', start) ? lineEnd - (text[lineEnd - 1] === '\r' ? 1 : 0) : end;
	const alone = text.slice(lineStart, start).trim() === '' && text.slice(last, lineEnd).trim() === '';
	const before = /[ \t]*$/.exec(text.slice(lineStart, start))![0].length;
	const edit = alone ? { start: lineStart, end: Math.min(lineEnd + 1, text.length) } : { start: start - before, end: last };
	return { title: 'Remove this comment', preferred: true, edits: [{ ...edit, newText: '' }] };
}
