// What a rule's repair may look at, and what it proposes.
import type { Catalog } from '../../kernel/catalog.js';
import type { Unit } from '../../program/model.js';
import type { TextEdit } from '../finding.js';

export interface FixContext {
	readonly unit: Unit;
	readonly catalog: Catalog;
	/** The checked file's text; edits are offsets into it. */
	readonly text: string;
}

/** A repair that nobody has proven yet. */
export interface FixCandidate {
	readonly title: string;
	readonly edits: readonly TextEdit[];
	/** Right as far as the rule can tell, but a person should decide: never applied by `--fix`. */
	readonly needsChoice?: boolean;
}
