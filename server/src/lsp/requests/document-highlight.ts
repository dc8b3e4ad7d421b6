// Document highlight on a reference: its acquire, its uses, its releases and the returns that leak it. Elsewhere the editor has its own.
import { type DocumentHighlight, DocumentHighlightKind, type DocumentHighlightParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ReferenceMark, referenceMarks } from '../../ide/reference-marks.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { range } from '../to-protocol.js';

/** The protocol has three kinds: what begins or ends a reference writes it, a leak is neither. */
const KINDS: Readonly<Record<ReferenceMark['kind'], DocumentHighlightKind>> = {
	acquire: DocumentHighlightKind.Write,
	release: DocumentHighlightKind.Write,
	use: DocumentHighlightKind.Read,
	leak: DocumentHighlightKind.Text,
};

/** Answers textDocument/documentHighlight; null where no reference is. */
export async function documentHighlights(
	session: Session,
	document: TextDocument,
	params: DocumentHighlightParams,
): Promise<DocumentHighlight[] | null> {
	if (!session.isChecked(document)) return null;
	const options = await session.settings(document.uri);
	const insight = (await session.checker()).insight(pathOf(document.uri), document.getText(), options);
	const marks = insight ? referenceMarks(insight, offsetOf(document, params.position)) : [];
	if (marks.length === 0) return null;
	return marks.map(({ at, kind }) => ({ range: range(document, at.start, at.end), kind: KINDS[kind] }));
}
