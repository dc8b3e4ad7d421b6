// Filters with which some kfunc sets are registered: they allow less than the set's program types. Data: filter by its name in the source,
// and what it allows. Facts: kernel sources, 6.12 and 7.2; a filter that is not listed here allows everything.
import type { SectionInfo } from '../program/model.js';

interface Filter {
	/** Only programs of these types pass; absent for any. */
	readonly programTypes?: readonly string[];
	readonly attachTypes?: readonly string[];
	/** The kfuncs that the filter speaks of; absent for all of its sets. */
	readonly kfuncs?: readonly string[];
}

const FILTERS: Readonly<Record<string, Filter>> = {
	// net/core/filter.c
	tracing_iter_filter: { attachTypes: ['TRACE_ITER'] },
	// fs/bpf_fs_kfuncs.c
	bpf_fs_kfuncs_filter: { programTypes: ['LSM'] },
};

export function filterAllows(filter: string, kfunc: string, section: SectionInfo): boolean {
	const known = Object.hasOwn(FILTERS, filter) ? FILTERS[filter] : undefined;
	if (!known) return true;
	if (known.kfuncs && !known.kfuncs.includes(kfunc)) return true;
	if (known.programTypes && !known.programTypes.includes(section.programType ?? '')) return false;
	return !known.attachTypes || known.attachTypes.includes(section.attachType ?? '');
}
