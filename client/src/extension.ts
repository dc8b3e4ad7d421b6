// The VS Code extension: starts the server, keeps it alive, and shows what it says. It sends nothing anywhere and runs nothing of the workspace.
import * as vscode from 'vscode';
import {
	CloseAction,
	ErrorAction,
	type LanguageClientOptions,
	type Middleware,
	RevealOutputChannelOn,
	State,
} from 'vscode-languageclient/node';
import { PathView } from './path-view.js';
import { QuietClient } from './quiet-client.js';
import { openSample } from './sample.js';
import { ServerProcess } from './server-process.js';
import { StatesView } from './states-view.js';
import { StatusItem } from './status-item.js';
import { Watchdog } from './watchdog.js';

const NAME = 'BPF Language Server';
/** A request of our own; whatever is answered is a sign of life. */
const PING = 'bpfls/ping';

let stop: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
	const output = vscode.window.createOutputChannel(NAME);
	const debug = context.extensionMode === vscode.ExtensionMode.Development;
	const log = (line: string) => output.appendLine(`[client] ${line}`);
	const server = new ServerProcess(context.asAbsolutePath('dist/server.js'), debug, log);
	const watchdog = new Watchdog({
		ping: () => client.sendRequest(PING),
		kill: () => server.kill(),
		log,
		restarted: (why) => void tell(vscode.window.showWarningMessage, `The BPF language server was restarted: ${why}.`),
		gaveUp: (why) => void tell(vscode.window.showErrorMessage, `The BPF language server keeps ending and stays off: ${why}.`),
	});
	const options: LanguageClientOptions = {
		documentSelector: [
			{ language: 'c', scheme: 'file' },
			{ language: 'c', scheme: 'untitled' },
		],
		outputChannel: output,
		revealOutputChannelOn: RevealOutputChannelOn.Never,
		initializationOptions: { status: true, walkPath: true, suggestAgain: true },
		initializationFailedHandler: (error) => {
			log(`initialize failed: ${error}`);
			return false;
		},
		errorHandler: {
			error: () => ({ action: ErrorAction.Continue, handled: true }),
			closed: () => ({ action: watchdog.closed() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
		},
		// A server that stands at a breakpoint is silent and well.
		middleware: debug ? {} : reportSent(watchdog),
	};
	const client = new QuietClient('bpfls', NAME, async () => server.start(), options);
	stop = async () => {
		watchdog.stop();
		if (client.state === State.Running) await client.stop().catch((error) => log(`stop: ${error}`));
		await server.gone();
	};
	const restart = async (): Promise<void> => {
		if (client.state === State.Stopped) await client.start();
		else watchdog.restart();
	};
	async function tell(show: (message: string, ...buttons: string[]) => Thenable<string | undefined>, message: string): Promise<void> {
		const choice = await show(message, 'Show Output', 'Restart Now');
		if (choice === 'Show Output') output.show();
		if (choice === 'Restart Now') await restart();
	}

	context.subscriptions.push(
		output,
		new StatusItem(client),
		new StatesView(client),
		new PathView(client),
		// The answer to initialize is owed like any other.
		client.onDidChangeState(({ newState }) => newState === State.Starting && !debug && watchdog.sent()),
		vscode.commands.registerCommand('bpfls.restart', restart),
		vscode.commands.registerCommand('bpfls.showOutput', () => output.show()),
		vscode.commands.registerCommand('bpfls.openSample', () => openSample(context)),
	);
	// Nobody waits for the server: the editor goes on, and what needs it asks for it.
	client.start().catch((error) => log(`start: ${error}`));
}

export async function deactivate(): Promise<void> {
	await stop?.();
	stop = undefined;
}

/** Tells the watchdog of every message that goes to the server, but for its own question. */
function reportSent(watchdog: Watchdog): Middleware {
	return {
		sendRequest: (type, param, token, next) => {
			if (type !== PING) watchdog.sent();
			return next(type, param, token);
		},
		sendNotification: (type, next, params) => {
			watchdog.sent();
			return next(type, params);
		},
	};
}
