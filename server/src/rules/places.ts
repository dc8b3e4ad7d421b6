// From the analysis's places (tokens of preprocessed text) to ranges that a person can be shown.
import type { Place } from '../program/model.js';
import { userRange } from '../syntax/source-map.js';
import type { FileRange } from '../syntax/token.js';
import type { TranslationUnit } from '../syntax/unit.js';
import type { TextRange } from './finding.js';

export interface Shown {
	/** In the main file where the place is seen there at all, else in the header that it stands in. */
	readonly at: TextRange;
	readonly inMain: boolean;
	/** The place was seen through a macro or a call: where the macro's body or the header has it. */
	readonly origin?: { readonly at: TextRange; readonly macro?: string };
}

/** Built-in headers and predefined macros stand in no file that a person could open. */
export function hasFile(range: TextRange): boolean {
	return !range.path.startsWith('<');
}

function textRange({ file, start, end }: FileRange): TextRange {
	return { path: file.path, start, end };
}

/** The range of a place; undefined for a place without tokens. */
export function show(place: Place, translation: TranslationUnit): Shown | undefined {
	const range = userRange(place.slice, place.first, place.last, translation.main);
	if (!range) return undefined;
	const origin = range.origin && { at: textRange(range.origin.at), macro: range.origin.macro };
	return { at: textRange(range.at), inMain: range.inMain, ...(origin && hasFile(origin.at) ? { origin } : {}) };
}
