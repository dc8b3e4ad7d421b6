// Is this C file a BPF program at all? Most C files that an editor opens are not, and they must get no diagnostics.

/** Headers that only BPF programs include. Loaders include `bpf/bpf.h` and `bpf/libbpf.h`, and those are not among them. */
const BPF_HEADER =
	/^[ \t]*#[ \t]*include[ \t]*[<"](?:[^">\n]*\/)?(?:vmlinux\.h|bpf_(?:helpers|tracing|core_read|endian|kfuncs|experimental)\.h|[^">/\n]*\.bpf\.h)[">]/m;
const SECTION = /^[^\n"']*\bSEC[ \t]*\([ \t]*"/m;

/** True for a text with a header or a SEC() that only BPF programs have, and for a file that is named as one. */
export function isBpfText(path: string, text: string): boolean {
	return path.endsWith('.bpf.c') || SECTION.test(text) || BPF_HEADER.test(text);
}
