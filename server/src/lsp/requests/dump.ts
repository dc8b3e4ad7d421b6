// `bpfls/dump`: the control-flow graphs or states of an open document as text, for "Show Verifier States". A request of our own.
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { pathOf } from '../from-protocol.js';
import { inTurns } from '../in-turns.js';
import type { Session } from '../session.js';

export interface DumpParams {
	readonly textDocument: { readonly uri: string };
	readonly what: 'cfg' | 'states';
}

/** Answers bpfls/dump. */
export async function dump(session: Session, document: TextDocument, params: DumpParams): Promise<string> {
	const checker = await session.checker();
	const what = params.what === 'cfg' ? 'cfg' : 'states';
	const options = await session.settings(document.uri);
	const { version } = document;
	const work = checker.dump(pathOf(document.uri), document.getText(), what, options);
	return (await inTurns(work, () => document.version !== version))?.result ?? '';
}
