// Document highlight on a reference: its acquire, its uses, its releases and the returns that leak it. Elsewhere the editor has its own.
import { type DocumentHighlight, DocumentHighlightKind, type DocumentHighlightParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { programsWithMarks, type ReferenceMark, referenceMarks } from '../../ide/reference-marks.js';
import { offsetOf } from '../from-protocol.js';
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
	const offset = offsetOf(document, params.position);
	const { insight } = await session.insight(document, (one) => programsWithMarks(one, offset));
	const marks = insight ? referenceMarks(insight, offset) : [];
	if (marks.length === 0) return null;
	return marks.map(({ at, kind }) => ({ range: range(document, at.start, at.end), kind: KINDS[kind] }));
}
