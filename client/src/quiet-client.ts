// A language client that does not pop up: a request that fails is a line in the output channel, and what is worth a message has one of our own.
import type { CancellationToken } from 'vscode';
import { LanguageClient, type MessageSignature } from 'vscode-languageclient/node';

export class QuietClient extends LanguageClient {
	override handleFailedRequest<T>(type: MessageSignature, token: CancellationToken | undefined, error: unknown, defaultValue: T): T {
		return super.handleFailedRequest(type, token, error, defaultValue, false);
	}
}
