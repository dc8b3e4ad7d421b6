// The outline of a file: its programs with their sections, maps with what they hold, subprograms, kfunc declarations, globals and types.
import { typeText } from '../btf/type-text.js';
import type { FunctionSymbol, MapSymbol, Program } from '../program/model.js';
import type { View } from '../rules/checker.js';
import type { RecordTypeNode, TypeNode } from '../syntax/ast.js';
import type { Slice } from '../syntax/unit.js';
import { type TopLevelItem, topLevelItems, writtenAs } from './top-level.js';

export type OutlineKind = 'program' | 'map' | 'subprogram' | 'kfunc' | 'global' | 'struct' | 'enum' | 'field' | 'enumerator';

export interface OutlineEntry {
	readonly kind: OutlineKind;
	readonly name: string;
	/** What stands beside the name: `tp_btf/task_newtask`, `HASH, u32 to struct value, 16 entries`. */
	readonly detail: string;
	/** The whole declaration and, within it, the name. UTF-16 offsets into the main file, ends exclusive. */
	readonly start: number;
	readonly end: number;
	readonly nameStart: number;
	readonly nameEnd: number;
	readonly children: readonly OutlineEntry[];
}

/** The entries in the order of the text. */
export function outline(view: View): readonly OutlineEntry[] {
	const programs = new Map(view.unit.programs.map((program) => [program.name, program]));
	return topLevelItems(view).flatMap((item) => entriesOf(view, item, programs));
}

interface Named {
	readonly kind: OutlineKind;
	readonly name: string;
	readonly detail: string;
	readonly slice: Slice;
	readonly token: number;
	readonly children?: readonly OutlineEntry[];
}

function entriesOf(view: View, item: TopLevelItem, programs: ReadonlyMap<string, Program>): OutlineEntry[] {
	const found = new Map<string, OutlineEntry>();
	for (const slice of item.slices) {
		for (const named of namesOf(view, slice, programs)) {
			const token = slice.tokens[named.token];
			// What a macro names by pasting is an inner part of the item, unless the item has no other name.
			const at = token && (writtenAs(token, view) ?? (item.slices.length === 1 ? view.layout.seen(token) : undefined));
			if (!at || at.start < item.start || at.end > item.end || found.has(named.name)) continue;
			const { kind, name, detail, children = [] } = named;
			found.set(name, { kind, name, detail, start: item.start, end: item.end, nameStart: at.start, nameEnd: at.end, children });
		}
	}
	return [...found.values()];
}

function namesOf(view: View, slice: Slice, programs: ReadonlyMap<string, Program>): Named[] {
	const tree = slice.parse();
	if (tree.kind === 'function-definition') {
		const { name, nameToken: token } = tree.declarator;
		const symbol = view.unit.scope.symbol(name);
		if (symbol?.kind !== 'function') return [];
		const program = programs.get(name);
		return [
			program
				? { kind: 'program', name, detail: programDetail(program), slice, token }
				: { kind: 'subprogram', name, detail: subprogramDetail(symbol), slice, token },
		];
	}
	if (tree.kind !== 'declaration') return [];
	const type = typeEntry(view, slice, tree.specifier);
	if (tree.storage === 'typedef') return type;
	const declared = tree.declarators.flatMap((declarator): Named[] => {
		const { name, nameToken: token } = declarator;
		const symbol = view.unit.scope.symbol(name);
		if (symbol?.kind === 'function') return symbol.ksym ? [{ kind: 'kfunc', name, detail: 'kfunc', slice, token }] : [];
		if (symbol?.kind !== 'global') return [];
		if (symbol.map) return [{ kind: 'map', name, detail: mapDetail(symbol.map), slice, token }];
		return [{ kind: 'global', name, detail: [typeText(symbol.type), symbol.section].filter(Boolean).join(', '), slice, token }];
	});
	return [...declared, ...type];
}

function programDetail({ section, structOps }: Program): string {
	return [section.text, ...(structOps ? [`${structOps.struct}.${structOps.member}`] : [])].join(', ');
}

function subprogramDetail(symbol: FunctionSymbol): string {
	return symbol.static ? 'subprogram' : 'global subprogram';
}

function mapDetail(map: MapSymbol): string {
	const holds = map.key && map.value ? [`${typeText(map.key)} to ${typeText(map.value)}`] : map.value ? [typeText(map.value)] : [];
	return [map.type ?? 'map', ...holds, ...(map.maxEntries === undefined ? [] : [`${map.maxEntries} entries`])].join(', ');
}

/** A struct, union or enum that a declaration defines with a tag. */
function typeEntry(view: View, slice: Slice, node: TypeNode): Named[] {
	const body = node.kind === 'record' ? node.members : node.kind === 'enum' ? node.enumerators : undefined;
	if ((node.kind !== 'record' && node.kind !== 'enum') || node.tag === undefined || body === undefined) return [];
	const token = slice.tokens.findIndex((each, index) => index >= node.first && index <= node.last && each.text === node.tag);
	if (token < 0) return [];
	const kind = node.kind === 'record' ? 'struct' : 'enum';
	const word = node.kind === 'enum' ? 'enum' : node.union ? 'union' : 'struct';
	return [{ kind, name: node.tag, detail: word, slice, token, children: partsOf(view, slice, node) }];
}

function partsOf(view: View, slice: Slice, node: TypeNode): OutlineEntry[] {
	const parts: readonly { first: number; last: number; name?: string; type?: TypeNode }[] =
		node.kind === 'record' ? ((node as RecordTypeNode).members ?? []) : node.kind === 'enum' ? (node.enumerators ?? []) : [];
	return parts.flatMap(({ first, last, name, type }): OutlineEntry[] => {
		const at = view.layout.exact(slice, { first, last });
		const nameToken = slice.tokens.slice(first, last + 1).findLast((token) => token.text === name);
		const spelled = nameToken && view.layout.spelled(nameToken);
		if (!at || name === undefined || !spelled || spelled.start < at.start || spelled.end > at.end) return [];
		const detail = type ? typeText(view.unit.scope.type(type)) : '';
		const kind = type ? 'field' : 'enumerator';
		return [{ kind, name, detail, ...at, nameStart: spelled.start, nameEnd: spelled.end, children: [] }];
	});
}
