// What a person is told of a header that was not found, and where it is to be had.

/** Headers that people miss on a fresh machine, by name, with what brings them. */
const SOURCES: readonly (readonly [RegExp, string])[] = [
	[/^vmlinux\.h$/, '`bpftool btf dump file /sys/kernel/btf/vmlinux format c >vmlinux.h` makes it'],
	[/^bpf\/\w+\.h$/, 'the package libbpf-dev or libbpf-devel has it'],
];

/** One sentence; it begins with the header's name. `replaced` says whether built-in definitions serve. */
export function missingHeader(name: string, replaced: boolean): string {
	const source = SOURCES.find(([names]) => names.test(name))?.[1] ?? 'add its folder to the include paths';
	const meanwhile = replaced ? 'built-in definitions serve in its place' : 'what it declares is unknown here';
	return `${name} was not found; ${meanwhile} (${source})`;
}
