// The compiler's builtin functions, as far as they move pointers or decide control flow. Any other one is the constant that it folds to, or an unknown number.
import { CHAR, type CType, INT, LONG, sizeOf, strip, UNSIGNED_INT, UNSIGNED_LONG, VOID, VOID_POINTER } from '../btf/ctype.js';
import type { Call, Expression } from '../syntax/ast.js';
import type { Register } from './ir.js';
import { at, type ExpressionLowering, type RValue } from './lower-expression.js';

const MEMORY = new Map<string, 'set' | 'copy'>([
	['__builtin_memset', 'set'],
	['memset', 'set'],
	['__builtin_bzero', 'set'],
	['__builtin_memcpy', 'copy'],
	['memcpy', 'copy'],
	['__builtin_memmove', 'copy'],
	['memmove', 'copy'],
]);
const EXPECT = new Set([
	'__builtin_expect',
	'__builtin_expect_with_probability',
	'__builtin_preserve_access_index',
	'__builtin_assume_aligned',
]);
const ATOMIC = /^(__sync_|__atomic_|__c11_atomic_)/;
const NO_RETURN = new Set(['__builtin_unreachable', '__builtin_trap', '__builtin_abort']);

/** Lowers `name(...)` if it is a builtin; undefined where it is an ordinary function. */
export function lowerBuiltin(x: ExpressionLowering, e: Call, name: string): RValue | undefined {
	const here = at(e);
	const first = e.arguments[0];
	if (EXPECT.has(name) && first) {
		const value = x.value(first);
		for (const rest of e.arguments.slice(1)) if (rest.kind !== 'integer') x.effect(rest);
		return value;
	}
	const kind = MEMORY.get(name);
	if (kind && e.arguments.length >= 2 && !(x.b.file.symbol(name)?.kind === 'function' && definedHere(x, name)))
		return lowerMemory(x, e, kind);
	if (name === 'memcmp' || name === '__builtin_memcmp') {
		return comparesMemory(x, e);
	}
	if (!name.startsWith('__builtin_') && !ATOMIC.test(name)) return undefined;
	if (NO_RETURN.has(name)) {
		x.b.end({ kind: 'unreachable', at: here });
		x.b.start(x.b.newBlock(), here);
		return { register: x.constant(0n, INT, here).register, type: VOID };
	}
	if (ATOMIC.test(name)) return lowerAtomic(x, e, name);
	switch (name) {
		case '__builtin_constant_p': {
			const value = first ? x.b.file.constant(first, x.b.localScope()) : undefined;
			// What a function that is put into its callers is given may be a constant there.
			if (value === undefined && first && isParameterOfInlined(x, first)) {
				const to = x.b.register();
				x.b.emit({ op: 'unknown', to, scalar: true, at: here, min: 0, max: 1 });
				return { register: to, type: INT };
			}
			return x.constant(value === undefined ? 0n : 1n, INT, here);
		}
		case '__builtin_choose_expr': {
			const value = first ? x.b.file.constant(first, x.b.localScope()) : undefined;
			const chosen = e.arguments[value === undefined || value !== 0n ? 1 : 2];
			return chosen ? x.value(chosen) : undefined;
		}
		case '__builtin_btf_type_id': {
			const type = first ? x.b.file.typeOf(first, x.b.localScope()) : undefined;
			const to = x.b.register();
			if (type) x.b.emit({ op: 'type-id', to, type, at: here });
			else x.b.emit({ op: 'unknown', to, scalar: true, at: here });
			return { register: to, type: UNSIGNED_LONG };
		}
		case '__builtin_preserve_type_info':
		case '__builtin_preserve_enum_value':
		case '__builtin_preserve_field_info':
			return relocation(x, e, name);
		case '__builtin_frame_address':
		case '__builtin_return_address':
		case '__builtin_alloca':
			return x.unknown(VOID_POINTER, here);
		default: {
			const value = x.b.file.constant(e, x.b.localScope());
			if (value !== undefined) return x.constant(value, resultOf(x, e), here);
			const from = e.arguments.map((argument) => x.value(argument).register);
			return computed(x, e, resultOf(x, e), from);
		}
	}
}

function definedHere(x: ExpressionLowering, name: string): boolean {
	const symbol = x.b.file.symbol(name);
	return symbol?.kind === 'function' && symbol.definition !== undefined;
}

function resultOf(x: ExpressionLowering, e: Call): CType {
	const type = x.b.file.typeOf(e, x.b.localScope());
	return strip(type).kind === 'unknown' ? LONG : type;
}

/** A number of which nothing is known but what it was computed from: its operands are read. */
function computed(x: ExpressionLowering, e: Call, type: CType, from: readonly Register[]): RValue {
	const to = x.b.register();
	const { kind } = strip(type);
	x.b.emit({ op: 'unknown', to, scalar: kind === 'int' || kind === 'enum' || kind === 'float', from, at: at(e) });
	return { register: to, type };
}

/** The bytes themselves do not matter, but both pointers are followed. */
function comparesMemory(x: ExpressionLowering, e: Call): RValue {
	const from = e.arguments.map((argument, index) => {
		const { register, type } = x.value(argument);
		if (index > 1 || strip(type).kind !== 'pointer') return register;
		const to = x.b.register();
		x.b.emit({ op: 'load', to, address: register, type: CHAR, size: 1, volatile: false, at: at(argument) });
		return to;
	});
	return computed(x, e, INT, from);
}

/** CO-RE questions that the loader answers: existence is one bit, a size or offset a small number. */
function relocation(x: ExpressionLowering, e: Call, name: string): RValue {
	const to = x.b.register();
	const kind = e.arguments[1] ? x.b.file.constant(e.arguments[1], x.b.localScope()) : undefined;
	if (name === '__builtin_preserve_type_info' && kind === 1n && e.arguments[0]) {
		const size = sizeOf(x.b.file.typeOf(e.arguments[0], x.b.localScope()));
		if (size !== undefined) return x.constant(BigInt(size), UNSIGNED_INT, at(e));
	}
	const exists = (name === '__builtin_preserve_field_info' && kind === 2n) || (name !== '__builtin_preserve_field_info' && kind === 0n);
	x.b.emit({ op: 'unknown', to, scalar: true, at: at(e), min: 0, max: exists ? 1 : 0x7fffffff });
	return { register: to, type: name === '__builtin_preserve_enum_value' ? UNSIGNED_LONG : INT };
}

function lowerMemory(x: ExpressionLowering, e: Call, kind: 'set' | 'copy'): RValue {
	const [target, second, third] = e.arguments.map((a) => x.value(a));
	const length = e.arguments[2] ?? e.arguments[1];
	const constant = length ? x.b.file.constant(length, x.b.localScope()) : undefined;
	const size = constant === undefined ? undefined : Number(constant);
	if (target && second) {
		if (kind === 'set') {
			const zero = third ? x.b.file.constant(e.arguments[1]!, x.b.localScope()) === 0n : true;
			x.b.emit({ op: 'fill', address: target.register, size, zero, at: at(e) });
		} else {
			const ends = { targetAt: at(e.arguments[0]!), sourceAt: at(e.arguments[1]!) };
			x.b.emit({ op: 'copy', target: target.register, source: second.register, size, ...ends, at: at(e) });
		}
	}
	return target ?? x.unknown(VOID_POINTER, at(e));
}

function lowerAtomic(x: ExpressionLowering, e: Call, name: string): RValue {
	const address = e.arguments[0] ? x.value(e.arguments[0]) : undefined;
	const here = at(e);
	if (!address || name.includes('thread_fence') || name === '__sync_synchronize') return x.unknown(INT, here);
	const values = e.arguments.slice(1).map((a) => x.value(a));
	const t = strip(address.type);
	const type = t.kind === 'pointer' ? t.to : LONG;
	const size = sizeOf(type) ?? 8;
	if (/_load(_n)?$/.test(name)) {
		const to = x.b.register();
		x.b.emit({ op: 'load', to, address: address.register, type, size, volatile: true, at: here });
		return { register: to, type };
	}
	if (/_store(_n)?$/.test(name) && values[0]) {
		x.b.emit({ op: 'store', address: address.register, from: values[0].register, type, size, volatile: true, at: here });
		return { register: values[0].register, type: VOID };
	}
	const to = x.b.register();
	const compares = name.includes('compare_and_swap') || name.includes('compare_exchange');
	const from = compares ? values[1] : values[0];
	x.b.emit({
		op: 'atomic',
		to,
		address: address.register,
		from: from?.register,
		type,
		size,
		at: here,
		...(name.includes('exchange') || name.includes('test_and_set') ? { exchange: !compares } : {}),
	});
	return { register: to, type: name.startsWith('__sync_bool') || name.includes('compare_exchange') ? INT : type };
}

function isParameterOfInlined(x: ExpressionLowering, e: Expression): boolean {
	if (e.kind !== 'identifier' || !x.b.fn.alwaysInline) return false;
	return x.b.fn.type.parameters.some(({ name }) => name === e.name);
}
