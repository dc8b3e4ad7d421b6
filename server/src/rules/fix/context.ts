// What a rule's repair may look at, and what it proposes.
import type { Catalog } from '../../kernel/catalog.js';
import type { Unit } from '../../program/model.js';
import type { TextEdit } from '../finding.js';
import type { Layout } from './layout.js';

export interface FixContext {
	readonly unit: Unit;
	readonly catalog: Catalog;
	/** The checked file's text as it is laid out; edits are offsets into it. */
	readonly layout: Layout;
}

/** A repair that nobody has proven yet. */
export interface FixCandidate {
	readonly title: string;
	readonly edits: readonly TextEdit[];
	/** Right as far as the rule can tell, but a person should decide: never applied by `--fix`. */
	readonly needsChoice?: boolean;
	/** There is reason to doubt that it holds, or another one does the same more simply: tried only where nothing else holds. */
	readonly lastResort?: boolean;
	/** Mends one path of several: what is left is looked at again, and the next path is mended in the same way. */
	readonly partial?: boolean;
}
