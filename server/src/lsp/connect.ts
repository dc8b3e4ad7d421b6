// Binds requests and notifications of a connection to their handlers: one line each.
import { type Connection, type DocumentDiagnosticReport, ErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Checker } from '../rules/checker.js';
import { bindFeatures } from './bind-features.js';
import { bindInsight, refreshInsight } from './bind-insight.js';
import { pathOf } from './from-protocol.js';
import { logFailure, onDocument, ownRequest } from './handler.js';
import { initialize, registerWatchers } from './initialize.js';
import { codeActions, resolveCodeAction } from './requests/code-actions.js';
import { Publisher, pullDiagnostics } from './requests/diagnostics.js';
import { type DumpParams, dump } from './requests/dump.js';
import { hover } from './requests/hover.js';
import { Resting } from './resting.js';
import { Session } from './session.js';
import { SETTINGS_SECTION } from './settings.js';

const NO_DIAGNOSTICS: DocumentDiagnosticReport = { kind: 'full', items: [] };

/** Serves a connection until it ends. `createChecker` makes the analysis, once. */
export function connect(connection: Connection, createChecker: () => Promise<Checker>): void {
	const session = new Session(connection, createChecker);
	const publisher = new Publisher(session);
	let initialized = false;

	connection.onInitialize((params) => {
		if (initialized) return new ResponseError<never>(ErrorCodes.InvalidRequest, 'initialize comes once');
		initialized = true;
		return initialize(session, params ?? {});
	});
	connection.onInitialized(() => {
		registerWatchers(session).catch((error) => logFailure(session, 'registration', error));
		if (session.abilities.workspaceFolders) bindFolders(session, publisher);
	});

	/** Before initialize every request is refused, as the protocol asks. */
	const ready =
		<A extends unknown[], R>(handler: (...parameters: A) => R) =>
		(...parameters: A): R | ResponseError<never> =>
			initialized ? handler(...parameters) : new ResponseError<never>(ErrorCodes.ServerNotInitialized, 'initialize comes first');

	connection.onHover(ready(onDocument(session, 'hover', null, (document, params) => hover(session, document, params))));
	connection.onCodeAction(
		ready(onDocument(session, 'codeAction', [], (document, params, token) => codeActions(session, document, params, token))),
	);
	connection.onCodeActionResolve(ready((action) => resolveCodeAction(session, action)));
	connection.languages.diagnostics.on(
		ready(onDocument(session, 'diagnostic', NO_DIAGNOSTICS, (document, params) => pullDiagnostics(session, document, params))),
	);
	connection.onRequest(
		ownRequest<DumpParams>('bpfls/dump'),
		ready(onDocument(session, 'dump', '', (document, params: DumpParams) => dump(session, document, params))),
	);

	// The client's watchdog asks for a sign of life.
	connection.onRequest('bpfls/ping', () => null);

	bindFeatures(connection, session, ready);
	bindInsight(connection, session, ready);
	bindDocuments(session, publisher);
	bindWorkspace(session, publisher);
	session.documents.listen(connection);
	connection.listen();
}

function bindDocuments(session: Session, publisher: Publisher): void {
	const { documents } = session;
	/** Gives whether other documents have to be looked at again. */
	const overlay = async (uri: string, text: string | undefined): Promise<boolean> => {
		const kfuncsChanged = (await session.checker()).setOverlay(pathOf(uri), text);
		// An open header is part of whatever includes it, and kfuncs that a source defines are there for every program.
		return kfuncsChanged || uri.endsWith('.h');
	};
	documents.onDidChangeContent(({ document }) => {
		overlay(document.uri, document.getText())
			.then((othersToo) => {
				if (othersToo) recheck(session, publisher, 'files');
				else publisher.schedule(document.uri);
			})
			.catch((error) => logFailure(session, 'didChange', error));
	});
	const resting = new Resting(session);
	documents.onDidOpen(() => resting.look());
	documents.onDidClose(({ document }) => {
		resting.look();
		publisher.forget(document.uri);
		session.forget(document.uri);
		overlay(document.uri, undefined)
			.then((othersToo) => othersToo && recheck(session, publisher, 'files'))
			.catch((error) => logFailure(session, 'didClose', error));
	});
}

function bindWorkspace(session: Session, publisher: Publisher): void {
	const { connection } = session;
	connection.onDidChangeConfiguration(({ settings }) => {
		session.pushedSettings = settings?.[SETTINGS_SECTION] ?? session.pushedSettings;
		recheck(session, publisher, 'settings');
	});
	connection.onDidChangeWatchedFiles(async () => {
		// Naming the buffers again tells the analysis that what it remembers of them may rest on files that have changed.
		const checker = await session.checker();
		for (const document of session.documents.all()) checker.setOverlay(pathOf(document.uri), document.getText());
		recheck(session, publisher, 'files');
	});
}

function bindFolders(session: Session, publisher: Publisher): void {
	session.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
		const gone = new Set(removed.map((folder) => pathOf(folder.uri)));
		session.folders = [...session.folders.filter((folder) => !gone.has(folder)), ...added.map((folder) => pathOf(folder.uri))];
		recheck(session, publisher, 'settings');
	});
}

/** Every open document is looked at again: pushed to, or asked for by the client. */
function recheck(session: Session, publisher: Publisher, what: 'settings' | 'files'): void {
	session.invalidate(what);
	for (const document of session.documents.all()) publisher.schedule(document.uri);
	if (session.abilities.refreshDiagnostics && session.abilities.pullDiagnostics) session.connection.languages.diagnostics.refresh();
	refreshInsight(session);
}
