// The headers that every C compiler brings along, for --target=bpfel, as far as BPF programs use them.

const guard = (name: string, body: string): string => {
	const macro = `__BUILTIN_${name.replace(/\W/g, '_').toUpperCase()}`;
	return `#ifndef ${macro}\n#define ${macro}\n${body}\n#endif\n`;
};

const widths = [8, 16, 32, 64];

const STDINT = [
	...widths.map((w) => `typedef __INT${w}_TYPE__ int${w}_t;\ntypedef __UINT${w}_TYPE__ uint${w}_t;`),
	...widths.map((w) => `typedef int${w}_t int_least${w}_t;\ntypedef uint${w}_t uint_least${w}_t;`),
	...widths.map((w) => `typedef int${w}_t int_fast${w}_t;\ntypedef uint${w}_t uint_fast${w}_t;`),
	'typedef __INTPTR_TYPE__ intptr_t;\ntypedef __UINTPTR_TYPE__ uintptr_t;\ntypedef __INTMAX_TYPE__ intmax_t;\ntypedef __UINTMAX_TYPE__ uintmax_t;',
	...widths.map(
		(w) => `#define INT${w}_MAX __INT${w}_MAX__\n#define INT${w}_MIN (-__INT${w}_MAX__ - 1)\n#define UINT${w}_MAX __UINT${w}_MAX__`,
	),
	'#define INTPTR_MAX __INTPTR_MAX__\n#define UINTPTR_MAX __UINTPTR_MAX__\n#define INTMAX_MAX __INTMAX_MAX__\n#define UINTMAX_MAX __UINTMAX_MAX__',
	'#define SIZE_MAX __SIZE_MAX__\n#define PTRDIFF_MAX __PTRDIFF_MAX__',
	'#define INT8_C(v) v\n#define INT16_C(v) v\n#define INT32_C(v) v\n#define INT64_C(v) v##L',
	'#define UINT8_C(v) v\n#define UINT16_C(v) v\n#define UINT32_C(v) v##U\n#define UINT64_C(v) v##UL\n#define INTMAX_C(v) v##L\n#define UINTMAX_C(v) v##UL',
].join('\n');

const STDDEF = `
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__ wchar_t;
#undef NULL
#define NULL ((void *)0)
#undef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
`;

const LIMITS = `
#define CHAR_BIT __CHAR_BIT__
#define SCHAR_MAX __SCHAR_MAX__
#define SCHAR_MIN (-__SCHAR_MAX__ - 1)
#define UCHAR_MAX (__SCHAR_MAX__ * 2 + 1)
#define CHAR_MAX __SCHAR_MAX__
#define CHAR_MIN SCHAR_MIN
#define SHRT_MAX __SHRT_MAX__
#define SHRT_MIN (-__SHRT_MAX__ - 1)
#define USHRT_MAX (__SHRT_MAX__ * 2 + 1)
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-__LONG_MAX__ - 1L)
#define ULONG_MAX (__LONG_MAX__ * 2UL + 1UL)
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-__LONG_LONG_MAX__ - 1LL)
#define ULLONG_MAX (__LONG_LONG_MAX__ * 2ULL + 1ULL)
`;

/** By the name in the #include. */
export const COMPILER_HEADERS: ReadonlyMap<string, string> = new Map(
	Object.entries({
		'stddef.h': STDDEF,
		'stdint.h': STDINT,
		'stdbool.h': '#define bool _Bool\n#define true 1\n#define false 0\n#define __bool_true_false_are_defined 1',
		'stdarg.h': [
			'typedef __builtin_va_list va_list;',
			'#define va_start(list, last) __builtin_va_start(list, last)',
			'#define va_end(list) __builtin_va_end(list)',
			'#define va_arg(list, type) __builtin_va_arg(list, type)',
			'#define va_copy(to, from) __builtin_va_copy(to, from)',
		].join('\n'),
		'limits.h': LIMITS,
		'float.h': '#define FLT_MAX __FLT_MAX__\n#define FLT_MIN __FLT_MIN__\n#define DBL_MAX __DBL_MAX__\n#define DBL_MIN __DBL_MIN__',
		'stdalign.h': '#define alignas _Alignas\n#define alignof _Alignof',
		'stdnoreturn.h': '#define noreturn _Noreturn',
		'iso646.h':
			'#define and &&\n#define or ||\n#define not !\n#define bitand &\n#define bitor |\n#define xor ^\n#define compl ~\n#define not_eq !=',
	}).map(([name, body]) => [name, guard(name, body)]),
);
