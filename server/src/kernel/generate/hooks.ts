// What programs attach to: LSM hooks, functions whose errors may be injected, functions that are denied.
import { CatalogError } from '../error.js';
import type { LsmHookRow } from '../schema.js';
import { joinType, parameter } from './declaration.js';
import type { KernelTree } from './tree.js';
import { readIdSet } from './trust.js';

/** The hooks of include/linux/lsm_hook_defs.h, marked by the sets of kernel/bpf/bpf_lsm.c. */
export function readLsmHooks(tree: KernelTree): Record<string, LsmHookRow> {
	const definitions = tree.required('include/linux/lsm_hook_defs.h');
	const lsm = tree.required('kernel/bpf/bpf_lsm.c');
	const members = (set: string): Set<string> => new Set(readIdSet(lsm, set).map((each) => each.name));
	const sleepable = members('sleepable_lsm_hooks');
	const untrusted = members('untrusted_lsm_hooks');
	const disabled = members('bpf_lsm_disabled_hooks');
	const out: Record<string, LsmHookRow> = {};
	for (const at of definitions.calls('LSM_HOOK')) {
		const [result, , name, ...rest] = definitions.split(at + 1);
		if (!result || !name) throw new CatalogError(definitions.path, definitions.tokens[at]!.start, 'LSM_HOOK has too few arguments');
		const hook = definitions.text(name.start);
		const none = rest.length === 1 && definitions.words(rest[0]!).join(' ') === 'void';
		const config = definitions.when[at] ?? [];
		out[hook] = {
			result: joinType(definitions.words(result)),
			parameters: none
				? []
				: rest.map((range, index): [string, string] => {
						const each = parameter(definitions, range, `arg${index + 1}`);
						return [each.type, each.name];
					}),
			...(sleepable.has(`bpf_lsm_${hook}`) ? { sleepable: true } : {}),
			...(untrusted.has(`bpf_lsm_${hook}`) ? { untrusted: true } : {}),
			...(disabled.has(`bpf_lsm_${hook}`) ? { disabled: true } : {}),
			...(config.length > 0 ? { config } : {}),
		};
	}
	return out;
}

/** The functions that `ALLOW_ERROR_INJECTION` names, sorted. */
export function readErrorInjection(tree: KernelTree, paths: readonly string[]): string[] {
	const out = new Set<string>();
	for (const path of paths) {
		const file = tree.required(path);
		for (const at of file.calls('ALLOW_ERROR_INJECTION')) {
			const name = file.text(at + 2);
			if (name !== '' && file.text(at + 3) === ',') out.add(name);
		}
	}
	return [...out].sort();
}
