// kfunc-set-macro: a set is registered for kfuncs that was not opened as a set of kfuncs.
import { compareReleases } from '../../kernel/release.js';
import { type KernelSideRule, kfuncSets } from '../kernel-side/rule.js';

/** Source: register_btf_kfunc_id_set() in kernel/bpf/btf.c of 6.9, the first that refuses a set without BTF_SET8_KFUNCS. */
const FIRST_RELEASE = '6.9';

export const kfuncSetMacro: KernelSideRule = {
	id: 'kfunc-set-macro',
	summary: 'A set that was opened with `BTF_SET8_START` is registered for kfuncs, which the kernel refuses.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		if (compareReleases(catalog.release, FIRST_RELEASE) < 0) return;
		for (const set of kfuncSets(source)) {
			if (set.opener.name !== 'BTF_SET8_START' || !set.holders.some((holder) => holder.programTypes.length > 0)) continue;
			const { opener, closer } = set;
			const edits = [{ start: opener.start, end: opener.end, newText: 'BTF_KFUNCS_START' }];
			if (closer) edits.push({ start: closer.start, end: closer.end, newText: 'BTF_KFUNCS_END' });
			yield {
				at: opener,
				message: `\`${set.name}\` is registered for kfuncs and opened with \`BTF_SET8_START\`, so it lacks the mark that the kernel asks for since ${FIRST_RELEASE} and its registration fails. Use \`BTF_KFUNCS_START\` and \`BTF_KFUNCS_END\`.`,
				kernel: 'register_btf_kfunc_id_set() returns -EINVAL',
				fixes: [{ title: 'Use `BTF_KFUNCS_START` and `BTF_KFUNCS_END`', preferred: true, edits }],
			};
		}
	},
};
