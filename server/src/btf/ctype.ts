// The model of C types that program/, flow/ and verifier/ share, whether a type came from a header, from BTF or from the built-in table.
// Sizes, offsets and alignments are in bytes unless a name says bits; the target is 64-bit little-endian BPF.

interface TypeBase {
	readonly const?: boolean;
	readonly volatile?: boolean;
	/** `btf_type_tag` values at this type, outermost first: `kptr`, `rcu`, `user`, `percpu`, `percpu_kptr`, `kptr_untrusted`. */
	readonly tags?: readonly string[];
}
export interface VoidType extends TypeBase {
	readonly kind: 'void';
}
export interface IntType extends TypeBase {
	readonly kind: 'int';
	/** `int`, `unsigned long`, `_Bool`, ... */
	readonly name: string;
	readonly size: number;
	readonly signed: boolean;
	readonly bool?: boolean;
}
export interface FloatType extends TypeBase {
	readonly kind: 'float';
	readonly name: string;
	readonly size: number;
}
export interface PointerType extends TypeBase {
	readonly kind: 'pointer';
	readonly to: CType;
}
export interface ArrayType extends TypeBase {
	readonly kind: 'array';
	readonly of: CType;
	/** Undefined for `[]` (a flexible array). */
	readonly length?: number;
}
export interface Member {
	/** Undefined for an anonymous struct or union, whose members are found through `findMember`. */
	readonly name?: string;
	readonly type: CType;
	readonly offset: number;
	/** For a bit-field: its first bit counted from the record's start, and its width. */
	readonly bitOffset?: number;
	readonly bitWidth?: number;
	/** `btf_decl_tag` values at the member: `contains:foo:node`. */
	readonly declTags?: readonly string[];
}
/** One object per definition: two mentions of `struct task_struct` in a unit give the same `RecordType` up to qualifiers; compare by `id`. */
export interface RecordType extends TypeBase {
	readonly kind: 'record';
	/** Identity of the definition, shared by qualified copies. */
	readonly id: number;
	readonly union: boolean;
	readonly tag?: string;
	/** False where only a forward declaration is known. */
	readonly complete: boolean;
	/** 0 while incomplete. */
	readonly size: number;
	readonly align: number;
	/** Laid out on first use. Empty while incomplete. */
	readonly members: readonly Member[];
	/** The loader fits the offsets of its members to the running kernel (`preserve_access_index`), so that no compiler knows them. */
	readonly relocated?: boolean;
	/** The program declares it for itself, with those members only that it needs: nothing follows from what is not there. */
	readonly partial?: boolean;
}
export interface EnumType extends TypeBase {
	readonly kind: 'enum';
	readonly tag?: string;
	readonly size: number;
	readonly signed: boolean;
}
export interface Parameter {
	readonly name?: string;
	readonly type: CType;
	/** `btf_decl_tag` values at the parameter: `arg:nonnull`, `arg:ctx`, ... */
	readonly declTags?: readonly string[];
}
export interface FunctionType extends TypeBase {
	readonly kind: 'function';
	readonly result: CType;
	readonly parameters: readonly Parameter[];
	readonly variadic: boolean;
}
/** A typedef name is kept, since messages and the verifier's type ids speak of it; `strip` looks through. */
export interface TypedefType extends TypeBase {
	readonly kind: 'typedef';
	readonly name: string;
	readonly to: CType;
	/** The alignment that the typedef states with `aligned(n)`, in bytes: it may raise or lower that of its type. */
	readonly align?: number;
}
export interface UnknownType extends TypeBase {
	readonly kind: 'unknown';
}
export type CType =
	| VoidType
	| IntType
	| FloatType
	| PointerType
	| ArrayType
	| RecordType
	| EnumType
	| FunctionType
	| TypedefType
	| UnknownType;

export const VOID: VoidType = { kind: 'void' };
export const UNKNOWN: UnknownType = { kind: 'unknown' };
export const INT: IntType = { kind: 'int', name: 'int', size: 4, signed: true };
export const UNSIGNED_INT: IntType = { kind: 'int', name: 'unsigned int', size: 4, signed: false };
export const LONG: IntType = { kind: 'int', name: 'long', size: 8, signed: true };
export const UNSIGNED_LONG: IntType = { kind: 'int', name: 'unsigned long', size: 8, signed: false };
export const BOOL: IntType = { kind: 'int', name: '_Bool', size: 1, signed: false, bool: true };
export const CHAR: IntType = { kind: 'int', name: 'char', size: 1, signed: true };
export const VOID_POINTER: PointerType = { kind: 'pointer', to: VOID };

/** Looks through typedefs. Qualifiers and tags of the typedefs on the way are not carried over; see `allTags`. */
export function strip(type: CType): Exclude<CType, TypedefType> {
	let at = type;
	while (at.kind === 'typedef') at = at.to;
	return at;
}

/** The type tags of a type and of every typedef that it is reached through. */
export function allTags(type: CType): readonly string[] {
	let at = type;
	let tags = at.tags ?? [];
	while (at.kind === 'typedef') {
		at = at.to;
		if (at.tags) tags = [...tags, ...at.tags];
	}
	return tags;
}

/** Size in bytes; undefined for void, functions, flexible arrays, incomplete and unknown types. */
export function sizeOf(type: CType): number | undefined {
	const t = strip(type);
	switch (t.kind) {
		case 'int':
		case 'float':
		case 'enum':
			return t.size;
		case 'pointer':
			return 8;
		case 'record':
			return t.complete ? t.size : undefined;
		case 'array': {
			const each = sizeOf(t.of);
			return each === undefined || t.length === undefined ? undefined : each * t.length;
		}
		default:
			return undefined;
	}
}

/** The member called `name`, also inside anonymous members, with its offset from the record's start; undefined where there is none. */
export function findMember(record: RecordType, name: string): Member | undefined {
	const { members } = record;
	let known = foundMembers.get(members);
	if (!known) foundMembers.set(members, (known = new Map()));
	let member = known.get(name);
	if (!member) {
		member = findWithin(record, name, []);
		// What is not there may come yet, where broken text asks for a record that is just being laid out.
		if (member) known.set(name, member);
	}
	return member;
}

/** By the list of members, which qualified copies of a record have in common. */
const foundMembers = new WeakMap<readonly Member[], Map<string, Member>>();

/** `outer` are the records around this one: broken text can make a record its own anonymous member. */
function findWithin(record: RecordType, name: string, outer: readonly number[]): Member | undefined {
	for (const member of record.members) {
		if (member.name === name) return member;
		if (member.name !== undefined) continue;
		const inner = strip(member.type);
		if (inner.kind !== 'record' || inner.id === record.id || outer.includes(inner.id)) continue;
		const found = findWithin(inner, name, [...outer, record.id]);
		if (found)
			return {
				...found,
				offset: member.offset + found.offset,
				...(found.bitOffset === undefined ? {} : { bitOffset: member.offset * 8 + found.bitOffset }),
			};
	}
	return undefined;
}
