// What completion offers, before it is the protocol's.
import type { TextEdit } from '../rules/finding.js';

export type SuggestionKind = 'section' | 'target' | 'kfunc' | 'helper' | 'flag' | 'map' | 'map type' | 'parameters' | 'release';

export interface Suggestion {
	readonly kind: SuggestionKind;
	readonly label: string;
	/** Beside the label: a prototype, a type. */
	readonly detail?: string;
	/** Markdown. Functions have theirs made when the client asks for it. */
	readonly documentation?: string;
	/** What takes the place of the text that is replaced; with `${1:name}` where `snippet` is set. */
	readonly newText: string;
	readonly snippet?: boolean;
	/** What typed text is held against; the label unless given. */
	readonly filter?: string;
	/** Lower comes first; among equals the order of the list. */
	readonly rank: number;
	/** Something is still to come behind it: a section's target. */
	readonly goesOn?: boolean;
	/** The kernel would refuse it here, and this is why. */
	readonly objection?: string;
	/** Edits elsewhere that come with it: a declaration. */
	readonly edits?: readonly TextEdit[];
}

export interface Suggestions {
	/** What is replaced: UTF-16 offsets on one line, around the cursor; `end` exclusive. */
	readonly start: number;
	readonly end: number;
	readonly items: readonly Suggestion[];
	/** There are more than these: ask again when more is typed. */
	readonly incomplete?: boolean;
}
