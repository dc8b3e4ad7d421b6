// C types out of the program's own text and headers. A struct is looked up, parsed and laid out when somebody first asks for what is in it:
// a generated vmlinux.h holds a hundred thousand declarations, of which a program needs a few hundred.
import type { Attribute, Declarator, EnumTypeNode, Expression, MemberNode, RecordTypeNode, TypeNode } from '../syntax/ast.js';
import type { Included, Slice } from '../syntax/unit.js';
import { BUILTIN_TYPES, typeOfMode } from './builtin-int.js';
import {
	type CType,
	type EnumType,
	type FunctionType,
	INT,
	LONG,
	type Parameter,
	type RecordType,
	strip,
	UNKNOWN,
	UNSIGNED_INT,
	UNSIGNED_LONG,
} from './ctype.js';
import { definitionsOf } from './definitions.js';
import { layoutRecord, MAXIMUM_ALIGNMENT, type MemberShape } from './layout.js';
import {
	incompleteRecord,
	lazyEnum,
	lazyFunction,
	lazyPointer,
	lazyTypedef,
	makeRecord,
	once,
	qualify,
	type RecordDetails,
	unqualified,
} from './make-type.js';
import type { TypeSource } from './type-source.js';

/** Names of block scope, innermost first; the same shape as program/model.ts's LocalScope. */
export interface LocalTypes {
	lookup(name: string): { readonly type: CType; readonly constant?: bigint } | undefined;
	lookupTag?(tag: string): CType | undefined;
	lookupTypedef?(name: string): CType | undefined;
}

/** What types need to know of expressions: array bounds, bit-field widths, enumerators' values and `typeof`. */
export interface ExpressionAnswers {
	constant(expression: Expression, locals?: LocalTypes): bigint | undefined;
	typeOf(expression: Expression, locals?: LocalTypes): CType;
}

export interface Enumerator {
	readonly value: bigint;
	readonly type: CType;
}

interface EnumDetails {
	readonly size: number;
	readonly signed: boolean;
	readonly values: ReadonlyMap<string, bigint>;
}

const TYPE_KINDS = new Set(['builtin', 'typedef-name', 'record', 'enum', 'pointer', 'array', 'function', 'typeof', 'unknown-type']);

/** Is this operand of `sizeof` or `typeof` a type and not an expression? */
export function isTypeNode(node: Expression | TypeNode): node is TypeNode {
	return TYPE_KINDS.has(node.kind);
}

/** The first argument of the last attribute of this name, `''` where it has none; undefined without such an attribute. */
export function attributeArgument(attributes: readonly Attribute[] | undefined, name: string): string | undefined {
	const attribute = attributes?.findLast((a) => a.name === name);
	return attribute && (attribute.args[0] ?? '');
}

/** `btf_type_tag` values at a type, outermost first. An address space (arenas) counts as the tag `address_space(n)`. */
function typeTags(attributes: readonly Attribute[] | undefined): string[] | undefined {
	if (!attributes) return undefined;
	const tags = attributes.flatMap((a) => {
		if (a.name === 'btf_type_tag') return a.args.slice(0, 1);
		return a.name === 'address_space' ? [`address_space(${a.args[0]})`] : [];
	});
	return tags.length > 0 ? tags : undefined;
}

/** Derivations (pointers, arrays, functions) that a type may nest; C asks for 12. Beyond it the innermost type counts as unknown. */
const TYPE_DEPTH_LIMIT = 256;

/** The C types of one translation unit, or of its leading includes. Every answer is cached; the objects live as long as this one does. */
export class SyntaxTypes {
	private depth = 0;
	private readonly typedefs = new Map<string, CType | undefined>();
	private readonly records = new Map<string, RecordType>();
	private readonly enums = new Map<string, EnumType | undefined>();
	private readonly enumerators = new Map<string, Enumerator | undefined>();
	private readonly recordNodes = new WeakMap<RecordTypeNode, RecordType>();
	private readonly enumNodes = new WeakMap<EnumTypeNode, EnumType>();
	private readonly enumDetails = new WeakMap<EnumTypeNode, () => EnumDetails>();
	private readonly fileTypes = new WeakMap<TypeNode, CType>();

	constructor(
		private readonly unit: Pick<Included, 'lookup'>,
		private readonly expressions: ExpressionAnswers,
		/** Answers what the unit does not declare, or only declares forward. */
		private readonly others: TypeSource,
		/** The types of what the unit begins with, which are those of the unit too: nothing behind it defines a tag that it mentions and leaves open. */
		private readonly before?: SyntaxTypes,
	) {}

	/** The type that a node spells. `locals` serves types that are written in a block. */
	type(node: TypeNode, locals?: LocalTypes): CType {
		if (this.depth >= TYPE_DEPTH_LIMIT) return UNKNOWN;
		this.depth++;
		try {
			return this.typeAt(node, locals);
		} finally {
			this.depth--;
		}
	}

	private typeAt(node: TypeNode, locals?: LocalTypes): CType {
		if (locals) return this.qualified(node, this.resolve(node, locals));
		let type = this.fileTypes.get(node);
		if (!type) {
			type = this.qualified(node, this.resolve(node, undefined));
			this.fileTypes.set(node, type);
		}
		return type;
	}

	private qualified(node: TypeNode, type: CType): CType {
		const tags = typeTags(node.attributes);
		if (!node.const && !node.volatile && !tags) return type;
		if (type.kind === 'array') {
			// Qualifiers of an array are those of its elements.
			return { ...type, of: this.qualified({ ...node, kind: 'unknown-type' }, type.of) };
		}
		return qualify(type, {
			...(node.const ? { const: true } : {}),
			...(node.volatile ? { volatile: true } : {}),
			...(tags ? { tags } : {}),
		});
	}

	private resolve(node: TypeNode, locals: LocalTypes | undefined): CType {
		switch (node.kind) {
			case 'builtin':
				return BUILTIN_TYPES.get(node.name) ?? UNKNOWN;
			case 'typedef-name':
				return locals?.lookupTypedef?.(node.name) ?? this.typedef(node.name) ?? UNKNOWN;
			case 'record':
				return this.recordType(node, locals);
			case 'enum':
				return this.enumType(node, locals);
			case 'pointer': {
				// Inside a block the names' meaning is that of this very place: no delay.
				if (locals) return { kind: 'pointer', to: this.type(node.to, locals) };
				return lazyPointer(() => this.type(node.to));
			}
			case 'array': {
				const length = node.size && this.expressions.constant(node.size, locals);
				const of = this.type(node.of, locals);
				return length === undefined || length < 0n || length > BigInt(Number.MAX_SAFE_INTEGER)
					? { kind: 'array', of }
					: { kind: 'array', of, length: Number(length) };
			}
			case 'function': {
				const parts = () => ({
					result: this.type(node.result, locals),
					parameters: node.parameters.map((parameter): Parameter => {
						const declTags = parameter.attributes?.filter((a) => a.name === 'btf_decl_tag').map((a) => a.args[0] ?? '');
						return {
							...(parameter.name === undefined ? {} : { name: parameter.name }),
							type: adjustParameter(this.type(parameter.type, locals)),
							...(declTags && declTags.length > 0 ? { declTags } : {}),
						};
					}),
				});
				if (locals) return { kind: 'function', ...parts(), variadic: node.variadic };
				return lazyFunction(parts, node.variadic);
			}
			case 'typeof': {
				const type = isTypeNode(node.operand) ? this.type(node.operand, locals) : this.expressions.typeOf(node.operand, locals);
				return node.unqualified ? unqualified(type) : type;
			}
			case 'unknown-type':
				return UNKNOWN;
		}
	}

	// ---- Typedefs ----

	/** The typedef of this name at file scope, else that of the other sources. */
	typedef(name: string): CType | undefined {
		return this.unitTypedef(name) ?? this.others.typedef(name);
	}

	private unitTypedef(name: string): CType | undefined {
		if (this.typedefs.has(name)) return this.typedefs.get(name);
		const type = this.before?.unitTypedef(name) ?? this.declaredTypedef(name);
		this.typedefs.set(name, type);
		return type;
	}

	private declaredTypedef(name: string): CType | undefined {
		for (const slice of this.unit.lookup(name, 'ordinary')) {
			const tree = slice.parse();
			if (tree.kind !== 'declaration' || tree.storage !== 'typedef') continue;
			const declarator = tree.declarators.find((d) => d.name === name);
			if (declarator) return lazyTypedef(name, () => this.typedefTarget(declarator), alignment(declarator.attributes));
		}
		return undefined;
	}

	/** The type of a typedef's declarator, with GNU's `mode` and `vector_size` applied. */
	private typedefTarget(declarator: Declarator): CType {
		const type = this.type(declarator.type);
		const mode = attributeArgument(declarator.attributes, 'mode');
		if (mode !== undefined) {
			const t = strip(type);
			return (t.kind === 'int' && typeOfMode(mode, t.signed)) || type;
		}
		const vector = Number(attributeArgument(declarator.attributes, 'vector_size'));
		if (vector > 0) {
			const t = strip(type);
			if (t.kind === 'int' || t.kind === 'float') return { kind: 'array', of: type, length: Math.floor(vector / t.size) };
		}
		return type;
	}

	// ---- Records ----

	/** The struct or union of this tag: from the unit, else from the other sources; undefined where none has a body for it. */
	record(tag: string): RecordType | undefined {
		const record = this.fileRecord(tag, false);
		return record.complete ? record : undefined;
	}

	/** The struct or union of this tag, or the mere name of it where nobody defines it: a pointer to it still says what it points to. */
	recordOrForward(tag: string, union: boolean): RecordType {
		return this.fileRecord(tag, union);
	}

	private recordType(node: RecordTypeNode, locals: LocalTypes | undefined): CType {
		if (node.members) return this.definedRecord(node, locals);
		if (node.tag === undefined) return UNKNOWN;
		return locals?.lookupTag?.(node.tag) ?? this.fileRecord(node.tag, node.union);
	}

	private fileRecord(tag: string, union: boolean): RecordType {
		let record = this.records.get(tag);
		if (!record) {
			const slice = this.unit.lookup(tag, 'tag')[0];
			// What nobody defines is one type too, that of whoever mentioned it first.
			if (this.before && slice === this.before.unit.lookup(tag, 'tag')[0]) record = this.before.fileRecord(tag, union);
			else record = slice ? this.recordOfSlice(slice, tag) : (this.others.record(tag) ?? incompleteRecord(tag, union));
			this.records.set(tag, record);
		}
		return record;
	}

	/** A record whose slice is parsed when its layout is asked for. */
	private recordOfSlice(slice: Slice, tag: string): RecordType {
		const node = once(() => definitionsOf(slice.parse()).records.get(tag), undefined);
		return makeRecord(
			tag,
			() => node()?.union ?? false,
			() => {
				const definition = node();
				return definition ? this.layout(definition, undefined, slice.preserveAccessIndex) : { size: 0, align: 1, members: [] };
			},
		);
	}

	private definedRecord(node: RecordTypeNode, locals: LocalTypes | undefined): RecordType {
		let record = this.recordNodes.get(node);
		if (record) return record;
		// A definition at file scope is the one that its tag names.
		if (!locals && node.tag !== undefined) {
			const slice = this.unit.lookup(node.tag, 'tag')[0];
			if (slice && definitionsOf(slice.parse()).records.get(node.tag) === node) record = this.fileRecord(node.tag, node.union);
		}
		record ??= makeRecord(node.tag, node.union, () => this.layout(node, locals));
		this.recordNodes.set(node, record);
		return record;
	}

	private layout(node: RecordTypeNode, locals: LocalTypes | undefined, relocated = false): RecordDetails {
		const attributes = [...(node.recordAttributes ?? [])];
		const layout = layoutRecord({
			union: node.union,
			packed: attributes.some((a) => a.name === 'packed'),
			...optionalAlign(alignment(attributes)),
			members: (node.members ?? []).filter(isMember).map((member) => this.member(member, locals)),
		});
		const partial = attributes.some((a) => a.name === 'preserve_access_index');
		return { ...layout, relocated: relocated || partial, partial };
	}

	private member(member: MemberNode, locals: LocalTypes | undefined): MemberShape {
		const { name, bits, attributes } = member;
		const type = this.type(member.type, locals);
		// Most members: a name and a type.
		if (!bits && !attributes?.length) return name === undefined ? { type } : { name, type };
		const width = bits && this.expressions.constant(bits, locals);
		const declTags = attributes?.filter((a) => a.name === 'btf_decl_tag').map((a) => a.args[0] ?? '');
		return {
			...(name === undefined ? {} : { name }),
			type,
			...(bits ? { bitWidth: Number(width ?? 1n) } : {}),
			...(attributes?.some((a) => a.name === 'packed') ? { packed: true } : {}),
			...optionalAlign(alignment(attributes)),
			...(declTags?.length ? { declTags } : {}),
		};
	}

	// ---- Enumerations ----

	/** The enumeration of this tag; undefined where nobody defines it. */
	enumeration(tag: string): EnumType | undefined {
		if (this.enums.has(tag)) return this.enums.get(tag);
		const slice = this.unit.lookup(tag, 'tag')[0];
		let type: EnumType | undefined;
		if (this.before && slice === this.before.unit.lookup(tag, 'tag')[0]) type = this.before.enumeration(tag);
		else {
			const node = slice && definitionsOf(slice.parse()).enums.get(tag);
			type = node ? this.definedEnum(node, undefined) : this.others.enumeration(tag);
		}
		this.enums.set(tag, type);
		return type;
	}

	private enumType(node: EnumTypeNode, locals: LocalTypes | undefined): CType {
		if (node.enumerators) return this.definedEnum(node, locals);
		if (node.tag === undefined) return UNKNOWN;
		return locals?.lookupTag?.(node.tag) ?? this.enumeration(node.tag) ?? { kind: 'enum', tag: node.tag, size: 4, signed: false };
	}

	private definedEnum(node: EnumTypeNode, locals: LocalTypes | undefined): EnumType {
		let type = this.enumNodes.get(node);
		if (!type) {
			type = lazyEnum(node.tag, () => this.detailsOfEnum(node, locals)());
			this.enumNodes.set(node, type);
		}
		return type;
	}

	private detailsOfEnum(node: EnumTypeNode, locals: LocalTypes | undefined): () => EnumDetails {
		let details = this.enumDetails.get(node);
		if (!details) {
			details = once(() => this.evaluateEnum(node, locals), { size: 4, signed: false, values: new Map() });
			this.enumDetails.set(node, details);
		}
		return details;
	}

	private evaluateEnum(node: EnumTypeNode, locals: LocalTypes | undefined): EnumDetails {
		const values = new Map<string, bigint>();
		// An enumerator may use those before it.
		const inner: LocalTypes = {
			lookup: (name) => {
				const value = values.get(name);
				return value === undefined ? locals?.lookup(name) : { type: enumeratorType(value, LONG), constant: value };
			},
			...(locals?.lookupTag ? { lookupTag: (tag) => locals.lookupTag?.(tag) } : {}),
			...(locals?.lookupTypedef ? { lookupTypedef: (name) => locals.lookupTypedef?.(name) } : {}),
		};
		let next = 0n;
		let least = 0n;
		let greatest = 0n;
		for (const enumerator of node.enumerators ?? []) {
			const value = enumerator.value ? (this.expressions.constant(enumerator.value, inner) ?? next) : next;
			values.set(enumerator.name, value);
			if (value < least) least = value;
			if (value > greatest) greatest = value;
			next = value + 1n;
		}
		if (node.underlying) {
			const t = strip(this.type(node.underlying, locals));
			if (t.kind === 'int') return { size: t.size, signed: t.signed, values };
		}
		const signed = least < 0n;
		let size = signed ? (least < -(1n << 31n) || greatest >= 1n << 31n ? 8 : 4) : greatest >= 1n << 32n ? 8 : 4;
		if (node.attributes?.some((a) => a.name === 'packed')) {
			const fits = (bits: bigint) => (signed ? least >= -(1n << (bits - 1n)) && greatest < 1n << (bits - 1n) : greatest < 1n << bits);
			if (fits(8n)) size = 1;
			else if (fits(16n)) size = 2;
		}
		return { size, signed, values };
	}

	/** An enumerator of file scope, else of the other sources. */
	enumerator(name: string): Enumerator | undefined {
		return this.unitEnumerator(name) ?? this.others.enumerator(name);
	}

	private unitEnumerator(name: string): Enumerator | undefined {
		const known = this.enumerators.get(name);
		if (known) return known;
		const found = this.before?.unitEnumerator(name) ?? this.declaredEnumerator(name);
		// While its own enumeration is being evaluated there is none yet.
		if (found) this.enumerators.set(name, found);
		return found;
	}

	private declaredEnumerator(name: string): Enumerator | undefined {
		for (const slice of this.unit.lookup(name, 'ordinary')) {
			const node = definitionsOf(slice.parse()).enumerators.get(name);
			if (!node) continue;
			const { size, signed, values } = this.detailsOfEnum(node, undefined)();
			const value = values.get(name);
			// Not there while its own enumeration is being evaluated.
			if (value === undefined) continue;
			const whole = size > 4 ? (signed ? LONG : UNSIGNED_LONG) : signed ? INT : UNSIGNED_INT;
			return { value, type: enumeratorType(value, whole) };
		}
		return undefined;
	}

	/** The values of an enumeration's definition in a block, by name. */
	localEnumerators(node: EnumTypeNode, locals: LocalTypes | undefined): ReadonlyMap<string, bigint> {
		return this.detailsOfEnum(node, locals)().values;
	}
}

/** In C an enumerator is an `int` where its value fits, else it has the type that holds the whole enumeration. */
function enumeratorType(value: bigint, whole: CType): CType {
	return value >= -(1n << 31n) && value < 1n << 31n ? INT : whole;
}

/**
 * A struct with tag and body but no name declares its tag and no member; `struct tag;` inside a struct is a member as -fms-extensions has it, with
 * which newer kernels are built.
 */
function isMember(member: MemberNode): boolean {
	if (member.name !== undefined || member.bits) return true;
	const { type } = member;
	return type.kind === 'record' && (type.tag === undefined || !type.members);
}

/** A parameter of array or function type is a pointer. */
function adjustParameter(type: CType): CType {
	const t = strip(type);
	if (t.kind === 'array') return { kind: 'pointer', to: t.of };
	if (t.kind === 'function') return { kind: 'pointer', to: type as FunctionType };
	return type;
}

/** The greatest alignment that the `aligned` attributes state, in bytes; undefined without one. */
export function alignment(attributes: readonly Attribute[] | undefined): number | undefined {
	let greatest: number | undefined;
	for (const attribute of attributes ?? []) {
		if (attribute.name !== 'aligned') continue;
		const value = alignmentArgument(attribute.args[0]);
		if (value !== undefined) greatest = Math.max(greatest ?? 1, value);
	}
	return greatest;
}

const SIZES = new Map([
	['char', 1],
	['short', 2],
	['int', 4],
	['unsigned int', 4],
	['__u32', 4],
]);

/** `8`, `(1 << 3)`, `sizeof(long)`: the forms in which people state an alignment. Any other `sizeof` is taken for a register's size. */
function alignmentArgument(text: string | undefined): number | undefined {
	if (text === undefined || text.trim() === '') return MAXIMUM_ALIGNMENT;
	const plain = text.replace(/[()\s]/g, '');
	const shift = /^(\w+)<<(\w+)$/.exec(plain);
	if (shift) return number(shift[1]!) * 2 ** number(shift[2]!);
	const size = /^\s*(?:sizeof|_Alignof|__alignof__)\s*\(\s*(.*?)\s*\)\s*$/.exec(text);
	if (size) return SIZES.get(size[1]!) ?? 8;
	const value = number(plain);
	return Number.isInteger(value) && value > 0 ? value : undefined;
}

function number(text: string): number {
	return Number(text.replace(/[uUlL]+$/, ''));
}

function optionalAlign(align: number | undefined): { align?: number } {
	return align === undefined ? {} : { align };
}
