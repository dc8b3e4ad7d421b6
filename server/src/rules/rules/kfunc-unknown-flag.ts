// kfunc-unknown-flag: a kfunc is listed with a flag that the target release does not define.
import { closest } from '../closest.js';
import type { Fix } from '../finding.js';
import { type KernelSideRule, kfuncSets } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** Documented in Documentation/bpf/kfuncs.rst since 6.4; trees that use it bring their own definition. */
const DOCUMENTED = ['KF_DEPRECATED'];

export const kfuncUnknownFlag: KernelSideRule = {
	id: 'kfunc-unknown-flag',
	summary: 'A kfunc is listed with a flag that the target kernel release does not define.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		if (catalog.flags.length === 0) return;
		for (const entry of kfuncSets(source).flatMap((set) => set.entries))
			for (const [index, flag] of entry.flags.entries()) {
				if (!flag.name.startsWith('KF_') || catalog.flags.includes(flag.name)) continue;
				if (DOCUMENTED.includes(flag.name) || source.isMacro(flag.name)) continue;
				const implied = flag.name === 'KF_TRUSTED_ARGS' && catalog.trustedByDefault;
				const near = implied ? undefined : closest(flag.name, catalog.flags);
				const fixes: Fix[] = [];
				if (near !== undefined)
					fixes.push({ title: `Change to ${near}`, preferred: true, edits: [{ start: flag.start, end: flag.end, newText: near }] });
				if (implied && entry.close !== undefined) {
					// With the flag goes the sign that joins it to its neighbour, or the comma before the only one.
					const next = entry.flags[index + 1];
					const before = entry.flags[index - 1];
					const start = next ? flag.start : (before?.end ?? entry.at.end);
					const end = next?.start ?? flag.end;
					fixes.push({ title: 'Remove KF_TRUSTED_ARGS', preferred: true, edits: [{ start, end, newText: '' }] });
				}
				const what = implied
					? 'every kfunc takes trusted arguments there, and the flag is gone. Remove it.'
					: near
						? `did you mean \`${near}\`?`
						: 'take one that it has, or leave it out.';
				yield {
					at: flag,
					message: `The target kernel defines no flag \`${flag.name}\`, with which ${functionName(entry.name)} is listed: ${what}`,
					...(fixes.length > 0 ? { fixes } : {}),
				};
			}
	},
};
