// Reads BTF (the kernel's compact type format, Documentation/bpf/btf.rst) without making an object for each of its types: one pass checks the
// blob and notes where each type begins; names are found through a hash table of numbers; a type becomes an object when somebody asks for it.
import { BtfError } from './btf-error.js';
import { findSection, isElf } from './elf.js';

/** BTF_KIND_* of include/uapi/linux/btf.h (6.12). */
export enum BtfKind {
	Void = 0,
	Int = 1,
	Pointer = 2,
	Array = 3,
	Struct = 4,
	Union = 5,
	Enum = 6,
	Forward = 7,
	Typedef = 8,
	Volatile = 9,
	Const = 10,
	Restrict = 11,
	Function = 12,
	Prototype = 13,
	Variable = 14,
	DataSection = 15,
	Float = 16,
	DeclTag = 17,
	TypeTag = 18,
	Enum64 = 19,
}

const MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
const TYPE_SIZE = 12;
/** BTF_MAX_TYPE of the kernel: a blob with more types is damaged. */
const MOST_TYPES = 0x000fffff;

/** Bytes after the common header, per kind: a fixed part and a part for each element. */
const FIXED = [0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0];
const EACH = [0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12];
/** Kinds whose third word is a type id and not a size. */
const REFERS = new Set([
	BtfKind.Pointer,
	BtfKind.Typedef,
	BtfKind.Volatile,
	BtfKind.Const,
	BtfKind.Restrict,
	BtfKind.Function,
	BtfKind.Prototype,
	BtfKind.Variable,
	BtfKind.DeclTag,
	BtfKind.TypeTag,
]);
/** Where in each element its type id stands. */
const ELEMENT_TYPE = new Map([
	[BtfKind.Struct, 4],
	[BtfKind.Union, 4],
	[BtfKind.Prototype, 4],
	[BtfKind.DataSection, 0],
]);

/** The names that are looked up by a kind of question. */
export type NamedKinds = 'tag' | 'typedef' | 'function' | 'variable';

function answers(kind: BtfKind, kinds: NamedKinds): boolean {
	switch (kinds) {
		case 'tag':
			return kind === BtfKind.Struct || kind === BtfKind.Union || kind === BtfKind.Enum || kind === BtfKind.Enum64;
		case 'typedef':
			return kind === BtfKind.Typedef;
		case 'function':
			return kind === BtfKind.Function;
		case 'variable':
			return kind === BtfKind.Variable;
	}
}

/** A BTF blob that has been checked: every offset and type id in it is within bounds. */
export class BtfBlob {
	private readonly view: DataView;
	private readonly stringsStart: number;
	private readonly stringsSize: number;
	/** Where each own type begins, from the file's start; own ids begin at `firstId`. */
	private readonly offsets: Uint32Array;
	private readonly firstId: number;
	private names: Int32Array | undefined;

	/**
	 * Reads the blob at `start` (bytes) of `bytes`, `size` bytes long. `base` is the blob that a module's split BTF continues. Throws BtfError where the blob
	 * is truncated or malformed.
	 */
	constructor(
		readonly path: string,
		private readonly bytes: Uint8Array,
		start: number,
		size: number,
		private readonly base?: BtfBlob,
	) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const end = start + size;
		if (size < HEADER_SIZE) throw this.error('truncated BTF header', end);
		const magic = this.view.getUint16(start, true);
		if (magic === 0x9feb) throw this.error('big-endian BTF is not supported', start);
		if (magic !== MAGIC) throw this.error('no BTF: wrong magic number', start);
		const version = this.view.getUint8(start + 2);
		if (version !== 1) throw this.error(`BTF version ${version} is not known`, start + 2);
		const header = this.u32(start + 4);
		if (header < HEADER_SIZE || header > size) throw this.error('wrong length of the BTF header', start + 4);
		const body = start + header;
		const typesStart = body + this.u32(start + 8);
		const typesEnd = typesStart + this.u32(start + 12);
		this.stringsStart = body + this.u32(start + 16);
		this.stringsSize = this.u32(start + 20);
		if (typesEnd > end) throw this.error('the types reach beyond the end', start + 12);
		if (this.stringsStart + this.stringsSize > end) throw this.error('the strings reach beyond the end', start + 20);
		if (this.stringsSize === 0 || this.bytes[this.stringsStart + this.stringsSize - 1] !== 0) {
			throw this.error('the strings do not end with a zero byte', this.stringsStart + this.stringsSize);
		}
		if (!base && this.bytes[this.stringsStart] !== 0) throw this.error('split BTF: it needs the BTF that it continues', this.stringsStart);
		this.firstId = base ? base.typeCount : 1;
		this.offsets = this.scan(typesStart, typesEnd);
	}

	/** One more than the greatest type id; id 0 is void. */
	get typeCount(): number {
		return this.firstId + this.offsets.length;
	}

	private error(reason: string, offset: number): BtfError {
		return new BtfError(this.path, reason, offset);
	}

	private u32(at: number): number {
		return this.view.getUint32(at, true);
	}

	/** Notes each type's offset; checks that kinds are known, that parts are within bounds, and that every id and name exists. */
	private scan(start: number, end: number): Uint32Array {
		let offsets = new Uint32Array(Math.min(Math.ceil((end - start) / 16) + 1, MOST_TYPES));
		let count = 0;
		let greatestId = 0;
		let greatestIdAt = start;
		const nameLimit = (this.base?.stringsEnd ?? 0) + this.stringsSize;
		const note = (at: number) => {
			const id = this.u32(at);
			if (id > greatestId) {
				greatestId = id;
				greatestIdAt = at;
			}
		};
		const noteName = (at: number) => {
			if (this.u32(at) >= nameLimit) throw this.error('a name lies beyond the strings', at);
		};
		for (let at = start; at < end; ) {
			if (at + TYPE_SIZE > end) throw this.error('a type is cut off', at);
			const info = this.u32(at + 4);
			const kind = (info >>> 24) & 0x1f;
			const elements = info & 0xffff;
			const fixed = FIXED[kind];
			if (kind === 0 || fixed === undefined) throw this.error(`kind ${kind} of a type is not known`, at + 4);
			const each = EACH[kind]!;
			const next = at + TYPE_SIZE + fixed + each * elements;
			if (next > end) throw this.error('a type is cut off', at);
			if (count >= MOST_TYPES) throw this.error('too many types', at);
			if (count === offsets.length) {
				const larger = new Uint32Array(offsets.length * 2);
				larger.set(offsets);
				offsets = larger;
			}
			offsets[count++] = at;
			noteName(at);
			if (REFERS.has(kind)) note(at + 8);
			if (kind === BtfKind.Array) {
				note(at + TYPE_SIZE);
				note(at + TYPE_SIZE + 4);
			}
			if (each > 0) {
				const typeAt = ELEMENT_TYPE.get(kind);
				for (let element = at + TYPE_SIZE + fixed; element < next; element += each) {
					if (kind !== BtfKind.DataSection) noteName(element);
					if (typeAt !== undefined) note(element + typeAt);
				}
			}
			at = next;
		}
		if (greatestId >= this.firstId + count) throw this.error(`type ${greatestId} does not exist`, greatestIdAt);
		return offsets.slice(0, count);
	}

	private get stringsEnd(): number {
		return (this.base?.stringsEnd ?? 0) + this.stringsSize;
	}

	/** The blob that holds a type, and where the type begins. Ids come out of the checked blob or are below `typeCount`. */
	private locate(id: number): { blob: BtfBlob; at: number } {
		if (id < this.firstId && this.base) return this.base.locate(id);
		return { blob: this, at: this.offsets[id - this.firstId] ?? 0 };
	}

	/** The common part of a type: kind, name, number of elements, flag, and its size or the id that it refers to. */
	header(id: number): { kind: BtfKind; name: string; elements: number; flag: boolean; sizeOrType: number } {
		if (id === 0) return { kind: BtfKind.Void, name: '', elements: 0, flag: false, sizeOrType: 0 };
		const { blob, at } = this.locate(id);
		const info = blob.u32(at + 4);
		return {
			kind: (info >>> 24) & 0x1f,
			name: blob.string(blob.u32(at)),
			elements: info & 0xffff,
			flag: info >>> 31 === 1,
			sizeOrType: blob.u32(at + 8),
		};
	}

	kind(id: number): BtfKind {
		if (id === 0) return BtfKind.Void;
		const { blob, at } = this.locate(id);
		return (blob.u32(at + 4) >>> 24) & 0x1f;
	}

	/** The 32-bit word at `index` of what follows a type's common part. */
	word(id: number, index: number): number {
		const { blob, at } = this.locate(id);
		return blob.u32(at + TYPE_SIZE + 4 * index);
	}

	/** A string of the blob or of its base. */
	string(offset: number): string {
		const baseEnd = this.base?.stringsEnd ?? 0;
		if (this.base && offset < baseEnd) return this.base.string(offset);
		const start = this.stringsStart + offset - baseEnd;
		let end = start;
		while (this.bytes[end] !== 0) end++;
		let text = '';
		for (let i = start; i < end; i++) text += String.fromCharCode(this.bytes[i]!);
		return text;
	}

	/** The id of the type of this name and kind, this blob's before its base's; undefined where there is none. */
	find(name: string, kinds: NamedKinds): number | undefined {
		this.names ??= this.indexNames();
		const mask = this.names.length - 1;
		for (let slot = hashText(name) & mask; ; slot = (slot + 1) & mask) {
			const id = this.names[slot]!;
			if (id === 0) break;
			if (answers(this.kind(id), kinds) && this.header(id).name === name) return id;
		}
		return this.base?.find(name, kinds);
	}

	/** Own ids of this kind, in order. */
	*idsOf(...kinds: BtfKind[]): Iterable<number> {
		for (let index = 0; index < this.offsets.length; index++) {
			const kind = (this.u32(this.offsets[index]! + 4) >>> 24) & 0x1f;
			if (kinds.includes(kind)) yield this.firstId + index;
		}
	}

	/** A table of type ids, open-addressed by the hash of their names. 0 is an empty slot. */
	private indexNames(): Int32Array {
		let size = 16;
		while (size < this.offsets.length * 2) size *= 2;
		const table = new Int32Array(size);
		const baseEnd = this.base?.stringsEnd ?? 0;
		for (let index = 0; index < this.offsets.length; index++) {
			const at = this.offsets[index]!;
			const kind = (this.u32(at + 4) >>> 24) & 0x1f;
			const name = this.u32(at);
			const isNamed = answers(kind, 'tag') || kind === BtfKind.Typedef || kind === BtfKind.Function || kind === BtfKind.Variable;
			if (name === 0 || !isNamed) continue;
			const hash = name < baseEnd ? hashText(this.string(name)) : this.hashBytes(this.stringsStart + name - baseEnd);
			let slot = hash & (size - 1);
			while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
			table[slot] = this.firstId + index;
		}
		return table;
	}

	private hashBytes(start: number): number {
		let hash = 0x811c9dc5;
		for (let at = start; this.bytes[at] !== 0; at++) hash = Math.imul(hash ^ this.bytes[at]!, 0x01000193);
		return mix(hash);
	}
}

/** FNV-1a over the characters; BTF names are bytes, and C's identifiers in them ASCII. */
function hashText(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return mix(hash);
}

function mix(hash: number): number {
	return (hash ^ (hash >>> 15)) & 0x7fffffff;
}

/**
 * The BTF in a file's bytes: raw, or the `.BTF` section of an ELF object. A module's object that carries its own distilled base (`.BTF.base`) is read
 * upon that; otherwise split BTF needs `base`. Throws BtfError.
 */
export function readBtf(path: string, bytes: Uint8Array, base?: BtfBlob): BtfBlob {
	if (!isElf(bytes)) return new BtfBlob(path, bytes, 0, bytes.length, base);
	const section = findSection(path, bytes, '.BTF');
	if (!section) throw new BtfError(path, 'the ELF file has no .BTF section', 0);
	const ownBase = findSection(path, bytes, '.BTF.base');
	const under = ownBase ? new BtfBlob(path, bytes, ownBase.start, ownBase.size) : base;
	return new BtfBlob(path, bytes, section.start, section.size, under);
}

/** Is this raw BTF that continues another blob? Its strings do not begin with the empty name. */
export function isSplitBtf(bytes: Uint8Array): boolean {
	if (bytes.length < HEADER_SIZE || isElf(bytes)) return false;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint16(0, true) !== MAGIC) return false;
	const strings = view.getUint32(4, true) + view.getUint32(16, true);
	return strings < bytes.length && bytes[strings] !== 0;
}
