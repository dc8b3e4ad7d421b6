// Starts the server in this process: the connection, and nothing that ends it by accident.
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { createChecker } from '../rules/create-checker.js';
import { tuneForServing } from '../tuning.js';
import { connect } from './connect.js';

/** Serves the client that started this process, over the transport that its arguments name (`--stdio`, `--node-ipc`). */
export function serve(): void {
	tuneForServing();
	const connection = createConnection(ProposedFeatures.all);
	// An exception that nobody caught is a defect to be told of, not a reason to lose every open document's state.
	process.on('uncaughtException', (error) => connection.console.error(`uncaught: ${error.stack ?? error.message}`));
	process.on('unhandledRejection', (reason) => connection.console.error(`unhandled: ${reason instanceof Error ? reason.stack : reason}`));
	connect(connection, () => createChecker({ looksHold: true }));
}
