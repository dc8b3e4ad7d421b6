// The edits between two texts, line by line: for a repair that was made in several steps.
import type { TextEdit } from '../finding.js';

/** Above this many line pairs the changed middle becomes one edit; a repair touches a handful of lines. */
const MAX_PAIRS = 1_000_000;

/** Edits of whole lines that turn `from` into `to`. */
export function lineEdits(from: string, to: string): TextEdit[] {
	const a = from.split(/(?<=\n)/);
	const b = to.split(/(?<=\n)/);
	let head = 0;
	while (head < a.length && head < b.length && a[head] === b[head]) head++;
	let tail = 0;
	while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
	const old = a.slice(head, a.length - tail);
	const fresh = b.slice(head, b.length - tail);
	const start = a.slice(0, head).join('').length;
	if (old.length * fresh.length > MAX_PAIRS) return [{ start, end: start + old.join('').length, newText: fresh.join('') }];
	return hunks(old, fresh, start);
}

/** Longest common subsequence over the changed middle, then one edit for each run of differing lines. */
function hunks(old: readonly string[], fresh: readonly string[], start: number): TextEdit[] {
	const width = fresh.length + 1;
	const length = new Uint32Array((old.length + 1) * width);
	for (let i = old.length - 1; i >= 0; i--)
		for (let j = fresh.length - 1; j >= 0; j--)
			length[i * width + j] =
				old[i] === fresh[j] ? length[(i + 1) * width + j + 1]! + 1 : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
	const edits: TextEdit[] = [];
	let offset = start;
	let i = 0;
	let j = 0;
	while (i < old.length || j < fresh.length) {
		if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
			offset += old[i]!.length;
			i++;
			j++;
			continue;
		}
		const from = offset;
		let newText = '';
		while (i < old.length || j < fresh.length) {
			if (i < old.length && j < fresh.length && old[i] === fresh[j]) break;
			if (j >= fresh.length || (i < old.length && length[(i + 1) * width + j]! >= length[i * width + j + 1]!)) offset += old[i++]!.length;
			else newText += fresh[j++]!;
		}
		edits.push({ start: from, end: offset, newText });
	}
	return edits;
}
