// The language status item: the target kernel and the verdicts on the programs of the file in front.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** What the server tells of a document; see the server's `bpfls/status`. */
interface Status {
	readonly uri: string;
	readonly kernel: string;
	readonly catalog: string;
	readonly accepted: number;
	readonly rejected: number;
	readonly unknown: number;
}

/** Shown only while a BPF program is in front: other C files have nothing to do with it. */
export class StatusItem implements vscode.Disposable {
	readonly #statuses = new Map<string, Status>();
	readonly #subscriptions: vscode.Disposable[];
	#item: vscode.LanguageStatusItem | undefined;

	constructor(client: LanguageClient) {
		this.#subscriptions = [
			client.onNotification('bpfls/status', (status: Status) => {
				// The server may spell a URI in another way than the editor does.
				this.#statuses.set(vscode.Uri.parse(status.uri).toString(), status);
				this.show();
			}),
			vscode.window.onDidChangeActiveTextEditor(() => this.show()),
			vscode.workspace.onDidCloseTextDocument((document) => this.#statuses.delete(document.uri.toString())),
		];
	}

	private show(): void {
		const document = vscode.window.activeTextEditor?.document;
		const status = document && this.#statuses.get(document.uri.toString());
		if (!status) {
			this.#item?.dispose();
			this.#item = undefined;
			return;
		}
		this.#item ??= vscode.languages.createLanguageStatusItem('bpfls.status', { language: 'c' });
		const item = this.#item;
		item.name = 'BPF verifier';
		item.text = `BPF: Linux ${status.kernel}`;
		const unknown = status.unknown > 0 ? `, ${status.unknown} unknown` : '';
		const catalog = status.catalog === status.kernel ? '' : `, by the catalog of ${status.catalog}`;
		item.detail = `${status.accepted} accepted, ${status.rejected} rejected${unknown}${catalog}`;
		item.severity = status.rejected > 0 ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
		item.command = { title: 'Target kernel', command: 'workbench.action.openSettings', arguments: ['bpfls.kernel'] };
	}

	dispose(): void {
		this.#item?.dispose();
		for (const subscription of this.#subscriptions) subscription.dispose();
	}
}
