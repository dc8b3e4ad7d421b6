// The value of integer constant expressions, with C's types: what wraps, what is unsigned, what is left undefined.
import { BUILTIN_TYPES, SIZE_T } from '../btf/builtin-int.js';
import { type CType, findMember, INT, type IntType, sizeOf, strip, UNSIGNED_LONG } from '../btf/ctype.js';
import { alignOf } from '../btf/layout.js';
import { isTypeNode, type LocalTypes } from '../btf/types-from-syntax.js';
import type { Binary, Call, Cast, Conditional, Designator, Expression, Offsetof, Sizeof, TypeNode, Unary } from '../syntax/ast.js';
import { integerOf, promote, usualConversion, wrap } from './arithmetic.js';
import { decay } from './block-scope.js';
import { foldBuiltin } from './builtin-functions.js';
import { compatibleTypes } from './compatible.js';
import { type ExpressionTyper, pointee } from './expression-type.js';

/** A constant with its type: an integer, or an address that is known (`(void *)0`, `&((struct x *)0)->y`). */
export interface Constant {
	readonly value: bigint;
	readonly type: CType;
}

export interface ConstantContext {
	type(node: TypeNode, locals?: LocalTypes): CType;
	enumerator(name: string): Constant | undefined;
	readonly typer: ExpressionTyper;
}

/** Evaluates constant expressions. What is no constant gives undefined; nothing throws. */
export class ConstantEvaluator {
	constructor(private readonly context: ConstantContext) {}

	evaluate(e: Expression, locals?: LocalTypes): Constant | undefined {
		switch (e.kind) {
			case 'integer': {
				const type = BUILTIN_TYPES.get(e.type) ?? INT;
				return this.as(e.value, type);
			}
			case 'identifier': {
				const local = locals?.lookup(e.name);
				if (local) return local.constant === undefined ? undefined : { value: local.constant, type: local.type };
				return this.context.enumerator(e.name);
			}
			case 'unary':
				return this.unary(e, locals);
			case 'binary':
				return this.binary(e, locals);
			case 'logical': {
				const left = this.evaluate(e.left, locals);
				if (left === undefined) return undefined;
				const decided = e.operator === '&&' ? left.value === 0n : left.value !== 0n;
				if (decided) return { value: left.value === 0n ? 0n : 1n, type: INT };
				const right = this.evaluate(e.right, locals);
				return right && { value: right.value === 0n ? 0n : 1n, type: INT };
			}
			case 'conditional':
				return this.conditional(e, locals);
			case 'cast':
				return this.cast(e, locals);
			case 'address-of': {
				const address = this.address(e.operand, locals);
				return address === undefined ? undefined : this.as(address, this.context.typer.typeOf(e, locals));
			}
			case 'sizeof':
				return this.sizeof(e, locals);
			case 'offsetof':
				return this.offsetof(e, locals);
			case 'types-compatible': {
				const same = compatibleTypes(this.context.type(e.left, locals), this.context.type(e.right, locals));
				return { value: same ? 1n : 0n, type: INT };
			}
			case 'generic': {
				const chosen = this.context.typer.chooseGeneric(e, locals);
				return chosen && this.evaluate(chosen, locals);
			}
			case 'call':
				return this.call(e, locals);
			case 'comma':
				return this.evaluate(e.left, locals) && this.evaluate(e.right, locals);
			case 'statement-expression': {
				const [only, ...rest] = e.body.body;
				return only?.kind === 'expression-statement' && rest.length === 0 ? this.evaluate(only.expression, locals) : undefined;
			}
			default:
				return undefined;
		}
	}

	/** The value as this type holds it; undefined for types that hold no integer. */
	private as(value: bigint, type: CType): Constant | undefined {
		const int = integerOf(type) ?? (strip(type).kind === 'pointer' ? UNSIGNED_LONG : undefined);
		return int && { value: wrap(value, int), type };
	}

	private promoted(constant: Constant): { readonly value: bigint; readonly type: IntType } | undefined {
		const type = integerOf(promote(constant.type));
		return type && { value: wrap(constant.value, type), type };
	}

	private unary(e: Unary, locals: LocalTypes | undefined): Constant | undefined {
		const operand = this.evaluate(e.operand, locals);
		if (operand === undefined) return undefined;
		if (e.operator === '!') return { value: operand.value === 0n ? 1n : 0n, type: INT };
		const { value, type } = this.promoted(operand) ?? {};
		if (value === undefined || !type) return undefined;
		switch (e.operator) {
			case '-':
				return { value: wrap(-value, type), type };
			case '~':
				return { value: wrap(~value, type), type };
			default:
				return { value, type };
		}
	}

	private binary(e: Binary, locals: LocalTypes | undefined): Constant | undefined {
		const left = this.evaluate(e.left, locals);
		const right = left && this.evaluate(e.right, locals);
		if (!left || !right) return undefined;
		if (e.operator === '<<' || e.operator === '>>') return this.shift(e.operator, left, right);
		if (strip(left.type).kind === 'pointer' || strip(right.type).kind === 'pointer') return this.pointers(e.operator, left, right);
		const common = usualConversion(left.type, right.type);
		const type = common && integerOf(common);
		if (!type) return undefined;
		const a = wrap(left.value, type);
		const b = wrap(right.value, type);
		const compared = compare(e.operator, a, b);
		if (compared !== undefined) return { value: compared ? 1n : 0n, type: INT };
		const value = compute(e.operator, a, b);
		return value === undefined ? undefined : { value: wrap(value, type), type };
	}

	private shift(operator: '<<' | '>>', left: Constant, right: Constant): Constant | undefined {
		const promoted = this.promoted(left);
		if (!promoted) return undefined;
		const { value, type } = promoted;
		// A shift by the width or more means nothing in C; the check also bounds the number's size here.
		if (right.value < 0n || right.value >= BigInt(type.size * 8)) return undefined;
		return { value: wrap(operator === '<<' ? value << right.value : value >> right.value, type), type };
	}

	/** Arithmetic and comparison of addresses that are known. */
	private pointers(operator: Binary['operator'], left: Constant, right: Constant): Constant | undefined {
		const compared = compare(operator, BigInt.asUintN(64, left.value), BigInt.asUintN(64, right.value));
		if (compared !== undefined) return { value: compared ? 1n : 0n, type: INT };
		const l = strip(left.type);
		const r = strip(right.type);
		const pointer = l.kind === 'pointer' ? l : r;
		const size = BigInt(pointer.kind === 'pointer' ? (sizeOf(pointer.to) ?? 1) : 1);
		if (operator === '-' && l.kind === 'pointer' && r.kind === 'pointer') {
			return size === 0n ? undefined : this.as((left.value - right.value) / size, BUILTIN_TYPES.get('long')!);
		}
		if (operator === '+') {
			return l.kind === 'pointer'
				? this.as(left.value + right.value * size, left.type)
				: this.as(right.value + left.value * size, right.type);
		}
		return operator === '-' && l.kind === 'pointer' ? this.as(left.value - right.value * size, left.type) : undefined;
	}

	private conditional(e: Conditional, locals: LocalTypes | undefined): Constant | undefined {
		const condition = this.evaluate(e.condition, locals);
		if (!condition) return undefined;
		const chosen = condition.value === 0n ? this.evaluate(e.else, locals) : e.then ? this.evaluate(e.then, locals) : condition;
		if (!chosen) return undefined;
		const common = this.context.typer.typeOf(e, locals);
		return this.as(chosen.value, common) ?? chosen;
	}

	private cast(e: Cast, locals: LocalTypes | undefined): Constant | undefined {
		const type = this.context.type(e.type, locals);
		if (e.operand.kind === 'float') {
			const whole = Math.trunc(e.operand.value);
			return integerOf(type) && Number.isFinite(whole) ? this.as(BigInt(whole), type) : undefined;
		}
		const operand = this.evaluate(e.operand, locals);
		return operand && this.as(operand.value, type);
	}

	private sizeof(e: Sizeof, locals: LocalTypes | undefined): Constant | undefined {
		const type = isTypeNode(e.operand) ? this.context.type(e.operand, locals) : this.context.typer.typeOf(e.operand, locals);
		if (e.operator === 'alignof') return strip(type).kind === 'unknown' ? undefined : { value: BigInt(alignOf(type)), type: SIZE_T };
		const kind = strip(type).kind;
		// GNU: void and functions count one byte.
		const size = kind === 'void' || kind === 'function' ? 1 : sizeOf(type);
		return size === undefined ? undefined : { value: BigInt(size), type: SIZE_T };
	}

	private offsetof(e: Offsetof, locals: LocalTypes | undefined): Constant | undefined {
		let type = this.context.type(e.type, locals);
		let offset = 0n;
		for (const step of e.path) {
			const next = this.step(type, step, locals);
			if (!next) return undefined;
			offset += next.offset;
			type = next.type;
		}
		return { value: offset, type: SIZE_T };
	}

	private step(type: CType, step: Designator, locals: LocalTypes | undefined): { offset: bigint; type: CType } | undefined {
		const t = strip(type);
		if (step.member !== undefined) {
			const member = t.kind === 'record' ? findMember(t, step.member) : undefined;
			return member && member.bitWidth === undefined ? { offset: BigInt(member.offset), type: member.type } : undefined;
		}
		const index = step.index && this.evaluate(step.index, locals);
		const size = t.kind === 'array' ? sizeOf(t.of) : undefined;
		return index && t.kind === 'array' && size !== undefined ? { offset: index.value * BigInt(size), type: t.of } : undefined;
	}

	/** The address of an lvalue that hangs on a constant pointer, as old `offsetof` macros write it. */
	private address(e: Expression, locals: LocalTypes | undefined): bigint | undefined {
		switch (e.kind) {
			case 'dereference':
				return this.evaluate(e.operand, locals)?.value;
			case 'member': {
				const base = e.arrow ? this.evaluate(e.object, locals)?.value : this.address(e.object, locals);
				const member = base === undefined ? undefined : this.context.typer.findAccess(e, locals);
				return base === undefined || !member || member.bitWidth !== undefined ? undefined : base + BigInt(member.offset);
			}
			case 'index': {
				const object = this.context.typer.typeOf(e.object, locals);
				const base = strip(object).kind === 'array' ? this.address(e.object, locals) : this.evaluate(e.object, locals)?.value;
				const index = base === undefined ? undefined : this.evaluate(e.index, locals);
				const size = sizeOf(pointee(decay(object)));
				return base === undefined || !index || size === undefined ? undefined : base + index.value * BigInt(size);
			}
			default:
				return undefined;
		}
	}

	private call(e: Call, locals: LocalTypes | undefined): Constant | undefined {
		if (e.callee.kind !== 'identifier') return undefined;
		const first = e.arguments[0];
		if (!first) return undefined;
		switch (e.callee.name) {
			case '__builtin_constant_p':
				return { value: first.kind === 'string' || this.evaluate(first, locals) ? 1n : 0n, type: INT };
			case '__builtin_choose_expr': {
				const chosen = this.context.typer.chooseExpression(e, locals);
				return chosen && this.evaluate(chosen, locals);
			}
			case '__builtin_expect':
			case '__builtin_expect_with_probability': {
				const value = this.evaluate(first, locals);
				return value && this.as(value.value, BUILTIN_TYPES.get('long')!);
			}
			case '__builtin_strlen':
				return first.kind === 'string' ? { value: BigInt(stringLength(first.value)), type: SIZE_T } : undefined;
			case '__builtin_strcmp':
				return compareStrings(first, e.arguments[1]);
		}
		if (!e.callee.name.startsWith('__builtin_')) return undefined;
		const value = this.evaluate(first, locals);
		const folded = value && foldBuiltin(e.callee.name, BigInt.asUintN(64, value.value));
		return folded === undefined ? undefined : this.as(folded, this.context.typer.typeOf(e, locals));
	}
}

function stringLength(text: string): number {
	const end = text.indexOf('\0');
	return end < 0 ? text.length : end;
}

/** What macros ask of an operator that they were given: `__builtin_strcmp(#OP, "==")`. */
function compareStrings(a: Expression, b: Expression | undefined): Constant | undefined {
	if (a.kind !== 'string' || b?.kind !== 'string') return undefined;
	const [left, right] = [a, b].map(({ value }) => value.slice(0, stringLength(value))) as [string, string];
	return { value: left === right ? 0n : left < right ? -1n : 1n, type: INT };
}

function compare(operator: Binary['operator'], a: bigint, b: bigint): boolean | undefined {
	switch (operator) {
		case '==':
			return a === b;
		case '!=':
			return a !== b;
		case '<':
			return a < b;
		case '<=':
			return a <= b;
		case '>':
			return a > b;
		case '>=':
			return a >= b;
		default:
			return undefined;
	}
}

function compute(operator: Binary['operator'], a: bigint, b: bigint): bigint | undefined {
	switch (operator) {
		case '+':
			return a + b;
		case '-':
			return a - b;
		case '*':
			return a * b;
		case '/':
			return b === 0n ? undefined : a / b;
		case '%':
			return b === 0n ? undefined : a % b;
		case '&':
			return a & b;
		case '|':
			return a | b;
		case '^':
			return a ^ b;
		default:
			return undefined;
	}
}
