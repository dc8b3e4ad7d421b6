// Document symbols: programs by section, maps by what they hold, and the rest of the file's declarations.
import { type DocumentSymbol, type DocumentSymbolParams, SymbolKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type OutlineEntry, type OutlineKind, outline } from '../../ide/outline.js';
import type { Session } from '../session.js';
import { range } from '../to-protocol.js';

const KINDS: Readonly<Record<OutlineKind, SymbolKind>> = {
	program: SymbolKind.Function,
	subprogram: SymbolKind.Method,
	kfunc: SymbolKind.Interface,
	map: SymbolKind.Object,
	global: SymbolKind.Variable,
	struct: SymbolKind.Struct,
	enum: SymbolKind.Enum,
	field: SymbolKind.Field,
	enumerator: SymbolKind.EnumMember,
};

/** Answers textDocument/documentSymbol: a tree for clients that show one, else a list. */
export async function documentSymbols(session: Session, document: TextDocument, _params: DocumentSymbolParams) {
	const view = await session.view(document);
	if (!view) return [];
	const tree = outline(view).map((entry) => symbol(entry, document));
	if (session.abilities.symbolTree) return tree;
	return tree.flatMap((one) => [one, ...(one.children ?? [])]).map((one) => flat(one, document.uri));
}

function symbol(entry: OutlineEntry, document: TextDocument): DocumentSymbol {
	return {
		name: entry.name,
		detail: entry.detail,
		kind: KINDS[entry.kind],
		range: range(document, entry.start, entry.end),
		selectionRange: range(document, entry.nameStart, entry.nameEnd),
		children: entry.children.map((child) => symbol(child, document)),
	};
}

function flat({ name, kind, selectionRange }: DocumentSymbol, uri: string) {
	return { name, kind, location: { uri, range: selectionRange } };
}
