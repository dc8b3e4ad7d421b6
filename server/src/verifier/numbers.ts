// Ranges of numbers: arithmetic, conversion, comparison. A range is inclusive; beyond 2^53 bounds are approximate and only ever too wide.
import type { ArithmeticOperator, CompareOperator } from '../flow/ir.js';
import { sources } from './precision.js';
import { type LoadPlace, placesInUse, usePlaces } from './remembered.js';
import { type Condition, constant, freshId, numberOf, type Scalar, scalar, type Value } from './value.js';

const EXACT = Number.MAX_SAFE_INTEGER;

const RANGES = new Map(
	[1, 2, 4].map((size) => {
		const span = 2 ** (8 * size);
		return [size, { signed: [-span / 2, span / 2 - 1] as const, unsigned: [0, span - 1] as const }];
	}),
);
const WIDE = { signed: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const, unsigned: [0, Number.POSITIVE_INFINITY] as const };

/** What a C integer type of `size` bytes can hold. */
export function typeRange(size: number, signed: boolean): readonly [number, number] {
	const both = RANGES.get(size) ?? WIDE;
	return signed ? both.signed : both.unsigned;
}

/** An unknown number of this type; with `bits`, of a bit-field. */
export function anyOf(size: number, signed: boolean, bits?: number): Scalar {
	if (bits !== undefined && bits < 53) return signed ? scalar(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) : scalar(0, 2 ** bits - 1);
	const [min, max] = typeRange(size, signed);
	return scalar(min, max);
}

/** Truncation to `size` bytes and extension by the target's signedness. */
export function convert(v: Scalar, size: number, signed: boolean): Scalar {
	const [low, high] = typeRange(size, signed);
	if (v.min >= low && v.max <= high) return v;
	if (v.min === v.max && Math.abs(v.min) <= EXACT) {
		const wrapped = signed ? BigInt.asIntN(size * 8, BigInt(v.min)) : BigInt.asUintN(size * 8, BigInt(v.min));
		return constant(Number(wrapped), [v]);
	}
	// The same bits under another reading: comparisons with this one say nothing of the old one.
	return derived(`c${size}${signed}`, v, v, low, high);
}

/** `x + 3` and `(x + 1) + 2` as x and 3; C promises that signed sums do not wrap. */
function sumOf(operator: ArithmeticOperator, l: Scalar, r: Scalar): Scalar['sum'] {
	if (operator !== '+' && operator !== '-') return undefined;
	const [v, by] =
		r.min === r.max ? [l, operator === '+' ? r.min : -r.min] : operator === '+' && l.min === l.max ? [r, l.min] : [undefined, 0];
	if (!v || v.id === 0) return undefined;
	return { id: v.sum?.id ?? v.id, plus: (v.sum?.plus ?? 0) + by };
}

let numbering = new Map<string, number>();

/** Value numbering: the same operation on the same numbers gives a number of the same identity, so that `a[i + 1]` is one place. */
function derived(operation: string, l: Scalar, r: Scalar, min: number, max: number, from?: readonly Scalar[]): Scalar {
	if ((l.id === 0 && l.min !== l.max) || (r.id === 0 && r.min !== r.max)) return scalar(min, max, from);
	const key = `${operation}:${l.id || `=${l.min}`}:${r.id || `=${r.min}`}`;
	let id = numbering.get(key);
	if (id === undefined) numbering.set(key, (id = freshId()));
	return numberOf(id, min, max, from);
}

/** The identities that the exploration of one program has given so far. */
export interface Numbering {
	readonly numbers: Map<string, number>;
	readonly places: Map<string, LoadPlace>;
}

/** Begins a numbering: the numbers of two programs have nothing to do with each other. */
export function beginNumbering(): void {
	resumeNumbering({ numbers: new Map(), places: new Map() });
}

/** What `resumeNumbering` takes, for an exploration that lets others come between. */
export function numberingInUse(): Numbering {
	return { numbers: numbering, places: placesInUse() };
}

export function resumeNumbering({ numbers, places }: Numbering): void {
	numbering = numbers;
	usePlaces(places);
}

export function arithmetic(operator: ArithmeticOperator, l: Scalar, r: Scalar, size: number, signed: boolean): Scalar {
	const exact = l.min === l.max && r.min === r.max && Math.abs(l.min) <= EXACT && Math.abs(r.min) <= EXACT;
	if (exact) {
		const value = foldSmall(operator, l.min, r.min, size, signed) ?? foldExactly(operator, l.min, r.min, size, signed);
		return value === undefined ? anyOf(size, signed) : constant(value, [l, r]);
	}
	const range = bounds(operator, l, r);
	const [low, high] = typeRange(size, signed);
	const name = `${operator}${size}${signed}`;
	const fits = range && range[0] >= low && range[1] <= high;
	// What holds for all numbers of the type holds whatever the operands are.
	const result = fits ? derived(name, l, r, range[0], range[1], [l, r]) : derived(name, l, r, low, high);
	const sum = sumOf(operator, l, r);
	return sum && (fits || signed) ? { ...result, sum } : result;
}

/** Sums and differences that neither wrap nor lose a digit: counters, nearly always. */
function foldSmall(operator: ArithmeticOperator, l: number, r: number, size: number, signed: boolean): number | undefined {
	if (operator !== '+' && operator !== '-') return undefined;
	const value = operator === '+' ? l + r : l - r;
	const [low, high] = typeRange(size, signed);
	return value >= low && value <= high && Math.abs(value) <= EXACT ? value : undefined;
}

function foldExactly(operator: ArithmeticOperator, l: number, r: number, size: number, signed: boolean): number | undefined {
	const value = fold(operator, BigInt(l), BigInt(r), size);
	if (value === undefined) return undefined;
	return Number(signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value));
}

function fold(operator: ArithmeticOperator, l: bigint, r: bigint, size: number): bigint | undefined {
	switch (operator) {
		case '+':
			return l + r;
		case '-':
			return l - r;
		case '*':
			return l * r;
		case '/':
			return r === 0n ? 0n : l / r;
		case '%':
			return r === 0n ? l : l % r;
		case '&':
			return l & r;
		case '|':
			return l | r;
		case '^':
			return l ^ r;
		case '<<':
			return r < 0n || r >= BigInt(size * 8) ? undefined : l << r;
		case '>>':
			return r < 0n || r >= BigInt(size * 8) ? undefined : l >> r;
	}
}

function bounds(operator: ArithmeticOperator, l: Scalar, r: Scalar): readonly [number, number] | undefined {
	switch (operator) {
		case '+':
			return [l.min + r.min, l.max + r.max];
		case '-':
			return [l.min - r.max, l.max - r.min];
		case '*':
			return l.min >= 0 && r.min >= 0 && Number.isFinite(l.max) && Number.isFinite(r.max) ? [l.min * r.min, l.max * r.max] : undefined;
		case '&':
			if (r.min >= 0 && Number.isFinite(r.max)) return [0, l.min >= 0 ? Math.min(l.max, r.max) : r.max];
			if (l.min >= 0 && Number.isFinite(l.max)) return [0, l.max];
			return undefined;
		case '%':
			return l.min >= 0 && r.min > 0 && Number.isFinite(r.max) ? [0, Math.min(l.max, r.max - 1)] : undefined;
		case '/':
			return l.min >= 0 && r.min > 0 ? [0, l.max] : undefined;
		case '>>':
			return l.min >= 0 && r.min === r.max && r.min >= 0 && r.min < 53
				? [Math.floor(l.min / 2 ** r.min), Math.floor(l.max / 2 ** r.min)]
				: undefined;
		case '<<':
			return l.min >= 0 && r.min === r.max && r.min >= 0 && r.min < 53 && Number.isFinite(l.max)
				? [l.min * 2 ** r.min, l.max * 2 ** r.min]
				: undefined;
		case '|':
			if (l.min >= 0 && r.min >= 0 && Number.isFinite(l.max) && Number.isFinite(r.max)) {
				return [Math.max(l.min, r.min), 2 ** Math.ceil(Math.log2(Math.max(l.max, r.max) + 1)) - 1];
			}
			return undefined;
		default:
			return undefined;
	}
}

/** Whether the comparison holds for all, for none, or for some of the numbers in the ranges (undefined). */
export function decide(operator: CompareOperator, l: Scalar, r: Scalar): boolean | undefined {
	switch (operator) {
		case '==':
			if (l.min === l.max && r.min === r.max && l.min === r.min) return true;
			if (l.id !== 0 && l.id === r.id) return true;
			if ((r.min === r.max && l.not?.includes(r.min)) || (l.min === l.max && r.not?.includes(l.min))) return false;
			return l.max < r.min || l.min > r.max ? false : undefined;
		case '!=': {
			const equal = decide('==', l, r);
			return equal === undefined ? undefined : !equal;
		}
		case '<':
			return l.max < r.min ? true : l.min >= r.max ? false : undefined;
		case '<=':
			return l.max <= r.min ? true : l.min > r.max ? false : undefined;
		case '>':
			return decide('<', r, l);
		case '>=':
			return decide('<=', r, l);
	}
}

const NEGATED: Readonly<Record<CompareOperator, CompareOperator>> = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' };
export function negated(operator: CompareOperator): CompareOperator {
	return NEGATED[operator];
}
const SWAPPED: Readonly<Record<CompareOperator, CompareOperator>> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
export function swapped(operator: CompareOperator): CompareOperator {
	return SWAPPED[operator];
}

/** The part of `v` for which `v operator other` can hold; undefined where there is none. */
export function narrow(v: Scalar, operator: CompareOperator, other: Scalar): readonly [number, number] | undefined {
	let { min, max } = v;
	switch (operator) {
		case '==':
			min = Math.max(min, other.min);
			max = Math.min(max, other.max);
			break;
		case '!=':
			if (other.min === other.max) {
				if (min === other.min) min += 1;
				if (max === other.min) max -= 1;
			}
			break;
		case '<':
			max = Math.min(max, other.max - 1);
			break;
		case '<=':
			max = Math.min(max, other.max);
			break;
		case '>':
			min = Math.max(min, other.min + 1);
			break;
		case '>=':
			min = Math.max(min, other.min);
			break;
	}
	return min > max ? undefined : [min, max];
}

/** The truth value of a comparison, remembering what was compared. */
export function comparison(condition: Condition, decided: boolean | undefined): Scalar {
	if (decided !== undefined) {
		return constant(decided ? 1 : 0, sources(condition.left, condition.right));
	}
	return { ...scalar(0, 1), condition };
}

export function isScalar(v: Value): v is Scalar {
	return v.kind === 'scalar';
}
