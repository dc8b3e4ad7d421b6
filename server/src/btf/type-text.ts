// Writes a C type as C writes it in a cast: `const struct cpumask *`, `int (*)(struct sock *, u32)`.
import type { CType, FunctionType } from './ctype.js';

/** How each type tag is spelled in the kernel's headers. */
const TAG_WORDS = new Map([
	['rcu', '__rcu'],
	['user', '__user'],
	['percpu', '__percpu'],
	['kptr', '__kptr'],
	['kptr_untrusted', '__kptr_untrusted'],
	['percpu_kptr', '__percpu_kptr'],
]);

/** Pointers to pointers, and functions in functions, beyond which a type is cut short: damaged BTF can have a pointer to itself. */
const DEEPEST = 32;

/** The type in C's words; tags stand behind the star that points to what they mark. A record or enumeration without a tag is `struct {...}`. */
export function typeText(type: CType): string {
	return write(type, '', DEEPEST);
}

function write(type: CType, declarator: string, depth: number): string {
	if (depth === 0) return `? ${declarator}`;
	switch (type.kind) {
		case 'pointer': {
			const tags = (type.to.tags ?? []).map((tag) => TAG_WORDS.get(tag)).filter((word) => word !== undefined);
			const star = ['*', ...tags, ...qualifiers(type)].join(' ').replace('* ', '*');
			const spaced = star.length > 1 && declarator !== '' ? `${star} ${declarator}` : star + declarator;
			const nested = type.to.kind === 'array' || type.to.kind === 'function';
			return write(type.to, nested ? `(${spaced})` : spaced, depth - 1);
		}
		case 'array':
			return write(type.of, `${declarator}[${type.length ?? ''}]`, depth - 1);
		case 'function':
			return write(type.result, `${declarator}(${parametersText(type, depth - 1)})`, depth - 1);
		default: {
			const base = [...qualifiers(type), nameOf(type)].join(' ');
			return declarator === '' || declarator.startsWith('[') ? base + declarator : `${base} ${declarator}`;
		}
	}
}

function parametersText(type: FunctionType, depth: number): string {
	const parameters = type.parameters.map((parameter) => write(parameter.type, '', depth));
	if (type.variadic) parameters.push('...');
	return parameters.length === 0 ? 'void' : parameters.join(', ');
}

function qualifiers(type: CType): string[] {
	return [...(type.const ? ['const'] : []), ...(type.volatile ? ['volatile'] : [])];
}

function nameOf(type: CType): string {
	switch (type.kind) {
		case 'record':
			return `${type.union ? 'union' : 'struct'} ${type.tag ?? '{...}'}`;
		case 'enum':
			return `enum ${type.tag ?? '{...}'}`;
		case 'void':
			return 'void';
		case 'int':
		case 'float':
		case 'typedef':
			return type.name;
		default:
			return '?';
	}
}
