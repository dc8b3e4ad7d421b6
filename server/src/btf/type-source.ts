// Where C types come from when the program's own text has none: a BTF file, the running kernel's BTF, or the built-in table.
import type { CType, EnumType, FunctionType, RecordType } from './ctype.js';

/**
 * A lazy table of named C types. Answers are cached by the source: two questions for one name give the same object, and no
 * question throws.
 */
export interface TypeSource {
	/** For people: `built-in table`, `/sys/kernel/btf/vmlinux`. */
	readonly origin: string;
	typedef(name: string): CType | undefined;
	/** A struct or union with a body. */
	record(tag: string): RecordType | undefined;
	enumeration(tag: string): EnumType | undefined;
	enumerator(name: string): { readonly value: bigint; readonly type: CType } | undefined;
	/** The prototype of a kernel function. */
	functionType(name: string): FunctionType | undefined;
}

/**
 * The sources in order of preference as one: the first that knows a name answers. A source answers references inside its own types by
 * itself, so offsets within one record always belong to one source.
 */
export function chainSources(sources: readonly TypeSource[]): TypeSource {
	const first = <T>(ask: (source: TypeSource) => T | undefined): T | undefined => {
		for (const source of sources) {
			const answer = ask(source);
			if (answer !== undefined) return answer;
		}
		return undefined;
	};
	return {
		origin: sources.map((source) => source.origin).join(', '),
		typedef: (name) => first((source) => source.typedef(name)),
		record: (tag) => first((source) => source.record(tag)),
		enumeration: (tag) => first((source) => source.enumeration(tag)),
		enumerator: (name) => first((source) => source.enumerator(name)),
		functionType: (name) => first((source) => source.functionType(name)),
	};
}

// The last `___` that stands between two characters that are no underscores.
const FLAVOUR = /^(.*[^_])___[^_]/s;

/**
 * The kernel's name of a CO-RE flavour: `task_struct` for `task_struct___old`. libbpf drops what follows the last triple underscore before it
 * looks for a kernel type (bpf_core_essential_name_len in tools/lib/bpf/libbpf.c, 6.12). `bpf_cpumask___init` is one too, by that rule.
 */
export function flavourless(tag: string): string {
	return FLAVOUR.exec(tag)?.[1] ?? tag;
}
