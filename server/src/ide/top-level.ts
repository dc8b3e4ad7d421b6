// The file as a person reads it: one item for each top-level declaration that is written, however many a macro makes of it.
import type { View } from '../rules/checker.js';
import type { TextRange } from '../rules/finding.js';
import { outermost } from '../syntax/macro-expander.js';
import { tokenRange } from '../syntax/source-map.js';
import type { Token } from '../syntax/token.js';
import type { Slice } from '../syntax/unit.js';

/** `SEC("...") int BPF_PROG(name, ...) { ... }` is one item and three slices. */
export interface TopLevelItem {
	/** UTF-16 offsets into the main file, `end` exclusive. */
	readonly start: number;
	readonly end: number;
	readonly slices: readonly Slice[];
}

/** All that the items are found by. */
type Read = Pick<View, 'unit' | 'layout'>;

const known = new WeakMap<Read, readonly TopLevelItem[]>();

/** The items of the main file in order. */
export function topLevelItems(view: Read): readonly TopLevelItem[] {
	let items = known.get(view);
	if (!items) known.set(view, (items = collect(view)));
	return items;
}

function collect({ unit, layout }: Read): TopLevelItem[] {
	const items: { start: number; end: number; slices: Slice[] }[] = [];
	for (const slice of unit.translation.mainSlices) {
		const first = slice.tokens[0];
		const last = slice.tokens.at(-1);
		const from = first && layout.seen(first);
		const to = last && layout.seen(last);
		if (!from || !to) continue;
		const item = items.at(-1);
		// Pieces of one macro's output begin where its invocation does.
		if (item && from.start < item.end) {
			item.start = Math.min(item.start, from.start);
			item.end = Math.max(item.end, to.end);
			item.slices.push(slice);
		} else items.push({ start: from.start, end: Math.max(from.end, to.end), slices: [slice] });
	}
	return items;
}

/** The item that an offset lies in, or else the one that ends right before it. */
export function itemAt(view: Read, offset: number): TopLevelItem | undefined {
	return topLevelItems(view).findLast((item) => item.start <= offset && offset <= item.end);
}

/**
 * Where a token is shown: as it is spelled in the main file or in a header, or the use of the macro that it comes out of. Undefined for built-in text,
 * which no editor could open.
 */
export function shownAt(token: Token, view: View): TextRange | undefined {
	const { main } = view.unit.translation;
	const { file, start, end } = tokenRange(token, main) ?? (token.expansion ? outermost(token.expansion).call : token);
	return file.path.startsWith('<') ? undefined : { path: file.path, start, end };
}

/** Where a token's text is written in the main file, letter by letter: what a macro pastes together stands nowhere so. */
export function writtenAs(token: Token, { layout }: View): { readonly start: number; readonly end: number } | undefined {
	const at = layout.spelled(token);
	return at && layout.text.startsWith(token.text, at.start) && at.end - at.start === token.text.length ? at : undefined;
}
