// Loads from and stores to memory, by the kind of pointer. Facts: check_mem_access() and what it calls, kernel/bpf/verifier.c, 6.12.
import { allTags, type CType, type RecordType, sizeOf, strip } from '../btf/ctype.js';
import type { CopyOp, FillOp, LoadOp, Range, StoreOp } from '../flow/ir.js';
import { opaque } from './assume.js';
import { loadContext, storeContext } from './context.js';
import { frozenNumber, isConstantPlace } from './frozen.js';
import { stumble } from './haste.js';
import { asCompiled, leavesOut, passBarrier, readsNothing } from './impossible.js';
import { mistaggedAt, readingOf, reportMistagged } from './kptr-tag.js';
import type { Machine } from './machine.js';
import { anyOf } from './numbers.js';
import { checkWritable } from './packet-access.js';
import { precise, readCell } from './precision.js';
import { readingsOf } from './read-again.js';
import { isKptr, isLocalRecord, memberAt, type SpecialField, specialAt } from './records.js';
import { inReadSection } from './regions.js';
import { loadKey } from './remembered.js';
import { forgetSlices, holdsLastRecord } from './stack-slots.js';
import type { StackObject, State } from './state.js';
import { structMatches } from './struct-match.js';
import {
	constant,
	type DynptrState,
	Flag,
	isNull,
	isRcu,
	isSlotState,
	isTrusted,
	mayBeNull,
	type Pointer,
	pointer,
	type Scalar,
	scalar,
	typeName,
	UNINITIALISED,
	UNKNOWN_VALUE,
	type Value,
} from './value.js';

/** What a load of this C type gives where nothing is known of the memory. */
export function unknownOf(type: CType, bits?: number): Value {
	const t = strip(type);
	if (t.kind === 'int') return t.bool ? anyOf(1, false, 1) : anyOf(t.size, t.signed, bits);
	if (t.kind === 'enum') return anyOf(t.size, t.signed, bits);
	// A pointer that lies in memory without meaning to the verifier is a number.
	if (t.kind === 'pointer') {
		const to = strip(t.to);
		return { ...scalar(), was: to.kind === 'record' ? (to.tag ?? 'struct') : 'memory' };
	}
	return t.kind === 'unknown' ? UNKNOWN_VALUE : scalar();
}

export function loadFrom(machine: Machine, state: State, given: Value, o: LoadOp): Value {
	state.registersEmpty = false;
	const address = asCompiled(state, given);
	if (address.kind === 'unknown') {
		// The compiler may do as it likes with what reads through a pointer of which nobody knows what it is.
		if (address.uninitialised) state.doubt = true;
		return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	}
	if (address.kind === 'scalar') {
		if (readsNothing(machine, state, address, o.at, o.volatile)) return { ...UNINITIALISED, null: address.null };
		reportScalarAccess(machine, state, address, o.at);
		return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	}
	if (address.kind !== 'pointer') return UNKNOWN_VALUE;
	let p = address;
	if (mayBeNull(p)) {
		reportNullAccess(machine, state, p, o.at);
		state.markNotNull(p.id);
		p = { ...p, flags: p.flags & ~Flag.MaybeNull };
	}
	if (o.volatile) passBarrier(state);
	if (p.base.is === 'stack') {
		if (state.irqs.length > 0 && state.slot(p.base.object, p.offset)?.kind === 'irq-flag')
			machine.unknown(
				'saved interrupt flags are read, which the verifier refuses unless the compiler leaves it out',
				machine.place(state, o.at),
			);
		const loaded = loadStack(state, p, p.base.object, o);
		return o.volatile ? opaque(loaded) : loaded;
	}
	// Bit-fields share their bytes with others: one place is several numbers.
	const lasts = isConstantPlace(p);
	const key = o.volatile && !lasts ? undefined : loadKey(p, o.size, o.bits === undefined ? '' : `#${o.bitAt ?? 0}.${o.bits}`);
	if (key) {
		const known = state.loads.get(key);
		if (known) return known;
	}
	const value = loadFresh(machine, state, p, o);
	if (!key || (value.kind !== 'pointer' && value.kind !== 'scalar')) return value;
	const remembered = lasts
		? readingsOf(machine.graphs).note(state, key, o)
		: value.kind === 'pointer' || !state.frame.graph.relevance.singleLoads.has(o);
	if (remembered) state.loadsToWrite().set(key, value);
	return value;
}

function loadFresh(machine: Machine, state: State, p: Pointer, o: LoadOp): Value {
	switch (p.base.is) {
		case 'ctx':
			if (p.variable) stumble(state);
			return loadContext(machine, state, p, o);
		case 'map_value':
			return loadValue(machine, state, p, p.base.map.value, o);
		case 'global':
			return p.base.symbol.map ? unknownOf(o.type) : loadGlobal(machine, state, p, o);
		case 'object':
			return walk(machine, state, p, o);
		case 'sock':
		case 'sock_common':
		case 'tcp_sock':
		case 'xdp_sock':
			return unknownOf(o.type, o.bits);
		case 'map':
			return unknownOf(o.type, o.bits);
		case 'packet_end':
		case 'function':
			return UNKNOWN_VALUE;
		case 'arena':
			return strip(o.type).kind === 'pointer' ? pointer({ is: 'arena' }) : unknownOf(o.type, o.bits);
		default:
			return unknownOf(o.type, o.bits);
	}
}

/** May an access at a place that is not known touch something whose content is known? */
function mayHitCell({ cells }: StackObject, { offset, range }: Pointer, size: number): boolean {
	if (!range) return cells.size > 0;
	for (const [at, cell] of cells) if (at < offset + range[1] + size && at + cell.size > offset + range[0]) return true;
	return false;
}

function loadStack(state: State, p: Pointer, object: number, o: LoadOp): Value {
	const memory = state.objects.get(object);
	if (!memory) return UNKNOWN_VALUE;
	if (p.variable) {
		const key = o.volatile || o.bits !== undefined ? undefined : loadKey(p, o.size);
		const known = key ? state.loads.get(key) : undefined;
		if (known) return known;
		// Where nothing was written by itself, each place alone would give no more.
		if (memory.hidesPointer || (strip(o.type).kind === 'pointer' && mayHitCell(memory, p, o.size))) stumble(state);
		return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	}
	const cell = memory.cells.get(p.offset);
	if (cell && cell.size === o.size && o.bits === undefined) {
		if (isSlotState(cell.value)) return unknownOf(o.type, o.bits);
		readCell(cell);
		return cell.value;
	}
	for (const [offset, other] of memory.cells) {
		if (offset < p.offset + o.size && offset + other.size > p.offset) {
			readCell(other);
			const value = unknownOf(o.type, o.bits);
			return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : value;
		}
	}
	if (memory.hidesPointer) stumble(state);
	if (memory.rest === 'zero') return constant(0);
	const value = strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	if (!o.volatile && o.bits === undefined && value.kind !== 'unknown') state.memory(object)!.cells.set(p.offset, { size: o.size, value });
	return value;
}

function loadGlobal(machine: Machine, state: State, p: Pointer, o: LoadOp): Value {
	const { symbol } = p.base as Pointer['base'] & { is: 'global' };
	if (symbol.section === '.kconfig') return unknownOf(o.type, o.bits);
	const known = frozenNumber(machine.unit, symbol, p, o);
	if (known !== undefined) return { ...unknownOf(o.type, o.bits), ...constant(known) };
	return loadValue(machine, state, p, symbol.type, o);
}

/** A load from a map's value or from global data, which is a map's value to the kernel. */
function loadValue(machine: Machine, state: State, p: Pointer, type: CType | undefined, o: LoadOp): Value {
	const field = fieldTouched(machine, p, type, o.size);
	if (!field) {
		const value = unknownOf(o.type, o.bits);
		const mistagged = value.kind === 'scalar' && value.was && !p.variable ? mistaggedAt(machine, type, p.offset, o.size) : undefined;
		return mistagged ? { ...(value as Scalar), mistagged } : value;
	}
	if (!isKptr(field) && field.kind !== 'uptr') {
		reportSpecial(machine, state, field, o.at);
		return unknownOf(o.type, o.bits);
	}
	if (!isWholeKptr(machine, state, p, field, o)) return unknownOf(o.type, o.bits);
	return kptrValue(machine, state, field);
}

/** The special field that an access may touch, at a known place or somewhere within known bounds. */
function fieldTouched(machine: Machine, p: Pointer, type: CType | undefined, size: number): SpecialField | undefined {
	const reading = readingOf(machine);
	if (!p.variable) return specialAt(type, p.offset, size, reading);
	return p.range ? specialAt(type, p.offset + p.range[0], p.range[1] - p.range[0] + size, reading) : undefined;
}

/** A kptr is read and written whole, at its own constant offset: check_map_access(), 6.12. True where the access does. */
function isWholeKptr(machine: Machine, state: State, p: Pointer, field: SpecialField, o: { size: number; at: Range }): boolean {
	const report = (variant: string, verifier: string): false => {
		machine.reporter.report(state, {
			rule: 'kptr-access',
			at: machine.place(state, o.at),
			variant,
			verifier,
			facts: { field: field.name, offset: p.offset, size: o.size, ...(p.base.is === 'map_value' ? { map: p.base.map.name } : {}) },
		});
		return false;
	};
	if (!isKptr(field)) return true;
	if (p.variable) return report('variable-offset', 'kptr access cannot have variable offset');
	if (p.offset !== field.offset) return report('offset', `kptr access misaligned expected=${field.offset} off=${p.offset}`);
	if (o.size !== 8) return report('size', 'kptr access size must be BPF_DW');
	return true;
}

/** What a load of a kptr field gives: btf_ld_kptr_type(), 6.12. */
export function kptrValue(machine: Machine, state: State, field: SpecialField): Value {
	const record = field.pointee;
	const tag = record?.tag ?? '';
	const local = isLocalRecord(machine, record);
	const base = { is: 'object' as const, tag, record, local };
	if (field.kind === 'uptr') return pointer({ is: 'mem', size: record ? sizeOf(record) : undefined }, Flag.MaybeNull);
	const rcuSafe = field.kind === 'kptr_percpu' || (field.kind === 'kptr_ref' && (local || machine.catalog.isRcuProtected(tag)));
	if (rcuSafe && inReadSection(machine, state)) {
		let flags = Flag.MaybeNull | Flag.Rcu;
		if (field.kind === 'kptr_percpu') flags |= Flag.Percpu;
		else if (local) flags |= Flag.Alloc;
		if (local && hasGraphNode(record)) flags |= Flag.NonOwning;
		return pointer(base, flags, { origin: 'kptr' });
	}
	return pointer(base, Flag.MaybeNull | Flag.Untrusted, { origin: 'kptr' });
}

export function hasGraphNode(record: CType | undefined): boolean {
	return record !== undefined && specialAt(record, 0, Number.MAX_SAFE_INTEGER) !== undefined && hasNode(record);
}
function hasNode(record: CType): boolean {
	const t = strip(record);
	return (
		t.kind === 'record' &&
		t.members.some((m) => {
			const inner = strip(m.type);
			return inner.kind === 'record' && (inner.tag === 'bpf_list_node' || inner.tag === 'bpf_rb_node' || hasNode(inner));
		})
	);
}

/** A load through an object pointer: which trust the result has. check_ptr_to_btf_access(), 6.12. */
function walk(machine: Machine, state: State, p: Pointer & { base: Pointer['base'] }, o: LoadOp): Value {
	const base = p.base as Pointer['base'] & { is: 'object' };
	const record = base.record;
	const refuse = (variant: string, verifier: string): void =>
		machine.reporter.report(state, {
			rule: 'object-access',
			at: machine.place(state, o.at),
			variant,
			verifier,
			facts: { struct: base.tag, type: typeName(p) },
		});
	if (p.flags & Flag.User) refuse('user', `R1 is ptr_${base.tag} access user memory: off=${p.offset}`);
	else if (p.flags & Flag.Percpu && !base.local) refuse('percpu', `R1 is ptr_${base.tag} access percpu memory: off=${p.offset}`);
	if (!record?.complete) return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	if (base.local) return loadValue(machine, state, p, record, o);
	if (p.variable) {
		stumble(state);
		return strip(o.type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(o.type, o.bits);
	}
	if (p.offset < 0) return unknownOf(o.type, o.bits);
	if (p.offset + o.size > record.size && !hasFlexibleEnd(record)) {
		machine.reporter.report(state, {
			rule: 'object-access',
			at: machine.place(state, o.at),
			variant: 'beyond-object',
			verifier: `access beyond struct ${base.tag} at off ${p.offset} size ${o.size}`,
			facts: { struct: base.tag, type: typeName(p), offset: p.offset, size: o.size },
		});
		return unknownOf(o.type, o.bits);
	}
	const at = memberAt(record, p.offset, o.size);
	if (!at) return unknownOf(o.type, o.bits);
	const t = strip(at.type);
	if (t.kind !== 'pointer') {
		// The program may read a field as another type (a local definition, a union): what C declares decides what it may hold.
		return strip(o.type).kind === 'pointer' ? { ...scalar(), was: 'memory' } : unknownOf(o.type, o.bits);
	}
	if (o.size !== 8 || at.offset !== p.offset) return unknownOf(o.type, o.bits);
	const to = strip(t.to);
	if (to.kind !== 'record') return { ...scalar(), was: 'memory' };
	const tags = allTags(t.to);
	let flags = 0;
	if (tags.includes('user')) flags |= Flag.User;
	if (tags.includes('percpu')) flags |= Flag.Percpu;
	if (tags.includes('rcu')) flags |= Flag.Rcu;
	const field = at.member.name ?? '';
	flags = walkedFlags(machine, state, p, base.tag, field, flags);
	const tag = to.tag ?? '';
	const target = machine.unit.scope.record(tag) ?? to;
	return pointer({ is: 'object', tag, record: target, local: false }, flags, { origin: 'walked' });
}

/** Does the record end in an array, behind whose declared end more may lie? */
function hasFlexibleEnd(record: RecordType): boolean {
	const last = record.members[record.members.length - 1];
	const t = last ? strip(last.type) : undefined;
	return t?.kind === 'array' || (t?.kind === 'record' && hasFlexibleEnd(t));
}

function walkedFlags(machine: Machine, state: State, p: Pointer, struct: string, field: string, tagged: number): number {
	const { catalog } = machine;
	const keep = tagged & (Flag.Percpu | Flag.User);
	if (p.flags & Flag.Untrusted) return Flag.Untrusted;
	if (!isTrusted(p) && !isRcu(p)) return keep;
	if (catalog.isSafeField('trusted', struct, field)) return tagged | Flag.Trusted;
	if (catalog.isSafeField('trusted_or_null', struct, field)) return tagged | Flag.Trusted | Flag.MaybeNull;
	if (!inReadSection(machine, state) || mayBeNull(p)) return Flag.Untrusted;
	if (catalog.isSafeField('rcu', struct, field)) return tagged | Flag.Rcu;
	if (tagged & Flag.Rcu || catalog.isSafeField('rcu_or_null', struct, field)) return tagged | Flag.Rcu | Flag.MaybeNull;
	return keep;
}

// ---- Stores ----

export function storeTo(machine: Machine, state: State, given: Value, value: Value, o: StoreOp): void {
	const address = asCompiled(state, given);
	if (address.kind === 'scalar') {
		if (!leavesOut(machine, state, address, o.at, o.volatile)) reportScalarAccess(machine, state, address, o.at);
		return;
	}
	if (address.kind !== 'pointer') {
		state.forgetLoads();
		return;
	}
	let p = address;
	if (mayBeNull(p)) {
		reportNullAccess(machine, state, p, o.at);
		state.markNotNull(p.id);
		p = { ...p, flags: p.flags & ~Flag.MaybeNull };
	}
	if (o.volatile) passBarrier(state);
	if (p.base.is === 'stack') {
		storeStack(machine, state, p, p.base.object, o.bits === undefined ? value : unknownOf(o.type), o);
		return;
	}
	if (p.base.is === 'ctx') storeContext(machine, state, p, o);
	const type = valueType(p);
	const field = fieldTouched(machine, p, type, o.size);
	if (field) storeSpecial(machine, state, p, field, value, o);
	else if (p.base.is === 'object' && !p.base.local) storeObject(machine, state, p, o);
	else checkWritable(machine, state, p, o.at);
	invalidateLoads(state, p, o);
	const key = o.volatile || o.bits !== undefined ? undefined : loadKey(p, o.size);
	if (key && !field && p.base.is !== 'ctx') state.loadsToWrite().set(key, value);
}

/** The C type of the memory that special fields may lie in; undefined for memory that has none. */
export function valueType(p: Pointer): CType | undefined {
	switch (p.base.is) {
		case 'map_value':
			return p.base.map.value;
		case 'global':
			return p.base.symbol.type;
		case 'object':
			return p.base.local ? p.base.record : undefined;
		default:
			return undefined;
	}
}

function storeStack(machine: Machine, state: State, p: Pointer, object: number, value: Value, o: { size: number; at: Range }): void {
	const memory = state.memory(object);
	if (!memory) return;
	if (p.variable) {
		for (const { value } of memory.cells.values()) if (value.kind !== 'scalar') stumble(state);
		if (value.kind === 'pointer') memory.hidesPointer = true;
		else if (value.kind !== 'scalar') stumble(state);
		memory.cells.clear();
		memory.rest = 'anything';
		state.forgetLoads(({ base, offset, size, symbol }) => {
			if (base !== p.id) return true;
			// Another place of the same unknown part is another place.
			return symbol !== undefined && symbol === p.symbol && (offset >= p.offset + o.size || offset + size <= p.offset);
		});
		const key = loadKey(p, o.size);
		if (key) state.loadsToWrite().set(key, value);
		return;
	}
	state.forgetLoads(({ base }) => base !== p.id);
	for (const [offset, cell] of memory.cells) {
		if (offset >= p.offset + o.size || offset + cell.size <= p.offset) continue;
		if (cell.value.kind === 'dynptr-slot') overwriteDynptr(machine, state, memory.local.name, cell.value, o.at);
		memory.cells.delete(offset);
	}
	memory.cells.set(p.offset, { size: o.size, value });
}

/** A dynptr that holds a record may not be lost; another is gone, with its slices. */
export function overwriteDynptr(machine: Machine, state: State, variable: string, slot: DynptrState, at: Range): void {
	if (holdsLastRecord(machine, state, slot)) {
		machine.reporter.report(state, {
			rule: 'dynptr-state',
			at: machine.place(state, at),
			variant: 'overwritten',
			verifier: 'cannot overwrite referenced dynptr',
			facts: { variable },
		});
	}
	forgetSlices(state, slot.id);
}

/** Program types that write kernel objects by rules of their own (btf_struct_access), where we do not know the rules. */
const HAS_WRITE_ACCESS = new Set(['STRUCT_OPS', 'XDP', 'SCHED_CLS', 'SCHED_ACT']);

/** Members that programs of a struct_ops may write, by struct. Facts: bpf_tcp_ca_btf_struct_access() of net/ipv4/bpf_tcp_ca.c, 6.12. */
const WRITABLE_OBJECTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
	tcp_congestion_ops: {
		tcp_sock: [
			'sk_pacing_rate',
			'sk_pacing_status',
			'icsk_ca_priv',
			'pending',
			'snd_cwnd',
			'snd_cwnd_cnt',
			'snd_cwnd_stamp',
			'snd_ssthresh',
			'ecn_flags',
			'app_limited',
		],
	},
};

function storeObject(machine: Machine, state: State, p: Pointer, o: StoreOp): void {
	const base = p.base as Pointer['base'] & { is: 'object' };
	const { programType } = machine.program.section;
	if (programType === undefined) return;
	const own = WRITABLE_OBJECTS[machine.program.structOps?.struct ?? programType];
	const member = base.record ? memberAt(base.record, p.offset, o.size)?.member.name : undefined;
	if (!(p.flags & Flag.Untrusted)) {
		if (own?.[base.tag] ? member === undefined || own[base.tag]!.includes(member) : HAS_WRITE_ACCESS.has(programType) && !own) return;
	}
	const at = base.record ? memberAt(base.record, p.offset, o.size) : undefined;
	machine.reporter.report(state, {
		rule: 'object-access',
		at: machine.place(state, o.at),
		variant: 'write',
		verifier: 'only read is supported',
		facts: { struct: base.tag, ...(at?.member.name ? { member: at.member.name } : {}), type: typeName(p) },
	});
}

function storeSpecial(machine: Machine, state: State, p: Pointer, field: SpecialField, value: Value, o: StoreOp): void {
	if (!isKptr(field)) {
		reportSpecial(machine, state, field, o.at);
		return;
	}
	if (!isWholeKptr(machine, state, p, field, o)) return;
	const report = (variant: string, verifier: string): void =>
		machine.reporter.report(state, {
			rule: 'kptr-access',
			at: machine.place(state, o.at),
			variant,
			verifier,
			facts: {
				field: field.name,
				...(field.pointee?.tag ? { struct: field.pointee.tag, expected: field.pointee.tag } : {}),
				actual: value.kind === 'pointer' && value.base.is === 'object' ? value.base.tag : typeName(value),
				type: typeName(value),
				...(p.base.is === 'map_value' ? { map: p.base.map.name } : {}),
			},
		});
	if (field.kind !== 'kptr_untrusted') {
		report('store', 'store to referenced kptr disallowed');
		return;
	}
	if (isNull(value) || value.kind === 'unknown') return;
	const matches =
		value.kind === 'pointer' &&
		value.base.is === 'object' &&
		(value.variable || structMatches(machine, value, value.base.tag, field.pointee?.tag ?? '', false));
	if (value.kind === 'pointer' && value.variable) report('variable-offset', `variable ${typeName(value)} access var_off`);
	else if (!matches) report('untrusted-store', `invalid kptr access, R1 type=${typeName(value)} expected=ptr_${field.pointee?.tag ?? ''}`);
}

/**
 * What may have changed by a store: loads through other identities of the same kind of memory and the same class of type (clang assumes
 * strict aliasing: a store of a number does not change a pointer), and overlapping loads of the same object.
 */
function invalidateLoads(state: State, p: Pointer, o: StoreOp): void {
	const kind = strip(o.type).kind;
	const isPointer = kind === 'pointer';
	const isCharacter = o.size === 1;
	state.forgetLoads(({ base, offset, size, symbol }, value) => {
		if (base === p.id) return !p.variable && symbol === undefined && (offset >= p.offset + o.size || offset + size <= p.offset);
		const valueIsPointer = value.kind === 'pointer' || (value.kind === 'scalar' && value.was !== undefined);
		if (isCharacter) return p.base.is === 'global' || p.base.is === 'map_value' ? valueIsPointer : false;
		if (valueIsPointer !== isPointer) return true;
		// A named global is no other named global, and nothing that the program did not take the address of.
		return p.base.is === 'global';
	});
}

/** Does the compiler make one load or store of a block of this size, early enough to see what it means? */
function isOneAccess(size: number | undefined): boolean {
	return size === 1 || size === 2 || size === 4 || size === 8;
}

export function fillMemory(machine: Machine, state: State, given: Value, o: FillOp): void {
	const address = asCompiled(state, given);
	if (address.kind === 'scalar' && !(isOneAccess(o.size) && leavesOut(machine, state, address, o.at, false)))
		reportScalarAccess(machine, state, address, o.at);
	if (address.kind !== 'pointer') return;
	if (mayBeNull(address)) {
		reportNullAccess(machine, state, address, o.at);
		state.markNotNull(address.id);
	}
	if (address.base.is !== 'stack') {
		state.forgetLoads(({ base }) => base !== address.id);
		return;
	}
	const memory = state.memory(address.base.object);
	if (!memory) return;
	if (address.variable) stumble(state);
	state.forgetLoads(({ base }) => base !== address.id);
	const size = o.size ?? Number.POSITIVE_INFINITY;
	const whole = address.offset === 0 && !address.variable && size >= memory.local.size;
	for (const [offset, cell] of memory.cells) {
		if (address.variable || (offset < address.offset + size && offset + cell.size > address.offset)) memory.cells.delete(offset);
	}
	if (whole) memory.hidesPointer = false;
	if (whole) memory.rest = o.zero ? 'zero' : 'anything';
	else if (address.variable || !o.zero) memory.rest = 'anything';
	else if (memory.rest !== 'zero') {
		// A part is zero: word by word, so that pointers in it read as NULL.
		for (let at = address.offset; at + 8 <= address.offset + Math.min(size, 512); at += 8)
			memory.cells.set(at, { size: 8, value: constant(0) });
	}
}

export function copyMemory(machine: Machine, state: State, to: Value, from: Value, o: CopyOp): void {
	const target = asCompiled(state, to);
	const source = asCompiled(state, from);
	const ends = [
		{ end: source, at: o.sourceAt ?? o.at },
		{ end: target, at: o.targetAt ?? o.at },
	];
	for (const { end, at } of ends) {
		// A record's initializer may be a number that stands for its first member.
		const isAddress = end.kind === 'scalar' && (o.type === undefined || end.null !== undefined || end.was !== undefined);
		const through = end === source ? readsNothing : leavesOut;
		if (isAddress && !(isOneAccess(o.size) && through(machine, state, end, at, false))) reportScalarAccess(machine, state, end, at);
		if (state.dead) return;
		if (end.kind === 'pointer' && mayBeNull(end)) {
			reportNullAccess(machine, state, end, at);
			state.markNotNull(end.id);
		}
	}
	if (target.kind !== 'pointer') {
		state.forgetLoads();
		return;
	}
	if (target.base.is !== 'stack') {
		checkWritable(machine, state, target, o.targetAt ?? o.at);
		const type = valueType(target);
		const field = type && o.size !== undefined && !target.variable ? specialAt(type, target.offset, o.size, readingOf(machine)) : undefined;
		if (field) {
			if (isKptr(field) && field.kind !== 'kptr_untrusted') {
				machine.reporter.report(state, {
					rule: 'kptr-access',
					at: machine.place(state, o.at),
					variant: 'store',
					verifier: 'store to referenced kptr disallowed',
					facts: { field: field.name },
				});
			} else if (!isKptr(field)) reportSpecial(machine, state, field, o.at);
		}
		state.forgetLoads();
		return;
	}
	const memory = state.memory(target.base.object);
	if (!memory) return;
	if (target.variable) stumble(state);
	// Of what lies elsewhere nothing comes along.
	let copied: StackObject | undefined;
	if (source.kind === 'pointer' && source.base.is === 'stack') {
		copied = state.objects.get(source.base.object);
		if (source.variable || copied?.hidesPointer) stumble(state);
	}
	state.forgetLoads(({ base }) => base !== target.id);
	const size = o.size ?? Number.POSITIVE_INFINITY;
	for (const [offset, cell] of memory.cells) {
		if (!target.variable && (offset >= target.offset + size || offset + cell.size <= target.offset)) continue;
		if (cell.value.kind === 'dynptr-slot') overwriteDynptr(machine, state, memory.local.name, cell.value, o.at);
		memory.cells.delete(offset);
	}
	if (copied && copied !== memory && source.kind === 'pointer' && !source.variable && !target.variable) {
		for (const [offset, cell] of copied.cells) {
			if (offset < source.offset || offset + cell.size > source.offset + size) continue;
			if (isSlotState(cell.value)) continue;
			memory.cells.set(offset - source.offset + target.offset, cell);
		}
		if (target.offset === 0 && size >= memory.local.size) memory.rest = copied.rest;
		else if (copied.rest !== memory.rest) memory.rest = 'anything';
		return;
	}
	memory.rest = 'anything';
}

// ---- Objections ----

const NULL_VARIANTS: Readonly<Record<string, string>> = {
	map_value: 'map-value',
	object: 'object',
	sock: 'socket',
	sock_common: 'socket',
	tcp_sock: 'socket',
	xdp_sock: 'socket',
	mem: 'memory',
};

export function reportNullAccess(machine: Machine, state: State, p: Pointer, at: Range): void {
	machine.reporter.report(state, {
		rule: 'possibly-null-dereference',
		at: machine.place(state, at),
		variant: p.flags & Flag.Ringbuf ? 'ringbuf' : (NULL_VARIANTS[p.base.is] ?? 'memory'),
		verifier: `R1 invalid mem access '${typeName(p)}'`,
		facts: {
			type: typeName(p),
			...(p.base.is === 'object' ? { struct: p.base.tag } : {}),
			...(p.base.is === 'map_value' ? { map: p.base.map.name } : {}),
			...(p.moved ? { checked: p.moved } : {}),
		},
		...referenceOf(state, p),
	});
}

export function referenceOf(state: State, p: Pointer): { reference?: import('./state.js').Reference } {
	const reference = p.ref ? state.references.get(p.ref) : undefined;
	return reference ? { reference } : {};
}

function reportScalarAccess(machine: Machine, state: State, v: Value & { kind: 'scalar' }, at: Range): void {
	precise(v);
	if (v.was === 'released') {
		machine.reporter.report(state, {
			rule: 'use-after-release',
			at: machine.place(state, at),
			variant: 'dereference',
			verifier: "R1 invalid mem access 'scalar'",
			facts: { type: 'scalar' },
		});
		return;
	}
	if (reportMistagged(machine, state, v, at, "R1 invalid mem access 'scalar'")) return;
	// Arena pointers lie in memory as numbers; the compiler casts them where they are followed.
	if (machine.usesArena) return;
	const isNullish = isNull(v) || v.null !== undefined;
	// A store through NULL in the rest of the text, when it is whole, makes the compiler leave this out.
	if (v.null !== undefined && Number.isFinite(state.frame.graph.spoiledFrom)) state.doubt = true;
	machine.reporter.report(state, {
		rule: isNullish ? 'possibly-null-dereference' : 'object-access',
		at: machine.place(state, at),
		variant: v.null !== undefined ? 'certain' : isNullish ? 'memory' : 'scalar-pointer',
		verifier: "R1 invalid mem access 'scalar'",
		facts: { type: 'scalar', ...(v.was ? { struct: v.was } : {}) },
	});
}

const SPECIAL_NAMES: Readonly<Record<string, string>> = {
	spin_lock: 'bpf_spin_lock',
	res_spin_lock: 'bpf_res_spin_lock',
	timer: 'bpf_timer',
	workqueue: 'bpf_wq',
	task_work: 'bpf_task_work',
	list_head: 'bpf_list_head',
	list_node: 'bpf_list_node',
	rb_root: 'bpf_rb_root',
	rb_node: 'bpf_rb_node',
	refcount: 'bpf_refcount',
};

export function reportSpecial(machine: Machine, state: State, field: SpecialField, at: Range): void {
	const name = SPECIAL_NAMES[field.kind] ?? field.kind;
	machine.reporter.report(state, {
		rule: 'special-field',
		at: machine.place(state, at),
		variant: field.kind,
		verifier:
			field.kind === 'spin_lock' || field.kind === 'timer'
				? `${name} cannot be accessed directly by load/store`
				: `direct access to ${name} is disallowed`,
		facts: { field: field.name, struct: name },
	});
}
