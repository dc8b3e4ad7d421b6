// What global data holds when it is loaded as it was compiled: the bytes that its initializer gives it, and zero where there is none.
import { type CType, findMember, sizeOf, strip } from '../btf/ctype.js';
import type { Designator, Expression, InitializerItem, InitializerList } from '../syntax/ast.js';
import { integerOf } from './arithmetic.js';
import type { GlobalSymbol, Scope } from './model.js';

/** Data beyond this size is not laid out, and its values are not known. A map of global data that is larger is rare. */
const IMAGE_LIMIT = 1 << 20;
/** Aggregates within aggregates beyond which nothing is laid out: broken text can make a struct part of itself. */
const NESTING_LIMIT = 32;

/** A place within the data: its first bit, and its width where it is a bit-field. */
interface Spot {
	readonly type: CType;
	readonly bit: number;
	readonly width?: number;
	/** Aggregates around it. */
	readonly depth: number;
}

export class InitialImage {
	private readonly bytes: Uint8Array;
	/** Bits of bytes that no constant expression gives: addresses, floating-point numbers, what could not be understood. */
	private readonly unknown: Uint8Array;

	constructor(
		private readonly scope: Scope,
		symbol: GlobalSymbol,
	) {
		const size = sizeOf(symbol.type) ?? 0;
		const room = size > IMAGE_LIMIT ? 0 : size;
		this.bytes = new Uint8Array(room);
		this.unknown = new Uint8Array(room);
		if (room > 0 && symbol.initializer) this.put({ type: symbol.type, bit: 0, depth: 0 }, symbol.initializer);
	}

	/** The number in `width` bits from `bit` on, both counted as a little-endian machine does; undefined where it is not known. */
	read(bit: number, width: number): bigint | undefined {
		if (bit < 0 || bit + width > this.bytes.length * 8) return undefined;
		let value = 0n;
		for (let at = 0; at < width; at++) {
			const [byte, mask] = [(bit + at) >> 3, 1 << ((bit + at) & 7)];
			if (this.unknown[byte]! & mask) return undefined;
			if (this.bytes[byte]! & mask) value |= 1n << BigInt(at);
		}
		return value;
	}

	private write({ bit }: Spot, width: number, value: bigint | undefined): void {
		const end = Math.min(bit + width, this.bytes.length * 8);
		if (!value && bit % 8 === 0 && width % 8 === 0) {
			this.bytes.fill(0, bit / 8, end / 8);
			this.unknown.fill(value === undefined ? 0xff : 0, bit / 8, end / 8);
			return;
		}
		for (let at = bit; at < end; at++) {
			const [byte, mask] = [at >> 3, 1 << (at & 7)];
			const set = value !== undefined && (value >> BigInt(at - bit)) & 1n;
			this.bytes[byte] = set ? this.bytes[byte]! | mask : this.bytes[byte]! & ~mask;
			this.unknown[byte] = value === undefined ? this.unknown[byte]! | mask : this.unknown[byte]! & ~mask;
		}
	}

	/** All of a place, to its end. */
	private writeAll(spot: Spot, value: bigint | undefined): void {
		this.write(spot, spot.width ?? (sizeOf(spot.type) ?? this.bytes.length) * 8, value);
	}

	/** Puts what one initializer says into one place. */
	private put(spot: Spot, value: Expression): void {
		if (value.kind === 'compound-literal') this.put(spot, value.initializer);
		else if (value.kind === 'initializer-list') this.putList(spot, value);
		else if (value.kind === 'string' && isCharacters(spot.type)) this.putString(spot, value.value);
		else {
			const known = isAggregate(spot.type) ? undefined : this.scope.constant(value);
			const t = strip(spot.type);
			const int = integerOf(t);
			// A number that is converted to floating point has other bits.
			const whole = known === undefined || (!int && t.kind !== 'pointer') ? undefined : int?.bool ? (known === 0n ? 0n : 1n) : known;
			this.writeAll(spot, whole);
		}
	}

	private putString(spot: Spot, text: string): void {
		this.writeAll(spot, 0n);
		const room = sizeOf(spot.type) ?? 0;
		for (let at = 0; at < Math.min(text.length, room); at++)
			this.write({ ...spot, bit: spot.bit + at * 8 }, 8, BigInt(text.charCodeAt(at) & 0xff));
	}

	private putList(spot: Spot, list: InitializerList): void {
		const [only] = list.items;
		if (isAggregate(spot.type)) {
			this.writeAll(spot, 0n);
			if (list.items.length === 1 && only!.designators.length === 0 && only!.value.kind === 'string' && isCharacters(spot.type))
				this.putString(spot, only!.value.value);
			else this.putItems(spot, [...list.items], true);
		} else if (only) this.put(spot, only.value);
		else this.writeAll(spot, 0n);
	}

	/**
	 * Puts items into the elements or members of a place, in C's order. Without braces of its own (`braced`) an aggregate takes as many items as it
	 * has room for and leaves the rest.
	 */
	private putItems(spot: Spot, items: InitializerItem[], braced: boolean): void {
		let next = 0;
		while (items.length > 0) {
			const { designators, value } = items[0]!;
			if (designators.length > 0) {
				if (!braced) return;
				items.shift();
				const after = this.putDesignated(spot, designators, value);
				// What follows a designator of several steps goes on within what it named: rare, and not followed.
				if (!after || (after.deep && items[0]?.designators.length === 0)) {
					this.writeAll(spot, undefined);
					return;
				}
				next = after.next;
				continue;
			}
			const part = partAt(spot, next++);
			if (!part) return;
			if (isAggregate(part.type) && !this.isWhole(part.type, value)) this.putItems(part, items, false);
			else {
				items.shift();
				this.put(part, value);
			}
		}
	}

	/** Puts a value at `[1]`, `[1 ... 3]`, `.member` or longer ways; gives the position behind the first step. Undefined where it is not understood. */
	private putDesignated(spot: Spot, designators: readonly Designator[], value: Expression): { next: number; deep: boolean } | undefined {
		const [first, ...more] = designators;
		if (!first) return undefined;
		const t = strip(spot.type);
		let [from, to, rest]: [number, number, readonly Designator[]] = [-1, -1, more];
		if (first.member !== undefined && t.kind === 'record') {
			const { member: name } = first;
			from = to = t.members.findIndex((m) => m.name === name);
			if (from < 0) {
				// A member of an unnamed struct or union is named by way of that one.
				from = to = t.members.findIndex((m) => m.name === undefined && isRecordWith(m.type, name));
				rest = designators;
			}
		} else if (first.index && t.kind === 'array') {
			from = Number(this.scope.constant(first.index) ?? -1);
			to = first.upTo ? Number(this.scope.constant(first.upTo) ?? -1) : from;
		}
		if (from < 0 || to < from || to > this.bytes.length) return undefined;
		for (let position = from; position <= to; position++) {
			const part = partAt(spot, position, true);
			if (!part) return undefined;
			if (rest.length === 0) this.put(part, value);
			else if (!this.putDesignated(part, rest, value)) return undefined;
		}
		return { next: to + 1, deep: rest.length > 0 };
	}

	/** Does the item stand for the aggregate as a whole, and not for the first of its parts? */
	private isWhole(type: CType, value: Expression): boolean {
		if (value.kind === 'initializer-list' || value.kind === 'compound-literal') return true;
		if (value.kind === 'string') return isCharacters(type);
		return strip(this.scope.typeOf(value)).kind === 'record';
	}
}

function isAggregate(type: CType): boolean {
	const { kind } = strip(type);
	return kind === 'array' || kind === 'record';
}

function isCharacters(type: CType): boolean {
	const t = strip(type);
	return t.kind === 'array' && sizeOf(t.of) === 1 && integerOf(t.of) !== undefined;
}

function isRecordWith(type: CType, name: string): boolean {
	const t = strip(type);
	return t.kind === 'record' && findMember(t, name) !== undefined;
}

/** The element or member at a position; undefined behind the last. A union's first is its only one, unless it is `named`. */
function partAt({ type, bit, depth: outer }: Spot, position: number, named = false): Spot | undefined {
	const t = strip(type);
	const depth = outer + 1;
	if (depth > NESTING_LIMIT) return undefined;
	if (t.kind === 'array') {
		const size = sizeOf(t.of);
		const inside = size !== undefined && size > 0 && position < (t.length ?? Number.POSITIVE_INFINITY);
		return inside ? { type: t.of, bit: bit + position * size * 8, depth } : undefined;
	}
	const member = t.kind === 'record' && (named || !t.union || position === 0) ? t.members[position] : undefined;
	if (!member) return undefined;
	const start = bit + (member.bitOffset ?? member.offset * 8);
	return { type: member.type, bit: start, depth, ...(member.bitWidth !== undefined && { width: member.bitWidth }) };
}
