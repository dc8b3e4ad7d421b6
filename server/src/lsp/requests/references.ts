// Find references: to functions, kfuncs, maps and globals, within the file and the headers that declare them.
import type { Location, ReferenceParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nameAt, referencesTo } from '../../ide/navigation.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { locations } from '../to-protocol.js';

/** Answers textDocument/references. */
export async function references(session: Session, document: TextDocument, params: ReferenceParams): Promise<Location[] | null> {
	const view = await session.view(document);
	const name = view && nameAt(view, offsetOf(document, params.position));
	if (!name) return null;
	const withDeclarations = params.context?.includeDeclaration !== false;
	return locations(referencesTo(view, name.name, withDeclarations), session.checked(document));
}
