// The language status item: the target kernel, the verdicts on the programs of the file in front, and what the analysis cost.
import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';

/** What the server tells of a document; see the server's `bpfls/status`. */
interface Status {
	readonly uri: string;
	readonly kernel: string;
	readonly catalog: string;
	readonly accepted: number;
	readonly rejected: number;
	readonly unknown: number;
	readonly milliseconds: number;
}

/** Shown only while a BPF program is in front: other C files have nothing to do with it. */
export class StatusItem implements vscode.Disposable {
	readonly #statuses = new Map<string, Status>();
	readonly #subscriptions: vscode.Disposable[];
	#item: vscode.LanguageStatusItem | undefined;

	constructor(private readonly client: LanguageClient) {
		this.#subscriptions = [
			client.onNotification('bpfls/status', (status: Status) => {
				// The server may spell a URI in another way than the editor does.
				this.#statuses.set(vscode.Uri.parse(status.uri).toString(), status);
				this.show();
			}),
			client.onDidChangeState(() => this.show()),
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
		item.detail = summary(status);
		item.severity = status.rejected > 0 ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
		item.busy = this.client.state === State.Starting;
		item.command = { title: 'Target kernel', command: 'workbench.action.openSettings', arguments: ['bpfls.kernel'] };
		if (this.client.state === State.Stopped) {
			item.detail = 'the server does not run';
			item.severity = vscode.LanguageStatusSeverity.Error;
			item.command = { title: 'Restart', command: 'bpfls.restart' };
		}
	}

	dispose(): void {
		this.#item?.dispose();
		for (const subscription of this.#subscriptions) subscription.dispose();
	}
}

/** `2 accepted, 1 rejected in 12 ms`. */
function summary(status: Status): string {
	const unknown = status.unknown > 0 ? `, ${status.unknown} unknown` : '';
	const catalog = status.catalog === status.kernel ? '' : `, by the catalog of ${status.catalog}`;
	const time = status.milliseconds < 10 ? status.milliseconds.toFixed(1) : Math.round(status.milliseconds);
	return `${status.accepted} accepted, ${status.rejected} rejected${unknown}${catalog} in ${time} ms`;
}
