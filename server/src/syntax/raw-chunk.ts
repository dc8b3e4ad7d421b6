// A large stretch of header text (a generated vmlinux.h) mapped by one scan and never tokenised whole: where its declarations begin
// and end, which names they declare, and which words occur in it at all. Everything is kept as offsets in typed arrays.
import { DeclarationScanner, Declared, Keyword, keywords } from './declaration-scanner.js';
import { isWord } from './lexer.js';
import type { SourceFile } from './token.js';

/** Growable array of unsigned 32-bit numbers. */
class Numbers {
	length = 0;
	private data: Uint32Array;
	constructor(capacity: number) {
		this.data = new Uint32Array(capacity);
	}
	push(value: number): void {
		if (this.length === this.data.length) {
			const grown = new Uint32Array(this.data.length * 2);
			grown.set(this.data);
			this.data = grown;
		}
		this.data[this.length++] = value;
	}
	done(): Uint32Array {
		return this.data.slice(0, this.length);
	}
}

function hashWord(word: string): number {
	let h = 0;
	for (let i = 0; i < word.length; i++) h = (Math.imul(h, 31) + word.charCodeAt(i)) | 0;
	return h >>> 0;
}

const KEYWORD_BY_HASH = new Map<number, { word: string; kind: Keyword }>();
for (const [word, kind] of keywords()) KEYWORD_BY_HASH.set(hashWord(word), { word, kind });
// A first filter by the hash's low bits, so that most words never reach the map.
const KEYWORD_FILTER = new Uint8Array(4096);
for (const hash of KEYWORD_BY_HASH.keys()) KEYWORD_FILTER[hash & 4095] = 1;

/** The map of one chunk. Slice numbers count from 0 in order of appearance. */
export class RawChunk {
	private readonly heads: Int32Array;
	private readonly next: Int32Array;
	constructor(
		readonly source: SourceFile,
		readonly starts: Uint32Array,
		readonly ends: Uint32Array,
		private readonly nameAt: Uint32Array,
		private readonly nameSlice: Uint32Array,
		private readonly nameKind: Uint8Array,
		private readonly tags: WordHashes,
		private readonly words: WordHashes,
	) {
		let size = 16;
		while (size < nameAt.length * 2) size *= 2;
		this.heads = new Int32Array(size).fill(-1);
		this.next = new Int32Array(nameAt.length);
		// Backwards, so that each chain lists its entries in order of appearance.
		for (let i = nameAt.length - 1; i >= 0; i--) {
			const slot = hashAt(source.text, nameAt[i]!) & (size - 1);
			this.next[i] = this.heads[slot]!;
			this.heads[slot] = i;
		}
	}

	get count(): number {
		return this.starts.length;
	}

	/** Does the word occur as an identifier anywhere in the chunk? */
	contains(word: string): boolean {
		return this.words.mayHave(word) && this.slicesWith(word).length > 0;
	}

	/** False if the chunk nowhere speaks of the tag, as in `struct x *`; true if it does, or of one with the same hash. */
	mayMentionTag(tag: string): boolean {
		return this.tags.mayHave(tag);
	}

	/** The tags that the slices `from` to `to` (exclusive) define. */
	*tagsOf(from: number, to: number): Iterable<string> {
		for (let i = this.firstName(from); i < this.nameAt.length && this.nameSlice[i]! < to; i++)
			if (this.nameKind[i] === Declared.Tag) yield wordAt(this.source.text, this.nameAt[i]!);
	}

	/** The words of a table that occur in the chunk; searched once a table. */
	wordsOf(table: ReadonlyMap<string, unknown>): readonly string[] {
		let names = this.ofTable.get(table);
		if (!names) {
			names = [...table.keys()].filter((name) => this.contains(name));
			this.ofTable.set(table, names);
		}
		return names;
	}
	private readonly ofTable = new WeakMap<ReadonlyMap<string, unknown>, readonly string[]>();

	/** The slices with the word as an identifier in them, ascending. */
	slicesWith(word: string): readonly number[] {
		let known = this.occurrences.get(word);
		if (!known) this.occurrences.set(word, (known = this.findSlicesWith(word)));
		return known;
	}
	/** Words that some unit's macros asked for: the same ones again and again, since headers define the same macros. */
	private readonly occurrences = new Map<string, readonly number[]>();

	private findSlicesWith(word: string): number[] {
		const text = this.source.text;
		const out: number[] = [];
		if (!this.count) return out;
		const end = this.ends[this.count - 1]!;
		for (let at = text.indexOf(word, this.starts[0]!); at >= 0 && at < end; at = text.indexOf(word, at + word.length)) {
			if (isWord(text.charCodeAt(at - 1)) || isWord(text.charCodeAt(at + word.length))) continue;
			const slice = this.sliceAt(at);
			if (slice >= 0 && out[out.length - 1] !== slice) out.push(slice);
		}
		return out;
	}

	/** The slice that covers the offset, or -1. */
	sliceAt(offset: number): number {
		let low = 0;
		let high = this.count - 1;
		while (low <= high) {
			const middle = (low + high) >> 1;
			if (this.starts[middle]! > offset) high = middle - 1;
			else if (this.ends[middle]! <= offset) low = middle + 1;
			else return middle;
		}
		return -1;
	}

	/** The declarations of `name` in the chunk, in order. */
	declarations(name: string, tag: boolean): { slice: number; kind: Declared }[] {
		const out: { slice: number; kind: Declared }[] = [];
		for (let i = this.heads[hashWord(name) & (this.heads.length - 1)]!; i >= 0; i = this.next[i]!) {
			const at = this.nameAt[i]!;
			const kind = this.nameKind[i]! as Declared;
			if ((kind === Declared.Tag) !== tag) continue;
			const text = this.source.text;
			if (!text.startsWith(name, at) || isWord(text.charCodeAt(at + name.length))) continue;
			out.push({ slice: this.nameSlice[i]!, kind });
		}
		return out;
	}

	/** What one slice declares. */
	namesOf(slice: number): { name: string; kind: Declared }[] {
		const out: { name: string; kind: Declared }[] = [];
		for (let i = this.firstName(slice); this.nameSlice[i] === slice; i++) {
			out.push({ name: wordAt(this.source.text, this.nameAt[i]!), kind: this.nameKind[i]! as Declared });
		}
		return out;
	}

	/** The first entry of the slice or of those behind it; entries are in order of slices. */
	private firstName(slice: number): number {
		let low = 0;
		let high = this.nameSlice.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.nameSlice[middle]! < slice) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

function wordAt(text: string, at: number): string {
	let end = at;
	while (end < text.length && isWord(text.charCodeAt(end))) end++;
	return text.slice(at, end);
}

function hashAt(text: string, at: number): number {
	let h = 0;
	for (let i = at; ; i++) {
		const code = text.charCodeAt(i);
		if (!isWord(code)) return h >>> 0;
		h = (Math.imul(h, 31) + code) | 0;
	}
}

/** The hashes of a chunk's words, an open table. It tells words that are not there; of the others the text itself decides. */
class WordHashes {
	private slots: Uint32Array;
	private used = 0;
	constructor(capacity: number) {
		let size = 1024;
		while (size < capacity) size *= 2;
		this.slots = new Uint32Array(size);
	}
	/** Adds a word by its `hashWord`. */
	add(hash: number): void {
		const { slots } = this;
		const mask = slots.length - 1;
		const wanted = hash === 0 ? 1 : hash;
		for (let at = wanted & mask; ; at = (at + 1) & mask) {
			const slot = slots[at]!;
			if (slot === wanted) return;
			if (slot !== 0) continue;
			slots[at] = wanted;
			if (++this.used * 2 > slots.length) this.grow();
			return;
		}
	}
	/** False if the word is not there; true if it, or one of the same hash, is. */
	mayHave(word: string): boolean {
		const { slots } = this;
		const mask = slots.length - 1;
		const wanted = hashWord(word) || 1;
		for (let at = wanted & mask; slots[at] !== 0; at = (at + 1) & mask) if (slots[at] === wanted) return true;
		return false;
	}
	private grow(): void {
		const old = this.slots;
		this.slots = new Uint32Array(old.length * 2);
		const mask = this.slots.length - 1;
		for (const hash of old) {
			if (hash === 0) continue;
			let at = hash & mask;
			while (this.slots[at] !== 0) at = (at + 1) & mask;
			this.slots[at] = hash;
		}
	}
}

/** The hash of the word that `wordFrom` passed last. */
let passedHash = 0;

/** The end of the word that begins at the offset. A function of its own, so that it is compiled long before the scan around it is. */
function wordFrom(text: string, start: number): number {
	let hash = text.charCodeAt(start) | 0;
	let at = start + 1;
	for (;;) {
		const c = text.charCodeAt(at);
		// Inlined for speed: letters, digits, underscore.
		if ((c >= 97 && c <= 122) || c === 95 || (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c >= 128 || c === 36) {
			hash = (Math.imul(hash, 31) + c) | 0;
			at++;
		} else break;
	}
	passedHash = hash >>> 0;
	return at;
}

/**
 * Maps the text from `start` to `end`. Gives undefined where the chunk is no whole number of balanced declarations, or holds what
 * this scan does not read (literals across lines, line splices): such text must go through the tokens.
 */
export function scanRawChunk(source: SourceFile, start: number, end: number): RawChunk | undefined {
	const { text } = source;
	const words = new WordHashes((end - start) >> 4);
	const starts = new Numbers(1024);
	const ends = new Numbers(1024);
	const nameAt = new Numbers(1024);
	const nameSlice = new Numbers(1024);
	const nameKind = new Numbers(1024);
	const tags = new WordHashes(1024);
	const scanner = new DeclarationScanner((ref, kind) => {
		nameAt.push(ref);
		nameSlice.push(starts.length - 1);
		nameKind.push(kind);
	});
	let at = start;
	while (at < end) {
		const code = text.charCodeAt(at);
		if (code <= 32) {
			at++;
			continue;
		}
		if (code === 47) {
			const next = text.charCodeAt(at + 1);
			if (next === 42) {
				const close = text.indexOf('*/', at + 2);
				if (close < 0 || close + 2 > end) return undefined;
				at = close + 2;
				continue;
			}
			if (next === 47) {
				const line = text.indexOf('\n', at);
				if (line < 0 || line >= end) break;
				if (text.charCodeAt(line - 1) === 92) return undefined;
				at = line;
				continue;
			}
		}
		if (scanner.idle) starts.push(at);
		if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code >= 128 || code === 36) {
			const from = at;
			at = wordFrom(text, from);
			const hash = passedHash;
			words.add(hash);
			let kind = Keyword.None;
			if (KEYWORD_FILTER[hash & 4095] === 1) {
				const entry = KEYWORD_BY_HASH.get(hash);
				if (entry && entry.word.length === at - from && text.startsWith(entry.word, from)) kind = entry.kind;
			}
			if (kind === Keyword.None && scanner.awaitsTag) tags.add(hash);
			scanner.word(kind, from);
			continue;
		}
		if (code >= 48 && code <= 57) {
			at++;
			while (isWord(text.charCodeAt(at)) || text.charCodeAt(at) === 46) at++;
			scanner.other();
			continue;
		}
		if (code === 34 || code === 39) {
			const from = at++;
			for (;;) {
				const c = text.charCodeAt(at);
				if (c === code) break;
				if (at >= end || c === 10) return undefined;
				at += c === 92 ? 2 : 1;
			}
			at++;
			if (at > end || text.slice(from, at).includes('\n')) return undefined;
			scanner.other();
			continue;
		}
		if (code === 92 || code === 35) return undefined;
		let star = false;
		if (code === 40) {
			let peek = at + 1;
			while (text.charCodeAt(peek) <= 32) peek++;
			star = text.charCodeAt(peek) === 42;
		}
		at++;
		// `==` and its like must not be taken for an initializer's sign; they occur in enumerators' values and bodies only.
		if (code === 61 && text.charCodeAt(at) === 61) {
			at++;
			scanner.punctuator(0, false);
			continue;
		}
		if (scanner.punctuator(code, star)) {
			if (scanner.stray) return undefined;
			ends.push(at);
		}
		if (scanner.unbalanced) return undefined;
	}
	if (!scanner.idle || starts.length !== ends.length) return undefined;
	const kinds = Uint8Array.from(nameKind.done());
	return new RawChunk(source, starts.done(), ends.done(), nameAt.done(), nameSlice.done(), kinds, tags, words);
}
