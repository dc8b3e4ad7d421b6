// The VS Code extension: starts the server, shows its status, and nothing else. It sends nothing anywhere and runs nothing of the workspace.
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import { StatesView } from './states-view.js';
import { StatusItem } from './status-item.js';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
	const module = context.asAbsolutePath('dist/server.js');
	const server: ServerOptions = {
		run: { module, transport: TransportKind.ipc },
		debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
	};
	const options: LanguageClientOptions = {
		documentSelector: [
			{ language: 'c', scheme: 'file' },
			{ language: 'c', scheme: 'untitled' },
		],
		outputChannelName: 'BPF Language Server',
		initializationOptions: { status: true },
	};
	const running = new LanguageClient('bpfls', 'BPF Language Server', server, options);
	client = running;

	context.subscriptions.push(
		new StatusItem(running),
		new StatesView(running),
		vscode.commands.registerCommand('bpfls.restart', () => running.restart()),
		vscode.commands.registerCommand('bpfls.showOutput', () => running.outputChannel.show()),
	);
	await running.start();
}

export async function deactivate(): Promise<void> {
	await client?.stop();
	client = undefined;
}
