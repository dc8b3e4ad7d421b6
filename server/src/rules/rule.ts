// What a rule is: metadata as data, words for a violation, and candidate repairs. One file per rule implements this.

import type { RuleId, Violation } from '../verifier/violation.js';
import type { Category, Severity } from './finding.js';
import type { FixCandidate, FixContext } from './fix/context.js';
import { sentence } from './words.js';

/** What tables, settings and pages say of a rule, whatever finds its findings. */
export interface RuleInfo {
	readonly id: string;
	/** One sentence for tables: what the rule finds. */
	readonly summary: string;
	readonly category: Category;
	/** The default; settings override it. */
	readonly severity: Severity;
	/** The version of this project that brought the rule. */
	readonly since: string;
	/** Some of its findings come with a repair. */
	readonly fixable: boolean;
}

export interface Rule extends RuleInfo {
	readonly id: RuleId;
	/** Its repairs change declarations: programs whose own text stays as it is are judged anew. */
	readonly mendsDeclarations?: boolean;
	/** What is wrong, why, and what to do: one or two sentences. Every fact may be missing; the words must hold without it. */
	message(violation: Violation): string;
	/**
	 * Repairs as edits, best first. They are proposals: the checker applies each to a copy of the text and offers those only that the
	 * analysis finds right. Never throws for what the text holds; gives none where the code stands in a macro or header.
	 */
	fixes?(violation: Violation, context: FixContext): readonly FixCandidate[];
}

/** Words by a violation's variant, with words for any other variant. */
export type Words = Readonly<Record<string, (violation: Violation) => string>> & { readonly default: (violation: Violation) => string };

/** Chooses by variant; a variant that the table does not know gets the default's words. */
export function wordsFor(words: Words, violation: Violation): string {
	const chosen = Object.hasOwn(words, violation.variant) ? words[violation.variant] : words.default;
	return sentence((chosen ?? words.default)(violation));
}
