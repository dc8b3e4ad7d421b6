// `struct bpf_func_proto` definitions: what a helper takes and gives.
import { expand } from './expand.js';
import { type KernelFile, type KernelTree, TokenText } from './tree.js';

export interface Proto {
	readonly name: string;
	readonly file: string;
	readonly returns: string;
	readonly returnsStruct?: string;
	readonly arguments: readonly string[];
	readonly structs: Readonly<Record<number, string>>;
	readonly sizes: Readonly<Record<number, number>>;
	readonly mightSleep: boolean;
	readonly gplOnly: boolean;
	/** The function that decides at load whether a program may call it. */
	readonly allowed?: string;
}

/** Reads the protos that a file defines. */
export function readProtos(file: KernelFile, ids: IdLists): Proto[] {
	const out: Proto[] = [];
	for (let i = 0; i + 4 < file.length; i++) {
		if (file.text(i) !== 'bpf_func_proto' || file.text(i - 1) !== 'struct') continue;
		let at = i + 1;
		const name = file.text(at++);
		while (file.text(at) !== '=' && file.text(at) !== ';' && file.text(at) !== '(' && at < i + 8) at++;
		if (file.text(at) !== '=' || file.text(at + 1) !== '{') continue;
		out.push(readProto(file, name, at + 1, ids));
	}
	return out;
}

function readProto(file: KernelFile, name: string, open: number, ids: IdLists): Proto {
	let returns = 'RET_INTEGER';
	let returnsStruct: string | undefined;
	let allowed: string | undefined;
	const args: string[] = [];
	const structs: Record<number, string> = {};
	const sizes: Record<number, number> = {};
	let mightSleep = false;
	let gplOnly = false;
	for (const range of file.split(open)) {
		if (file.text(range.start) !== '.') continue;
		const field = file.text(range.start + 1);
		const equals = range.start + 2;
		const value = { start: equals + 1, end: range.end };
		const words = file.words(value);
		const argument = field.startsWith('arg') ? Number(field.charAt(3)) - 1 : -1;
		if (field === 'ret_type') returns = words.filter((word) => word !== '(' && word !== ')').join('');
		else if (field === 'ret_btf_id') returnsStruct = ids.struct(words);
		else if (field === 'might_sleep') mightSleep = words[0] === 'true';
		else if (field === 'gpl_only') gplOnly = words[0] === 'true';
		else if (field === 'allowed') allowed = words.at(-1);
		else if (argument >= 0 && field.endsWith('_type')) {
			args[argument] = words.filter((word) => word !== '(' && word !== ')').join('');
		} else if (argument >= 0 && field.endsWith('_btf_id')) {
			const struct = ids.struct(words);
			if (struct) structs[argument] = struct;
		} else if (argument >= 0 && field.endsWith('_size')) {
			const size = sizeOf(words);
			if (size !== undefined) sizes[argument] = size;
		}
	}
	const named = args.findLastIndex((type) => type !== undefined && type !== 'ARG_DONTCARE');
	return {
		name,
		file: file.path,
		returns,
		...(returnsStruct ? { returnsStruct } : {}),
		arguments: Array.from({ length: named + 1 }, (_, index) => args[index] ?? 'ARG_DONTCARE'),
		structs,
		sizes,
		mightSleep,
		gplOnly,
		...(allowed ? { allowed } : {}),
	};
}

/** Sizes in bytes of the types that protos name, on a 64-bit kernel: from their definitions in include/uapi/linux. */
const SIZES: Readonly<Record<string, number>> = {
	u8: 1,
	u16: 2,
	u32: 4,
	s32: 4,
	int: 4,
	u64: 8,
	s64: 8,
	long: 8,
	'unsigned long': 8,
	'struct iphdr': 20,
	'struct ipv6hdr': 40,
	'struct tcphdr': 20,
};

function sizeOf(words: readonly string[]): number | undefined {
	if (words.length === 1) {
		const number = Number(words[0]);
		return Number.isInteger(number) ? number : undefined;
	}
	if (words[0] !== 'sizeof') return undefined;
	return SIZES[words.slice(2, -1).join(' ')];
}

/** Lists of BTF ids by name: `btf_task_struct_ids[0]`, `btf_sock_ids[BTF_SOCK_TYPE_TCP]`. */
export class IdLists {
	private readonly lists = new Map<string, string[]>();
	private readonly enumerators = new Map<string, string>();

	constructor(tree: KernelTree, files: readonly KernelFile[]) {
		// The ids with names: `BTF_SOCK_TYPE(BTF_SOCK_TYPE_INET, inet_sock)` and their like, in macros that end in `_xxx`.
		const header = tree.file('include/linux/btf_ids.h');
		for (const [name, definitions] of header?.macros ?? []) {
			if (!name.endsWith('_xxx')) continue;
			const body = definitions[0]!.body;
			for (let i = 0; i + 5 < body.length; i++)
				if (body[i + 1]!.text === '(' && body[i + 3]!.text === ',') this.enumerators.set(body[i + 2]!.text, body[i + 4]!.text);
		}
		for (const file of files) this.read(tree, file);
	}

	private read(tree: KernelTree, file: KernelFile): void {
		for (let i = 0; i < file.length; i++) {
			const opener = file.text(i);
			if (!opener.startsWith('BTF_ID_LIST') || file.text(i + 1) !== '(') continue;
			const args = file.split(i + 1).map((range) => file.words(range)[0]!);
			if (opener.endsWith('SINGLE')) this.lists.set(args[0]!, [args[2]!]);
			else {
				const structs: string[] = [];
				const start = file.close(i + 1) + 1;
				let end = start;
				// The list goes on while calls of BTF_ID and names of macros follow.
				while (file.text(end) === 'BTF_ID' || file.text(end).endsWith('_xxx') || file.text(end) === 'BTF_ID_UNUSED')
					end = file.text(end + 1) === '(' ? file.close(end + 1) + 1 : end + 1;
				const lookup = tree.macros(file, file.tokens[end]?.start);
				const body = expand(new TokenText(file.tokens.slice(start, end), file.when.slice(start, end)), (name) =>
					name === 'BTF_ID' ? undefined : lookup(name),
				);
				for (const at of body.calls('BTF_ID')) structs.push(body.text(at + 4));
				if (structs.length > 0) this.lists.set(args[0]!, structs);
			}
		}
	}

	/** The struct of `&btf_sock_ids[BTF_SOCK_TYPE_TCP]`, `btf_bpf_map_id`, `&btf_task_struct_ids[0]`; undefined for what is no list. */
	struct(words: readonly string[]): string | undefined {
		const name = words.find((word) => word !== '&' && word !== '(' && word !== '*');
		if (name === undefined) return undefined;
		const open = words.indexOf('[');
		const index = open < 0 ? '0' : words[open + 1]!;
		const named = this.enumerators.get(index);
		if (named) return named;
		return this.lists.get(name)?.[Number(index)];
	}
}
