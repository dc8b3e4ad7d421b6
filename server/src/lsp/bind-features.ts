// Binds the requests of completion and navigation, and tells which of them the server offers.
import type { CallHierarchyItem, Connection, ResponseError, ServerCapabilities } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isBesideClangd } from './beside-clangd.js';
import { isBpfText } from './bpf-text.js';
import { pathOf } from './from-protocol.js';
import { onDocument } from './handler.js';
import { incomingCalls, itemData, outgoingCalls, prepareCallHierarchy } from './requests/call-hierarchy.js';
import { COMPLETION_TRIGGERS, completion, resolveCompletion } from './requests/completion.js';
import { definition } from './requests/definition.js';
import { documentLinks } from './requests/document-link.js';
import { documentSymbols } from './requests/document-symbol.js';
import { references } from './requests/references.js';
import { SEMANTIC_LEGEND, semanticTokens } from './requests/semantic-tokens.js';
import { signatureHelp } from './requests/signature-help.js';
import type { Session } from './session.js';

export const FEATURES: ServerCapabilities = {
	completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS], resolveProvider: true },
	signatureHelpProvider: { triggerCharacters: ['(', ','] },
	documentSymbolProvider: true,
	definitionProvider: true,
	referencesProvider: true,
	documentLinkProvider: {},
	callHierarchyProvider: true,
	semanticTokensProvider: { legend: SEMANTIC_LEGEND, full: true },
};

type Ready = <A extends unknown[], R>(handler: (...parameters: A) => R) => (...parameters: A) => R | ResponseError<never>;
type Handle<P, R> = (session: Session, document: TextDocument, params: P) => Promise<R>;

export function bindFeatures(connection: Connection, session: Session, ready: Ready): void {
	/** Only BPF programs have names and places that we know better than any C server. */
	const onProgram =
		<P, R>(empty: R, handle: Handle<P, R>) =>
		async (document: TextDocument, params: P): Promise<R> =>
			session.isChecked(document) && isBpfText(pathOf(document.uri), document.getText()) ? handle(session, document, params) : empty;
	/** Answers that clangd gives just as well are left to it. */
	const unlessClangd =
		<P, R>(empty: R, handle: Handle<P, R>) =>
		async (document: TextDocument, params: P): Promise<R> =>
			(await isBesideClangd(session, document.uri)) ? empty : onProgram(empty, handle)(document, params);

	connection.onCompletion(ready(onDocument(session, 'completion', null, onProgram(null, completion))));
	connection.onCompletionResolve(ready((item) => resolveCompletion(session, item)));
	connection.onSignatureHelp(ready(onDocument(session, 'signatureHelp', null, onProgram(null, signatureHelp))));
	connection.onDocumentSymbol(ready(onDocument(session, 'documentSymbol', null, unlessClangd(null, documentSymbols))));
	connection.onDefinition(ready(onDocument(session, 'definition', null, onProgram(null, definition))));
	connection.onReferences(ready(onDocument(session, 'references', null, unlessClangd(null, references))));
	connection.onDocumentLinks(ready(onDocument(session, 'documentLink', null, unlessClangd(null, documentLinks))));
	const tokens = onDocument(session, 'semanticTokens', null, unlessClangd(null, semanticTokens));
	// The library's type knows no empty answer, which the protocol has.
	connection.languages.semanticTokens.on(ready(tokens) as Parameters<typeof connection.languages.semanticTokens.on>[0]);

	const { callHierarchy } = connection.languages;
	callHierarchy.onPrepare(ready(onDocument(session, 'prepareCallHierarchy', null, unlessClangd(null, prepareCallHierarchy))));
	/** An item names the document that it was made for; the request names none. */
	const ofItem =
		<R>(handle: (session: Session, document: TextDocument, name: string) => Promise<R>) =>
		(params: { readonly item: CallHierarchyItem }, token: Parameters<Parameters<typeof callHierarchy.onIncomingCalls>[0]>[1]) => {
			const data = itemData(params?.item);
			if (!data) return null;
			return onDocument(session, 'callHierarchy', null, (document) => handle(session, document, data.name))(
				{ textDocument: { uri: data.from } },
				token,
			);
		};
	callHierarchy.onIncomingCalls(ready(ofItem(incomingCalls)));
	callHierarchy.onOutgoingCalls(ready(ofItem(outgoingCalls)));
}
