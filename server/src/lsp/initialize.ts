// The answer to initialize, and what is registered once the client is ready.
import {
	CodeActionKind,
	DidChangeConfigurationNotification,
	DidChangeWatchedFilesNotification,
	type InitializeParams,
	type InitializeResult,
	PositionEncodingKind,
	TextDocumentSyncKind,
} from 'vscode-languageserver';
import { packageVersion } from '../report/package-files.js';
import { ClangdWatch } from './beside-clangd.js';
import { FEATURES } from './bind-features.js';
import { insightCapabilities } from './bind-insight.js';
import { type ClientAbilities, clientAbilities } from './client-abilities.js';
import { pathOf } from './from-protocol.js';
import { FIX_ALL_KIND } from './requests/code-actions.js';
import type { Session } from './session.js';
import { SETTINGS_SECTION } from './settings.js';

/** Answers initialize. */
export function initialize(session: Session, params: InitializeParams): InitializeResult {
	session.abilities = clientAbilities(params);
	session.clangd = new ClangdWatch(params.processId ?? null);
	const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
	session.folders = folders.map(pathOf);
	session.pushedSettings = params.initializationOptions?.settings;
	// Loading the grammar takes a while; it runs while the client gets ready.
	session.checker().catch((error) => session.connection.console.error(`the analysis cannot start: ${error}`));
	return { capabilities: capabilities(session.abilities), serverInfo: { name: 'bpf-language-server', version: packageVersion() } };
}

function capabilities(abilities: ClientAbilities): InitializeResult['capabilities'] {
	return {
		positionEncoding: PositionEncodingKind.UTF16,
		textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
		hoverProvider: true,
		...FEATURES,
		...insightCapabilities(abilities),
		codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL_KIND], resolveProvider: true },
		workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
		...(abilities.pullDiagnostics && {
			diagnosticProvider: { identifier: 'bpfls', interFileDependencies: true, workspaceDiagnostics: false },
		}),
	};
}

/** Asks to be told of changed settings and of files that a result may depend on. The workspace itself is never scanned. */
export async function registerWatchers(session: Session): Promise<void> {
	const { client } = session.connection;
	if (session.abilities.watchConfiguration) {
		await client.register(DidChangeConfigurationNotification.type, { section: SETTINGS_SECTION });
	}
	if (session.abilities.watchFiles) {
		const patterns = ['**/*.h', '**/compile_commands.json', '**/compile_flags.txt'];
		await client.register(DidChangeWatchedFilesNotification.type, { watchers: patterns.map((globPattern) => ({ globPattern })) });
	}
}
