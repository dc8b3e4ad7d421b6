// Modules that a kernel tree brings for its own tests: what they add to the kernel while they are loaded, marked with the module's name.
import { posix } from 'node:path';
import type { CatalogFile, KfuncRow, SetRow, StructOpsRow } from '../schema.js';
import { readErrorInjection } from './hooks.js';
import type { Kbuild } from './kbuild.js';
import { readKfuncs } from './kfuncs.js';
import { readStructOps } from './struct-ops.js';
import type { KernelFile, KernelTree } from './tree.js';

/** Where the tests of BPF keep their modules; each .c file with a module's licence in it is one. */
const MODULE_FOLDER = 'tools/testing/selftests/bpf';

export type ModuleTables = Pick<CatalogFile, 'kfuncs' | 'sets' | 'destructors' | 'structOps' | 'modifyReturn' | 'errorInjection'>;

/**
 * Reads every test module of the tree; none where the tree comes without tests.
 *
 * @param hooks program types that share a hook: see `programHooks`.
 * @param headers headers whose inline functions filters of kfunc sets call.
 */
export function readModules(
	tree: KernelTree,
	kbuild: Kbuild,
	hooks: ReadonlyMap<string, readonly string[]>,
	headers: readonly KernelFile[],
): ModuleTables {
	const kfuncs: Record<string, KfuncRow> = {};
	const sets: Record<string, SetRow> = {};
	const destructors: Record<string, { destructor: string; release: string; module: string }> = {};
	const structOps: Record<string, StructOpsRow> = {};
	const modifyReturn: Record<string, readonly string[]> = {};
	const errorInjection: string[] = [];
	const paths = tree.search(tree.list([MODULE_FOLDER], ['.c']), ['MODULE_LICENSE(']).get('MODULE_LICENSE(')!;
	for (const path of paths) {
		const module = posix.basename(path, '.c');
		const found = readKfuncs(tree, kbuild, { ids: [path], definitions: [path], sources: [path] }, hooks, headers, []);
		for (const [name, row] of Object.entries(found.kfuncs)) kfuncs[name] ??= { ...row, module };
		for (const [name, row] of Object.entries(found.sets)) sets[name] ??= row;
		for (const [struct, row] of Object.entries(found.destructors)) destructors[struct] ??= { ...row, module };
		for (const [struct, row] of Object.entries(readStructOps(tree, kbuild, [path]))) structOps[struct] ??= { ...row, module };
		Object.assign(modifyReturn, found.modifyReturn);
		errorInjection.push(...readErrorInjection(tree, [path]));
	}
	return { kfuncs, sets, destructors, structOps, modifyReturn, errorInjection };
}
