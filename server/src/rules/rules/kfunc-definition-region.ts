// kfunc-definition-region: a kfunc is defined outside of __bpf_kfunc_start_defs() and __bpf_kfunc_end_defs(), or such a part is not closed.
import type { KernelFunction, RegionMark } from '../../kernel/kernel-side/source.js';
import type { Fix } from '../finding.js';
import { definedKfuncs, type KernelSideRule } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

function closing(mark: RegionMark): string {
	return mark.name === '__bpf_hook_start' ? '__bpf_hook_end' : '__bpf_kfunc_end_defs';
}

/** Marks that have no counterpart, and the stretches between those that have. */
function pair(marks: readonly RegionMark[]): { readonly lone: readonly RegionMark[]; readonly parts: readonly [number, number][] } {
	const lone: RegionMark[] = [];
	const parts: [number, number][] = [];
	let open: RegionMark | undefined;
	for (const mark of marks) {
		if (mark.opens) {
			if (open) lone.push(open);
			open = mark;
		} else if (open) {
			parts.push([open.start, mark.end]);
			open = undefined;
		} else lone.push(mark);
	}
	if (open) {
		lone.push(open);
		// What stands behind an opening that was forgotten to be closed is meant to be inside.
		parts.push([open.start, Number.POSITIVE_INFINITY]);
	}
	return { lone, parts };
}

/** Puts the marks around one definition, its documentation included: to move it is a person's choice of place. */
function enclose({ name, start, end, documentation }: KernelFunction, text: string): Fix {
	const nl = text.includes('\r\n') ? '\r\n' : '\n';
	const before = documentation === undefined ? start : text.lastIndexOf(documentation, start);
	const edits = [
		{ start: before, end: before, newText: `__bpf_kfunc_start_defs();${nl}${nl}` },
		{ start: end, end, newText: `${nl}${nl}__bpf_kfunc_end_defs();` },
	];
	return { title: `Put the marks around ${functionName(name)}`, preferred: true, edits };
}

export const kfuncDefinitionRegion: KernelSideRule = {
	id: 'kfunc-definition-region',
	summary: 'A kfunc is defined outside of `__bpf_kfunc_start_defs()` and `__bpf_kfunc_end_defs()`, or that part is not closed.',
	category: 'Program Structure',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	*check({ source }) {
		const { lone, parts } = pair(source.regions);
		for (const mark of lone)
			yield {
				at: mark,
				message: mark.opens
					? `No \`${closing(mark)}()\` follows this \`${mark.name}()\`, so the compiler’s warnings stay off for the rest of the file. Put one behind the last kfunc’s definition.`
					: `No \`__bpf_kfunc_start_defs()\` stands before this \`${mark.name}()\`, so it brings back warnings that nobody switched off. Put one before the first kfunc’s definition.`,
			};
		// A file without such a part (one for hooks is for other functions) declares its kfuncs in a header.
		if (!source.regions.some((mark) => mark.name === '__bpf_kfunc_start_defs')) return;
		for (const { fn, entries } of definedKfuncs(source)) {
			if (!fn.annotated || fn.isStatic || parts.some(([start, end]) => start <= fn.start && fn.start < end)) continue;
			if (source.functions.some((other) => other.name === fn.name && !other.defined)) continue;
			yield {
				at: fn.at,
				message: `${functionName(fn.name)} is defined outside of \`__bpf_kfunc_start_defs()\` and \`__bpf_kfunc_end_defs()\`, so the compiler warns of a missing prototype unless a header has one. Move it inside.`,
				related: [{ at: entries[0]!.at, message: 'listed as a kfunc here' }],
				fixes: [enclose(fn, source.text)],
			};
		}
	},
};
