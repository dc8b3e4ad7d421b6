// Completion: what BPF has to offer at the cursor. What is said of a function, and what it needs, is made when the client shows the item.
import {
	type CompletionItem,
	CompletionItemKind,
	CompletionItemTag,
	type CompletionList,
	type CompletionParams,
	InsertTextFormat,
	type Position,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { complete } from '../../ide/complete.js';
import type { Suggestion, SuggestionKind, Suggestions } from '../../ide/suggestion.js';
import { helperMarkdown, kfuncMarkdown } from '../../kernel/describe.js';
import { isBesideClangd } from '../beside-clangd.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { markup, range, textEdits } from '../to-protocol.js';

/** Besides letters, what a section, a target or an argument begins with: what has to stand before the cursor for it. */
const TRIGGERS: ReadonlyMap<string, RegExp> = new Map([
	['"', /\bSEC\s*\("$/],
	['/', /\bSEC\s*\("[^"]*\/$/],
	['(', /\w\s*\($/],
	[',', /,$/],
	[' ', /[,(] $/],
]);

export const COMPLETION_TRIGGERS: readonly string[] = [...TRIGGERS.keys()];

const KINDS: Readonly<Record<SuggestionKind, CompletionItemKind>> = {
	section: CompletionItemKind.Module,
	target: CompletionItemKind.Event,
	kfunc: CompletionItemKind.Function,
	helper: CompletionItemKind.Function,
	flag: CompletionItemKind.EnumMember,
	map: CompletionItemKind.Snippet,
	'map type': CompletionItemKind.EnumMember,
	parameters: CompletionItemKind.Text,
	release: CompletionItemKind.Function,
};

/** What an item remembers until it is shown: the document whose target kernel counts, and the function. */
interface ItemData {
	readonly uri: string;
	readonly name: string;
}

/** Answers textDocument/completion. */
export async function completion(session: Session, document: TextDocument, params: CompletionParams): Promise<CompletionList | null> {
	const trigger = TRIGGERS.get(params.context?.triggerCharacter ?? '');
	if (trigger && !trigger.test(lineBefore(document, params.position))) return null;
	const view = await session.view(document);
	if (!view) return null;
	const checker = await session.checker();
	const check = await session.settings(document.uri);
	const found = complete(view, offsetOf(document, params.position), {
		check,
		besideClangd: await isBesideClangd(session, document.uri),
		snippets: session.abilities.snippets,
		triggered: trigger !== undefined,
		look: (text) => checker.view(pathOf(document.uri), text, check),
	});
	if (!found) return null;
	return {
		isIncomplete: found.incomplete === true,
		items: found.items.map((item, index) => completionItem(item, index, found, session, document)),
	};
}

function lineBefore(document: TextDocument, { line, character }: Position): string {
	return document.getText({ start: { line, character: 0 }, end: { line, character } });
}

function completionItem(
	item: Suggestion,
	index: number,
	{ start, end }: Suggestions,
	session: Session,
	document: TextDocument,
): CompletionItem {
	const { kind, label, detail, documentation, newText, snippet, filter, goesOn, rank, objection, edits } = item;
	const isFunction = kind === 'kfunc' || kind === 'helper';
	const shown = [detail, objection].filter(Boolean).join(' — ');
	return {
		label,
		kind: KINDS[kind],
		...(shown && { detail: shown }),
		...(documentation && { documentation: markup(documentation, session.abilities.markdownCompletion) }),
		sortText: `${rank}${String(index).padStart(5, '0')}`,
		...(filter && { filterText: filter }),
		textEdit: { range: range(document, start, end), newText },
		...(snippet && { insertTextFormat: InsertTextFormat.Snippet }),
		...(edits && edits.length > 0 && { additionalTextEdits: textEdits(edits, document) }),
		...(objection && session.abilities.deprecatedItems && { tags: [CompletionItemTag.Deprecated] }),
		...(goesOn && session.abilities.suggestAgain && { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }),
		...(kind === 'release' && index === 0 && { preselect: true }),
		...(isFunction && { data: { uri: document.uri, name: label } satisfies ItemData }),
	};
}

/** Answers completionItem/resolve: what there is to say of a kfunc or helper. */
export async function resolveCompletion(session: Session, item: CompletionItem): Promise<CompletionItem> {
	const data = item?.data as Partial<ItemData> | undefined;
	if (typeof data?.uri !== 'string' || typeof data.name !== 'string') return item;
	const catalog = (await session.checker()).catalog(await session.settings(data.uri));
	const page = kfuncMarkdown(catalog, data.name) ?? helperMarkdown(catalog, data.name);
	return page === undefined ? item : { ...item, documentation: markup(page, session.abilities.markdownCompletion) };
}
