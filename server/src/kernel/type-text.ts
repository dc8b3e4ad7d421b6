// Types in C's words, as catalogs spell them.

/** `task_struct` of `const struct task_struct *`; undefined for anything but a pointer to a struct. */
export function pointee(type: string): string | undefined {
	const words = type.split(' ');
	const at = words.indexOf('struct');
	return at >= 0 && words.at(-1) === '*' ? words[at + 1] : undefined;
}
