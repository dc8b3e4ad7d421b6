// unused-suppression: a comment that is to silence a finding, and silences none.
import type { RuleInfo } from '../rule.js';

export const unusedSuppression: RuleInfo = {
	id: 'unused-suppression',
	summary: 'A `bpfls: ignore` comment silences nothing, or names no rule.',
	category: 'Policy',
	severity: 'warning',
	since: '0.2.0',
	fixable: true,
};
