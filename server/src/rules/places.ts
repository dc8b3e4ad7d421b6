// From the analysis's places (tokens of preprocessed text) to ranges that a person can be shown.
import type { Place } from '../program/model.js';
import type { Token } from '../syntax/token.js';
import type { TextRange } from './finding.js';
import type { Layout } from './fix/layout.js';

export interface Shown {
	/** In the main file where the place is seen there at all, else in the header that it stands in. */
	readonly at: TextRange;
	readonly inMain: boolean;
	/** The place was seen through a macro: where the macro's body (or the header) has it, if a file does. */
	readonly origin?: { readonly at: TextRange; readonly macro?: string };
}

/** Text such as built-in headers and predefined macros stands in no file that a person could open. */
function hasFile(path: string): boolean {
	return !path.startsWith('<');
}

function own(first: Token, last: Token): TextRange {
	const end = last.file === first.file && last.end > first.start ? last.end : first.end;
	return { path: first.file.path, start: first.start, end };
}

/** The range of a place; undefined for a place without tokens. */
export function show(place: Place, layout: Layout, mainPath: string): Shown | undefined {
	const tokens = place.slice.tokens;
	const first = tokens[place.first];
	const last = tokens[Math.min(place.last, tokens.length - 1)];
	if (!first || !last) return undefined;
	let start = Number.POSITIVE_INFINITY;
	let end = -1;
	for (let i = place.first; i <= place.last && i < tokens.length; i++) {
		const span = layout.seen(tokens[i]!);
		if (!span) continue;
		start = Math.min(start, span.start);
		end = Math.max(end, span.end);
	}
	if (end < 0) return { at: own(first, last), inMain: false };
	const at: TextRange = { path: mainPath, start, end };
	if (layout.spelled(first) || !hasFile(first.file.path)) return { at, inMain: true };
	return { at, inMain: true, origin: { at: own(first, last), ...(first.expansion ? { macro: first.expansion.macro } : {}) } };
}
