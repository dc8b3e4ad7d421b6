// Finds a section by name in an ELF file, as far as BTF needs it: 64-bit, little-endian.
import { BtfError } from './btf-error.js';

const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const COMPRESSED = 0x800n;
const NO_BITS = 8;

/** Do these bytes begin as an ELF file does? */
export function isElf(bytes: Uint8Array): boolean {
	return bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Where the section called `name` lies, in bytes from the file's start; undefined where there is none. Throws BtfError for an ELF file that is
 * truncated, of another class or byte order, or that keeps the section compressed.
 */
export function findSection(path: string, bytes: Uint8Array, name: string): { readonly start: number; readonly size: number } | undefined {
	if (bytes.length < HEADER_SIZE) throw new BtfError(path, 'truncated ELF header', bytes.length);
	if (bytes[4] !== 2 || bytes[5] !== 1) throw new BtfError(path, 'not a 64-bit little-endian ELF file', 4);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const table = Number(view.getBigUint64(0x28, true));
	const entry = view.getUint16(0x3a, true);
	const count = view.getUint16(0x3c, true);
	const names = view.getUint16(0x3e, true);
	if (count === 0) return undefined;
	if (entry < SECTION_HEADER_SIZE || table + entry * count > bytes.length)
		throw new BtfError(path, 'ELF section headers beyond the end', 0x28);
	if (names >= count) throw new BtfError(path, 'ELF section names are missing', 0x3e);
	const place = (index: number) => {
		const header = table + index * entry;
		const start = Number(view.getBigUint64(header + 0x18, true));
		const size = view.getUint32(header + 4, true) === NO_BITS ? 0 : Number(view.getBigUint64(header + 0x20, true));
		if (start + size > bytes.length) throw new BtfError(path, `ELF section ${index} reaches beyond the end`, header);
		return { header, start, size };
	};
	const strings = place(names);
	const wanted = Buffer.from(`${name}\0`);
	for (let index = 0; index < count; index++) {
		const at = strings.start + view.getUint32(table + index * entry, true);
		if (at + wanted.length > strings.start + strings.size) continue;
		if (wanted.some((byte, i) => bytes[at + i] !== byte)) continue;
		const { header, start, size } = place(index);
		if ((view.getBigUint64(header + 8, true) & COMPRESSED) !== 0n) throw new BtfError(path, `section ${name} is compressed`, header);
		return { start, size };
	}
	return undefined;
}
