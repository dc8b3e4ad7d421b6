// The places of remembered loads. A place is written as a key, `identity:offset:size:symbol:way`, without what is empty at its end; what a key says is
// taken apart once.
import { isGlobalId, type Pointer } from './value.js';

export interface LoadPlace {
	/** Identity of the pointer. */
	readonly base: number;
	/** In bytes. */
	readonly offset: number;
	readonly size: number;
	/** The numbers that were added to the pointer, as written in it. */
	readonly symbol: string | undefined;
	/**
	 * What else tells it from other loads of these bytes: the bits of a bit-field, the member access that the loader fits to the kernel. The same in
	 * every state.
	 */
	readonly way: string;
	/** The identities of those numbers. */
	readonly added: readonly number[];
}

/** Identities of globals that nobody writes. */
const lasting = new Set<number>();

/** What is read at an address of this identity is read there again, whatever happens in between. */
export function isLasting(id: number): boolean {
	return lasting.has(id);
}

export function setLasting(id: number): void {
	lasting.add(id);
}

let places = new Map<string, LoadPlace>();

/** The places of the program that is explored now: identities of two programs have nothing to do with each other. */
export function placesInUse(): Map<string, LoadPlace> {
	return places;
}

export function usePlaces(some: Map<string, LoadPlace>): void {
	places = some;
}

/** The key of `size` bytes at a pointer, or of some bits of them; undefined where nobody could find the place again. */
export function loadKey(p: Pointer, size: number, bits = ''): string | undefined {
	if (p.variable && !p.symbol) return undefined;
	return keyOf(p.id, p.offset, size, p.variable ? p.symbol! : '', p.relocation === undefined ? bits : `@${p.relocation}${bits}`);
}

export function keyOf(base: number, offset: number, size: number, symbol: string, way: string): string {
	if (way !== '') return `${base}:${offset}:${size}:${symbol}:${way}`;
	return symbol === '' ? `${base}:${offset}:${size}` : `${base}:${offset}:${size}:${symbol}`;
}

export function placeOf(key: string): LoadPlace {
	let place = places.get(key);
	if (!place) {
		const [base, offset, size, symbol = '', way = ''] = key.split(':') as [string, string, string, string?, string?];
		const added = [...symbol.matchAll(/[+-](\d+)\*/g)].map((m) => Number(m[1]));
		place = { base: Number(base), offset: Number(offset), size: Number(size), symbol: symbol || undefined, way, added };
		places.set(key, place);
	}
	return place;
}

/** Can something that is alive ask for the place? Globals stay reachable by name. */
export function isReachable({ base, added }: LoadPlace, live: ReadonlySet<number>): boolean {
	return (live.has(base) || isGlobalId(base)) && added.every((id) => live.has(id));
}
