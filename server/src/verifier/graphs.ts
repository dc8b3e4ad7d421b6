// The control-flow graphs of a unit's functions. A function that an edit leaves as it was keeps its graph, if all that it names is what it was, up to the bodies
// of functions: a graph may name a function as it was before its body was edited, and `current` knows what that is now.
import type { FlowGraph } from '../flow/ir.js';
import { lower } from '../flow/lower.js';
import type { FunctionSymbol, Scope, Unit, Symbol as UnitSymbol } from '../program/model.js';

interface Kept {
	readonly graph: FlowGraph;
	readonly doubtful: string;
	/** Names that were asked for, and what they stood for. */
	readonly asked: ReadonlyMap<string, UnitSymbol | undefined>;
}
/** By what stands around bodies, so that a function of a header keeps nothing of a text that is gone. */
type KeptGraphs = WeakMap<object, WeakMap<FunctionSymbol, Kept>>;
const kept: KeptGraphs = new WeakMap();
/** Those with each step of an expression. */
const keptWhole: KeptGraphs = new WeakMap();

/** Graphs by function, shared by all programs of a unit. */
export class Graphs {
	private readonly byFunction = new Map<FunctionSymbol, FlowGraph>();
	private found: { readonly names: ReadonlySet<string>; readonly text: string } | undefined;
	private ofWhole: Graphs | undefined;

	/** @param isWhole Each step of an expression is there: who watches an exploration asks for the value of each. */
	constructor(
		readonly unit: Unit,
		private readonly isWhole = false,
	) {}

	/** The same functions with each step of an expression. */
	get whole(): Graphs {
		return this.isWhole ? this : (this.ofWhole ??= new Graphs(this.unit, true));
	}

	private get kept(): KeptGraphs {
		return this.isWhole ? keptWhole : kept;
	}

	of(fn: FunctionSymbol): FlowGraph {
		let graph = this.byFunction.get(fn);
		if (!graph) {
			const current = this.current(fn);
			graph = current === fn ? (this.known(fn) ?? this.made(fn)) : this.of(current);
			this.byFunction.set(fn, graph);
		}
		return graph;
	}

	/** What a function that a graph names is in this unit. */
	current(fn: FunctionSymbol): FunctionSymbol {
		const now = fn.definition ? this.unit.scope.symbol(fn.name) : undefined;
		return now?.kind === 'function' ? now : fn;
	}

	private get doubtful(): { readonly names: ReadonlySet<string>; readonly text: string } {
		if (!this.found) {
			const names = doubtfulNames(this.unit);
			this.found = { names, text: [...names].join(' ') };
		}
		return this.found;
	}

	private known(fn: FunctionSymbol): FlowGraph | undefined {
		const { scope } = this.unit;
		const known = this.kept.get(scope.around)?.get(fn);
		if (!known || known.doubtful !== this.doubtful.text) return undefined;
		for (const [name, symbol] of known.asked) {
			const now = scope.symbol(name);
			if (now !== symbol && !(isDefined(now) && isDefined(symbol))) return undefined;
		}
		return known.graph;
	}

	private made(fn: FunctionSymbol): FlowGraph {
		const { scope } = this.unit;
		const asked = new Map<string, UnitSymbol | undefined>();
		const watched: Scope = {
			around: scope.around,
			symbol: (name) => {
				const symbol = scope.symbol(name);
				asked.set(name, symbol);
				return symbol;
			},
			helperName: (id) => scope.helperName(id),
			type: (node, locals) => scope.type(node, locals),
			record: (tag) => scope.record(tag),
			parseType: (text) => scope.parseType(text),
			constant: (expression, locals) => scope.constant(expression, locals),
			typeOf: (expression, locals) => scope.typeOf(expression, locals),
		};
		const graph = lower(fn, watched, this.doubtful.names, this.isWhole);
		let graphs = this.kept.get(scope.around);
		if (!graphs) this.kept.set(scope.around, (graphs = new WeakMap()));
		graphs.set(fn, { graph, doubtful: this.doubtful.text, asked });
		return graph;
	}
}

/** Is it a function with a body? Where all that stands around bodies is the same, two of one name differ in these alone. */
function isDefined(symbol: UnitSymbol | undefined): boolean {
	return symbol?.kind === 'function' && symbol.definition !== undefined;
}

/** Names of the main file whose declaration is not whole text. */
function doubtfulNames(unit: Unit): ReadonlySet<string> {
	const broken = unit.translation.mainSlices.filter(
		(slice) => slice.parse().kind !== 'function-definition' && slice.spoiledFrom?.() !== undefined,
	);
	// What the catalog knows needs no declaration.
	const names = broken
		.flatMap((slice) => slice.names)
		.filter((name) => {
			const symbol = unit.scope.symbol(name);
			return !symbol || !('slice' in symbol) || symbol.slice.spoiledFrom?.() !== undefined;
		});
	return new Set([...names, ...broken.flatMap((slice) => slice.tags)]);
}
