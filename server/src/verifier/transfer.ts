// Transfer functions: what each operation of the graph does to a state.
import { sizeOf, strip } from '../btf/ctype.js';
import type { ArithmeticOp, AtomicOp, ConvertOp, Local, OffsetOp, Operation, Register, RetypeOp } from '../flow/ir.js';
import type { GlobalSymbol } from '../program/model.js';
import { copyMemory, fillMemory, loadFrom, referenceOf, storeTo } from './access.js';
import { assembly } from './assembly.js';
import { truthOfComparison } from './assume.js';
import { transferCall } from './calls.js';
import { SOCKET_KINDS } from './helper-types.js';
import { asCompiled, passBarrier } from './impossible.js';
import { addressOfKfunc } from './kfunc-lookup.js';
import type { Machine, Outcome } from './machine.js';
import { checkMapUse } from './map-use.js';
import { move, settle } from './moved.js';
import { anyOf, arithmetic, comparison, convert } from './numbers.js';
import { precise } from './precision.js';
import { flavourOffset } from './records.js';
import type { State } from './state.js';
import {
	constant,
	Flag,
	freshId,
	isConstant,
	isNull,
	mayBeNull,
	type Pointer,
	pointer,
	type Scalar,
	scalar,
	symbolId,
	typeName,
	UNKNOWN_VALUE,
	type Value,
} from './value.js';

export function transfer(machine: Machine, state: State, o: Operation): Outcome {
	switch (o.op) {
		case 'const':
			state.set(o.to, constant(Number(o.value)));
			return 'next';
		case 'string':
			state.set(o.to, pointer({ is: 'string', value: o.value }));
			return 'next';
		case 'address-of-local': {
			const object = machine.objectOf(state, o.local);
			state.set(o.to, pointer({ is: 'stack', object, name: o.local.name }, 0, { id: object }));
			return 'next';
		}
		case 'address-of-global': {
			const map = o.symbol.map;
			checkMapUse(machine, state, o.symbol, o.at);
			if (map) state.set(o.to, pointer({ is: 'map', map, uid: 0 }, 0, { id: symbolId(o.symbol) }));
			else state.set(o.to, globalPointer(o.symbol));
			return 'next';
		}
		case 'address-of-function': {
			const symbol = machine.graphs.current(o.symbol);
			const address = symbol.ksym ? addressOfKfunc(machine, symbol) : 'function';
			if (address === 'null') state.set(o.to, constant(0));
			else state.set(o.to, pointer({ is: 'function', symbol }, address === 'either' ? Flag.MaybeNull : 0, { id: symbolId(symbol) }));
			return 'next';
		}
		case 'type-id':
			state.set(o.to, { ...scalar(1), typeOf: o.type });
			return 'next';
		case 'move':
			put(state, o, state.get(o.from));
			return 'next';
		case 'offset':
			put(state, o, offset(machine, state, o));
			return 'next';
		case 'load':
			put(state, o, loadFrom(machine, state, state.get(o.address), o));
			return state.dead ? 'stop' : 'next';
		case 'store':
			storeTo(machine, state, state.get(o.address), state.get(o.from), o);
			return state.dead ? 'stop' : 'next';
		case 'fill':
			fillMemory(machine, state, state.get(o.address), o);
			return state.dead ? 'stop' : 'next';
		case 'copy':
			copyMemory(machine, state, state.get(o.target), state.get(o.source), o);
			return state.dead ? 'stop' : 'next';
		case 'arithmetic':
			put(state, o, arithmeticValue(state, o));
			return 'next';
		case 'compare': {
			const left = settle(machine, state, state.get(o.left), o.at);
			const right = settle(machine, state, state.get(o.right), o.at);
			if (left.kind === 'unknown' || right.kind === 'unknown') {
				state.set(o.to, ofUnknown(left, right));
				return 'next';
			}
			const decided = truthOfComparison(o.operator, left, right);
			state.set(o.to, ofNull(comparison({ operator: o.operator, left, right, signed: o.signed }, decided), left, right));
			return 'next';
		}
		case 'convert':
			put(state, o, convertValue(state.get(o.from), o));
			return 'next';
		case 'retype':
			put(state, o, retype(state.get(o.from), o));
			return 'next';
		case 'call':
			return transferCall(machine, state, o);
		case 'atomic':
			atomic(machine, state, o);
			return 'next';
		case 'asm':
			passBarrier(state);
			assembly(machine, state, o);
			return 'next';
		case 'unknown':
			state.set(o.to, o.scalar ? scalar(o.min, o.max) : { kind: 'unknown', ...(o.reason ? { reason: o.reason } : {}) });
			if (o.reason) machine.unknown(o.reason, machine.place(state, o.at), o.undeclared);
			return 'next';
		case 'end-of-scope': {
			const object = state.frame.objects.get(o.local.id);
			if (object !== undefined) {
				state.frameObjectsToWrite().delete(o.local.id);
				state.objectsToWrite().delete(object);
			}
			return 'next';
		}
	}
}

/** The value goes into a register, and into the variable that this is. */
function put(state: State, o: { readonly to: Register; readonly local?: Local }, value: Value): void {
	state.set(o.to, value);
	if (value.kind === 'pointer' && value.ref && o.local) nameHolder(state, value, o.local.name);
}

/** What was decided because a pointer is NULL says of which pointer. */
function ofNull(result: Scalar, left: Value, right: Value): Scalar {
	if (!isConstant(result)) return result;
	const id = left.kind === 'scalar' && left.null !== undefined ? left.null : right.kind === 'scalar' ? right.null : undefined;
	return id === undefined ? result : { ...result, null: id };
}

function globalPointer(symbol: GlobalSymbol): Value {
	if (symbol.ksym && symbol.extern) {
		const t = strip(symbol.type);
		if (symbol.weak) return UNKNOWN_VALUE;
		// A typed per-CPU kernel variable; an untyped or integer one is memory.
		if (t.kind === 'record') return pointer({ is: 'object', tag: t.tag ?? '', record: t, local: false }, 0, { id: symbolId(symbol) });
		if (t.kind === 'void') return scalar();
		const size = sizeOf(t);
		return size === undefined ? UNKNOWN_VALUE : pointer({ is: 'mem', size }, Flag.ReadOnly, { id: symbolId(symbol) });
	}
	return pointer({ is: 'global', symbol }, 0, { id: symbolId(symbol) });
}

/** Remembers the first variable that a new reference was put into, for messages. */
function nameHolder(state: State, value: Pointer, name: string): void {
	const reference = state.references.get(value.ref);
	if (!reference || name.startsWith('(') || value.offset !== (value.start ?? 0)) return;
	const fn = state.frame.graph.function;
	if (reference.holders?.some((one) => one.function === fn)) return;
	const holders = [...(reference.holders ?? []), { function: fn, name }];
	state.referencesToWrite().set(value.ref, { ...reference, holder: reference.holder ?? name, holders });
}

function offset(machine: Machine, state: State, o: OffsetOp): Value {
	const base = asCompiled(state, state.get(o.base));
	const index = o.index === undefined ? undefined : state.get(o.index);
	const isIndexed = index !== undefined || o.element !== undefined;
	if (base.kind === 'pointer') {
		if (isIndexed && !o.field && mayBeNull(base) && SOCKET_KINDS.has(base.base.is)) {
			machine.reporter.report(state, {
				rule: 'possibly-null-dereference',
				at: machine.place(state, o.at),
				variant: 'arithmetic',
				verifier: `pointer arithmetic on ${typeName(base)} prohibited, null-check it first`,
				facts: { type: typeName(base) },
				...referenceOf(state, base),
			});
		}
		let bytes = fixedBytes(o);
		if (o.field && base.base.is === 'object') bytes = flavourOffset(base, o.field) ?? bytes;
		// Where in a packet a pointer points decides nothing that is followed.
		if (base.base.is !== 'packet') precise(index);
		if (index?.kind === 'scalar' && index.min === index.max) bytes += (o.negative ? -1 : 1) * index.min * (o.scale ?? 1);
		else if (index) return addUnknown({ ...base, offset: base.offset + bytes }, index, o.negative === true, o.scale ?? 1);
		const relocated = o.field?.record.relocated === true;
		const moved = move(state, base, bytes, relocated);
		return relocated ? { ...moved, relocation: relocationOf(o) } : moved;
	}
	if (base.kind === 'scalar') {
		const kept = {
			...(base.was ? { was: base.was } : {}),
			...(base.mistagged ? { mistagged: base.mistagged } : {}),
			...(base.null === undefined ? {} : { null: base.null }),
			...(base.relocated || (base.null !== undefined && o.field?.record.relocated) ? { relocated: true } : {}),
		};
		if (base.min === base.max && !isIndexed) {
			const moved = base.min + o.bytes;
			return moved === base.min && !kept.relocated ? base : { ...constant(moved), ...kept };
		}
		if (o.element !== undefined && isConstant(base)) return { ...constant(base.min + fixedBytes(o)), ...kept };
		if (index?.kind === 'pointer') return { ...index, variable: true };
		if (isConstant(base) && index && isConstant(index))
			return { ...constant(base.min + o.bytes + (o.negative ? -1 : 1) * index.min * (o.scale ?? 1)), ...kept };
		return { ...scalar(), ...kept };
	}
	return UNKNOWN_VALUE;
}

/** The part of the way that the text says. */
function fixedBytes(o: OffsetOp): number {
	return o.element === undefined ? o.bytes : o.bytes + (o.negative ? -1 : 1) * o.element * (o.scale ?? 1);
}

/** What is computed of values of which one is unknown. */
function ofUnknown(...values: readonly Value[]): Value {
	return values.find((value) => value.kind === 'unknown' && value.null !== undefined) ?? UNKNOWN_VALUE;
}

const relocations = new WeakMap<OffsetOp, number>();
let lastRelocation = 0;
/** A number for each member access of the program's text. */
function relocationOf(o: OffsetOp): number {
	let known = relocations.get(o);
	if (known === undefined) relocations.set(o, (known = ++lastRelocation));
	return known;
}

function arithmeticValue(state: State, o: ArithmeticOp): Value {
	const l = state.get(o.left);
	const r = state.get(o.right);
	if (l.kind === 'scalar' && r.kind === 'scalar') return arithmetic(o.operator, l, r, o.size, o.signed);
	if (o.operator === '+' || o.operator === '-') {
		if (l.kind === 'pointer' && r.kind === 'scalar') return shift(l, r, o.operator === '-');
		if (r.kind === 'pointer' && l.kind === 'scalar' && o.operator === '+') return shift(r, l, false);
	}
	if (l.kind === 'unknown' || r.kind === 'unknown') return ofUnknown(l, r);
	return anyOf(o.size, o.signed);
}

function shift(p: Pointer, by: Scalar, negative: boolean): Pointer {
	if (p.base.is !== 'packet') precise(by);
	if (by.min === by.max) return { ...p, offset: p.offset + (negative ? -by.min : by.min) };
	return addUnknown(p, by, negative, 1);
}

/** Adds a number that is not known: its bounds widen the range, its identity names the place. */
function addUnknown(p: Pointer, by: Value, negative: boolean, scale: number): Pointer {
	const { symbol: oldSymbol, range: oldRange } = p;
	if (by.kind !== 'scalar') return { ...p, symbol: undefined, range: undefined, variable: true };
	const named = by.id !== 0 && (!p.variable || oldSymbol !== undefined);
	// `a[i + 1]` is one element behind `a[i]`: the constant part belongs to the fixed offset.
	const plus = named && by.sum ? (negative ? -1 : 1) * by.sum.plus * scale : 0;
	const symbol = named ? `${oldSymbol ?? ''}${negative ? '-' : '+'}${by.sum?.id ?? by.id}*${scale}` : undefined;
	const ends = [by.min * scale, by.max * scale].map((n) => (negative ? -n : n) - plus).sort((x, y) => x - y) as [number, number];
	const known = Number.isFinite(ends[0]) && Number.isFinite(ends[1]) && (!p.variable || oldRange !== undefined);
	const range: readonly [number, number] | undefined = known ? [ends[0] + (oldRange?.[0] ?? 0), ends[1] + (oldRange?.[1] ?? 0)] : undefined;
	return { ...p, offset: p.offset + plus, variable: true, symbol, range };
}

function convertValue(v: Value, o: ConvertOp): Value {
	if (v.kind === 'unknown') return v;
	if (o.bool) {
		if (v.kind === 'scalar' && v.min >= 0 && v.max <= 1) return v;
		const zero = constant(0);
		return comparison({ operator: '!=', left: v, right: zero, signed: false }, truthOfComparison('!=', v, zero));
	}
	if (v.kind === 'scalar') {
		const next = convert(v, o.size, o.signed);
		return v.typeOf ? { ...next, typeOf: v.typeOf } : next;
	}
	if (v.kind === 'pointer' && o.size < 8) return anyOf(o.size, o.signed);
	return v;
}

/** A pointer to a struct that arrives where the machine knows nothing better takes the type that C gives it. */
function retype(v: Value, o: RetypeOp): Value {
	if (v.kind === 'scalar' && isNull(v) && v.null === undefined) return { ...v, null: freshId() };
	if (v.kind === 'pointer' && v.base.is === 'object' && v.base.tag === '') {
		const t = strip(o.type);
		const to = t.kind === 'pointer' ? strip(t.to) : undefined;
		if (to?.kind === 'record') return { ...v, base: { ...v.base, tag: to.tag ?? '', record: to } };
		if (to && to.kind !== 'void') return scalar();
	}
	return v;
}

function atomic(machine: Machine, state: State, o: AtomicOp): void {
	const address = state.get(o.address);
	const from = o.from === undefined ? UNKNOWN_VALUE : state.get(o.from);
	// It happens once and in order, as what is volatile, but the compiler knows that control comes back from it.
	const { turn } = state;
	const old = loadFrom(machine, state, address, { ...o, op: 'load', to: o.to ?? 0, volatile: true });
	storeTo(machine, state, address, o.exchange ? from : anyOf(o.size, false), { ...o, op: 'store', from: o.from ?? 0, volatile: true });
	state.turn = turn;
	if (o.to !== undefined) state.set(o.to, old.kind === 'scalar' ? old : from.kind === 'pointer' ? old : anyOf(o.size, false));
}
