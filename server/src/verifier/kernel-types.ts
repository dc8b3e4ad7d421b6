// Which structs are the kernel's own, and which the program's. The kernel looks a kptr's pointee up by name in its own BTF first
// (btf_find_kptr() of kernel/bpf/btf.c), so a name that the kernel knows means the kernel's type.
import type { Catalog } from '../kernel/catalog.js';
import type { Unit } from '../program/model.js';

const answers = new WeakMap<Unit, Map<string, boolean>>();

/** Does the struct's name belong to the kernel? Judged by where the unit has its definition from: vmlinux.h, BTF and kernel headers. */
export function isKernelTag(unit: Unit, catalog: Catalog, tag: string): boolean {
	let known = answers.get(unit);
	if (!known) answers.set(unit, (known = new Map()));
	let answer = known.get(tag);
	if (answer === undefined) known.set(tag, (answer = judge(unit, catalog, tag)));
	return answer;
}

function judge(unit: Unit, catalog: Catalog, tag: string): boolean {
	if (tag === '') return false;
	if (catalog.hasDestructor(tag)) return true;
	const slices = unit.translation.lookup(tag, 'tag');
	if (slices.length === 0) return unit.scope.record(tag)?.complete === true || catalog.releaseKfuncs(tag).length > 0;
	return slices.some((slice) => {
		const path = slice.tokens[0]?.file.path ?? '';
		return /(^|[/\\])vmlinux[^/\\]*\.h$/.test(path) || /[/\\](linux|uapi|asm|asm-generic)[/\\]/.test(path);
	});
}
