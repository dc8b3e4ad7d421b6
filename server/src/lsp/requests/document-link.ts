// Document links: each #include leads to the header that it brought.
import { pathToFileURL } from 'node:url';
import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { includeLinks } from '../../ide/include-links.js';
import type { Session } from '../session.js';
import { range } from '../to-protocol.js';

/** Answers textDocument/documentLink. */
export async function documentLinks(session: Session, document: TextDocument, _params: DocumentLinkParams): Promise<DocumentLink[]> {
	const view = await session.view(document);
	if (!view) return [];
	return includeLinks(view).map(({ start, end, path }) => ({
		range: range(document, start, end),
		target: pathToFileURL(path).href,
		tooltip: path,
	}));
}
