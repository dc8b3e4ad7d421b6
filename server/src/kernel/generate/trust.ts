// Trust of pointers by struct and field: the lists in kernel/bpf/verifier.c, and the structs that RCU protects.
import type { TrustList } from '../catalog.js';
import { parameter } from './declaration.js';
import type { KernelFile } from './tree.js';

const LISTS: Readonly<Record<string, TrustList>> = {
	BTF_TYPE_SAFE_NESTED: 'nested',
	BTF_TYPE_SAFE_TRUSTED: 'trusted',
	BTF_TYPE_SAFE_RCU: 'rcu',
	BTF_TYPE_SAFE_RCU_OR_NULL: 'rcu_or_null',
	BTF_TYPE_SAFE_TRUSTED_OR_NULL: 'trusted_or_null',
};

/** list -> struct -> fields, in the source's order. */
export function readTrust(verifier: KernelFile): Partial<Record<TrustList, Record<string, string[]>>> {
	const out: Partial<Record<TrustList, Record<string, string[]>>> = {};
	for (const at of verifier.topLevel()) {
		const list = LISTS[verifier.text(at)];
		if (!list || verifier.text(at + 1) !== '(') continue;
		const open = verifier.close(at + 1) + 1;
		if (verifier.text(open) !== '{') continue;
		const struct = verifier.text(verifier.close(at + 1) - 1);
		const fields = verifier
			.splitRange(open + 1, verifier.close(open), ';')
			.filter((range) => range.end > range.start)
			.map((range) => parameter(verifier, range, '').name)
			.filter((name) => name !== '');
		const structs = out[list] ?? {};
		out[list] = structs;
		structs[struct] = [...(structs[struct] ?? []), ...fields];
	}
	return out;
}

/** The members of a `BTF_SET_START(name)` of structs or functions, with the conditions under which each is a member. */
export function readIdSet(file: KernelFile, name: string): { readonly name: string; readonly when: readonly string[] }[] {
	const out: { name: string; when: readonly string[] }[] = [];
	for (let i = 0; i < file.length; i++) {
		if (file.text(i) !== 'BTF_SET_START' || file.text(i + 2) !== name) continue;
		for (let at = i + 4; at < file.length && file.text(at) !== 'BTF_SET_END'; at++)
			if (file.text(at) === 'BTF_ID' && file.text(at + 1) === '(') out.push({ name: file.text(at + 4), when: file.when[at]! });
	}
	return out;
}
