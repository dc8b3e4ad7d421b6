// Who runs whom: calls, functions that are handed to the kernel to be called back, programs that are reached by a tail call through a map, and programs
// that a struct_ops map names.
import type { FunctionSymbol, GlobalSymbol } from '../program/model.js';
import type { View } from '../rules/checker.js';
import type { TextRange } from '../rules/finding.js';
import { baseIdentifier, walk } from '../rules/fix/tree.js';
import type { Call, Expression, InitializerList } from '../syntax/ast.js';
import { outermost } from '../syntax/macro-expander.js';
import type { Slice } from '../syntax/unit.js';
import { occurrencesOf } from './occurrences.js';
import { shownAt, topLevelItems, writtenAs } from './top-level.js';

/** How the callee is reached: called, called back by the kernel, also for an exception, by a tail call, or named by a struct_ops map. */
export type CallKind = 'call' | 'callback' | 'exception callback' | 'tail call' | 'struct_ops';

export interface CallEdge {
	readonly from: string;
	readonly to: string;
	readonly kind: CallKind;
	/** Where `from` calls or names `to`, or makes the tail call. */
	readonly at: TextRange;
}

/** The calls that jump through a map of programs; libbpf's inline form for constant indexes among them. */
const TAIL_CALLS = new Set(['bpf_tail_call', 'bpf_tail_call_static']);

const known = new WeakMap<View, readonly CallEdge[]>();

/** Every edge between functions and struct_ops maps of the main file, and to the kfuncs that it declares. Helpers are left out. */
export function callEdges(view: View): readonly CallEdge[] {
	let edges = known.get(view);
	if (!edges) known.set(view, (edges = collect(view)));
	return edges;
}

function collect(view: View): CallEdge[] {
	const edges: CallEdge[] = [];
	const inner = innerParts(view);
	for (const slice of view.unit.translation.mainSlices) {
		const tree = slice.parse();
		if (tree.kind === 'function-definition') {
			const from = inner.get(tree.declarator.name) ?? tree.declarator.name;
			for (const edge of [...namedIn(view, slice), ...tailCalls(view, slice), ...exceptionCallback(view, slice)]) {
				const to = inner.get(edge.to) ?? edge.to;
				if (to !== from || edge.to === from) edges.push({ from, to, kind: edge.kind, at: edge.at });
			}
		} else if (tree.kind === 'declaration') {
			for (const { name } of tree.declarators) {
				const symbol = view.unit.scope.symbol(name);
				if (symbol?.kind !== 'global' || !/^\??\.struct_ops(\.link)?$/.test(symbol.section)) continue;
				for (const edge of namedIn(view, slice)) edges.push({ from: name, to: edge.to, kind: 'struct_ops', at: edge.at });
			}
		}
	}
	return edges;
}

/** The functions that a slice calls or mentions. */
function namedIn(view: View, slice: Slice): Omit<CallEdge, 'from'>[] {
	return occurrencesOf(slice.parse()).flatMap(({ name, token, role }) => {
		if (role !== 'call' && role !== 'use') return [];
		const symbol = view.unit.scope.symbol(name);
		if (symbol?.kind !== 'function' || (!symbol.definition && !symbol.ksym)) return [];
		const at = shownAt(slice.tokens[token]!, view);
		return at ? [{ to: name, kind: role === 'call' ? ('call' as const) : ('callback' as const), at }] : [];
	});
}

/** A program's own callback for exceptions is named by a tag (`__exception_cb(name)`). */
function exceptionCallback(view: View, slice: Slice): Omit<CallEdge, 'from'>[] {
	const tree = slice.parse();
	const symbol = tree.kind === 'function-definition' ? view.unit.scope.symbol(tree.declarator.name) : undefined;
	if (tree.kind !== 'function-definition' || symbol?.kind !== 'function') return [];
	const at = shownAt(slice.tokens[tree.declarator.nameToken]!, view);
	return symbol.declTags.flatMap((tag) => {
		const to = /^exception_callback:(\w+)$/.exec(tag)?.[1];
		return to !== undefined && at ? [{ to, kind: 'exception callback' as const, at }] : [];
	});
}

/** Tail calls lead to every program that the map's initializer names; what user space puts into the map nobody sees here. */
function tailCalls(view: View, slice: Slice): Omit<CallEdge, 'from'>[] {
	const edges: Omit<CallEdge, 'from'>[] = [];
	walk(slice.parse(), (node) => {
		if (node.kind !== 'call') return;
		const { callee, arguments: values } = node as unknown as Call;
		const map = values[1] && baseIdentifier(values[1]);
		if (callee.kind !== 'identifier' || !TAIL_CALLS.has(callee.name) || map === undefined) return;
		const symbol = view.unit.scope.symbol(map);
		const at = shownAt(slice.tokens[callee.first]!, view);
		if (symbol?.kind === 'global' && at) for (const to of programsOf(symbol)) edges.push({ to, kind: 'tail call', at });
	});
	return edges;
}

/** The functions that a map's `.values` names. */
function programsOf({ initializer }: GlobalSymbol): string[] {
	if (initializer?.kind !== 'initializer-list') return [];
	const values = initializer.items.find((item) => item.designators[0]?.member === 'values')?.value;
	return values?.kind === 'initializer-list' ? namesIn(values) : [];
}

function namesIn(list: InitializerList): string[] {
	return list.items.flatMap(({ value }: { value: Expression }) => baseIdentifier(value) ?? []);
}

/**
 * A macro such as BPF_PROG makes two functions of one: the one that is written calls the one with the body, whose name is pasted. What the inner one does is said of
 * the outer.
 */
function innerParts(view: View): ReadonlyMap<string, string> {
	const inner = new Map<string, string>();
	for (const { slices } of topLevelItems(view)) {
		if (slices.length < 2) continue;
		const functions = slices.flatMap((slice) => {
			const tree = slice.parse();
			return tree.kind === 'function-definition' ? [{ slice, name: tree.declarator.name, token: tree.declarator.nameToken }] : [];
		});
		const outer = functions.find(({ slice, token }) => writtenAs(slice.tokens[token]!, view));
		if (!outer) continue;
		for (const each of functions) {
			const expansion = each.slice.tokens[each.token]!.expansion;
			const outerExpansion = outer.slice.tokens[outer.token]!.expansion;
			if (each === outer || !expansion || !outerExpansion) continue;
			const [call, outerCall] = [outermost(expansion).call, outermost(outerExpansion).call];
			if (call.file === outerCall.file && call.start === outerCall.start) inner.set(each.name, outer.name);
		}
	}
	return inner;
}

/** A function or struct_ops map as a node of the hierarchy. */
export function callNode(view: View, name: string): FunctionSymbol | GlobalSymbol | undefined {
	const symbol = view.unit.scope.symbol(name);
	return symbol?.kind === 'function' || symbol?.kind === 'global' ? symbol : undefined;
}
