// Structs as the verifier sees them: which member lies at an offset, which special fields a map value or local object holds.
import { allTags, type CType, findMember, type Member, type RecordType, sizeOf, strip } from '../btf/ctype.js';
import { AS_MEANT, type KptrKind, type TagReading } from '../kernel/kptr-tags.js';
import { isKernelTag } from './kernel-types.js';
import type { Machine } from './machine.js';
import type { Pointer } from './value.js';

export interface Located {
	readonly member: Member;
	/** The record that holds it directly. */
	readonly record: RecordType;
	/** The member's start, from the outermost record's start. */
	readonly offset: number;
	/** Its type; for an array, that of one element, and `offset` is that element's start. */
	readonly type: CType;
}

/** The innermost member that covers the byte at `offset`; undefined in padding and behind the end. Unions: the first that fits, pointers first. */
export function memberAt(record: RecordType, offset: number, size: number): Located | undefined {
	return search(record, record, 0, offset, size);
}

function search(record: RecordType, _outer: RecordType, start: number, offset: number, size: number): Located | undefined {
	let best: Located | undefined;
	for (const [index, member] of record.members.entries()) {
		const from = start + member.offset;
		// A member whose size nobody knows ends where the next one begins.
		const next = record.union ? undefined : record.members[index + 1];
		const length = sizeOf(member.type) ?? (next ? next.offset - member.offset : undefined);
		const bits = member.bitWidth !== undefined;
		if (offset < from || (length !== undefined && offset >= from + Math.max(length, bits ? 1 : 0))) continue;
		const found = inside(record, member, from, member.type, offset, size);
		if (!found) continue;
		if (!record.union) return found;
		const exact = sizeOf(found.type) === size && found.offset === offset;
		if (!best || (exact && !(sizeOf(best.type) === size && best.offset === offset))) best = found;
	}
	return best;
}

function inside(record: RecordType, member: Member, from: number, type: CType, offset: number, size: number): Located | undefined {
	const t = strip(type);
	if (t.kind === 'record') return search(t, t, from, offset, size) ?? { member, record, offset: from, type };
	if (t.kind === 'array') {
		const each = sizeOf(t.of);
		if (each === undefined || each === 0) return { member, record, offset: from, type };
		const index = Math.floor((offset - from) / each);
		return inside(record, member, from + index * each, t.of, offset, size);
	}
	return { member, record, offset: from, type };
}

/** A struct tag without its CO-RE flavour: `task_struct___old` is `task_struct` to the kernel. */
export function flavourless(tag: string): string {
	const at = tag.indexOf('___');
	return at > 0 ? tag.slice(0, at) : tag;
}

/** Where the member lies in the kernel's record, when the program names it through a flavour or a definition of its own. */
export function flavourOffset(base: Pointer, field: { record: RecordType; member: Member }): number | undefined {
	if (base.base.is !== 'object' || !base.base.record) return undefined;
	const actual = base.base.record;
	if (actual.id === field.record.id || base.offset !== 0) return undefined;
	if (flavourless(field.record.tag ?? '') !== base.base.tag || field.member.name === undefined) return undefined;
	return findMember(actual, field.member.name)?.offset;
}

// ---- Special fields ----

export type SpecialKind =
	| 'spin_lock'
	| 'res_spin_lock'
	| 'timer'
	| 'workqueue'
	| 'task_work'
	| 'list_head'
	| 'list_node'
	| 'rb_root'
	| 'rb_node'
	| 'refcount'
	| KptrKind;

const SPECIAL_STRUCTS: Readonly<Record<string, SpecialKind>> = {
	bpf_spin_lock: 'spin_lock',
	bpf_res_spin_lock: 'res_spin_lock',
	bpf_timer: 'timer',
	bpf_wq: 'workqueue',
	bpf_task_work: 'task_work',
	bpf_list_head: 'list_head',
	bpf_list_node: 'list_node',
	bpf_rb_root: 'rb_root',
	bpf_rb_node: 'rb_node',
	bpf_refcount: 'refcount',
};
export interface SpecialField {
	readonly kind: SpecialKind;
	readonly offset: number;
	readonly size: number;
	/** For a kptr: what it points to. */
	readonly pointee?: RecordType;
	/** For a kptr: the type tag that makes it one. */
	readonly tag?: string;
	readonly name: string;
	readonly member: Member;
	/** For a list head or tree root: `__contains(struct, node)`, as tag text `contains:foo:node`. */
	readonly contains?: { readonly struct: string; readonly node: string };
}

/** Special fields that a type may have (BTF_FIELDS_MAX of include/linux/bpf.h, 6.12): with more, the kernel sees none. */
const FIELDS_LIMIT = 11;

const cache = new WeakMap<TagReading, WeakMap<object, readonly SpecialField[]>>();

/**
 * The special fields of a map value's or object's type, in order of offset. Facts: btf_parse_fields() of kernel/bpf/btf.c, 6.12.
 *
 * @param reading how the release reads the tags of kptrs.
 */
export function specialFields(type: CType | undefined, reading: TagReading = AS_MEANT): readonly SpecialField[] {
	if (!type) return [];
	const t = strip(type);
	let known = cache.get(reading);
	if (!known) cache.set(reading, (known = new WeakMap()));
	let fields = known.get(t);
	if (!fields) known.set(t, (fields = seen(t, reading)));
	return fields;
}

/** What is left of the fields where there are too many, a tag that the release does not know, or an object that nobody could free. */
function seen(type: CType, reading: TagReading): readonly SpecialField[] {
	const fields: SpecialField[] = [];
	const spoiled = collect(type, 0, fields, undefined, 0, reading);
	const refused = fields.some((field) => field.kind === 'kptr_ref' && isRefused(reading, field.pointee));
	if (!spoiled && !refused) return fields.length > FIELDS_LIMIT ? [] : fields;
	if (reading.spoils === 'kptrs') return fields.filter((field) => !isKptr(field));
	return reading.spoils === 'fields' || refused || fields.length > FIELDS_LIMIT ? [] : fields;
}

/** Has the kernel no destructor for the type, so that a map may not own one? */
export function isRefused(reading: TagReading, pointee: RecordType | undefined): boolean {
	return pointee?.tag !== undefined && reading.refuses?.(pointee.tag) === true;
}

/** `__contains(foo, node)` is the declaration tag `contains:foo:node`. */
export function containsOf(tags: readonly string[] | undefined): { struct: string; node: string } | undefined {
	for (const tag of tags ?? []) {
		const [word, struct, node] = tag.split(':');
		if (word === 'contains' && struct && node) return { struct, node };
	}
	return undefined;
}

/** Gives whether a tag was met that the reading does not know. */
function collect(type: CType, at: number, fields: SpecialField[], member: Member | undefined, depth: number, reading: TagReading): boolean {
	let spoiled = false;
	if (depth > 8) return spoiled;
	const t = strip(type);
	if (t.kind === 'record') {
		const kind = t.tag ? SPECIAL_STRUCTS[t.tag] : undefined;
		if (kind) {
			const contains = containsOf(member?.declTags);
			fields.push({
				kind,
				offset: at,
				size: t.size,
				name: member?.name ?? '',
				member: member ?? { type, offset: at },
				...(contains ? { contains } : {}),
			});
			return spoiled;
		}
		for (const m of t.members) spoiled = collect(m.type, at + m.offset, fields, m, depth + 1, reading) || spoiled;
	} else if (t.kind === 'array') {
		const each = sizeOf(t.of);
		for (let k = 0; each && k < (t.length ?? 0) && fields.length <= FIELDS_LIMIT; k++) {
			const before = fields.length;
			spoiled = collect(t.of, at + k * each, fields, member, depth + 1, reading) || spoiled;
			if (fields.length === before) break;
		}
	} else if (t.kind === 'pointer') {
		const to = strip(t.to);
		for (const tag of allTags(t.to)) {
			const kind = reading.kinds.get(tag);
			spoiled ||= reading.unknown.has(tag);
			if (kind)
				fields.push({
					kind,
					offset: at,
					size: 8,
					tag,
					name: member?.name ?? '',
					member: member ?? { type, offset: at },
					...(to.kind === 'record' ? { pointee: to } : {}),
				});
		}
	}
	return spoiled;
}

export function specialAt(type: CType | undefined, offset: number, size = 1, reading?: TagReading): SpecialField | undefined {
	for (const field of specialFields(type, reading)) if (offset < field.offset + field.size && offset + size > field.offset) return field;
	return undefined;
}

export function isKptr(field: SpecialField): boolean {
	return field.kind === 'kptr_ref' || field.kind === 'kptr_untrusted' || field.kind === 'kptr_percpu';
}

/** Is the struct one that the program defines, so that the kernel knows it by the program's BTF only? */
export function isLocalRecord(machine: Machine, record: RecordType | undefined): boolean {
	if (!record?.tag) return true;
	return !isKernelTag(machine.unit, machine.catalog, record.tag);
}
