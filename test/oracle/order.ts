// An order that looks random and is the same in every run.

/** A 32-bit FNV-1a hash: spreads names evenly, and needs no more than that. */
export function hash(text: string): number {
	let value = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
	// The last bytes of a name move only the low bits; fold the high ones in, and again.
	value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
	return (value ^ (value >>> 13)) >>> 0;
}

/** The items in the order of their names' hashes. */
export function ordered<T>(items: readonly T[], name: (item: T) => string): T[] {
	return items
		.map((item) => ({ item, name: name(item) }))
		.map((entry) => ({ ...entry, key: hash(entry.name) }))
		.sort((a, b) => a.key - b.key || (a.name < b.name ? -1 : 1))
		.map(({ item }) => item);
}
