// What the machine sees of one program while it follows its paths: the values of expressions, where references are acquired, given back and still held,
// the extent of read sections, and where a load loses trust. Hovers, hints and highlights read it.
//
// Places are kept as a function's name and token indexes: they hold for every later text in which the functions that the program reaches are the same.
import { strip } from '../btf/ctype.js';
import { type CallOp, type FlowGraph, type Operation, type Range, type Register, reads, writes } from '../flow/ir.js';
import type { Slice } from '../syntax/unit.js';
import { describeValue, valueWords } from './describe-value.js';
import type { Probe } from './machine.js';
import { type Decisions, decisionsOf, type TakenBranch, whatTellsApart } from './paths.js';
import type { PathEntry, Reference, State } from './state.js';
import { type Base, isRcu, isTrusted, numberOf, type Value } from './value.js';

/** Tokens `first` to `last`, inclusive, of the slice that defines a function. */
export interface Spot {
	readonly function: string;
	readonly first: number;
	readonly last: number;
}

/** A place at which references are acquired. Each passage along a path is a reference of its own; they share the site. */
export interface Site {
	readonly spot: Spot;
	readonly by: string;
	readonly kind: Reference['kind'];
	readonly struct?: string;
	readonly releasedBy: readonly string[];
	/** The numbers that people are told: 1, 2, ... in order of acquisition along a path. */
	readonly numbers: ReadonlySet<number>;
}

/** A branch that some path took. */
export interface Branch {
	readonly spot: Spot;
	/** The condition's truth. */
	readonly taken: boolean;
	/** What was tested is a pointer. */
	readonly pointer: boolean;
}

/** A value that some path brings to a place. */
export interface Sighting {
	readonly kind: Value['kind'];
	/** In the verifier's words: `trusted_ptr_or_null_task_struct, ...`. */
	readonly described: string;
	/** In a person's words; empty where nothing is known. */
	readonly words: string;
	/** The reference that it holds or borrows from. */
	readonly reference?: { readonly number: number; readonly site: Site };
	/** Branches that tell the paths with this value from those with others; empty where nothing does or there is no other. */
	readonly where: readonly Branch[];
}

/** What is known of one expression. */
export interface SeenValue {
	readonly spot: Spot;
	/** C takes it for a pointer. */
	readonly pointer: boolean;
	readonly sightings: readonly Sighting[];
	/** There were more of them than are remembered. */
	readonly cut: boolean;
}

/** A reference that is held where a function returns. */
export interface HeldAtReturn {
	readonly spot: Spot;
	/** The program ends here, and does not go back to a caller. */
	readonly leavesProgram: boolean;
	/** The sites whose references some path still holds here, with the variable that holds one and whether every path does. */
	readonly held: ReadonlyMap<Site, { readonly holder: string | undefined; readonly always: boolean }>;
}

export interface ReadSection {
	readonly begin: Spot;
	readonly ends: readonly Spot[];
}

export interface Observations {
	readonly sites: readonly Site[];
	/** What gives references back, by the site that they came from. */
	readonly releases: ReadonlyMap<Site, readonly Spot[]>;
	readonly returns: readonly HeldAtReturn[];
	readonly sections: readonly ReadSection[];
	/** Loads through a trusted or RCU pointer whose result is neither, with what it is in a person's words. */
	readonly trustLost: readonly { readonly spot: Spot; readonly words: string }[];
	/** The value of the expression that these tokens are. */
	valueAt(spot: Spot): SeenValue | undefined;
	/** Every expression, in no order. */
	readonly values: readonly SeenValue[];
}

/** Stands for every number of an expression that is no pointer. */
const ANY_SCALAR: Value = numberOf(0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
/** Paths that are remembered for one value at one place. More of them would rarely change what tells the values apart. */
const SAMPLED_PATHS = 8;
/** Different values that are remembered of one expression: more than that nobody reads. */
const SIGHTINGS = 12;

interface OpenSighting {
	readonly described: string;
	readonly value: Value;
	/** The reference that it holds, along the path, and what acquired it. */
	readonly number: number | undefined;
	readonly by: string | undefined;
	readonly site: Site | undefined;
	readonly paths: State['path'][];
}
interface OpenValue {
	readonly spot: Spot;
	pointer: boolean;
	cut: boolean;
	/** No two of which a person is told the same. */
	readonly sightings: OpenSighting[];
}
type OpenSite = Site & { readonly numbers: Set<number> };
interface OpenReturn {
	readonly spot: Spot;
	leavesProgram: boolean;
	passages: number;
	readonly held: Map<Site, { holder: string | undefined; passages: number }>;
}

const keyOf = (spot: Spot): string => `${spot.function}:${spot.first}:${spot.last}`;

/** Attached to the machine while one program is verified. */
export class Observer implements Probe {
	private readonly graphs = new Map<FlowGraph, Map<Operation, OpenValue>>();
	private readonly functionOf = new Map<Slice, string>();
	private readonly values = new Map<string, OpenValue>();
	private readonly sites = new Map<string, OpenSite>();
	/** By the identity of the reference. */
	private readonly siteOf = new Map<number, Site>();
	private readonly releases = new Map<Site, Map<string, Spot>>();
	private readonly returns = new Map<string, OpenReturn>();
	private readonly sections = new Map<string, { readonly begin: Spot; readonly ends: Map<string, Spot> }>();
	/** The variable of a function that a reference was last put into, by both. */
	private readonly holders = new Map<string, string>();
	private readonly decided = new Map<PathEntry, Decisions>();
	private readonly lost = new Map<string, { readonly spot: Spot; readonly words: string }>();
	/** The call of a kernel function that is being followed, with what was held before it; none once the path is somewhere else. */
	private calling:
		| { readonly operation: CallOp; readonly references: State['references']; readonly section: State['rcuPlace'] }
		| undefined;

	/** Only the last run counts: earlier ones found what the compiler leaves out. */
	start(): void {
		for (const table of [
			this.values,
			this.sites,
			this.siteOf,
			this.releases,
			this.returns,
			this.sections,
			this.holders,
			this.decided,
			this.lost,
		])
			table.clear();
		this.graphs.clear();
	}

	before(state: State, operation: Operation): void {
		if (operation.op === 'call') this.calling = { operation, references: state.references, section: state.rcuPlace };
	}

	block(state: State, graph: FlowGraph): void {
		this.calling = undefined;
		if (state.block !== 0) return;
		for (const { register, at } of graph.parameters) {
			const value = register === undefined ? undefined : state.frame.registers.get(register);
			if (value) this.sighted(this.openValue({ function: graph.function.name, ...rangeOf(at) }), value, state);
		}
		if (state.frame.back) return;
		// References that the kernel hands over with the arguments: `__ref` of struct_ops.
		for (const reference of state.references.values()) {
			if (!this.siteOf.has(reference.id)) this.acquired(reference, { function: graph.function.name, ...rangeOf(reference.acquired) });
		}
	}

	after(state: State, operation: Operation): void {
		const { graph } = state.frame;
		if (operation.op === 'call') this.afterCall(state, operation);
		if (operation.op === 'move' && operation.local && !operation.local.name.startsWith('(')) {
			const value = state.get(operation.to);
			if (value.kind === 'pointer' && value.ref !== 0) this.holders.set(`${value.ref}:${graph.function.name}`, operation.local.name);
		}
		const open = this.openValues(graph).get(operation);
		if (!open) return;
		const [to] = writes(operation);
		const register = to ?? (operation.op === 'store' ? operation.from : undefined);
		if (register === undefined) return;
		const value = state.get(register);
		if (operation.op === 'load') this.afterLoad(state.get(operation.address), value, open.spot);
		this.sighted(open, value, state);
	}

	atReturn(state: State, at: Range): void {
		const name = state.frame.graph.function.name;
		const spot = { function: name, ...rangeOf(at) };
		const key = keyOf(spot);
		let open = this.returns.get(key);
		if (!open) this.returns.set(key, (open = { spot, leavesProgram: false, passages: 0, held: new Map() }));
		open.passages++;
		if (!state.frame.back) open.leavesProgram = true;
		for (const reference of state.references.values()) {
			// What a caller holds is the caller's affair.
			const site = reference.frame >= state.frame.depth ? this.siteOf.get(reference.id) : undefined;
			if (!site) continue;
			const held = open.held.get(site);
			if (!held) open.held.set(site, { holder: this.holders.get(`${reference.id}:${name}`), passages: 1 });
			else held.passages++;
		}
	}

	/** What a subprogram does is seen in it: only calls of the kernel are compared with what was before them. */
	private afterCall(state: State, operation: CallOp): void {
		const before = this.calling;
		this.calling = undefined;
		if (before?.operation !== operation) return;
		const { slice, name } = state.frame.graph.function;
		const spot: Spot = { function: name, ...rangeOf(operation.at) };
		if (state.references !== before.references) {
			for (const reference of state.references.values()) if (!this.siteOf.has(reference.id)) this.acquired(reference, spot);
			for (const reference of before.references.values()) {
				const site = state.references.has(reference.id) ? undefined : this.siteOf.get(reference.id);
				if (site) this.releasedAt(site, spot);
			}
		}
		// A section that one function begins and another ends is told of in neither as a whole.
		const section = before.section ?? state.rcuPlace;
		if (section?.slice !== slice) return;
		const ends = this.section({ function: name, ...rangeOf(section) });
		if (state.rcu === 0) ends.set(keyOf(spot), spot);
	}

	private section(begin: Spot): Map<string, Spot> {
		const key = keyOf(begin);
		let section = this.sections.get(key);
		if (!section) this.sections.set(key, (section = { begin, ends: new Map() }));
		return section.ends;
	}

	private acquired(reference: Reference, spot: Spot): void {
		const { by, kind, struct, releasedBy } = reference;
		const key = `${keyOf(spot)}:${by}`;
		let site = this.sites.get(key);
		if (!site) this.sites.set(key, (site = { spot, by, kind, ...(struct ? { struct } : {}), releasedBy, numbers: new Set() }));
		site.numbers.add(reference.number);
		this.siteOf.set(reference.id, site);
	}

	private releasedAt(site: Site, spot: Spot): void {
		let spots = this.releases.get(site);
		if (!spots) this.releases.set(site, (spots = new Map()));
		spots.set(keyOf(spot), spot);
	}

	private afterLoad(address: Value, value: Value, spot: Spot): void {
		if (address.kind !== 'pointer' || value.kind !== 'pointer' || value.base.is !== 'object' || address.base.is !== 'object') return;
		const safe = isTrusted(address) || isRcu(address);
		if (!safe || value.ref !== 0 || isTrusted(value) || isRcu(value)) return;
		this.lost.set(keyOf(spot), { spot, words: valueWords(value) });
	}

	private sighted(open: OpenValue, value: Value, state: State): void {
		// Which number it is, is not told, and paths that differ in it alone are not all followed.
		if (value.kind === 'scalar' && !open.pointer && value.was === undefined) value = ANY_SCALAR;
		// Of an iterator or dynptr, whose address alone is ever used, it is its state that counts.
		if (value.kind === 'pointer' && value.base.is === 'stack') value = state.slot(value.base.object, value.offset) ?? value;
		const ref = 'ref' in value ? value.ref : 0;
		const held = ref === 0 ? undefined : state.references.get(ref);
		for (const known of open.sightings) {
			if (known.number !== held?.number || known.by !== held?.by || !isTold(known.value, value)) continue;
			if (known.paths.length < SAMPLED_PATHS) known.paths.push(state.path);
			return;
		}
		if (open.sightings.length >= SIGHTINGS) {
			open.cut = true;
			return;
		}
		open.sightings.push({
			described: describeValue(value, state),
			value,
			number: held?.number,
			by: held?.by,
			site: this.siteOf.get(ref),
			paths: [state.path],
		});
	}

	private openValue(spot: Spot): OpenValue {
		const key = keyOf(spot);
		let open = this.values.get(key);
		if (!open) this.values.set(key, (open = { spot, pointer: false, cut: false, sightings: [] }));
		return open;
	}

	/** For each operation that ends the evaluation of an expression within its block, the expression. */
	private openValues(graph: FlowGraph): Map<Operation, OpenValue> {
		let found = this.graphs.get(graph);
		if (found) return found;
		found = new Map();
		this.graphs.set(graph, found);
		this.functionOf.set(graph.function.slice, graph.function.name);
		const pointers = new Set(graph.locals.flatMap((local) => (strip(local.type).kind === 'pointer' ? (local.register ?? []) : [])));
		for (const block of graph.blocks) {
			const last = new Map<string, Operation>();
			for (const operation of block.operations) {
				if (writes(operation).length === 1 || (operation.op === 'store' && reads(operation).length > 1)) {
					last.set(`${operation.at.first}:${operation.at.last}`, operation);
				}
			}
			for (const operation of last.values()) {
				const spot: Spot = { function: graph.function.name, ...rangeOf(operation.at) };
				const open = this.openValue(spot);
				if (isPointer(operation, pointers)) open.pointer = true;
				found.set(operation, open);
			}
		}
		return found;
	}

	private closed({ spot, pointer, cut, sightings }: OpenValue): SeenValue {
		const paths = sightings.length > 1 ? sightings.map((one) => one.paths.map((path) => this.decisions(path))) : [];
		return {
			spot,
			pointer,
			cut,
			sightings: sightings.map(({ described, value, number, site }, index) => ({
				kind: value.kind,
				described,
				words: valueWords(value),
				...(site && number !== undefined ? { reference: { number, site } } : {}),
				where: paths.length > 1 ? whatTellsApart(paths, index).flatMap((branch) => this.branchAt(branch)) : [],
			})),
		};
	}

	/** Values that the same path brings share what it decided. */
	private decisions(path: State['path']): Decisions {
		let known = path && this.decided.get(path);
		if (!known) {
			known = decisionsOf(path);
			if (path) this.decided.set(path, known);
		}
		return known;
	}

	private branchAt({ place, taken, pointer }: TakenBranch): Branch[] {
		const name = this.functionOf.get(place.slice);
		return name === undefined ? [] : [{ spot: { function: name, ...rangeOf(place) }, taken, pointer }];
	}

	/** All that was seen; the paths themselves are let go. */
	finish(): Observations {
		const values = new Map<string, SeenValue>();
		for (const [key, open] of this.values) if (open.sightings.length > 0) values.set(key, this.closed(open));
		return {
			sites: [...this.sites.values()],
			releases: new Map([...this.releases].map(([site, spots]) => [site, [...spots.values()]])),
			returns: [...this.returns.values()].map(({ spot, leavesProgram, passages, held }) => ({
				spot,
				leavesProgram,
				held: new Map([...held].map(([site, one]) => [site, { holder: one.holder, always: one.passages === passages }])),
			})),
			sections: [...this.sections.values()].map(({ begin, ends }) => ({ begin, ends: [...ends.values()] })),
			trustLost: [...this.lost.values()],
			valueAt: (spot) => values.get(keyOf(spot)),
			values: [...values.values()],
		};
	}
}

/** Does C take what the operation gives for a pointer? `pointers` are the registers of variables that are. */
function isPointer(operation: Operation, pointers: ReadonlySet<Register>): boolean {
	switch (operation.op) {
		case 'move':
			return pointers.has(operation.from) || pointers.has(operation.to);
		case 'load':
		case 'store':
		case 'retype':
			return strip(operation.type).kind === 'pointer';
		case 'call':
			return strip(operation.resultType).kind === 'pointer';
		default:
			return false;
	}
}

/** Is a person told the same of both, but for the reference that they hold? */
function isTold(a: Value, b: Value): boolean {
	if (a === b) return true;
	switch (a.kind) {
		case 'pointer':
			return (
				b.kind === 'pointer' &&
				a.base.is === b.base.is &&
				a.flags === b.flags &&
				a.offset === b.offset &&
				a.variable === b.variable &&
				(a.ref === 0) === (b.ref === 0) &&
				ownerOf(a.base) === ownerOf(b.base)
			);
		case 'scalar':
			return b.kind === 'scalar' && a.min === b.min && a.max === b.max && a.was === b.was;
		case 'iterator':
			return b.kind === 'iterator' && a.type === b.type && a.state === b.state;
		case 'dynptr-slot':
			return b.kind === 'dynptr-slot' && a.type === b.type;
		case 'irq-flag':
			return b.kind === 'irq-flag';
		case 'unknown':
			return b.kind === 'unknown' && a.reason === b.reason;
	}
}

/** What a pointer points to, by its name. */
function ownerOf(base: Base): unknown {
	switch (base.is) {
		case 'map':
		case 'map_value':
		case 'map_key':
			return base.map.name;
		case 'global':
		case 'function':
			return base.symbol;
		case 'stack':
			return base.name;
		case 'object':
			return base.tag;
		case 'mem':
			return base.size;
		default:
			return undefined;
	}
}

function rangeOf({ first, last }: Range): { first: number; last: number } {
	return { first, last };
}
