// C's rules for arithmetic types: promotion, the usual conversions, and integers that wrap at their width.
import { BUILTIN_TYPES } from '../btf/builtin-int.js';
import { type CType, INT, type IntType, LONG, strip, UNSIGNED_INT, UNSIGNED_LONG } from '../btf/ctype.js';

/** Ranks of C's integer types: where two have one size, the higher rank wins. */
const RANK = new Map([
	['int', 3],
	['unsigned int', 3],
	['long', 4],
	['unsigned long', 4],
	['long long', 5],
	['unsigned long long', 5],
	['__int128', 6],
	['unsigned __int128', 6],
]);

/** The integer type behind a type: itself, or the one that an enumeration is stored as; undefined for what is no integer. */
export function integerOf(type: CType): IntType | undefined {
	const t = strip(type);
	if (t.kind === 'int') {
		const qualified = t.const || t.volatile || t.tags;
		const plain = qualified ? BUILTIN_TYPES.get(t.name) : t;
		return plain?.kind === 'int' ? plain : t;
	}
	if (t.kind !== 'enum') return undefined;
	if (t.size > 4) return t.signed ? LONG : UNSIGNED_LONG;
	return t.signed ? INT : UNSIGNED_INT;
}

/** Integer promotion: what is narrower than `int` becomes `int`. `bitWidth` is that of a bit-field, which promotes by its width. */
export function promote(type: CType, bitWidth?: number): CType {
	const t = strip(type);
	if (t.kind === 'float') return type;
	const int = integerOf(type);
	if (!int) return type;
	if (int.size < 4) return INT;
	if (bitWidth !== undefined && int.size === 4 && bitWidth < 32) return INT;
	return t.kind === 'enum' ? int : type;
}

/** The common type of two arithmetic operands; undefined where one of them is not arithmetic. */
export function usualConversion(left: CType, right: CType): CType | undefined {
	const l = strip(left);
	const r = strip(right);
	if (l.kind === 'float' || r.kind === 'float') {
		if (l.kind !== 'float') return integerOf(l) ? right : undefined;
		if (r.kind !== 'float') return integerOf(r) ? left : undefined;
		return l.size >= r.size ? l : r;
	}
	const a = integerOf(promote(left));
	const b = integerOf(promote(right));
	if (!a || !b) return undefined;
	const rankA = RANK.get(a.name) ?? 3;
	const rankB = RANK.get(b.name) ?? 3;
	if (a.signed === b.signed) return rankA >= rankB ? a : b;
	const [signed, unsigned, signedRank, unsignedRank] = a.signed ? [a, b, rankA, rankB] : [b, a, rankB, rankA];
	if (unsignedRank >= signedRank) return unsigned;
	if (signed.size > unsigned.size) return signed;
	return BUILTIN_TYPES.get(`unsigned ${signed.name}`) ?? UNSIGNED_LONG;
}

/** `value` as an integer of this type holds it: modulo its width, and two's complement where it is signed. */
export function wrap(value: bigint, type: IntType): bigint {
	if (type.bool) return value === 0n ? 0n : 1n;
	const bits = type.size * 8;
	return type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
