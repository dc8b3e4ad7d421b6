// What a branch teaches: narrows the state to the paths on which a value is true or false.
import type { CompareOperator } from '../flow/ir.js';
import { decide, narrow, negated, swapped } from './numbers.js';
import { precise } from './precision.js';
import type { State } from './state.js';
import { constant, Flag, isNull, isTrusted, type Pointer, type Scalar, type Value } from './value.js';

/** Is the value true on every path, on none, or on some (undefined)? */
export function truth(v: Value): boolean | undefined {
	if (v.kind === 'scalar') {
		const known = truthOfNumber(v);
		if (known !== undefined) precise(v);
		return known;
	}
	if (v.kind === 'pointer') return isKnownNotNull(v) ? true : undefined;
	return undefined;
}

function truthOfNumber(v: Scalar): boolean | undefined {
	if (v.min === 0 && v.max === 0) return false;
	if (v.min > 0 || v.max < 0) return true;
	return v.condition ? truthOfComparison(v.condition.operator, v.condition.left, v.condition.right) : undefined;
}

/**
 * Kinds of pointers by who knows that they are not NULL, so that a comparison with it has one outcome. The verifier: reg_not_null() of
 * kernel/bpf/verifier.c, 6.12 and 7.2. The compiler (clang 19, -O2): what has a name, what was moved from where it pointed, as packet pointers
 * mostly are, and what was accessed before; what is left of a packet (its very start, pointers that come back out of memory) is taken for that as
 * well. Else both ways are followed.
 */
const NOT_NULL: Readonly<Record<Pointer['base']['is'], 'verifier' | 'if-trusted' | 'compiler' | 'nobody'>> = {
	sock: 'verifier',
	sock_common: 'verifier',
	tcp_sock: 'verifier',
	xdp_sock: 'verifier',
	buf: 'verifier',
	mem: 'verifier',
	map: 'verifier',
	map_key: 'verifier',
	map_value: 'verifier',
	global: 'verifier',
	string: 'verifier',
	object: 'if-trusted',
	ctx: 'compiler',
	packet: 'compiler',
	packet_meta: 'compiler',
	packet_end: 'compiler',
	stack: 'compiler',
	function: 'compiler',
	dynptr: 'compiler',
	arena: 'nobody',
};

/** Does a comparison with NULL have one outcome? */
function isKnownNotNull(p: Pointer): boolean {
	if (p.flags & Flag.MaybeNull) return false;
	const known = NOT_NULL[p.base.is];
	return known === 'verifier' || (known === 'if-trusted' ? isTrusted(p) : known === 'compiler' && !(p.flags & Flag.Opaque));
}

/** A value as it comes out of volatile memory. */
export function opaque(v: Value): Value {
	if (v.kind !== 'pointer' || NOT_NULL[v.base.is] !== 'compiler' || v.flags & Flag.Opaque) return v;
	return { ...v, flags: v.flags | Flag.Opaque };
}

/** The outcome of a comparison, where its operands decide it. */
export function truthOfComparison(operator: CompareOperator, l: Value, r: Value): boolean | undefined {
	if (l.kind === 'scalar' && r.kind === 'scalar') return decide(operator, l, r);
	const [p, other] = l.kind === 'pointer' ? [l, r] : r.kind === 'pointer' ? [r, l] : [undefined, r];
	if (!p) return undefined;
	if (isNull(other)) {
		if (operator === '==') return isKnownNotNull(p) ? false : undefined;
		if (operator === '!=') return isKnownNotNull(p) ? true : undefined;
		return undefined;
	}
	if (other.kind === 'pointer' && other.id === p.id && other.offset === p.offset && !other.variable && !p.variable) {
		if (operator === '==' || operator === '<=' || operator === '>=') return true;
		return false;
	}
	return undefined;
}

/** Narrows the state to `v` being true (or false); gives false where no path is left. */
export function assume(state: State, v: Value, wanted: boolean): boolean {
	if (v.kind === 'pointer') return assumeNullness(state, v, !wanted);
	if (v.kind !== 'scalar') return true;
	const known = truth(v);
	if (known !== undefined) return known === wanted;
	if (v.condition) {
		const { left, right, operator } = v.condition;
		// What a comparison says of a pointer must hold wherever its truth value is asked for again.
		if (left.kind === 'pointer' || right.kind === 'pointer') precise(v);
		if (!assumeComparison(state, wanted ? operator : negated(operator), left, right, v)) return false;
	}
	if (wanted) {
		if (v.min === 0) return replace(state, v, 1, v.max, [v]);
		if (v.max === 0) return replace(state, v, v.min, -1, [v]);
		return true;
	}
	return replace(state, v, 0, 0, [v]);
}

function assumeNullness(state: State, p: Pointer, isNullHere: boolean): boolean {
	if (isKnownNotNull(p)) return !isNullHere;
	if (!(p.flags & Flag.MaybeNull)) return true;
	if (isNullHere) state.markNull(p.id);
	else state.markNotNull(p.id);
	return true;
}

/** `truthValue` is the number that is the comparison's outcome. */
function assumeComparison(state: State, operator: CompareOperator, l: Value, r: Value, truthValue: Scalar): boolean {
	const known = truthOfComparison(operator, l, r);
	if (known === false) return false;
	if (l.kind === 'scalar' && r.kind === 'scalar') {
		// `(a == b) == 0` and the like: the inner comparison is what is learnt.
		if (l.condition && r.min === r.max && (operator === '==' || operator === '!=')) {
			const inner = (r.min !== 0) === (operator === '==');
			if (r.min === 0 || r.min === 1) return assume(state, l, r.min === 0 ? operator === '!=' : inner);
		}
		const because = [l, r, truthValue];
		const left = narrow(l, operator, r);
		const right = narrow(r, swapped(operator), l);
		if (!left || !right) return false;
		if (operator === '!=') {
			if (r.min === r.max) exclude(state, l, r.min, because);
			else if (l.min === l.max) exclude(state, r, l.min, because);
		}
		return replace(state, l, left[0], left[1], because) && replace(state, r, right[0], right[1], because);
	}
	if (l.kind === 'pointer' && isNull(r)) return operator === '==' || operator === '!=' ? assumeNullness(state, l, operator === '==') : true;
	if (r.kind === 'pointer' && isNull(l)) return operator === '==' || operator === '!=' ? assumeNullness(state, r, operator === '==') : true;
	if (l.kind === 'pointer' && r.kind === 'pointer' && operator === '==' && l.base.is !== 'object' && r.base.is !== 'object') {
		// Equal to something that is not NULL: not NULL either.
		if (isKnownNotNull(l) && r.flags & Flag.MaybeNull) state.markNotNull(r.id);
		else if (isKnownNotNull(r) && l.flags & Flag.MaybeNull) state.markNotNull(l.id);
	}
	return true;
}

/** Numbers that a number is remembered not to be. */
const EXCLUDED = 4;

/** Every copy of the number is known not to be this one. */
function exclude(state: State, v: Scalar, number: number, because: readonly Scalar[]): void {
	if (v.id === 0 || number <= v.min || number >= v.max) return;
	state.rewrite((other) => {
		if (other.kind !== 'scalar' || other.id !== v.id || other.not?.includes(number) || (other.not?.length ?? 0) >= EXCLUDED) return other;
		return { ...other, not: [...(other.not ?? []), number], from: [other, ...because], precise: false };
	});
}

/** Every copy of the number takes the narrower range. */
function replace(state: State, v: Scalar, min: number, max: number, because: readonly Scalar[]): boolean {
	if (min > max) return false;
	if (v.id === 0 || (v.min === min && v.max === max)) return true;
	state.rewrite((other) => {
		if (other.kind !== 'scalar' || other.id !== v.id) return other;
		const low = Math.max(other.min, min);
		const high = Math.min(other.max, max);
		if (low > high) return other;
		const from = [other, ...because];
		return low === high ? constant(low, from) : { ...other, min: low, max: high, from, precise: false };
	});
	return true;
}
