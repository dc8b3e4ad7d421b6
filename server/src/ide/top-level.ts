// The file as a person reads it: its top-level items, and where tokens are shown.
import type { View } from '../rules/checker.js';
import type { TextRange } from '../rules/finding.js';
import { writtenAt } from '../syntax/macro-expander.js';
import { tokenRange } from '../syntax/source-map.js';
import type { Token } from '../syntax/token.js';

export { itemAt, type TopLevelItem, topLevelItems } from '../rules/top-level-items.js';

/**
 * Where a token is shown: as it is spelled in the main file or in a header, or the use of the macro that it comes out of. Undefined for built-in text,
 * which no editor could open.
 */
export function shownAt(token: Token, view: View): TextRange | undefined {
	const { main } = view.unit.translation;
	const { file, start, end } = tokenRange(token, main) ?? writtenAt(token);
	return file.path.startsWith('<') ? undefined : { path: file.path, start, end };
}

/** Where a token's text is written in the main file, letter by letter: what a macro pastes together stands nowhere so. */
export function writtenAs(token: Token, { layout }: View): { readonly start: number; readonly end: number } | undefined {
	const at = layout.spelled(token);
	return at && layout.text.startsWith(token.text, at.start) && at.end - at.start === token.text.length ? at : undefined;
}
