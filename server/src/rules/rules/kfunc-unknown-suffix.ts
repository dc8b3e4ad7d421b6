// kfunc-unknown-suffix: a parameter of a kfunc has a suffix that the verifier does not read.
import type { Catalog } from '../../kernel/catalog.js';
import { comesLater, isSuffix, suffixes, suffixOf } from '../../kernel/kernel-side/suffixes.js';
import { closest } from '../closest.js';
import { renameParameter } from '../kernel-side/rename.js';
import { definedKfuncs, type KernelSideRule } from '../kernel-side/rule.js';
import { code } from '../words.js';

/** The suffix that the target reads and that is nearest to what was written. */
function nearest(suffix: string, catalog: Catalog): string | undefined {
	return closest(
		suffix,
		suffixes().filter((one) => comesLater(one, catalog) === undefined),
	);
}

export const kfuncUnknownSuffix: KernelSideRule = {
	id: 'kfunc-unknown-suffix',
	summary: 'A kfunc parameter has a suffix that the target kernel release does not read.',
	category: 'Call Type Safety',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		for (const { fn } of definedKfuncs(source))
			for (const parameter of fn.parameters) {
				const suffix = suffixOf(parameter.name);
				if (suffix === undefined || !parameter.nameAt) continue;
				const later = comesLater(suffix, catalog);
				if (isSuffix(suffix, catalog) && later === undefined) continue;
				const near = later === undefined ? nearest(suffix, catalog) : undefined;
				const newName = near && parameter.name.slice(0, -suffix.length) + near;
				const edits = newName === undefined ? [] : renameParameter(source, fn, parameter, newName);
				const name = code(parameter.name);
				yield {
					at: parameter.nameAt,
					message:
						later === undefined
							? `The verifier reads no suffix \`${suffix}\` (of ${name}) and treats the parameter as a plain one. ${near ? `Did you mean \`${near}\`?` : 'Take one that it knows, or write the name without a double underscore.'}`
							: `The verifier reads the suffix \`${suffix}\` (of ${name}) from Linux ${later} on; before, it treats the parameter as a plain one. Do without it there.`,
					...(edits.length > 0 ? { fixes: [{ title: `Rename to \`${newName}\``, preferred: true, edits }] } : {}),
				};
			}
	},
};
