// A client for tests: starts the real server as a process and speaks the protocol to it over standard input and output.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
	type ClientCapabilities,
	createProtocolConnection,
	type Diagnostic,
	type InitializeResult,
	type ProtocolConnection,
	type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';

export const SERVER = join(__dirname, '..', '..', 'server', 'src', 'cli.js');

/** What most editors can. Pull diagnostics are left out, so the server pushes. */
export const USUAL: ClientCapabilities = {
	textDocument: {
		publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1, 2] } },
		hover: { contentFormat: ['markdown', 'plaintext'] },
		codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
	},
	workspace: { workspaceEdit: { documentChanges: true } },
};

export class TestClient {
	readonly process: ChildProcess;
	readonly connection: ProtocolConnection;
	/** Everything that was pushed, in order. */
	readonly pushed: PublishDiagnosticsParams[] = [];
	readonly logged: string[] = [];
	/** Settings by the scope that the server asks for; what workspace/configuration answers. */
	settings: (scope: string | undefined) => unknown = () => null;
	#waiting: (() => void)[] = [];

	/** @param server The command line's script; that of the build unless told otherwise. */
	constructor(server = SERVER) {
		this.process = spawn(process.execPath, [server, 'serve', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
		// A tee, so that tests may write bytes of their own between messages.
		const input = new PassThrough();
		input.pipe(this.process.stdin!);
		this.connection = createProtocolConnection(this.process.stdout!, input);
		this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
			this.pushed.push(params);
			for (const wake of this.#waiting.splice(0)) wake();
		});
		this.connection.onNotification('window/logMessage', (params: { message: string }) => this.logged.push(params.message));
		this.connection.onRequest('workspace/configuration', (params: { items: { scopeUri?: string }[] }) =>
			params.items.map((item) => this.settings(item.scopeUri)),
		);
		this.connection.onRequest('client/registerCapability', () => null);
		this.connection.onError(() => {});
		this.connection.listen();
	}

	async initialize(capabilities: ClientCapabilities = USUAL, more: object = {}): Promise<InitializeResult> {
		const result = await this.connection.sendRequest<InitializeResult>('initialize', {
			processId: process.pid,
			rootUri: null,
			capabilities,
			...more,
		});
		await this.connection.sendNotification('initialized', {});
		return result;
	}

	async open(uri: string, text: string, version = 1, languageId = 'c'): Promise<void> {
		await this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version, text } });
	}

	async change(uri: string, version: number, ...contentChanges: object[]): Promise<void> {
		await this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
	}

	/** The diagnostics that were pushed for this version of the document; waits for them. */
	async diagnostics(uri: string, version?: number): Promise<Diagnostic[]> {
		for (;;) {
			const found = this.pushed.findLast((one) => one.uri === uri && (version === undefined || one.version === version));
			if (found) return found.diagnostics;
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
	}

	request<T>(method: string, params: unknown): Promise<T> {
		return this.connection.sendRequest<T>(method, params);
	}

	/** Ends the server as an editor does; gives its exit code. */
	async close(): Promise<number | null> {
		const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
		if (this.process.exitCode !== null) return this.process.exitCode;
		await this.connection.sendRequest('shutdown').catch(() => {});
		await this.connection.sendNotification('exit').catch(() => {});
		const code = await ended;
		this.connection.dispose();
		return code;
	}
}
