// C's arithmetic types on 64-bit BPF, by their canonical names.
import {
	BOOL,
	CHAR,
	type CType,
	type FloatType,
	INT,
	type IntType,
	LONG,
	UNSIGNED_INT,
	UNSIGNED_LONG,
	VOID,
	VOID_POINTER,
} from './ctype.js';

const int = (name: string, size: number, signed: boolean): IntType => ({ kind: 'int', name, size, signed });

/** `size_t` and what `sizeof` gives. */
export const SIZE_T = UNSIGNED_LONG;
export const LONG_LONG = int('long long', 8, true);
export const UNSIGNED_LONG_LONG = int('unsigned long long', 8, false);
export const UNSIGNED_CHAR = int('unsigned char', 1, false);
export const SHORT = int('short', 2, true);
export const UNSIGNED_SHORT = int('unsigned short', 2, false);
export const INT128 = int('__int128', 16, true);
export const UNSIGNED_INT128 = int('unsigned __int128', 16, false);
export const DOUBLE: FloatType = { kind: 'float', name: 'double', size: 8 };

/** Canonical name (as `BuiltinTypeNode.name`) to type. `auto` is not among them: its type is its initializer's. */
export const BUILTIN_TYPES: ReadonlyMap<string, CType> = new Map<string, CType>([
	['void', VOID],
	['_Bool', BOOL],
	['char', CHAR],
	['signed char', int('signed char', 1, true)],
	['unsigned char', UNSIGNED_CHAR],
	['short', SHORT],
	['unsigned short', UNSIGNED_SHORT],
	['int', INT],
	['unsigned int', UNSIGNED_INT],
	['long', LONG],
	['unsigned long', UNSIGNED_LONG],
	['long long', LONG_LONG],
	['unsigned long long', UNSIGNED_LONG_LONG],
	['__int128', INT128],
	['unsigned __int128', UNSIGNED_INT128],
	['float', { kind: 'float', name: 'float', size: 4 }],
	['double', DOUBLE],
	['long double', { kind: 'float', name: 'long double', size: 8 }],
	['__builtin_va_list', VOID_POINTER],
]);

const WORDS = new Set([
	'signed',
	'unsigned',
	'char',
	'short',
	'int',
	'long',
	'_Bool',
	'void',
	'float',
	'double',
	'__int128',
	'__signed__',
	'bool',
]);

/** Is this one of the words that arithmetic types are spelled with? */
export function isTypeWord(word: string): boolean {
	return WORDS.has(word);
}

/** The type that these specifier words mean in any order (`long unsigned int`); undefined where they mean none. */
export function typeOfWords(words: readonly string[]): CType | undefined {
	const count = (word: string) => words.filter((w) => w === word).length;
	const unsigned = count('unsigned') > 0;
	const longs = count('long');
	if (count('void')) return VOID;
	if (count('_Bool') || count('bool')) return BOOL;
	if (count('char')) {
		if (unsigned) return UNSIGNED_CHAR;
		return count('signed') || count('__signed__') ? BUILTIN_TYPES.get('signed char') : CHAR;
	}
	if (count('float')) return BUILTIN_TYPES.get('float');
	if (count('double')) return longs ? BUILTIN_TYPES.get('long double') : DOUBLE;
	if (count('__int128')) return unsigned ? UNSIGNED_INT128 : INT128;
	if (count('short')) return unsigned ? UNSIGNED_SHORT : SHORT;
	if (longs > 1) return unsigned ? UNSIGNED_LONG_LONG : LONG_LONG;
	if (longs === 1) return unsigned ? UNSIGNED_LONG : LONG;
	if (words.length === 0) return undefined;
	return unsigned ? UNSIGNED_INT : INT;
}

/** The arithmetic type of this width that GNU's `mode` attribute names; undefined for modes of other machines. */
export function typeOfMode(mode: string, signed: boolean): CType | undefined {
	switch (mode.replaceAll('_', '')) {
		case 'QI':
		case 'byte':
			return signed ? BUILTIN_TYPES.get('signed char') : UNSIGNED_CHAR;
		case 'HI':
			return signed ? SHORT : UNSIGNED_SHORT;
		case 'SI':
			return signed ? INT : UNSIGNED_INT;
		case 'DI':
		case 'word':
		case 'pointer':
			return signed ? LONG : UNSIGNED_LONG;
		case 'TI':
			return signed ? INT128 : UNSIGNED_INT128;
		default:
			return undefined;
	}
}
