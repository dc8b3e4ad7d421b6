// `bpfls/functionView`: what the verifier knows at each line of the function at the cursor, for the view beside the source. A request of our own.
import type { Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { functionView } from '../../ide/function-view.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';

export interface FunctionViewParams {
	readonly textDocument: { readonly uri: string };
	readonly position: Position;
}

/** Answers bpfls/functionView with C text; empty where there is nothing to say of the document. */
export async function viewOfFunction(session: Session, document: TextDocument, params: FunctionViewParams): Promise<string> {
	if (!session.isChecked(document)) return '';
	const { analysis, insight } = await session.insight(document, ({ unit }) => unit.programs);
	const { result, options, document: checked } = analysis;
	return insight ? functionView(insight, result, options.kernel, offsetOf(checked, params.position)) : '';
}
