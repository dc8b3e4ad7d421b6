// The places of remembered loads. A place is written as a key, `identity:offset:size` with what was added that is not known or which bits are meant
// behind it; what a key says is taken apart once.
import { isGlobalId, type Pointer } from './value.js';

export interface LoadPlace {
	/** Identity of the pointer. */
	readonly base: number;
	/** In bytes. */
	readonly offset: number;
	readonly size: number;
	/** The numbers that were added to the pointer, as written in it; or `#` and the bits of a bit-field. */
	readonly symbol: string | undefined;
	/** The identities of those numbers. */
	readonly added: readonly number[];
}

const places = new Map<string, LoadPlace>();

/** Forgets all places: between programs, whose identities have nothing to do with each other. */
export function resetPlaces(): void {
	places.clear();
}

/** The key of `size` bytes at a pointer; undefined where nobody could find the place again. */
export function loadKey(p: Pointer, size: number): string | undefined {
	if (p.variable) return p.symbol ? `${p.id}:${p.offset}:${size}:${p.symbol}` : undefined;
	return `${p.id}:${p.offset}:${size}`;
}

export function placeOf(key: string): LoadPlace {
	let place = places.get(key);
	if (!place) {
		const [base, offset, size, symbol] = key.split(':') as [string, string, string, string?];
		const added = symbol === undefined ? [] : [...symbol.matchAll(/[+-](\d+)\*/g)].map((m) => Number(m[1]));
		place = { base: Number(base), offset: Number(offset), size: Number(size), symbol, added };
		places.set(key, place);
	}
	return place;
}

/** Can something that is alive ask for the place? Globals stay reachable by name. */
export function isReachable({ base, added }: LoadPlace, live: ReadonlySet<number>): boolean {
	return (live.has(base) || isGlobalId(base)) && added.every((id) => live.has(id));
}
