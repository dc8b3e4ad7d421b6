// Lays out structs, unions and bit-fields as clang does for 64-bit little-endian BPF. Sizes and offsets in bytes unless a name says bits.
import { type CType, type Member, sizeOf } from './ctype.js';
import type { RecordDetails } from './make-type.js';

/** What `__attribute__((aligned))` without a number means on BPF. */
export const MAXIMUM_ALIGNMENT = 16;

/** A member before it has a place. */
export interface MemberShape {
	readonly name?: string;
	readonly type: CType;
	/** The width of a bit-field. */
	readonly bitWidth?: number;
	readonly packed?: boolean;
	/** From `aligned(n)` at the member. */
	readonly align?: number;
	/** `btf_decl_tag` values at the member. */
	readonly declTags?: readonly string[];
}

export interface RecordShape {
	readonly union: boolean;
	readonly packed: boolean;
	/** From `aligned(n)` at the record. */
	readonly align?: number;
	readonly members: readonly MemberShape[];
}

/** The alignment of a type in bytes; 1 where it is not known. */
export function alignOf(type: CType): number {
	let at = type;
	while (at.kind === 'typedef') {
		if (at.align !== undefined) return at.align;
		at = at.to;
	}
	switch (at.kind) {
		case 'int':
		case 'float':
		case 'enum':
			return at.size;
		case 'pointer':
			return 8;
		case 'array':
			return alignOf(at.of);
		case 'record':
			return at.complete ? at.align : 1;
		default:
			return 1;
	}
}

function alignUp(value: number, to: number): number {
	return Math.ceil(value / to) * to;
}

/** A member without bits. What is absent is no key of it. */
function placed(name: string | undefined, type: CType, offset: number, declTags: readonly string[] | undefined): Member {
	if (declTags) return name === undefined ? { type, offset, declTags } : { name, type, offset, declTags };
	return name === undefined ? { type, offset } : { name, type, offset };
}

/**
 * Places each member. A bit-field never crosses a boundary of its declared type's size unless it is packed; one of width zero closes
 * the unit; an unnamed one takes room but does not raise the record's alignment.
 */
export function layoutRecord(shape: RecordShape): RecordDetails {
	const members: Member[] = [];
	let bits = 0;
	let align = 1;
	let bytes = 0;
	for (const member of shape.members) {
		const natural = alignOf(member.type);
		const packed = shape.packed || member.packed === true;
		const memberAlign = Math.max(packed ? 1 : natural, member.align ?? 1);
		const size = sizeOf(member.type) ?? 0;
		const start = shape.union ? 0 : bits;
		const width = member.bitWidth;
		if (width === undefined) {
			const offset = alignUp(Math.ceil(start / 8), memberAlign);
			align = Math.max(align, memberAlign);
			const { name, type, declTags } = member;
			members.push(placed(name, type, offset, declTags));
			bits = (offset + size) * 8;
		} else if (width === 0) {
			bits = alignUp(start, Math.max(natural, member.align ?? 1) * 8);
		} else {
			const unit = size * 8;
			let bit = start;
			if (member.align !== undefined) bit = alignUp(bit, member.align * 8);
			if (!packed && unit > 0 && (bit % unit) + width > unit) bit = alignUp(bit, natural * 8);
			if (member.name !== undefined) {
				align = Math.max(align, memberAlign);
				members.push({ name: member.name, type: member.type, offset: Math.floor(bit / 8), bitOffset: bit, bitWidth: width });
			}
			bits = bit + width;
		}
		if (shape.union) bytes = Math.max(bytes, Math.ceil(bits / 8));
		else bytes = Math.ceil(bits / 8);
	}
	align = Math.max(align, shape.align ?? 1);
	return { size: alignUp(bytes, align), align, members };
}
