// Suffixes of kfunc parameters, and the releases that read them.
import type { Catalog } from '../catalog.js';
import { compareReleases } from '../release.js';

/** Source: the is_kfunc_arg_*() functions of kernel/bpf/verifier.c. An empty release: known, but not since when, so that no release is held against it. */
const SINCE: Readonly<Record<string, string>> = {
	__sz: '5.18',
	__k: '6.2',
	__ign: '6.2',
	__alloc: '6.2',
	__uninit: '6.4',
	__szk: '6.4',
	__refcounted_kptr: '6.4',
	__opt: '6.5',
	__nullable: '6.7',
	__str: '6.8',
	__map: '6.9',
	__iter: '6.12',
	__irq_flag: '',
	__prog: '',
	__const_str: '',
	__const_map: '7.3',
	__nonown_allowed: '',
	__arena: '7.3',
};

/** Suffixes that say that the parameter is the size of the memory before it. */
export const SIZE_SUFFIXES: readonly string[] = ['__sz', '__szk'];

const evidence = new WeakMap<Catalog, ReadonlySet<string>>();

/** Every suffix that some release reads. */
export function suffixes(): readonly string[] {
	return Object.keys(SINCE);
}

/**
 * The release that brought a suffix, where the target is older than that; undefined where the target reads it, or where nothing is known against it.
 * A suffix that a kfunc of the target's own catalog has is read there.
 */
export function comesLater(suffix: string, catalog: Catalog): string | undefined {
	const since = Object.hasOwn(SINCE, suffix) ? SINCE[suffix]! : '';
	if (since === '' || compareReleases(catalog.release, since) >= 0 || isUsed(suffix, catalog)) return undefined;
	return since;
}

/** The word behind the last double underscore of a parameter's name, with it: `__szk` of `buffer__szk`; undefined where there is none. */
export function suffixOf(name: string): string | undefined {
	const at = name.lastIndexOf('__');
	return at > 0 && at + 2 < name.length ? name.slice(at).replace(/^_+/, '__') : undefined;
}

/** Does any release, or a kfunc of the catalog, have this suffix? */
export function isSuffix(suffix: string, catalog: Catalog): boolean {
	return Object.hasOwn(SINCE, suffix) || isUsed(suffix, catalog);
}

function isUsed(suffix: string, catalog: Catalog): boolean {
	let used = evidence.get(catalog);
	if (!used) {
		const found = new Set<string>();
		for (const kfunc of catalog.kfuncs())
			for (const parameter of kfunc.parameters) {
				const own = suffixOf(parameter.name);
				if (own !== undefined) found.add(own);
			}
		used = found;
		evidence.set(catalog, used);
	}
	return used.has(suffix);
}
