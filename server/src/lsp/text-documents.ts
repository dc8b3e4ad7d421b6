// Open documents as the protocol's library keeps them, but for what is no text: a document that holds `undefined` would fail in every request of any other.
import type { TextDocumentsConfiguration } from 'vscode-languageserver';
import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';

/** Refuses, by an exception that the connection logs, what a client may not send. The document stays as it was. */
export const CHECKED_DOCUMENTS: TextDocumentsConfiguration<TextDocument> = {
	create(uri, languageId, version, text) {
		if (typeof uri !== 'string' || typeof text !== 'string') throw new Error('a document needs a URI and a text');
		return TextDocument.create(uri, languageId, version, text);
	},
	update(document, changes, version) {
		if (!Array.isArray(changes) || !changes.every(isChange)) throw new Error('a change needs a text, and a range that lies somewhere');
		return TextDocument.update(document, changes, version);
	},
};

function isChange(change: unknown): change is TextDocumentContentChangeEvent {
	const { range, text } = (change ?? {}) as { range?: { start?: unknown; end?: unknown }; text?: unknown };
	return typeof text === 'string' && (range === undefined || (isPosition(range?.start) && isPosition(range?.end)));
}

function isPosition(value: unknown): boolean {
	const { line, character } = (value ?? {}) as { line?: unknown; character?: unknown };
	return [line, character].every((number) => Number.isInteger(number) && (number as number) >= 0);
}
