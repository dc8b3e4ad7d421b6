// kfunc-missing-annotation: a function of a kfunc set is defined without __bpf_kfunc.
import { compareReleases } from '../../kernel/release.js';
import { definedKfuncs, type KernelSideRule } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** Source: include/linux/btf.h of 6.3, the first that defines `__bpf_kfunc`. */
const FIRST_RELEASE = '6.3';

export const kfuncMissingAnnotation: KernelSideRule = {
	id: 'kfunc-missing-annotation',
	summary: 'A function is listed as a kfunc and defined without `__bpf_kfunc`.',
	category: 'Program Structure',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		if (compareReleases(catalog.release, FIRST_RELEASE) < 0) return;
		for (const { fn, entries } of definedKfuncs(source)) {
			// A prototype may carry the annotation for the definition.
			if (source.functions.some((other) => other.name === fn.name && other.annotated)) continue;
			yield {
				at: fn.at,
				message: `${functionName(fn.name)} is a kfunc of \`${entries[0]!.set.name}\` and is defined without \`__bpf_kfunc\`, so the compiler may inline it, change its arguments or drop it. Put \`__bpf_kfunc\` in front of the definition.`,
				related: [{ at: entries[0]!.at, message: 'listed as a kfunc here' }],
				fixes: [{ title: 'Add `__bpf_kfunc`', preferred: true, edits: [{ start: fn.start, end: fn.start, newText: '__bpf_kfunc ' }] }],
			};
		}
	},
};
