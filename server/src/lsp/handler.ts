// The wrapper around every request: the document is found, cancellation honoured, and an exception stays one failed answer.
import { type CancellationToken, LSPErrorCodes, ParameterStructures, RequestType, ResponseError } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Session } from './session.js';

interface OnDocument {
	readonly textDocument: { readonly uri: string };
}

/**
 * A handler of requests on one document. An unknown document, or parameters without one, get `empty` as their answer. An exception is
 * logged and answered by `empty`: one feature that fails takes neither the server down nor a dialog up.
 */
export function onDocument<P extends OnDocument, R>(
	session: Session,
	name: string,
	empty: R,
	handle: (document: TextDocument, params: P, token: CancellationToken) => Promise<R> | R,
): (params: P, token: CancellationToken) => Promise<R | ResponseError<never>> {
	return async (params, token) => {
		const uri = params?.textDocument?.uri;
		const document = typeof uri === 'string' ? session.documents.get(uri) : undefined;
		if (!document) return empty;
		const version = document.version;
		try {
			// Let a cancellation or an edit that already arrived come first.
			await new Promise(setImmediate);
			if (token.isCancellationRequested) return new ResponseError<never>(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
			const answer = await handle(document, params, token);
			if (token.isCancellationRequested) return new ResponseError<never>(LSPErrorCodes.RequestCancelled, `${name} was cancelled`);
			if (document.version !== version) return new ResponseError<never>(LSPErrorCodes.ContentModified, `${name}: the text has changed`);
			return answer;
		} catch (error) {
			logFailure(session, name, error);
			return empty;
		}
	};
}

/**
 * A request of ours, `bpfls/...`: its parameters are one object, as those of the protocol are. A list would be dealt out to the handler, in the place of the
 * cancellation, too.
 */
export function ownRequest<P>(method: string): RequestType<P, unknown, void> {
	return new RequestType(method, ParameterStructures.byName);
}

/** Tells the output channel of a failure, with its stack. */
export function logFailure(session: Session, name: string, error: unknown): void {
	session.connection.console.error(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
