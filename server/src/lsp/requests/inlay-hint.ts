// Inlay hints: what the analysis saw beside the text, each kind by its own switch, all off unless switched on.
import { type InlayHint, type InlayHintParams, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { hintsOf } from '../../ide/hints.js';
import { offsetsOf } from '../from-protocol.js';
import type { Session } from '../session.js';

/** Answers textDocument/inlayHint. */
export async function inlayHints(session: Session, document: TextDocument, params: InlayHintParams): Promise<InlayHint[]> {
	if (!session.isChecked(document)) return [];
	const { hints } = await session.editorSettings(document.uri);
	if (hints.size === 0) return [];
	const { insight } = await session.insight(document, ({ unit }) => unit.programs);
	if (!insight) return [];
	const { start, end } = offsetsOf(document, params.range);
	return hintsOf(insight, hints, start, end).map(({ offset, label, tooltip }) => ({
		position: document.positionAt(offset),
		label,
		paddingLeft: true,
		tooltip: session.abilities.markdownHover ? { kind: MarkupKind.Markdown, value: tooltip } : tooltip.replaceAll('`', ''),
	}));
}
