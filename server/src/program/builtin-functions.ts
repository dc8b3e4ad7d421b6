// What the compiler's builtin functions give back, and which of them fold to constants. One table for types, constants and lowering.
import { BUILTIN_TYPES, LONG_LONG, SIZE_T, UNSIGNED_LONG_LONG, UNSIGNED_SHORT } from '../btf/builtin-int.js';
import { BOOL, type CType, INT, LONG, UNSIGNED_INT, UNSIGNED_LONG, VOID, VOID_POINTER } from '../btf/ctype.js';

/**
 * The type of a builtin's result: a fixed type; that of an argument (0-based), decayed; what an argument points to; or the branch that
 * `__builtin_choose_expr` takes.
 */
export type BuiltinResult =
	| { readonly kind: 'type'; readonly type: CType }
	| { readonly kind: 'argument'; readonly index: number }
	| { readonly kind: 'pointee'; readonly index: number }
	| { readonly kind: 'choice' };

const fixed = (type: CType): BuiltinResult => ({ kind: 'type', type });
const argument = (index: number): BuiltinResult => ({ kind: 'argument', index });
const pointee = (index: number): BuiltinResult => ({ kind: 'pointee', index });

const TABLE = new Map<string, BuiltinResult>([
	// Transparent: the value of an argument.
	['__builtin_preserve_access_index', argument(0)],
	['__builtin_assume_aligned', fixed(VOID_POINTER)],
	['__builtin_expect', fixed(LONG)],
	['__builtin_expect_with_probability', fixed(LONG)],
	['__builtin_launder', argument(0)],
	['__builtin_addressof', argument(0)],
	['__builtin_choose_expr', { kind: 'choice' }],
	// Questions to the compiler.
	['__builtin_constant_p', fixed(INT)],
	['__builtin_types_compatible_p', fixed(INT)],
	['__builtin_classify_type', fixed(INT)],
	['__builtin_object_size', fixed(SIZE_T)],
	['__builtin_dynamic_object_size', fixed(SIZE_T)],
	['__builtin_offsetof', fixed(SIZE_T)],
	['__builtin_LINE', fixed(INT)],
	// Questions to the loader (CO-RE).
	['__builtin_preserve_field_info', fixed(UNSIGNED_INT)],
	['__builtin_preserve_type_info', fixed(UNSIGNED_INT)],
	['__builtin_preserve_enum_value', fixed(UNSIGNED_LONG_LONG)],
	['__builtin_btf_type_id', fixed(UNSIGNED_LONG_LONG)],
	// Numbers.
	['__builtin_bswap16', fixed(UNSIGNED_SHORT)],
	['__builtin_bswap32', fixed(UNSIGNED_INT)],
	['__builtin_bswap64', fixed(UNSIGNED_LONG)],
	['__builtin_abs', fixed(INT)],
	['__builtin_labs', fixed(LONG)],
	['__builtin_llabs', fixed(LONG_LONG)],
	...['clz', 'ctz', 'popcount', 'ffs', 'parity', 'clrsb'].flatMap((name) =>
		['', 'l', 'll', 'g'].map((width): [string, BuiltinResult] => [`__builtin_${name}${width}`, fixed(INT)]),
	),
	...['add', 'sub', 'mul'].flatMap((name) =>
		['', 's', 'sl', 'sll', 'u', 'ul', 'ull'].map((type): [string, BuiltinResult] => {
			const operation = type === '' ? name : type.startsWith('u') ? `u${name}${type.slice(1)}` : `s${name}${type.slice(1)}`;
			return [`__builtin_${operation}_overflow`, fixed(BOOL)];
		}),
	),
	// Memory and strings.
	...['memcpy', 'memmove', 'memset', 'mempcpy', 'memchr', '__memcpy_chk', '__memset_chk', '__memmove_chk'].map(
		(name): [string, BuiltinResult] => [`__builtin_${name}`, fixed(VOID_POINTER)],
	),
	['__builtin_memcpy_inline', fixed(VOID)],
	['__builtin_memset_inline', fixed(VOID)],
	['__builtin_bzero', fixed(VOID)],
	['__builtin_memcmp', fixed(INT)],
	['__builtin_strcmp', fixed(INT)],
	['__builtin_strncmp', fixed(INT)],
	['__builtin_strlen', fixed(SIZE_T)],
	...['strcpy', 'strncpy', 'strcat', 'strchr', 'strrchr', 'strstr'].map((name): [string, BuiltinResult] => [
		`__builtin_${name}`,
		fixed({ kind: 'pointer', to: BUILTIN_TYPES.get('char')! }),
	]),
	['__builtin_alloca', fixed(VOID_POINTER)],
	['__builtin_frame_address', fixed(VOID_POINTER)],
	['__builtin_return_address', fixed(VOID_POINTER)],
	// Control flow.
	['__builtin_unreachable', fixed(VOID)],
	['__builtin_trap', fixed(VOID)],
	['__builtin_abort', fixed(VOID)],
	['__builtin_assume', fixed(VOID)],
	['__builtin_prefetch', fixed(VOID)],
	['__builtin_va_start', fixed(VOID)],
	['__builtin_va_end', fixed(VOID)],
	['__builtin_va_copy', fixed(VOID)],
	// Loads of packet bytes, older than BPF C.
	['__builtin_bpf_load_byte', fixed(UNSIGNED_LONG_LONG)],
	['__builtin_bpf_load_half', fixed(UNSIGNED_LONG_LONG)],
	['__builtin_bpf_load_word', fixed(UNSIGNED_LONG_LONG)],
	// Atomics.
	['__sync_synchronize', fixed(VOID)],
	['__sync_lock_release', fixed(VOID)],
	['__sync_bool_compare_and_swap', fixed(BOOL)],
	['__atomic_thread_fence', fixed(VOID)],
	['__atomic_signal_fence', fixed(VOID)],
	['__atomic_compare_exchange', fixed(BOOL)],
	['__atomic_compare_exchange_n', fixed(BOOL)],
	['__atomic_test_and_set', fixed(BOOL)],
	['__atomic_clear', fixed(VOID)],
	['__atomic_load', fixed(VOID)],
	['__atomic_store', fixed(VOID)],
	['__atomic_store_n', fixed(VOID)],
	['__atomic_exchange', fixed(VOID)],
	['__c11_atomic_store', fixed(VOID)],
	['__c11_atomic_init', fixed(VOID)],
	['__c11_atomic_compare_exchange_strong', fixed(BOOL)],
	['__c11_atomic_compare_exchange_weak', fixed(BOOL)],
	['__c11_atomic_thread_fence', fixed(VOID)],
	['__c11_atomic_signal_fence', fixed(VOID)],
]);

/** What `name(...)` gives back; undefined where `name` is no builtin that we know. */
export function builtinResult(name: string): BuiltinResult | undefined {
	const known = TABLE.get(name);
	if (known) return known;
	// Fetch-and-operate and operate-and-fetch, exchanges and loads: the value that stood, or stands, in memory.
	if (name.startsWith('__sync_') || name.startsWith('__atomic_') || name.startsWith('__c11_atomic_')) return pointee(0);
	if (/^__builtin_(add|sub|mul)_overflow(_p)?$/.test(name)) return fixed(BOOL);
	return undefined;
}

const mask = (bits: bigint) => (1n << bits) - 1n;

function swapBytes(value: bigint, bytes: number): bigint {
	let result = 0n;
	for (let i = 0; i < bytes; i++) result |= ((value >> BigInt(8 * i)) & 0xffn) << BigInt(8 * (bytes - 1 - i));
	return result;
}

function countTrailing(value: bigint, bits: number): bigint | undefined {
	for (let i = 0; i < bits; i++) if ((value >> BigInt(i)) & 1n) return BigInt(i);
	return undefined;
}

function popcount(value: bigint): bigint {
	let count = 0n;
	for (let rest = value; rest > 0n; rest >>= 1n) count += rest & 1n;
	return count;
}

/**
 * The value of a builtin of one constant argument (`argument` as an unsigned number of the parameter's width); undefined where it does not
 * fold, as for `__builtin_clz(0)`, which C leaves undefined.
 */
export function foldBuiltin(name: string, argument: bigint): bigint | undefined {
	const swap = /^__builtin_bswap(16|32|64)$/.exec(name);
	if (swap) return swapBytes(argument & mask(BigInt(swap[1]!)), Number(swap[1]) / 8);
	const count = /^__builtin_(clz|ctz|popcount|ffs|parity)(l{0,2})$/.exec(name);
	if (!count) return undefined;
	const bits = count[2] === '' ? 32 : 64;
	const value = argument & mask(BigInt(bits));
	switch (count[1]) {
		case 'clz':
			return value === 0n ? undefined : BigInt(bits - value.toString(2).length);
		case 'ctz':
			return countTrailing(value, bits);
		case 'ffs':
			return (countTrailing(value, bits) ?? -1n) + 1n;
		case 'popcount':
			return popcount(value);
		default:
			return popcount(value) & 1n;
	}
}
