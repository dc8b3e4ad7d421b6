// Is this C file a BPF program, or kernel-side source of kfuncs? Most C files that an editor opens are neither, and they must get no diagnostics.
import { readKernelSource } from '../kernel/kernel-side/source.js';

/** Headers that only BPF programs include. Loaders include `bpf/bpf.h` and `bpf/libbpf.h`, and those are not among them. */
const BPF_HEADER =
	/^[ \t]*#[ \t]*include[ \t]*[<"](?:[^">\n]*\/)?(?:vmlinux\.h|bpf_(?:helpers|tracing|core_read|endian|kfuncs|experimental)\.h|[^">/\n]*\.bpf\.h)[">]/m;
const SECTION = /^[^\n"']*\bSEC[ \t]*\([ \t]*"/m;

/** True for a text with a header or a SEC() that only BPF programs have, and for a file that is named as one. */
export function isBpfText(path: string, text: string): boolean {
	return path.endsWith('.bpf.c') || SECTION.test(text) || BPF_HEADER.test(text);
}

/** True for a text that findings are shown for: a BPF program, or C of the kernel that defines or registers kfuncs. */
export function isCheckedText(path: string, text: string): boolean {
	return isBpfText(path, text) || readKernelSource(path, text) !== undefined;
}
