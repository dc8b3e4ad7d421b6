// Signature help: the prototype of a kfunc or helper with what the kernel asks of each argument.
import type { SignatureHelp, SignatureHelpParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { signatureAt } from '../../ide/signature.js';
import { isBesideClangd } from '../beside-clangd.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { markup } from '../to-protocol.js';

/** Answers textDocument/signatureHelp. Beside clangd helpers are left to it, with the comments of their header; flags of kfuncs it does not know. */
export async function signatureHelp(session: Session, document: TextDocument, params: SignatureHelpParams): Promise<SignatureHelp | null> {
	const view = await session.view(document);
	const signature = view && signatureAt(view, offsetOf(document, params.position));
	if (!signature) return null;
	if (signature.kind === 'helper' && (await isBesideClangd(session, document.uri))) return null;
	const { markdownSignature, labelOffsets } = session.abilities;
	const { label, documentation, parameters, notes, active } = signature;
	return {
		signatures: [
			{
				label,
				...(documentation && { documentation: markup(documentation, markdownSignature) }),
				parameters: parameters.map(([start, end], index) => ({
					label: labelOffsets ? [start, end] : label.slice(start, end),
					...(notes[index] && { documentation: markup(notes[index], markdownSignature) }),
				})),
			},
		],
		activeSignature: 0,
		activeParameter: active,
	};
}
