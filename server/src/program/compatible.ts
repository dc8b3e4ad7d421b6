// When C takes two types for the same: what `_Generic` and `__builtin_types_compatible_p` ask.
import { type CType, strip } from '../btf/ctype.js';

/** Is the type, or a typedef on the way to it, qualified so? An array is as its elements are. */
export function isQualified(type: CType, qualifier: 'const' | 'volatile'): boolean {
	for (let at = type; ; at = at.to) {
		if (at[qualifier]) return true;
		if (at.kind === 'array') return isQualified(at.of, qualifier);
		if (at.kind !== 'typedef') return false;
	}
}

/** Are two types compatible, their own qualifiers aside? Those of what pointers point to count. Unknown types are compatible with nothing. */
export function compatibleTypes(left: CType, right: CType): boolean {
	const a = strip(left);
	const b = strip(right);
	if (a === b) return a.kind !== 'unknown';
	if (a.kind === 'enum' && b.kind === 'int') return sameAsEnum(b, a);
	if (a.kind === 'int' && b.kind === 'enum') return sameAsEnum(a, b);
	switch (a.kind) {
		case 'void':
			return b.kind === 'void';
		case 'int':
			return b.kind === 'int' && a.name === b.name;
		case 'float':
			return b.kind === 'float' && a.name === b.name;
		case 'enum':
			return b.kind === 'enum' && a.tag !== undefined && a.tag === b.tag;
		case 'record':
			if (b.kind !== 'record') return false;
			return a.id === b.id || (a.tag !== undefined && a.tag === b.tag && !(a.complete && b.complete));
		case 'pointer':
			return b.kind === 'pointer' && compatibleQualified(a.to, b.to);
		case 'array':
			return (
				b.kind === 'array' && compatibleQualified(a.of, b.of) && (a.length === b.length || a.length === undefined || b.length === undefined)
			);
		case 'function': {
			if (b.kind !== 'function' || a.variadic !== b.variadic || a.parameters.length !== b.parameters.length) return false;
			return (
				compatibleTypes(a.result, b.result) &&
				a.parameters.every((parameter, index) => compatibleTypes(parameter.type, b.parameters[index]!.type))
			);
		}
		default:
			return false;
	}
}

function sameAsEnum(int: { readonly name: string; readonly signed: boolean }, whole: { readonly size: number; readonly signed: boolean }) {
	const name = whole.size > 4 ? 'long' : 'int';
	return int.name === (whole.signed ? name : `unsigned ${name}`);
}

function compatibleQualified(a: CType, b: CType): boolean {
	return (
		isQualified(a, 'const') === isQualified(b, 'const') &&
		isQualified(a, 'volatile') === isQualified(b, 'volatile') &&
		compatibleTypes(a, b)
	);
}
