// C's words by the part they play, as lifting and conversion ask for them.

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

export const TYPE_WORDS = set(
	'void char short int long float double signed unsigned __signed__ __signed _Bool __int128 __int128_t __uint128_t __auto_type _Float128 __float128 _Complex __builtin_va_list _Float16 __bf16',
);
export const QUALIFIERS: ReadonlyMap<string, string> = new Map([
	['const', 'const'],
	['__const', 'const'],
	['__const__', 'const'],
	['volatile', 'volatile'],
	['__volatile__', 'volatile'],
	['__volatile', 'volatile'],
]);
export const STORAGE: ReadonlyMap<string, string> = new Map([
	['typedef', 'extern'],
	['extern', 'extern'],
	['static', 'static'],
	['auto', 'auto'],
	['register', 'register'],
	['inline', 'inline'],
	['__inline', 'inline'],
	['__inline__', 'inline'],
]);
/** Words that carry nothing that the tree keeps. */
export const DROPPED = set(
	'__extension__ restrict __restrict __restrict__ _Noreturn _Thread_local __thread _Nonnull _Nullable _Null_unspecified __complex__ __real__ __imag__',
);
export const ATTRIBUTE_WORDS = set('__attribute__ __attribute');
export const ASM_WORDS = set('asm __asm__ __asm');
export const TYPEOF_WORDS = set('typeof __typeof__ __typeof typeof_unqual __typeof_unqual__ __typeof_unqual');
export const ALIGNOF_WORDS = set('_Alignof __alignof__ __alignof alignof');
export const STATEMENT_WORDS = set('if else while do for switch case default break continue return goto');
export const STATIC_ASSERT_WORDS = set('_Static_assert static_assert');

/** Type names of every BPF program, for a unit whose headers were not found. */
export const USUAL_TYPEDEFS = set(`
	u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 __be16 __be32 __be64 __le16 __le32 __le64 __wsum __sum16
	bool size_t ssize_t ptrdiff_t intptr_t uintptr_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t pid_t uid_t gid_t
	dev_t mode_t umode_t loff_t off_t sector_t gfp_t __kernel_size_t __kernel_pid_t uint ulong ushort va_list
`);

export const RECORD_WORDS = set('struct union enum');

/** The words that C keeps for itself, in any of their spellings. */
export const KEYWORDS: ReadonlySet<string> = new Set([
	...TYPE_WORDS,
	...QUALIFIERS.keys(),
	...STORAGE.keys(),
	...DROPPED,
	...RECORD_WORDS,
	...STATEMENT_WORDS,
	...TYPEOF_WORDS,
	...ATTRIBUTE_WORDS,
	...ASM_WORDS,
	...set('sizeof _Atomic _Generic _Alignof _Alignas _Static_assert'),
]);
/** What is no name of a program's where it stands in one: keywords, and builtins that take what no function can. */
export const SPECIAL_WORDS: ReadonlySet<string> = new Set([
	...KEYWORDS,
	...ALIGNOF_WORDS,
	...STATIC_ASSERT_WORDS,
	...set('__label__ offsetof __builtin_offsetof __builtin_types_compatible_p __builtin_va_arg __builtin_choose_expr'),
]);

const CANONICAL: Record<string, string> = {
	signed: 'int',
	unsigned: 'unsigned int',
	'signed int': 'int',
	'signed short': 'short',
	'signed long': 'long',
	'signed long long': 'long long',
	'signed __int128': '__int128',
};

/** One canonical name for the words of an arithmetic type in whatever order: `long unsigned int` gives `unsigned long`. */
export function canonicalType(words: readonly string[]): string {
	let sign = '';
	let longs = 0;
	let base = '';
	for (const word of words) {
		switch (word) {
			case 'signed':
			case '__signed__':
			case '__signed':
				sign = 'signed';
				break;
			case 'unsigned':
				sign = 'unsigned';
				break;
			case 'long':
				longs++;
				break;
			case 'int':
				break;
			case '__int128_t':
				base = '__int128';
				break;
			case '__uint128_t':
				base = '__int128';
				sign = 'unsigned';
				break;
			case '__auto_type':
				base = 'auto';
				break;
			case '_Complex':
				break;
			case '_Float128':
			case '__float128':
				base = 'long double';
				break;
			case '_Float16':
			case '__bf16':
				base = 'float';
				break;
			default:
				base = word;
		}
	}
	if (base === 'double' && longs) return 'long double';
	if (longs) base = longs > 1 ? 'long long' : 'long';
	if (base === 'char') return sign ? `${sign} char` : 'char';
	if (sign === 'unsigned') return `unsigned ${base || 'int'}`;
	const name = sign && !base ? 'signed' : base || 'int';
	return CANONICAL[name] ?? name;
}
