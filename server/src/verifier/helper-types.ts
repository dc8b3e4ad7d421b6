// The kernel's names of helper argument and return types, taken apart into a base and its flags. Facts: enum bpf_arg_type and
// enum bpf_return_type of include/linux/bpf.h, 6.12.

export interface ArgumentType {
	/** Without prefix and flags: `CONST_MAP_PTR`, `PTR_TO_MEM`, `PTR_TO_BTF_ID`, `ANYTHING`, ... */
	readonly base: string;
	readonly nullable: boolean;
	readonly writes: boolean;
	readonly release: boolean;
}

const ALIASES: Readonly<Record<string, Partial<ArgumentType> & { base: string }>> = {
	PTR_TO_UNINIT_MEM: { base: 'PTR_TO_MEM', writes: true },
	PTR_TO_FIXED_SIZE_MEM: { base: 'PTR_TO_MEM' },
	PTR_TO_UNINIT_MAP_VALUE: { base: 'PTR_TO_MAP_VALUE', writes: true },
};

const cache = new Map<string, ArgumentType>();

/** Parses `ARG_PTR_TO_BTF_ID_OR_NULL | OBJ_RELEASE` and the like. */
export function argumentType(text: string): ArgumentType {
	const known = cache.get(text);
	if (known) return known;
	const words = text.split(/[\s|]+/).filter(Boolean);
	let base = 'DONTCARE';
	let nullable = false;
	let writes = false;
	let release = false;
	for (const word of words) {
		if (word === 'PTR_MAYBE_NULL') nullable = true;
		else if (word === 'MEM_UNINIT' || word === 'MEM_WRITE') writes = true;
		else if (word === 'OBJ_RELEASE') release = true;
		else if (word.startsWith('ARG_')) {
			let name = word.slice(4);
			if (name.endsWith('_OR_NULL')) {
				nullable = true;
				name = name.slice(0, -'_OR_NULL'.length);
			}
			const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
			base = alias?.base ?? name;
			writes ||= alias?.writes ?? false;
		}
	}
	const result = { base, nullable, writes, release };
	cache.set(text, result);
	return result;
}

export interface ReturnType {
	readonly base: string;
	readonly nullable: boolean;
	readonly trusted: boolean;
	readonly readOnly: boolean;
	readonly ringbuf: boolean;
}

const returns = new Map<string, ReturnType>();

/** Parses `RET_PTR_TO_MAP_VALUE_OR_NULL` and the like. */
export function returnType(text: string): ReturnType {
	const known = returns.get(text);
	if (known) return known;
	const words = text.split(/[\s|]+/).filter(Boolean);
	let base = 'INTEGER';
	let nullable = words.includes('PTR_MAYBE_NULL');
	let trusted = words.includes('PTR_TRUSTED');
	let ringbuf = words.includes('MEM_RINGBUF');
	for (const word of words) {
		if (!word.startsWith('RET_')) continue;
		let name = word.slice(4);
		if (name.endsWith('_OR_NULL')) {
			nullable = true;
			name = name.slice(0, -'_OR_NULL'.length);
		}
		if (name === 'PTR_TO_BTF_ID_TRUSTED') {
			trusted = true;
			name = 'PTR_TO_BTF_ID';
		}
		if (name === 'PTR_TO_RINGBUF_MEM') {
			ringbuf = true;
			name = 'PTR_TO_MEM';
		}
		if (name === 'PTR_TO_DYNPTR_MEM') name = 'PTR_TO_MEM';
		base = name;
	}
	const result = { base, nullable, trusted, readOnly: words.includes('MEM_RDONLY'), ringbuf };
	returns.set(text, result);
	return result;
}

/** The type of map a helper is made for decides which pointer kinds fit: compatible_reg_types of kernel/bpf/verifier.c, 6.12. */
export const SOCKET_KINDS = new Set(['sock', 'sock_common', 'tcp_sock', 'xdp_sock']);
