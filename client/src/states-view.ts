// "Show Verifier States": what the analysis saw of the file in front, as a read-only text beside it.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

const SCHEME = 'bpfls-states';

export class StatesView implements vscode.Disposable, vscode.TextDocumentContentProvider {
	readonly #changed = new vscode.EventEmitter<vscode.Uri>();
	readonly onDidChange = this.#changed.event;
	readonly #subscriptions: vscode.Disposable[];

	constructor(private readonly client: LanguageClient) {
		this.#subscriptions = [
			this.#changed,
			vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
			vscode.commands.registerCommand('bpfls.showStates', () => this.open()),
		];
	}

	/** The source's own URI stands in the query of the view's URI. */
	provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
		return this.client.sendRequest('bpfls/dump', { textDocument: { uri: uri.query }, what: 'states' });
	}

	private async open(): Promise<void> {
		const editor = vscode.window.activeTextEditor;
		if (editor?.document.languageId !== 'c') {
			void vscode.window.showInformationMessage('Open a BPF C file first.');
			return;
		}
		const source = this.client.code2ProtocolConverter.asUri(editor.document.uri);
		const uri = vscode.Uri.from({ scheme: SCHEME, path: `${editor.document.uri.path}.states`, query: source });
		this.#changed.fire(uri);
		const document = await vscode.workspace.openTextDocument(uri);
		await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) subscription.dispose();
	}
}
