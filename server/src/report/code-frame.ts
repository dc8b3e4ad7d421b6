// Code frames: lines of source with marks under ranges and a note at each mark.

import type { Palette } from './color.js';
import type { Lines } from './lines.js';

export interface Mark {
	/** UTF-16 offsets. */
	readonly start: number;
	readonly end: number;
	readonly note: string;
	/** The main place of the finding, not a step on the way to it. */
	readonly primary: boolean;
}

const TAB_WIDTH = 4;
/** Longer lines (generated code, one-line files) are cut to a window around the mark, so that a frame stays a frame. */
const WIDTH_LIMIT = 160;

/**
 * A frame over all marks of one file, lines in order, `...` where lines are left out between them. Marks that share a line stand
 * below it in the order given. Gives the text without a newline at its end; no marks, no text.
 */
export function codeFrame(lines: Lines, marks: readonly Mark[], colors: Palette): string {
	const rows = new Map<number, Mark[]>();
	for (const mark of marks) {
		const { line } = lines.at(mark.start);
		const row = rows.get(line);
		if (row) row.push(mark);
		else rows.set(line, [mark]);
	}
	const numbers = [...rows.keys()].sort((a, b) => a - b);
	const gutter = String(numbers.at(-1) ?? 0).length;
	const bar = colors.dim('|');
	const out: string[] = [];
	let previous: number | undefined;
	for (const number of numbers) {
		if (previous !== undefined && number === previous + 2) {
			out.push(`  ${colors.dim(String(previous + 1).padStart(gutter))} ${bar} ${layOut(lines.line(previous + 1), 0, 0).text}`.trimEnd());
		} else if (previous !== undefined && number > previous + 2) {
			out.push(colors.dim(`  ${'.'.repeat(gutter)}`));
		}
		const row = rows.get(number)!;
		const lineStart = lines.start(number);
		const text = lines.line(number);
		const primary = row.some((mark) => mark.primary);
		const window = layOut(text, row[0]!.start - lineStart, row[0]!.end - lineStart);
		out.push(`${primary ? colors.error('>') : ' '} ${colors.dim(String(number).padStart(gutter))} ${bar} ${window.text}`);
		for (const mark of row) {
			const from = window.column(mark.start - lineStart);
			const to = window.column(Math.min(mark.end - lineStart, text.length));
			const sign = (mark.primary ? '^' : '-').repeat(Math.max(1, to - from));
			const paint = mark.primary ? colors.error : colors.info;
			out.push(`  ${' '.repeat(gutter)} ${bar} ${' '.repeat(from)}${paint(mark.note ? `${sign} ${mark.note}` : sign)}`);
		}
		previous = number;
	}
	return out.join('\n');
}

/** A line as it is printed: tabs spread, control characters made visible, cut around [start, end); and where a unit of it lands. */
function layOut(line: string, start: number, end: number): { text: string; column: (unit: number) => number } {
	const first = line.length > WIDTH_LIMIT ? Math.max(0, Math.min(start - 20, line.length - WIDTH_LIMIT)) : 0;
	const last = Math.min(line.length, Math.max(first + WIDTH_LIMIT, Math.min(end, first + 2 * WIDTH_LIMIT)));
	const columns: number[] = [];
	let text = first > 0 ? '...' : '';
	for (let unit = first; unit < last; unit++) {
		columns.push(text.length);
		const char = line[unit]!;
		if (char === '\t') text += ' '.repeat(TAB_WIDTH - (text.length % TAB_WIDTH));
		else if (char < ' ' || char === '\x7f') text += '?';
		else text += char;
	}
	const width = text.length;
	if (last < line.length) text += '...';
	return { text, column: (unit) => (unit < first ? 0 : (columns[unit - first] ?? width)) };
}
