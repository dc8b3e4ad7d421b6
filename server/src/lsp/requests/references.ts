// Find references: to functions, kfuncs, maps and globals, within the file, the headers that declare them, and the other documents that are open.
import type { Location, ReferenceParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { nameAt, referencesTo } from '../../ide/navigation.js';
import { isShared } from '../../ide/shared-names.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { locations } from '../to-protocol.js';

/** Other documents that are looked into; who has more of them open has most of them in the background. */
const MOST_DOCUMENTS = 40;

/** Answers textDocument/references. */
export async function references(session: Session, document: TextDocument, params: ReferenceParams): Promise<Location[] | null> {
	const view = await session.view(document);
	const name = view && nameAt(view, offsetOf(document, params.position))?.name;
	if (!name) return null;
	const withDeclarations = params.context?.includeDeclaration !== false;
	const found = locations(referencesTo(view, name, withDeclarations), session.checked(document));
	const others = session.documents
		.all()
		.filter((other) => other.uri !== document.uri && session.isChecked(other) && other.getText().includes(name));
	for (const other of others.slice(0, MOST_DOCUMENTS)) {
		// Each of them may have to be read: other requests get their turns.
		await new Promise(setImmediate);
		const theirs = await session.view(other);
		if (theirs && isShared(name, view, theirs))
			found.push(...locations(referencesTo(theirs, name, withDeclarations), session.checked(other)));
	}
	// A header that several of them include is found once from each.
	return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}
