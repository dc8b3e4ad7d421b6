// Go to definition: functions, kfunc declarations, maps and globals; from a section to the kernel's type behind it.
import type { DefinitionParams, Location } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { definitionsOf, nameAt, sectionDefinitions } from '../../ide/navigation.js';
import { isBesideClangd } from '../beside-clangd.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { locations } from '../to-protocol.js';

/** Answers textDocument/definition. Beside clangd, which finds every name of C, only sections are left to answer for. */
export async function definition(session: Session, document: TextDocument, params: DefinitionParams): Promise<Location[] | null> {
	const view = await session.view(document);
	if (!view) return null;
	const offset = offsetOf(document, params.position);
	const checked = session.checked(document);
	const types = sectionDefinitions(view, offset);
	if (types) return locations(types, checked);
	if (await isBesideClangd(session, document.uri)) return null;
	const name = nameAt(view, offset);
	return name ? locations(definitionsOf(view, name.name), checked) : null;
}
