// kfunc-size-suffix: a parameter is marked as the size of the memory before it, and no pointer stands there.
import { SIZE_SUFFIXES, suffixOf } from '../../kernel/kernel-side/suffixes.js';
import { renameParameter } from '../kernel-side/rename.js';
import { definedKfuncs, isPointer, type KernelSideRule } from '../kernel-side/rule.js';
import { code } from '../words.js';

export const kfuncSizeSuffix: KernelSideRule = {
	id: 'kfunc-size-suffix',
	summary: 'A kfunc parameter ends in `__sz` or `__szk` and no pointer stands before it.',
	category: 'Memory Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	*check({ source }) {
		for (const { fn } of definedKfuncs(source))
			for (const [index, parameter] of fn.parameters.entries()) {
				const suffix = suffixOf(parameter.name);
				if (suffix === undefined || !SIZE_SUFFIXES.includes(suffix) || !parameter.nameAt) continue;
				const before = fn.parameters[index - 1];
				if (before && isPointer(before.type) && !isPointer(parameter.type)) continue;
				const name = code(parameter.name);
				const why = isPointer(parameter.type)
					? `${name} is a pointer, and \`${suffix}\` marks a number`
					: before
						? `the parameter before it, ${code(before.name)}, is no pointer`
						: 'it is the first parameter';
				const plain = `${parameter.name.slice(0, -suffix.length)}_size`;
				const edits = renameParameter(source, fn, parameter, plain);
				yield {
					at: parameter.nameAt,
					message: `${name} is marked as the size of the memory that the parameter before it points to, but ${why}: the verifier checks no memory by it. Put it right behind the pointer, or take \`${suffix}\` off.`,
					...(before ? { related: [{ at: before.at, message: 'the parameter before it' }] } : {}),
					...(edits.length > 0 ? { fixes: [{ title: `Rename to \`${plain}\`, a number like any other`, preferred: false, edits }] } : {}),
				};
			}
	},
};
