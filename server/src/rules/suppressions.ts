// Comments that silence findings: `// bpfls: ignore[rule-id]` at the end of the line, or alone on the line before.
import type { Finding, TextProblem } from './finding.js';
import { findRule } from './registry.js';

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

/** The findings that no comment silences, and a problem for each comment that silences nothing or names no rule. */
export function suppress(
	path: string,
	text: string,
	findings: readonly Finding[],
): { readonly findings: Finding[]; readonly problems: TextProblem[] } {
	const suppressions = text.includes('bpfls:') ? find(text) : [];
	if (suppressions.length === 0) return { findings: [...findings], problems: [] };
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
	const problems: TextProblem[] = [];
	for (const { rules, used, start, end } of suppressions) {
		const at = { path, start, end };
		if (rules.length === 0)
			problems.push({
				severity: 'warning',
				code: 'unknown-rule',
				message: 'This comment names no rule: write `bpfls: ignore[rule-id]`.',
				at,
			});
		for (const rule of rules) {
			if (!findRule(rule)) problems.push({ severity: 'warning', code: 'unknown-rule', message: `There is no rule \`${rule}\`.`, at });
			else if (!used.has(rule))
				problems.push({
					severity: 'hint',
					code: 'unused-suppression',
					message: `This comment silences nothing: \`${rule}\` finds nothing on its line. Remove it.`,
					at,
				});
		}
	}
	return { findings: kept, problems };
}
