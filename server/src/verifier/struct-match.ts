// Does an object pass where a struct of some name is wanted? Facts: btf_struct_ids_match(), btf_type_ids_nocast_alias(), 6.12.
import { type CType, type RecordType, sizeOf, strip } from '../btf/ctype.js';
import type { Machine } from './machine.js';
import type { Pointer } from './value.js';

/** `nf_conn___init` and `nf_conn` never match, though their bytes do. */
export function isInitAlias(a: string, b: string): boolean {
	return a === `${b}___init` || b === `${a}___init`;
}

/** btf_struct_ids_match(): the same struct, or one that lies at the offset (not when `strict`). */
export function structMatches(machine: Machine, p: Pointer, actual: string, wanted: string, strict: boolean): boolean {
	if (p.offset === 0 && actual === wanted) return true;
	if (strict || isInitAlias(actual, wanted)) return false;
	let record: RecordType | undefined = p.base.is === 'object' ? p.base.record : machine.unit.scope.record(actual);
	if (p.base.is === 'object' && p.base.local) return false;
	if (!record?.complete || record.partial) return true;
	// Descend into the struct that covers the offset until one of the wanted name starts exactly there.
	let start = 0;
	for (let depth = 0; depth < 8 && record; depth++) {
		const member: { type: CType; offset: number } | undefined = record.members.find((m) => {
			const size = sizeOf(m.type) ?? 0;
			return p.offset >= start + m.offset && p.offset < start + m.offset + Math.max(size, 1);
		});
		if (!member) return false;
		let inner = strip(member.type);
		let from = start + member.offset;
		while (inner.kind === 'array') {
			const each: number = sizeOf(inner.of) ?? 0;
			if (!each) return false;
			from += Math.floor((p.offset - from) / each) * each;
			inner = strip(inner.of);
		}
		if (inner.kind !== 'record') return false;
		if (inner.partial && inner.tag !== wanted) return true;
		start = from;
		if (start === p.offset && inner.tag === wanted) return true;
		record = inner;
	}
	return false;
}
