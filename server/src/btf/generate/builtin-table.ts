// Writes the built-in table of kernel types out of BTF files: `node out/server/src/btf/generate/builtin-table.js server/src/btf BTF...`.
// The rows are facts of the kernel that the first file comes from; what it does not have (sched_ext where it is not configured, fields of
// other releases) is taken from the next one that has it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openBtf } from '../btf-file.js';
import type { BtfTypes } from '../btf-types.js';
import { type CType, type Member, type RecordType, sizeOf, strip } from '../ctype.js';
import { typeText } from '../type-text.js';
import { ENUMERATIONS, ENUMERATOR_PREFIXES, MACROS, PARTIAL_RECORDS, TYPEDEFS, WHOLE_RECORDS } from './wanted.js';

const LINE_LIMIT = 138;

/** Members with those of unnamed structs and unions in their place; fields whose own type has no name cannot be written and are left out. */
function flatten(record: RecordType, base = 0): Member[] {
	return record.members.flatMap((member): Member[] => {
		const inner = strip(member.type);
		const offset = base + member.offset;
		if (member.name === undefined && inner.kind === 'record') return flatten(inner, offset);
		if (member.name === undefined || hasUnnamed(member.type)) return [];
		return [{ ...member, offset, ...(member.bitOffset === undefined ? {} : { bitOffset: base * 8 + member.bitOffset }) }];
	});
}

function hasUnnamed(type: CType): boolean {
	if (type.kind === 'pointer') return hasUnnamed(type.to);
	if (type.kind === 'array') return hasUnnamed(type.of);
	if (type.kind === 'function') return hasUnnamed(type.result) || type.parameters.some((parameter) => hasUnnamed(parameter.type));
	return (type.kind === 'record' || type.kind === 'enum') && type.tag === undefined;
}

/** Typedefs that the rows name, so that each of them gets a row of its own. */
const named = new Set<string>(TYPEDEFS);

function noteTypedefs(type: CType): void {
	if (type.kind === 'typedef') named.add(type.name);
	else if (type.kind === 'pointer') noteTypedefs(type.to);
	else if (type.kind === 'array') noteTypedefs(type.of);
	else if (type.kind === 'function')
		for (const each of [type.result, ...type.parameters.map((parameter) => parameter.type)]) noteTypedefs(each);
}

function memberText(member: Member): string {
	noteTypedefs(member.type);
	const place = member.bitWidth === undefined ? `${member.offset}` : `${member.bitOffset}/${member.bitWidth}`;
	return `${member.name}:${typeText(member.type)}@${place}`;
}

/** `head|part|part`, in lines of bounded length; a line that goes on begins with `|`. */
function* rows(head: string, parts: readonly string[]): Iterable<string> {
	let line = head;
	for (const part of parts) {
		if (line.length + part.length + 1 > LINE_LIMIT) {
			yield line;
			line = '';
		}
		line += `|${part}`;
	}
	yield line;
}

function enumRows(head: string, values: readonly (readonly [string, bigint])[]): Iterable<string> {
	let next = 0n;
	const parts = values.map(([name, value]) => {
		const text = value === next ? name : `${name}=${value}`;
		next = value + 1n;
		return text;
	});
	return rows(head, parts);
}

/** What the first kernel that knows it says. */
function first<K, T>(kernels: readonly K[], ask: (kernel: K) => T | undefined): T | undefined {
	for (const kernel of kernels) {
		const answer = ask(kernel);
		if (answer !== undefined) return answer;
	}
	return undefined;
}

function typedefRows(kernels: readonly BtfTypes[]): string[] {
	const lines: string[] = [];
	// The set grows while it is walked.
	for (const name of named) {
		const type = first(kernels, (types) => types.typedef(name));
		if (type?.kind !== 'typedef') continue;
		const to = type.to;
		if (!hasUnnamed(to)) {
			noteTypedefs(to);
			lines.push(`typedef ${name}|${typeText(to)}`);
		} else if (to.kind === 'enum') {
			lines.push(`typedef ${name}|${to.signed ? 'int' : 'unsigned int'}`);
		} else if (to.kind === 'record') {
			lines.push(...rows(`typedef ${name}|${to.union ? 'union' : 'struct'} ${to.size} ${to.align}`, flatten(to).map(memberText)));
		}
	}
	return lines;
}

/** Bytes that a field of another kernel gets behind the record's own ones. */
const ROOM = 8;

function recordRows(kernels: readonly BtfTypes[], tag: string, fields: readonly string[] | undefined): string[] {
	const known = kernels.flatMap((types) => types.record(tag) ?? []);
	const record = known[0];
	if (!record) {
		process.stderr.write(`no kernel has struct ${tag}\n`);
		return [];
	}
	const members = flatten(record).filter((member) => !fields || fields.includes(member.name ?? ''));
	let { size } = record;
	for (const field of fields ?? []) {
		if (members.some((member) => member.name === field)) continue;
		const lent = first(known.slice(1), (other) => flatten(other).find((member) => member.name === field));
		if (!lent) {
			process.stderr.write(`no kernel has ${tag}.${field}\n`);
			continue;
		}
		// It lies behind all others: no two fields of one row share a place, and its own place is the loader's affair.
		const offset = Math.ceil(size / ROOM) * ROOM;
		members.push({ ...lent, offset, ...(lent.bitOffset === undefined ? {} : { bitOffset: offset * 8 }) });
		size = offset + Math.max(ROOM, sizeOf(lent.type) ?? 0);
	}
	return [...rows(`${record.union ? 'union' : 'struct'} ${tag} ${size} ${record.align}`, members.map(memberText))];
}

function constantRows(kernels: readonly BtfTypes[]): string[] {
	const lines: string[] = [];
	const taken = new Set<string>();
	for (const types of kernels) {
		for (const { tag, size, signed, values } of types.enumerations()) {
			const wanted =
				tag === undefined ? values.some(([name]) => ENUMERATOR_PREFIXES.some((p) => name.startsWith(p))) : ENUMERATIONS.includes(tag);
			// An enumeration without a tag is told by its enumerators.
			const names = tag === undefined ? values.map(([name]) => name) : [`enum ${tag}`];
			if (!wanted || names.some((name) => taken.has(name))) continue;
			lines.push(...enumRows(`enum ${tag ?? '-'} ${size}${signed ? ' signed' : ''}`, values));
			for (const name of names) taken.add(name);
		}
	}
	lines.push(...rows('enum - 4 signed', MACROS));
	return lines;
}

function write(folder: string, file: string, what: string, name: string, lines: readonly string[]): void {
	const head = `// ${what}. Written by generate/builtin-table.ts; builtin-types.ts says what a row means.\n`;
	writeFileSync(join(folder, file), `${head}\nexport const ${name} = \`\n${lines.join('\n')}\n\`;\n`);
}

function main(folder: string, paths: readonly string[]): void {
	const kernels = paths.map((path) => openBtf(path));
	const whole = WHOLE_RECORDS.flatMap((tag) => recordRows(kernels, tag, undefined));
	const large = [...PARTIAL_RECORDS].flatMap(([tag, fields]) => recordRows(kernels, tag, fields));
	const small = [...typedefRows(kernels), ...whole];
	write(folder, 'builtin-small-records.ts', 'Typedefs and small records of the built-in table', 'SMALL_RECORDS', small);
	write(
		folder,
		'builtin-kernel-records.ts',
		"The kernel's large records in the built-in table, with the fields that programs read most",
		'KERNEL_RECORDS',
		large,
	);
	write(folder, 'builtin-constants.ts', 'Enumerations of the built-in table', 'CONSTANTS', constantRows(kernels));
}

const [folder, ...paths] = process.argv.slice(2);
if (folder === undefined || paths.length === 0) {
	process.stderr.write('usage: builtin-table.js FOLDER BTF...\n');
	process.exitCode = 2;
} else main(folder, paths);
