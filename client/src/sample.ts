// The walkthrough's sample: one of the shipped examples in an editor of its own, unsaved, so that trying it out changes nothing.
import * as vscode from 'vscode';

const SAMPLE = 'examples/early-return-leak.bpf.c';

/** Opens a copy of the sample beside whatever shows the walkthrough. */
export async function openSample(context: vscode.ExtensionContext): Promise<void> {
	const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(context.extensionUri, SAMPLE));
	const document = await vscode.workspace.openTextDocument({ language: 'c', content: new TextDecoder().decode(bytes) });
	await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}
