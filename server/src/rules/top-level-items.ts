// The main file as a person reads it: one item for each top-level declaration that is written, however many a macro makes of it.
import type { Unit } from '../program/model.js';
import type { Slice } from '../syntax/unit.js';
import type { Layout } from './fix/layout.js';

/** `SEC("...") int BPF_PROG(name, ...) { ... }` is one item and three slices. */
export interface TopLevelItem {
	/** UTF-16 offsets into the main file, `end` exclusive. */
	readonly start: number;
	readonly end: number;
	readonly slices: readonly Slice[];
}

/** All that the items are found by. */
interface Read {
	readonly unit: Unit;
	readonly layout: Layout;
}

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
