// kfunc-undocumented-deprecation: a kfunc is marked as deprecated, and its documentation does not say what that means for its users.
import type { KernelFunction } from '../../kernel/kernel-side/source.js';
import type { Fix } from '../finding.js';
import { definedKfuncs, hasFlag, type KernelSideRule } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** Words of which a documentation that speaks of a deprecation holds one. */
const SPEAKS = /deprecat|obsolet|remov|replac|instead|superse/i;

/** A comment in the kernel's form, with the places that only a person can fill in. */
function template(fn: KernelFunction): Fix {
	const parameters = fn.parameters.filter((parameter) => parameter.nameAt).map((parameter) => ` * @${parameter.name}:\n`);
	const text = `/**\n * ${fn.name} -\n${parameters.join('')} *\n * Deprecated: \n */\n`;
	return {
		title: 'Insert a documentation comment to fill in',
		preferred: false,
		edits: [{ start: fn.start, end: fn.start, newText: text }],
	};
}

export const kfuncUndocumentedDeprecation: KernelSideRule = {
	id: 'kfunc-undocumented-deprecation',
	summary: 'A kfunc is marked `KF_DEPRECATED` and its documentation does not say why, until when, and what to use instead.',
	category: 'Policy',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	*check({ source }) {
		for (const { fn, entries } of definedKfuncs(source)) {
			const entry = entries.find((one) => hasFlag(one, 'KF_DEPRECATED'));
			if (!entry || (fn.documentation !== undefined && SPEAKS.test(fn.documentation))) continue;
			const missing =
				fn.documentation === undefined ? 'has no documentation comment' : 'has a documentation comment that says nothing of it';
			yield {
				at: fn.at,
				message: `${functionName(fn.name)} is deprecated and ${missing}. Say there how long it is expected to stay, what to use instead, and why it goes: its users are BPF programs that nobody in the kernel can change.`,
				related: [{ at: entry.flags.find((flag) => flag.name === 'KF_DEPRECATED')!, message: 'marked as deprecated here' }],
				...(fn.documentation === undefined ? { fixes: [template(fn)] } : {}),
			};
		}
	},
};
