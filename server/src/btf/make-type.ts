// Makes C types whose inner parts are found on first use, so that a pointer to a struct costs nothing until somebody walks it.
//
// The getters are own and enumerable: `{ ...type, volatile: true }` gives a plain copy with everything in it.
import {
	type CType,
	type EnumType,
	type FunctionType,
	type Member,
	type Parameter,
	type PointerType,
	type RecordType,
	type TypedefType,
	UNKNOWN,
} from './ctype.js';

/** What a record's layout gives. Sizes and alignments in bytes. */
export interface RecordDetails {
	readonly size: number;
	readonly align: number;
	readonly members: readonly Member[];
	/** See RecordType. */
	readonly relocated?: boolean;
	readonly partial?: boolean;
}

const NO_DETAILS: RecordDetails = { size: 0, align: 1, members: [] };

let lastRecordId = 0;

/** Types that lead on to others in a longer chain than this, while one is found, are not followed: no C nests so deep, and each link takes some frames of the stack. */
const CHAIN_LIMIT = 200;
let chain = 0;

/**
 * Runs `compute` once; while it runs, and where it asks for itself, the answer is `meanwhile` (broken text can contain itself). So it is, for that one time,
 * at the end of a chain beyond the limit.
 */
export function once<T>(compute: () => T, meanwhile: T): () => T {
	let value: T = meanwhile;
	let started = false;
	return () => {
		if (!started) {
			if (chain >= CHAIN_LIMIT) return meanwhile;
			started = true;
			chain++;
			try {
				value = compute();
			} finally {
				chain--;
			}
		}
		return value;
	};
}

/** A struct or union with a new identity. `union` and `details` are asked for once, on first use. */
export function makeRecord(tag: string | undefined, union: boolean | (() => boolean), details: () => RecordDetails): RecordType {
	const layout = once(details, NO_DETAILS);
	const isUnion = typeof union === 'function' ? once(union, false) : () => union;
	return {
		kind: 'record',
		id: ++lastRecordId,
		...(tag === undefined ? {} : { tag }),
		complete: true,
		get union() {
			return isUnion();
		},
		get size() {
			return layout().size;
		},
		get align() {
			return layout().align;
		},
		get members() {
			return layout().members;
		},
		get relocated() {
			return layout().relocated === true;
		},
		get partial() {
			return layout().partial === true;
		},
	};
}

/** A struct or union of which no body is known. */
export function incompleteRecord(tag: string | undefined, union: boolean): RecordType {
	return {
		kind: 'record',
		id: ++lastRecordId,
		union,
		...(tag === undefined ? {} : { tag }),
		complete: false,
		size: 0,
		align: 1,
		members: [],
	};
}

/** A pointer whose pointee is found on first use. */
export function lazyPointer(to: () => CType): PointerType {
	const pointee = once(to, UNKNOWN);
	return {
		kind: 'pointer',
		get to() {
			return pointee();
		},
	};
}

/** A typedef; one that leads back to itself is a typedef of the unknown type, so that `strip` always ends. `align` in bytes, if it is stated. */
export function lazyTypedef(name: string, to: () => CType, align?: number): TypedefType {
	const target = once(() => {
		const found = to();
		for (let at: CType = found; at.kind === 'typedef'; at = at.to) if (at === self) return UNKNOWN;
		return found;
	}, UNKNOWN as CType);
	const self: TypedefType = {
		kind: 'typedef',
		name,
		...(align === undefined ? {} : { align }),
		get to() {
			return target();
		},
	};
	return self;
}

/** An enumeration whose size is found on first use. */
export function lazyEnum(tag: string | undefined, details: () => { readonly size: number; readonly signed: boolean }): EnumType {
	const found = once(details, { size: 4, signed: false });
	return {
		kind: 'enum',
		...(tag === undefined ? {} : { tag }),
		get size() {
			return found().size;
		},
		get signed() {
			return found().signed;
		},
	};
}

/** A function type whose parts are found on first use. */
export function lazyFunction(
	details: () => { readonly result: CType; readonly parameters: readonly Parameter[] },
	variadic: boolean,
): FunctionType {
	const found = once(details, { result: UNKNOWN as CType, parameters: [] });
	return {
		kind: 'function',
		variadic,
		get result() {
			return found().result;
		},
		get parameters() {
			return found().parameters;
		},
	};
}

/** Qualifiers and type tags to lay upon a type. */
export interface Qualifiers {
	readonly const?: boolean;
	readonly volatile?: boolean;
	/** Outermost first; they come before those that the type has. */
	readonly tags?: readonly string[];
}

/** The type with these qualifiers and tags on top of its own; a record's copy keeps its `id` and stays lazy. */
export function qualify<T extends CType>(type: T, qualifiers: Qualifiers): T {
	const addsConst = qualifiers.const && !type.const;
	const addsVolatile = qualifiers.volatile && !type.volatile;
	const addsTags = qualifiers.tags !== undefined && qualifiers.tags.length > 0;
	if (!addsConst && !addsVolatile && !addsTags) return type;
	const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(type)) as T;
	const set = (name: string, value: unknown) =>
		Object.defineProperty(copy, name, { value, enumerable: true, writable: false, configurable: true });
	if (addsConst) set('const', true);
	if (addsVolatile) set('volatile', true);
	if (addsTags) set('tags', type.tags ? [...qualifiers.tags!, ...type.tags] : qualifiers.tags);
	return copy;
}

/** The type without its own qualifiers and tags, and without those of the typedefs that it is reached through where it had any. */
export function unqualified(type: CType): CType {
	let at = type;
	while (at.kind === 'typedef') {
		if (at.const || at.volatile || at.tags) {
			at = at.to;
			continue;
		}
		let inner: CType = at.to;
		while (inner.kind === 'typedef' && !inner.const && !inner.volatile && !inner.tags) inner = inner.to;
		if (!inner.const && !inner.volatile && !inner.tags) return at;
		at = inner;
	}
	if (!at.const && !at.volatile && !at.tags) return at;
	const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(at)) as { -readonly [K in keyof CType]: CType[K] };
	delete copy.const;
	delete copy.volatile;
	delete copy.tags;
	return copy as CType;
}
