// The built-in table of kernel types: what programs use most, for where neither vmlinux.h nor BTF is at hand. Its offsets are those of one
// kernel and need not be the running one's: loads of kernel fields are relocated (CO-RE), so that only names and types count.
//
// A row is `typedef NAME|TYPE`, `struct TAG SIZE ALIGN|NAME:TYPE@OFFSET|...` (bytes; `@BIT/WIDTH` for a bit-field), or
// `enum TAG SIZE|NAME|NAME=VALUE|...`, where a name without a value has one more than that before it. A line that begins with `|` continues a row.
import { CONSTANTS } from './builtin-constants.js';
import { KERNEL_RECORDS } from './builtin-kernel-records.js';
import { SMALL_RECORDS } from './builtin-small-records.js';
import {
	type CType,
	type EnumType,
	type FunctionType,
	INT,
	LONG,
	type Member,
	type RecordType,
	UNSIGNED_INT,
	UNSIGNED_LONG,
} from './ctype.js';
import { incompleteRecord, lazyTypedef, makeRecord, once, type RecordDetails } from './make-type.js';
import { parseTypeText, type TypeNames } from './parse-type.js';
import type { TypeSource } from './type-source.js';

type Head = 'typedef' | 'struct' | 'union' | 'enum';

interface Row {
	readonly head: Head;
	/** What stands behind the name in the row's first part. */
	readonly rest: string;
	readonly parts: readonly string[];
}

class BuiltinTypes implements TypeSource, TypeNames {
	readonly origin = 'built-in table';
	private readonly typedefRows = new Map<string, Row>();
	private readonly tagRows = new Map<string, Row>();
	private readonly enumerators = new Map<string, { readonly value: bigint; readonly type: CType }>();
	private readonly typedefs = new Map<string, CType>();
	private readonly tags = new Map<string, CType>();

	/** `relocated`: whether the records are those of a vmlinux.h, whose offsets are the loader's, or of the headers for user space. */
	constructor(private readonly relocated: boolean) {
		for (const table of [SMALL_RECORDS, KERNEL_RECORDS, CONSTANTS]) {
			for (const line of table.trim().replaceAll('\n|', '|').split('\n')) this.addRow(line);
		}
	}

	private addRow(line: string): void {
		const [first = '', ...parts] = line.split('|');
		const [head, name = '', ...rest] = first.split(' ');
		const row: Row = { head: head as Head, rest: rest.join(' '), parts };
		if (row.head === 'typedef') this.typedefRows.set(name, row);
		else if (name !== '-') this.tagRows.set(name, row);
		if (row.head === 'enum') this.addEnumerators(row);
	}

	private addEnumerators(row: Row): void {
		const signed = row.rest.endsWith('signed');
		const whole = row.rest.startsWith('8') ? (signed ? LONG : UNSIGNED_LONG) : signed ? INT : UNSIGNED_INT;
		let next = 0n;
		for (const part of row.parts) {
			const [name = '', stated] = part.split('=');
			const value = stated === undefined ? next : BigInt(stated);
			const fits = value >= -(1n << 31n) && value < 1n << 31n;
			this.enumerators.set(name, { value, type: fits ? INT : whole });
			next = value + 1n;
		}
	}

	hasTypedef(name: string): boolean {
		return this.typedefRows.has(name);
	}

	typedef(name: string): CType | undefined {
		const row = this.typedefRows.get(name);
		if (!row) return undefined;
		let type = this.typedefs.get(name);
		if (!type) {
			const [target = '', ...members] = row.parts;
			const unnamed = /^(struct|union) (\d+) (\d+)$/.exec(target);
			type = lazyTypedef(name, () =>
				unnamed
					? makeRecord(undefined, unnamed[1] === 'union', () => this.details(`${unnamed[2]} ${unnamed[3]}`, members))
					: parseTypeText(target, this),
			);
			this.typedefs.set(name, type);
		}
		return type;
	}

	record(tag: string): RecordType | undefined;
	record(tag: string, union: boolean): RecordType;
	record(tag: string, union?: boolean): RecordType | undefined {
		let type = this.tags.get(tag);
		if (type?.kind === 'record') return type.complete || union !== undefined ? type : undefined;
		const row = this.tagRows.get(tag);
		if (row && row.head !== 'enum') type = makeRecord(tag, row.head === 'union', () => this.details(row.rest, row.parts));
		else if (union === undefined) return undefined;
		else type = incompleteRecord(tag, union);
		this.tags.set(tag, type);
		return type as RecordType;
	}

	enumeration(tag: string): EnumType | undefined {
		const known = this.tags.get(tag);
		if (known) return known.kind === 'enum' ? known : undefined;
		const row = this.tagRows.get(tag);
		if (row?.head !== 'enum') return undefined;
		const type: EnumType = { kind: 'enum', tag, size: Number.parseInt(row.rest, 10), signed: row.rest.endsWith('signed') };
		this.tags.set(tag, type);
		return type;
	}

	enumerator(name: string): { readonly value: bigint; readonly type: CType } | undefined {
		return this.enumerators.get(name);
	}

	functionType(): FunctionType | undefined {
		return undefined;
	}

	private details(head: string, parts: readonly string[]): RecordDetails {
		const [size = 0, align = 1] = head.split(' ').map(Number);
		return { size, align, members: parts.map((part) => this.member(part)), relocated: this.relocated };
	}

	private member(part: string): Member {
		const colon = part.indexOf(':');
		const at = part.lastIndexOf('@');
		const [place = 0, bitWidth] = part
			.slice(at + 1)
			.split('/')
			.map(Number);
		const name = part.slice(0, colon);
		const type = parseTypeText(part.slice(colon + 1, at), {
			typedef: (typedef) => this.typedef(typedef),
			record: (tag, union) => this.record(tag, union),
			enumeration: (tag) => this.enumeration(tag) ?? { kind: 'enum', tag, size: 4, signed: false },
		});
		if (bitWidth === undefined) return { name, type, offset: place };
		return { name, type, offset: Math.floor(place / 8), bitOffset: place, bitWidth };
	}
}

const table = once(() => new BuiltinTypes(true), undefined as BuiltinTypes | undefined);
const userTable = once(() => new BuiltinTypes(false), undefined as BuiltinTypes | undefined);

/** The table as a source of types, in the place of a vmlinux.h or of headers for user space; read on first use and shared. */
export function builtinTypes(instead: 'vmlinux' | 'user' = 'vmlinux'): TypeSource {
	return (instead === 'vmlinux' ? table() : userTable())!;
}

/** Is this a typedef of the table? The parser asks it of names that no header declares. */
export function isBuiltinTypedef(name: string): boolean {
	return table()!.hasTypedef(name);
}
