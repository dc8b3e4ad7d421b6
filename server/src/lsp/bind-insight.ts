// Binds the requests that show what the analysis saw: hints, highlights, lenses and paths. Each is offered to a client that can show it.
import type { Connection, InitializeResult, ResponseError } from 'vscode-languageserver';
import type { ClientAbilities } from './client-abilities.js';
import { onDocument, ownRequest } from './handler.js';
import { codeLenses } from './requests/code-lens.js';
import { documentHighlights } from './requests/document-highlight.js';
import { type FunctionViewParams, viewOfFunction } from './requests/function-view.js';
import { inlayHints } from './requests/inlay-hint.js';
import { findingPath, type PathParams } from './requests/path.js';
import type { Session } from './session.js';

/** What the answer to initialize says of them. */
export function insightCapabilities(abilities: ClientAbilities): InitializeResult['capabilities'] {
	return {
		...(abilities.inlayHints && { inlayHintProvider: true }),
		...(abilities.documentHighlights && { documentHighlightProvider: true }),
		...(abilities.codeLenses && { codeLensProvider: { resolveProvider: false } }),
	};
}

type Ready = <A extends unknown[], R>(handler: (...parameters: A) => R) => (...parameters: A) => R | ResponseError<never>;

export function bindInsight(connection: Connection, session: Session, ready: Ready): void {
	const { languages } = connection;
	languages.inlayHint.on(ready(onDocument(session, 'inlayHint', [], (document, params) => inlayHints(session, document, params))));
	connection.onDocumentHighlight(
		ready(onDocument(session, 'documentHighlight', null, (document, params) => documentHighlights(session, document, params))),
	);
	connection.onCodeLens(ready(onDocument(session, 'codeLens', [], (document) => codeLenses(session, document))));
	connection.onRequest(
		ownRequest<PathParams>('bpfls/path'),
		ready(onDocument(session, 'path', null, (document, params: PathParams) => findingPath(session, document, params))),
	);
	connection.onRequest(
		ownRequest<FunctionViewParams>('bpfls/functionView'),
		ready(onDocument(session, 'functionView', '', (document, params: FunctionViewParams) => viewOfFunction(session, document, params))),
	);
}

/** Asks the client to look again: settings or files changed, and no text did. */
export function refreshInsight({ connection, abilities }: Session): void {
	if (abilities.refreshInlayHints) connection.languages.inlayHint.refresh().catch(() => {});
	if (abilities.refreshCodeLenses) connection.sendRequest('workspace/codeLens/refresh').catch(() => {});
}
