// Headers that serve where the real ones are not found: the compiler's own (stddef.h and its kin) and the public macros of libbpf's
// headers, in words of our own. Helper functions are not declared here; what they take and give is known elsewhere.
import { COMPILER_HEADERS } from './builtin-compiler-headers.js';
import { LIBBPF_CORE_READ, LIBBPF_ENDIAN, LIBBPF_TRACING } from './builtin-libbpf.js';
import { LIBBPF_EXPERIMENTAL, LIBBPF_HELPERS, LIBBPF_MISC } from './builtin-libbpf-helpers.js';
import { FileText } from './file-text.js';

const EMPTY_TYPES = '/* the types come from BTF or the built-in table */\n';
const LINUX_TYPES = `
#ifndef __BUILTIN_LINUX_TYPES
#define __BUILTIN_LINUX_TYPES
#ifndef __VMLINUX_H__
typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u16 __le16;
typedef __u32 __be32;
typedef __u32 __le32;
typedef __u64 __be64;
typedef __u64 __le64;
typedef __u16 __sum16;
typedef __u32 __wsum;
#endif
#endif
`;

/** By the last part of the header's name; libbpf's are included as `bpf/x.h` and as `x.h`. */
const LIBBPF_HEADERS: ReadonlyMap<string, string> = new Map([
	['bpf_helpers.h', LIBBPF_HELPERS],
	['bpf_tracing.h', LIBBPF_TRACING],
	['bpf_core_read.h', LIBBPF_CORE_READ],
	['bpf_endian.h', LIBBPF_ENDIAN],
	['bpf_experimental.h', LIBBPF_EXPERIMENTAL],
	['bpf_misc.h', LIBBPF_MISC],
	['bpf_helper_defs.h', EMPTY_TYPES],
	['vmlinux.h', EMPTY_TYPES],
]);
const SYSTEM_HEADERS: ReadonlyMap<string, string> = new Map([
	['linux/types.h', LINUX_TYPES],
	['asm/types.h', LINUX_TYPES],
]);

const made = new Map<string, FileText>();

/** True for headers that the compiler brings along, which nobody has to be told of. */
export function isCompilerHeader(name: string): boolean {
	return COMPILER_HEADERS.has(name);
}

/** The stand-in for a header that was not found, if there is one. */
export function builtinHeader(name: string): FileText | undefined {
	const text = COMPILER_HEADERS.get(name) ?? SYSTEM_HEADERS.get(name) ?? LIBBPF_HEADERS.get(name.slice(name.lastIndexOf('/') + 1));
	if (text === undefined) return undefined;
	let file = made.get(name);
	if (!file) {
		file = new FileText({ path: `<built-in ${name}>`, text });
		made.set(name, file);
	}
	return file;
}
