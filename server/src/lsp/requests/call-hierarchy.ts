// Call hierarchy: calls, callbacks that are handed to the kernel, tail calls through maps, and programs that a struct_ops map names.
import {
	type CallHierarchyIncomingCall,
	type CallHierarchyItem,
	type CallHierarchyOutgoingCall,
	type CallHierarchyPrepareParams,
	type Range,
	SymbolKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type CallEdge, callEdges, callNode } from '../../ide/call-graph.js';
import { definitionsOf, nameAt } from '../../ide/navigation.js';
import { outline } from '../../ide/outline.js';
import type { View } from '../../rules/checker.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { location, range } from '../to-protocol.js';

/** What an item remembers: its name, and the document whose calls are asked for, which may be another than the one that holds it. */
interface ItemData {
	readonly name: string;
	readonly from: string;
}

/** Answers textDocument/prepareCallHierarchy. */
export async function prepareCallHierarchy(
	session: Session,
	document: TextDocument,
	params: CallHierarchyPrepareParams,
): Promise<CallHierarchyItem[] | null> {
	const view = await session.view(document);
	const found = view && nameAt(view, offsetOf(document, params.position));
	const item = found && view.unit.scope.symbol(found.name)?.kind === 'function' ? itemOf(session, document, view, found.name) : undefined;
	return item ? [item] : null;
}

/** Answers callHierarchy/incomingCalls; `name` is the item's. */
export async function incomingCalls(session: Session, document: TextDocument, name: string): Promise<CallHierarchyIncomingCall[]> {
	const groups = await edgesBy(session, document, (edge) => (edge.to === name ? edge.from : undefined));
	return groups.map(({ item, ranges }) => ({ from: item, fromRanges: ranges }));
}

/** Answers callHierarchy/outgoingCalls. */
export async function outgoingCalls(session: Session, document: TextDocument, name: string): Promise<CallHierarchyOutgoingCall[]> {
	const groups = await edgesBy(session, document, (edge) => (edge.from === name ? edge.to : undefined));
	return groups.map(({ item, ranges }) => ({ to: item, fromRanges: ranges }));
}

/** The edges by their other end, which `end` gives, with an item for each. */
async function edgesBy(session: Session, document: TextDocument, end: (edge: CallEdge) => string | undefined) {
	const view = await session.view(document);
	if (!view) return [];
	const checked = session.checked(document);
	const groups = new Map<string, { item: CallHierarchyItem; kinds: Set<string>; ranges: Range[] }>();
	for (const edge of callEdges(view)) {
		const name = end(edge);
		const at = name === undefined ? undefined : location(edge.at, checked);
		if (name === undefined || !at) continue;
		let group = groups.get(name);
		if (!group) {
			const item = itemOf(session, document, view, name);
			if (!item) continue;
			groups.set(name, (group = { item, kinds: new Set(), ranges: [] }));
		}
		group.kinds.add(edge.kind);
		group.ranges.push(at.range);
	}
	return [...groups.values()].map(({ item, kinds, ranges }) => ({ item: withKinds(item, kinds), ranges }));
}

/** A plain call needs no word; how else the callee is reached stands first. */
function withKinds(item: CallHierarchyItem, kinds: ReadonlySet<string>): CallHierarchyItem {
	const words = [...kinds].filter((kind) => kind !== 'call');
	const detail = [...words, ...(item.detail ? [item.detail] : [])].join(', ');
	return detail ? { ...item, detail } : item;
}

function itemOf(session: Session, document: TextDocument, view: View, name: string): CallHierarchyItem | undefined {
	const symbol = callNode(view, name);
	const at = definitionsOf(view, name)[0];
	const shown = at && location(at, session.checked(document));
	if (!symbol || !shown) return undefined;
	const entry = at.path === view.unit.translation.main.path ? outline(view).find((each) => each.name === name) : undefined;
	const data: ItemData = { name, from: document.uri };
	return {
		name,
		kind: symbol.kind === 'function' ? SymbolKind.Function : SymbolKind.Object,
		...(entry ? { detail: entry.detail } : symbol.kind === 'function' && symbol.ksym ? { detail: 'kfunc' } : {}),
		uri: shown.uri,
		range: entry ? range(document, entry.start, entry.end) : shown.range,
		selectionRange: shown.range,
		data,
	};
}

/** The document and the name that an item stands for; undefined for one that is not ours. */
export function itemData(item: CallHierarchyItem | undefined): ItemData | undefined {
	const data = item?.data as Partial<ItemData> | undefined;
	return typeof data?.name === 'string' && typeof data.from === 'string' ? { name: data.name, from: data.from } : undefined;
}
