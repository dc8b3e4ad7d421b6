// "Show What the Verifier Sees": the function at the cursor with what is known at each of its lines, as a read-only text beside the source. It follows
// the cursor and the edits of the editor that it was opened for.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

const SCHEME = 'bpfls-states';
/** The view is brought up to date once nothing has moved for so many milliseconds. */
const PAUSE = 150;

export class StatesView implements vscode.Disposable, vscode.TextDocumentContentProvider {
	readonly #changed = new vscode.EventEmitter<vscode.Uri>();
	readonly onDidChange = this.#changed.event;
	readonly #subscriptions: vscode.Disposable[];
	/** The cursor of each source that has a view, by the source's URI. */
	readonly #cursors = new Map<string, vscode.Position>();
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly client: LanguageClient) {
		this.#subscriptions = [
			this.#changed,
			vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
			vscode.commands.registerCommand('bpfls.showStates', () => this.open()),
			vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => {
				if (selections[0]) this.moved(textEditor.document, selections[0].active);
			}),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.moved(document)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#cursors.delete(document.uri.toString())),
		];
	}

	/** The source's own URI stands in the query of the view's URI. */
	provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
		const position = this.client.code2ProtocolConverter.asPosition(this.#cursors.get(uri.query) ?? new vscode.Position(0, 0));
		const source = this.client.code2ProtocolConverter.asUri(vscode.Uri.parse(uri.query, true));
		return this.client.sendRequest('bpfls/functionView', { textDocument: { uri: source }, position }, token);
	}

	/** The source's cursor moved or its text changed: a view of it that somebody sees is brought up to date. */
	private moved(document: vscode.TextDocument, cursor?: vscode.Position): void {
		const source = document.uri.toString();
		const isSeen = vscode.window.visibleTextEditors.some(({ document: { uri } }) => uri.scheme === SCHEME && uri.query === source);
		if (!isSeen) return;
		if (cursor) this.#cursors.set(source, cursor);
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#changed.fire(viewOf(document.uri)), PAUSE);
	}

	private async open(): Promise<void> {
		const editor = vscode.window.activeTextEditor;
		if (editor?.document.languageId !== 'c' || editor.document.uri.scheme === SCHEME) {
			void vscode.window.showInformationMessage('Put the cursor into a function of a BPF C file first.');
			return;
		}
		const { uri } = editor.document;
		this.#cursors.set(uri.toString(), editor.selection.active);
		const view = viewOf(uri);
		this.#changed.fire(view);
		const document = await vscode.workspace.openTextDocument(view);
		// C with remarks reads best as C.
		await vscode.languages.setTextDocumentLanguage(document, 'c');
		await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
	}

	dispose(): void {
		clearTimeout(this.#timer);
		for (const subscription of this.#subscriptions) subscription.dispose();
	}
}

function viewOf(source: vscode.Uri): vscode.Uri {
	return vscode.Uri.from({ scheme: SCHEME, path: `${source.path} — what the verifier sees`, query: source.toString() });
}
