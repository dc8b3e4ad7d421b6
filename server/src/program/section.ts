// Reads the text of `SEC("...")`: program type, attach type, target and whether the program may sleep.
import type { SectionRule } from '../kernel/catalog.js';
import type { SectionInfo } from './model.js';

/** Does a rule of the table match a section's text? As libbpf matches: exactly, or up to a `/` before the target. */
function matches(rule: SectionRule, text: string): boolean {
	if (!text.startsWith(rule.prefix)) return false;
	const rest = text.slice(rule.prefix.length);
	if (rule.match === 'exact') return rest === '';
	if (rest === '') return rule.match === 'optional-target';
	return rest.startsWith('/') || rule.prefix.endsWith('/');
}

/**
 * What a section says of the program in it. `?` in front means that the program is loaded only on request. A text that no rule
 * matches has no program type: libbpf takes such a program and leaves the type to its user.
 */
export function parseSection(text: string, rules: readonly SectionRule[]): SectionInfo {
	const optional = text.startsWith('?');
	const plain = optional ? text.slice(1) : text;
	const rule = rules.find((r) => matches(r, plain));
	if (!rule) return { text: plain, optional, sleepable: false };
	const target = plain.slice(rule.prefix.length).replace(/^\//, '');
	return {
		text: plain,
		optional,
		programType: rule.programType,
		...(rule.attachType === undefined ? {} : { attachType: rule.attachType }),
		...(target === '' ? {} : { target }),
		sleepable: rule.sleepable,
	};
}

const NO_PROGRAMS = new Set(['license', 'version', 'maps']);

/** Can a function in this section be a program? Sections that begin with `.` hold subprograms and data; some names are libbpf's own. */
export function isProgramSection(text: string): boolean {
	return text !== '' && !text.startsWith('.') && !NO_PROGRAMS.has(text);
}
