// C types out of a BTF blob, made on first use.

import { type BtfBlob, BtfKind } from './btf-blob.js';
import { BUILTIN_TYPES, typeOfWords } from './builtin-int.js';
import {
	type CType,
	type EnumType,
	type FunctionType,
	INT,
	LONG,
	type Member,
	type Parameter,
	type RecordType,
	strip,
	UNKNOWN,
	UNSIGNED_INT,
	UNSIGNED_LONG,
	VOID,
} from './ctype.js';
import { alignOf } from './layout.js';
import { incompleteRecord, lazyPointer, lazyTypedef, makeRecord, qualify, type RecordDetails } from './make-type.js';
import type { TypeSource } from './type-source.js';

const DECLARATION_ITSELF = 0xffffffff;

/** A blob as a source of C types. One object per BTF type: two questions give the same object. */
export class BtfTypes implements TypeSource {
	private readonly types = new Map<number, CType>();
	/** Types that are being made; a damaged blob can have a type that holds itself. */
	private readonly making = new Set<number>();
	private enumerators: Map<string, { readonly id: number; readonly index: number }> | undefined;
	private functions: readonly string[] | undefined;
	private tags: Map<number, { readonly component: number; readonly text: string }[]> | undefined;

	constructor(private readonly blob: BtfBlob) {}

	get origin(): string {
		return this.blob.path;
	}

	typedef(name: string): CType | undefined {
		return this.named(name, 'typedef');
	}

	record(tag: string): RecordType | undefined {
		const type = this.named(tag, 'tag');
		return type?.kind === 'record' ? type : undefined;
	}

	enumeration(tag: string): EnumType | undefined {
		const type = this.named(tag, 'tag');
		return type?.kind === 'enum' ? type : undefined;
	}

	functionType(name: string): FunctionType | undefined {
		const type = this.named(name, 'function');
		return type?.kind === 'function' ? type : undefined;
	}

	/** The type of a kernel variable that BTF describes (per-CPU variables). */
	variable(name: string): CType | undefined {
		return this.named(name, 'variable');
	}

	enumerator(name: string): { readonly value: bigint; readonly type: CType } | undefined {
		this.enumerators ??= this.indexEnumerators();
		const found = this.enumerators.get(name);
		if (!found) return undefined;
		const { kind, flag } = this.blob.header(found.id);
		const value = this.enumValue(found.id, kind, found.index, flag);
		const fits = value >= -(1n << 31n) && value < 1n << 31n;
		if (fits) return { value, type: INT };
		return { value, type: kind === BtfKind.Enum64 ? (flag ? LONG : UNSIGNED_LONG) : UNSIGNED_INT };
	}

	/** `btf_decl_tag` values of a function: `bpf_kfunc` marks a kfunc (since 6.9 of the kernel and pahole 1.26). */
	functionTags(name: string): readonly string[] {
		const id = this.blob.find(name, 'function');
		return id === undefined ? [] : this.tagsOf(id, DECLARATION_ITSELF);
	}

	/** The functions that carry the tag `bpf_kfunc`, in the blob's order. */
	kfuncs(): readonly string[] {
		const names: string[] = [];
		for (const [id, tags] of this.declTags()) {
			if (tags.some((tag) => tag.text === 'bpf_kfunc') && this.blob.kind(id) === BtfKind.Function) names.push(this.blob.header(id).name);
		}
		return names;
	}

	/** The names of the functions that the blob itself describes, sorted. The first call reads the whole blob. */
	functionNames(): readonly string[] {
		this.functions ??= [...new Set([...this.blob.idsOf(BtfKind.Function)].map((id) => this.blob.header(id).name))].sort();
		return this.functions;
	}

	/** Every enumeration with its values, in the blob's order. For tools; it reads the whole blob. */
	*enumerations(): Iterable<{ tag: string | undefined; size: number; signed: boolean; values: (readonly [string, bigint])[] }> {
		for (const id of this.blob.idsOf(BtfKind.Enum, BtfKind.Enum64)) {
			const { kind, name, elements, flag, sizeOrType } = this.blob.header(id);
			const words = kind === BtfKind.Enum ? 2 : 3;
			const values = Array.from(
				{ length: elements },
				(_, index) => [this.blob.string(this.blob.word(id, words * index)), this.enumValue(id, kind, index, flag)] as const,
			);
			yield { tag: name || undefined, size: sizeOrType, signed: flag, values };
		}
	}

	private named(name: string, kinds: Parameters<BtfBlob['find']>[1]): CType | undefined {
		const id = this.blob.find(name, kinds);
		return id === undefined ? undefined : this.type(id);
	}

	/** The type of this id; the unknown type where the blob describes none (forward declarations come as incomplete records). */
	type(id: number): CType {
		if (id === 0) return VOID;
		let type = this.types.get(id);
		if (type) return type;
		if (this.making.has(id)) return UNKNOWN;
		this.making.add(id);
		try {
			type = this.make(id);
		} finally {
			this.making.delete(id);
		}
		this.types.set(id, type);
		return type;
	}

	private make(id: number): CType {
		const { kind, name, flag, sizeOrType } = this.blob.header(id);
		switch (kind) {
			case BtfKind.Int:
				return this.int(id, name, sizeOrType);
			case BtfKind.Float:
				return { kind: 'float', name, size: sizeOrType };
			case BtfKind.Pointer:
				return lazyPointer(() => this.type(sizeOrType));
			case BtfKind.Array:
				return { kind: 'array', of: this.type(this.blob.word(id, 0)), length: this.blob.word(id, 2) };
			case BtfKind.Struct:
			case BtfKind.Union:
				return makeRecord(name || undefined, kind === BtfKind.Union, () => this.details(id));
			case BtfKind.Forward:
				return incompleteRecord(name, flag);
			case BtfKind.Enum:
			case BtfKind.Enum64:
				return { kind: 'enum', ...(name ? { tag: name } : {}), size: sizeOrType, signed: flag };
			case BtfKind.Typedef:
				return lazyTypedef(name, () => this.type(sizeOrType));
			case BtfKind.Const:
				return qualify(this.type(sizeOrType), { const: true });
			case BtfKind.Volatile:
				return qualify(this.type(sizeOrType), { volatile: true });
			case BtfKind.Restrict:
				return this.type(sizeOrType);
			case BtfKind.TypeTag:
				// With the flag set it is some other attribute of C.
				return flag ? this.type(sizeOrType) : qualify(this.type(sizeOrType), { tags: [name] });
			case BtfKind.Function:
			case BtfKind.Variable:
				return kind === BtfKind.Function ? this.withTags(id, this.type(sizeOrType)) : this.type(sizeOrType);
			case BtfKind.Prototype:
				return this.prototype(id, sizeOrType);
			default:
				return UNKNOWN;
		}
	}

	private int(id: number, name: string, size: number): CType {
		const encoding = (this.blob.word(id, 0) >>> 24) & 0xf;
		const bool = (encoding & 4) !== 0;
		const known = bool ? BUILTIN_TYPES.get('_Bool') : typeOfWords(name.split(' '));
		if (known?.kind === 'int' && known.size === size) return known;
		return { kind: 'int', name, size, signed: (encoding & 1) !== 0, ...(bool ? { bool } : {}) };
	}

	private details(id: number): RecordDetails {
		const { elements, flag, sizeOrType: size } = this.blob.header(id);
		const members: Member[] = [];
		let align = 1;
		let packed = false;
		for (let index = 0; index < elements; index++) {
			const name = this.blob.string(this.blob.word(id, 3 * index));
			const type = this.type(this.blob.word(id, 3 * index + 1));
			const place = this.blob.word(id, 3 * index + 2);
			const bitOffset = flag ? place & 0xffffff : place;
			const bitWidth = flag ? place >>> 24 : 0;
			const own = alignOf(type);
			const offset = Math.floor(bitOffset / 8);
			// A bit-field without a name is left out of BTF, so a member without one is a record.
			members.push({
				...(name ? { name } : {}),
				type,
				offset,
				...(bitWidth > 0 ? { bitOffset, bitWidth } : {}),
			});
			if (bitWidth === 0 && offset % own !== 0) packed = true;
			align = Math.max(align, own);
		}
		// What is read from BTF stands for a vmlinux.h, in which every record is relocated.
		return { size, align: packed || size % align !== 0 ? 1 : align, members, relocated: true };
	}

	private prototype(id: number, result: number): FunctionType {
		const { elements } = this.blob.header(id);
		// A last parameter without name and type stands for `...`.
		const variadic = elements > 0 && this.blob.word(id, 2 * elements - 2) === 0 && this.blob.word(id, 2 * elements - 1) === 0;
		const parameters: Parameter[] = [];
		for (let index = 0; index < elements - (variadic ? 1 : 0); index++) {
			const name = this.blob.string(this.blob.word(id, 2 * index));
			parameters.push({ ...(name ? { name } : {}), type: this.type(this.blob.word(id, 2 * index + 1)) });
		}
		return { kind: 'function', result: this.type(result), parameters, variadic };
	}

	private withTags(id: number, type: CType): CType {
		const fn = strip(type);
		if (
			fn.kind !== 'function' ||
			!this.declTags()
				.get(id)
				?.some((tag) => tag.component !== DECLARATION_ITSELF)
		)
			return type;
		return {
			...fn,
			parameters: fn.parameters.map((parameter, index) => {
				const declTags = this.tagsOf(id, index);
				return declTags.length > 0 ? { ...parameter, declTags } : parameter;
			}),
		};
	}

	private tagsOf(id: number, component: number): string[] {
		return (this.declTags().get(id) ?? []).filter((tag) => tag.component === component).map((tag) => tag.text);
	}

	private declTags(): Map<number, { readonly component: number; readonly text: string }[]> {
		if (!this.tags) {
			this.tags = new Map();
			for (const id of this.blob.idsOf(BtfKind.DeclTag)) {
				const { name, sizeOrType } = this.blob.header(id);
				const list = this.tags.get(sizeOrType) ?? [];
				list.push({ component: this.blob.word(id, 0), text: name });
				this.tags.set(sizeOrType, list);
			}
		}
		return this.tags;
	}

	private indexEnumerators(): Map<string, { id: number; index: number }> {
		const found = new Map<string, { id: number; index: number }>();
		for (const id of this.blob.idsOf(BtfKind.Enum, BtfKind.Enum64)) {
			const { kind, elements } = this.blob.header(id);
			const words = kind === BtfKind.Enum ? 2 : 3;
			for (let index = 0; index < elements; index++) {
				const name = this.blob.string(this.blob.word(id, words * index));
				if (!found.has(name)) found.set(name, { id, index });
			}
		}
		return found;
	}

	private enumValue(id: number, kind: BtfKind, index: number, signed: boolean): bigint {
		if (kind === BtfKind.Enum) {
			const value = BigInt(this.blob.word(id, 2 * index + 1));
			return signed ? BigInt.asIntN(32, value) : value;
		}
		const value = BigInt(this.blob.word(id, 3 * index + 1)) | (BigInt(this.blob.word(id, 3 * index + 2)) << 32n);
		return signed ? BigInt.asIntN(64, value) : value;
	}
}
