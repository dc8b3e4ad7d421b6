// The arguments of a helper call, checked in the order and by the rules of check_func_arg() in kernel/bpf/verifier.c, 6.12.
import { type CType, sizeOf, strip } from '../btf/ctype.js';
import type { CallOp, Range } from '../flow/ir.js';
import type { Helper } from '../kernel/catalog.js';
import { referenceOf, reportSpecial, valueType } from './access.js';
import { clobberStack } from './calls.js';
import { stumble } from './haste.js';
import { type ArgumentType, argumentType, SOCKET_KINDS } from './helper-types.js';
import { readingOf, reportMistagged } from './kptr-tag.js';
import type { Machine } from './machine.js';
import { checkMapField } from './map-fields.js';
import { isRefusedPacket } from './packet-access.js';
import { precise } from './precision.js';
import { memberAt, specialAt } from './records.js';
import type { State } from './state.js';
import { structMatches } from './struct-match.js';
import { Flag, isNull, isObject, mayBeNull, type Pointer, structOf, typeName, type Value } from './value.js';

export interface CheckedHelperArguments {
	readonly released: number;
	/** The arguments after repairs: NULL checks done. */
	readonly values: readonly Value[];
}

/** A pointer of which only the program's casts know the struct. */
export function isTyped(p: Pointer): boolean {
	return p.base.is !== 'object' || p.base.tag !== '';
}

export function checkHelperArguments(
	machine: Machine,
	state: State,
	o: CallOp,
	helper: Helper,
	given: readonly Value[],
): CheckedHelperArguments {
	const values = [...given];
	let released = 0;
	helper.arguments.forEach((text, i) => {
		const value = values[i];
		if (!value) return;
		let type = argumentType(text);
		const map = values[0];
		if (
			type.base === 'PTR_TO_MAP_VALUE' &&
			map?.kind === 'pointer' &&
			map.base.is === 'map' &&
			/^SOCK(MAP|HASH)$/.test(map.base.map.type ?? '')
		) {
			// resolve_map_arg_type(): such a map's value is a socket.
			type = { ...type, base: 'PTR_TO_BTF_ID_SOCK_COMMON' };
		}
		const at = o.argumentRanges[i] ?? o.at;
		const checked = checkArgument(machine, state, helper, type, i, value, at, values);
		values[i] = checked;
		if (type.base === 'PTR_TO_TIMER' && checked.kind === 'pointer' && checked.base.is === 'map_value') {
			const next = helper.arguments[i + 1];
			const takesMap = next !== undefined && argumentType(next).base === 'CONST_MAP_PTR';
			checkMapField(machine, state, o, 'bpf_timer', values, i, takesMap ? i + 1 : undefined);
		}
		if (type.release && checked.kind === 'pointer' && checked.ref && helper.name !== 'bpf_kptr_xchg') released = checked.ref;
		if (type.writes && checked.kind === 'pointer' && checked.base.is === 'stack')
			writeStack(machine, state, checked, type, helper, i, values, at);
	});
	return { released, values };
}

function writeStack(
	machine: Machine,
	state: State,
	p: Pointer & { base: Pointer['base'] },
	type: ArgumentType,
	helper: Helper,
	i: number,
	values: readonly Value[],
	at: Range,
): void {
	if (p.base.is !== 'stack' || type.base === 'PTR_TO_DYNPTR') return;
	const memory = state.memory(p.base.object);
	const size = helper.argumentSizes?.[i] ?? sizeFrom(values[i + 1]);
	if (!memory || size === undefined || p.variable) {
		if (memory?.hidesPointer || (memory && [...memory.cells.values()].some(({ value }) => value.kind !== 'scalar'))) stumble(state);
		clobberStack(state, p.base.object);
		return;
	}
	for (const [offset, cell] of memory.cells) {
		if (offset >= p.offset + size || offset + cell.size <= p.offset) continue;
		if (cell.value.kind !== 'dynptr-slot') memory.cells.delete(offset);
		else {
			machine.reporter.report(state, {
				rule: 'dynptr-state',
				at: machine.place(state, at),
				variant: 'overwritten',
				verifier: `potential write to dynptr at off=${offset - memory.local.size} disallowed`,
				facts: { callee: helper.name, variable: memory.local.name },
			});
		}
	}
	memory.rest = 'anything';
	const { object } = p.base;
	state.forgetLoads(({ base }) => base !== object);
}

function sizeFrom(v: Value | undefined): number | undefined {
	precise(v);
	return v?.kind === 'scalar' && Number.isFinite(v.max) ? v.max : undefined;
}

/** Memory of the program's own, of which there is one and not one a CPU. */
const PLAIN_MEMORY = new Set(['stack', 'map_value', 'global', 'string', 'map_key', 'ctx']);

const MEMORY_ARGUMENTS = new Set(['PTR_TO_MEM', 'PTR_TO_MAP_KEY', 'PTR_TO_MAP_VALUE']);

function checkArgument(
	machine: Machine,
	state: State,
	helper: Helper,
	type: ArgumentType,
	i: number,
	value: Value,
	at: Range,
	all: readonly Value[],
): Value {
	if (value.kind === 'unknown' || type.base === 'ANYTHING' || type.base === 'DONTCARE') return value;
	precise(value);
	const report = (
		rule: import('./violation.js').RuleId,
		variant: string,
		verifier: string,
		facts: Record<string, string | number> = {},
	): void => {
		if (reportMistagged(machine, state, value, at, verifier)) return;
		machine.reporter.report(state, {
			rule,
			at: machine.place(state, at),
			variant,
			verifier,
			facts: {
				callee: helper.name,
				argument: i + 1,
				type: typeName(value),
				...(value.kind === 'pointer' && structOf(value) ? { struct: structOf(value)! } : {}),
				...facts,
			},
			...(value.kind === 'pointer' ? referenceOf(state, value) : {}),
		});
	};
	if (type.base.startsWith('CONST_SIZE') || type.base === 'SCALAR' || type.base === 'CONST_ALLOC_SIZE_OR_ZERO') return value;
	if (type.nullable && isNull(value)) return value;
	if (isRefusedPacket(machine, helper.name, value)) {
		report('untrusted-argument', 'packet', 'helper access to the packet is not allowed');
		return value;
	}
	let v: Value = value;
	const untyped = v.kind === 'pointer' && !isTyped(v);
	if (untyped) return v;
	const nullCheck = (always = false): void => {
		if (!mayBeNull(v) || (type.nullable && !always) || v.kind !== 'pointer') return;
		report(
			'possibly-null-argument',
			'helper',
			v.base.is === 'object'
				? `Possibly NULL pointer passed to helper arg${i + 1}`
				: `R${i + 1} type=${typeName(v)} expected=${expectedNames(type)}`,
		);
		state.markNotNull(v.id);
		v = { ...v, flags: v.flags & ~Flag.MaybeNull };
	};
	const wrong = (variant = variantOf(v)): void => {
		if (v.kind === 'scalar' && v.was === 'released')
			report('use-after-release', 'argument', `R${i + 1} type=scalar expected=${expectedNames(type)}`);
		else if (isNull(v) || (v.kind === 'scalar' && v.null !== undefined))
			report('possibly-null-argument', 'constant', `R${i + 1} type=scalar expected=${expectedNames(type)}`);
		else
			report('untrusted-argument', variant, `R${i + 1} type=${typeName(v)} expected=${expectedNames(type)}`, {
				expected: expectedNames(type),
			});
	};
	switch (type.base) {
		case 'CONST_MAP_PTR':
			nullCheck();
			if (v.kind !== 'pointer' || v.base.is !== 'map') wrong();
			return v;
		case 'PTR_TO_CTX':
			if (v.kind !== 'pointer' || v.base.is !== 'ctx') wrong();
			else if (v.variable) report('context-access', 'modified', 'variable ctx access var_off=(0x0; 0xffffffffffffffff) disallowed');
			else if (v.offset !== 0) report('context-access', 'modified', `dereference of modified ctx ptr R${i + 1} off=${v.offset} disallowed`);
			return v;
		case 'PTR_TO_BTF_ID': {
			if (v.kind !== 'pointer' || v.base.is !== 'object') {
				if (!(v.kind === 'pointer' && SOCKET_KINDS.has(v.base.is))) wrong();
				return v;
			}
			if (helper.name === 'bpf_kptr_xchg') return v;
			nullCheck();
			if (v.kind === 'pointer' && !objectFits(v)) wrong();
			else checkStruct(machine, v as Pointer, helper.argumentStructs?.[i], type, i, report);
			return v;
		}
		case 'PTR_TO_BTF_ID_SOCK_COMMON': {
			if (v.kind !== 'pointer') {
				wrong();
				return v;
			}
			nullCheck();
			if (SOCKET_KINDS.has(v.base.is)) return v;
			if (v.base.is !== 'object' || v.flags & (Flag.Untrusted | Flag.Rcu | Flag.User | Flag.Percpu)) wrong();
			// Every socket begins with it, also one that is given back.
			else checkStruct(machine, v, 'sock_common', { ...type, release: false }, i, report);
			if (type.release && v.kind === 'pointer' && !v.ref) reportUnowned(report, v, i);
			return v;
		}
		case 'PTR_TO_SOCK_COMMON':
		case 'PTR_TO_SOCKET': {
			if (v.kind !== 'pointer') {
				wrong();
				return v;
			}
			// Until it is checked it is to the verifier what any lookup gives: map_value_or_null.
			nullCheck(v.origin === 'lookup');
			if (!SOCKET_KINDS.has(v.base.is) || (type.base === 'PTR_TO_SOCKET' && v.base.is !== 'sock')) {
				wrong('default');
				return v;
			}
			if (type.release && !v.ref) reportUnowned(report, v, i);
			return v;
		}
		case 'PTR_TO_CONST_STR':
			checkString(v, i, report, wrong);
			return v;
		case 'PTR_TO_PERCPU_BTF_ID':
			if (v.kind === 'pointer' && v.flags & Flag.Percpu) nullCheck();
			if (
				v.kind !== 'pointer' ||
				PLAIN_MEMORY.has(v.base.is) ||
				(v.base.is === 'object' && !(v.flags & Flag.Percpu) && (v.origin !== undefined || v.base.local))
			)
				wrong();
			return v;
		case 'PTR_TO_RINGBUF_MEM':
			if (v.kind !== 'pointer' || v.base.is !== 'mem' || !(v.flags & Flag.Ringbuf)) {
				wrong();
				return v;
			}
			nullCheck();
			return v;
		case 'KPTR_XCHG_DEST':
			nullCheck();
			if (v.kind === 'scalar') wrong();
			return v;
		default:
	}
	if (MEMORY_ARGUMENTS.has(type.base)) checkMemoryArgument(machine, state, helper, type, i, v, at, all, report, nullCheck, wrong);
	else if (type.base === 'PTR_TO_SPIN_LOCK' || type.base === 'PTR_TO_TIMER') {
		nullCheck();
		const holder =
			v.kind === 'pointer' && (v.base.is === 'map_value' || v.base.is === 'global' || (v.base.is === 'object' && v.base.local));
		if (!holder) wrong();
	}
	return v;
}

function reportUnowned(
	report: (rule: import('./violation.js').RuleId, variant: string, verifier: string) => void,
	v: Value,
	i: number,
): void {
	report(
		'release-unowned',
		v.kind === 'pointer' && v.origin === 'kptr' ? 'map' : 'borrowed',
		`R${i + 1} must be referenced when passed to release function`,
	);
}

/** check_reg_const_str(): a string of the program's own read-only data, at a constant offset. */
function checkString(v: Value, i: number, report: Report, wrong: (variant?: string) => void): void {
	if (v.kind === 'scalar') wrong();
	// A static array in a function is read-only data too, and looks like a local here.
	if (v.kind !== 'pointer' || v.base.is === 'string' || v.base.is === 'stack') return;
	const fault = (verifier: string): void => report('untrusted-argument', 'constant-string', verifier);
	if (v.base.is === 'global') {
		if (v.variable) fault(`R${i + 1} is not a constant address'`);
		else if (!v.base.symbol.type.const && !isConstArray(v.base.symbol.type)) fault(`R${i + 1} does not point to a readonly map'`);
	} else if (v.base.is === 'map_value') fault(`R${i + 1} does not point to a readonly map'`);
	else wrong('default');
}
function isConstArray(type: CType): boolean {
	const t = strip(type);
	return t.kind === 'array' && t.of.const === true;
}

/** btf_ptr_types: legacy, trusted and RCU objects. */
function objectFits(p: Pointer): boolean {
	return (p.flags & (Flag.Untrusted | Flag.Percpu | Flag.User)) === 0;
}

function checkStruct(
	machine: Machine,
	p: Pointer,
	wanted: string | undefined,
	type: ArgumentType,
	i: number,
	report: (rule: import('./violation.js').RuleId, variant: string, verifier: string, facts?: Record<string, string | number>) => void,
): void {
	const actual = structOf(p) ?? '';
	if (!wanted || p.variable || structMatches(machine, p, actual, wanted, type.release)) return;
	report('type-mismatch', 'default', `R${i + 1} is of type ${actual} but ${wanted} is expected`, { expected: wanted, actual });
}

function variantOf(v: Value): string {
	if (v.kind === 'scalar') return 'scalar';
	if (v.kind !== 'pointer') return 'default';
	switch (v.base.is) {
		case 'stack':
			return 'stack';
		case 'map_value':
		case 'global':
			return 'map-value';
		case 'object':
			if (v.origin === 'rcu-lost') return 'rcu-lost';
			if (v.origin === 'walked') return 'walked';
			return v.flags & Flag.Untrusted ? 'untrusted' : 'legacy';
		default:
			return 'default';
	}
}

const MEMORY_NAMES = 'fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_';
function expectedNames(type: ArgumentType): string {
	switch (type.base) {
		case 'PTR_TO_BTF_ID':
			return 'ptr_, trusted_ptr_, rcu_ptr_';
		case 'PTR_TO_BTF_ID_SOCK_COMMON':
			return 'sock_common, sock, tcp_sock, xdp_sock, ptr_, trusted_ptr_';
		case 'PTR_TO_SOCK_COMMON':
			return 'sock_common, sock, tcp_sock, xdp_sock';
		case 'PTR_TO_SOCKET':
			return 'sock';
		case 'PTR_TO_PERCPU_BTF_ID':
			return 'percpu_ptr_, percpu_rcu_ptr_, percpu_trusted_ptr_';
		case 'PTR_TO_RINGBUF_MEM':
			return 'ringbuf_mem';
		case 'CONST_MAP_PTR':
			return 'map_ptr';
		case 'PTR_TO_CTX':
			return 'ctx';
		case 'PTR_TO_TIMER':
		case 'PTR_TO_SPIN_LOCK':
			return 'map_value';
		default:
			return MEMORY_NAMES;
	}
}

type Report = (rule: import('./violation.js').RuleId, variant: string, verifier: string, facts?: Record<string, string | number>) => void;

function checkMemoryArgument(
	machine: Machine,
	state: State,
	helper: Helper,
	type: ArgumentType,
	i: number,
	v: Value,
	at: Range,
	all: readonly Value[],
	report: Report,
	nullCheck: () => void,
	wrong: (variant?: string) => void,
): void {
	if (v.kind === 'scalar') {
		wrong();
		return;
	}
	if (v.kind !== 'pointer') return;
	nullCheck();
	const size = memorySize(helper, type, i, all);
	switch (v.base.is) {
		case 'object': {
			if (v.base.local) {
				wrong('default');
				return;
			}
			const flags = v.flags & ~Flag.MaybeNull;
			const trusted = flags === Flag.Trusted;
			if (!trusted) {
				wrong();
				return;
			}
			if (type.writes || !/RDONLY/.test(helper.arguments[i] ?? '')) {
				if (type.base === 'PTR_TO_MEM') {
					report(
						'object-access',
						'write',
						`${helper.name}() may write into memory pointed by R${i + 1} type=${typeName(v)}`,
						memberFacts(v),
					);
					return;
				}
			}
			if (size !== undefined) checkBeyond(v, size, report);
			return;
		}
		case 'map':
		case 'function':
		case 'ctx':
		case 'packet_end':
		case 'dynptr':
		case 'sock':
		case 'sock_common':
		case 'tcp_sock':
		case 'xdp_sock':
			wrong('default');
			return;
		case 'map_value':
		case 'global': {
			const special = size === undefined || v.variable ? undefined : specialAt(valueType(v), v.offset, size, readingOf(machine));
			if (special) {
				if (special.kind.startsWith('kptr')) {
					report('kptr-access', 'access', 'kptr cannot be accessed indirectly by helper', { field: special.name });
				} else reportSpecial(machine, state, special, at);
			}
			return;
		}
		default:
	}
	if (v.flags & Flag.ReadOnly && !/RDONLY/.test(helper.arguments[i] ?? '')) wrong('default');
}

function memorySize(helper: Helper, type: ArgumentType, i: number, all: readonly Value[]): number | undefined {
	const fixed = helper.argumentSizes?.[i];
	if (fixed !== undefined) return fixed;
	if (type.base === 'PTR_TO_MAP_KEY' || type.base === 'PTR_TO_MAP_VALUE') {
		const map = all.find((v) => v.kind === 'pointer' && v.base.is === 'map');
		if (map?.kind !== 'pointer' || map.base.is !== 'map') return undefined;
		const { map: m } = map.base;
		return type.base === 'PTR_TO_MAP_KEY'
			? (m.keySize ?? (m.key ? sizeOf(m.key) : undefined))
			: (m.valueSize ?? (m.value ? sizeOf(m.value) : undefined));
	}
	return sizeFrom(all[i + 1]);
}

function memberFacts(p: Pointer): Record<string, string | number> {
	if (!isObject(p) || !p.base.record?.complete) return {};
	const at = memberAt(p.base.record, p.offset, 1);
	return at?.member.name ? { member: at.member.name, offset: p.offset } : { offset: p.offset };
}

/** Reading past the member of a kernel object at which the access starts: btf_struct_access() allows one member only. */
function checkBeyond(p: Pointer, size: number, report: Report): void {
	if (!isObject(p) || !p.base.record?.complete || p.variable) return;
	const found = arrayMemberAt(p.base.record, p.offset);
	if (!found) return;
	if (p.offset + size > found.end) {
		report(
			'object-access',
			'beyond',
			`access beyond the end of member ${found.name} (mend:${found.end}) in struct ${p.base.tag} with off ${p.offset} size ${size}`,
			{ member: found.name, memberEnd: found.end, offset: p.offset, size },
		);
	}
}

/** The member (an array counts as one) at an offset, its end and name. */
function arrayMemberAt(record: import('../btf/ctype.js').RecordType, offset: number): { name: string; end: number } | undefined {
	let at = record;
	let start = 0;
	for (let depth = 0; depth < 10; depth++) {
		const member = at.members.find((m) => offset >= start + m.offset && offset < start + m.offset + (sizeOf(m.type) ?? 0));
		if (!member || at.union) return undefined;
		const t = strip(member.type);
		const from = start + member.offset;
		if (t.kind === 'record') {
			at = t;
			start = from;
			continue;
		}
		return { name: member.name ?? '', end: from + (sizeOf(member.type) ?? 0) };
	}
	return undefined;
}
