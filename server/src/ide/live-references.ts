// The references that are held where the cursor stands, as the verifier's paths bring them there.
import { strip } from '../btf/ctype.js';
import type { Operation } from '../flow/ir.js';
import type { View } from '../rules/checker.js';
import { children, pathTo } from '../rules/fix/tree.js';
import { reachedFunctions } from '../rules/reachable.js';
import type { Declaration, FunctionDefinition, TypeNode } from '../syntax/ast.js';
import type { Slice } from '../syntax/unit.js';
import { Graphs, type Probe } from '../verifier/machine.js';
import type { Reference, State } from '../verifier/state.js';
import { mayBeNull, type Value } from '../verifier/value.js';
import { verifyProgram } from '../verifier/verify.js';
import type { Cursor } from './cursor.js';
import { itemAt } from './top-level.js';

export interface LiveReference {
	/** The variable that holds it, as it is passed on: `held`, `&it`. */
	readonly holder: string;
	readonly by: string;
	readonly struct: string | undefined;
	readonly kind: Reference['kind'];
	readonly releasedBy: readonly string[];
	/** On some path it may be NULL here. */
	readonly mayBeNull: boolean;
	/** Every path that comes here holds it. */
	readonly always: boolean;
}

/**
 * The statement that stands in for the one that is being typed: a call that no compiler leaves out, and which reads the locals, so that the analysis keeps what they
 * hold up to here.
 */
function mark(locals: readonly string[]): string {
	return `bpf_trace_printk(${['0', '0', ...locals].join(', ')});`;
}
const FIRST_LOCAL = 2;

/** What is held at the beginning of the statement at the cursor. `look` views a changed text. Empty where the analysis does not come by. */
export function liveReferences(view: View, cursor: Cursor, look: (text: string) => View | undefined): readonly LiveReference[] {
	if (cursor.place !== 'statement') return [];
	const { text } = view.layout;
	const marked = (locals: readonly string[]) => look(text.slice(0, cursor.start) + mark(locals) + text.slice(cursor.end));
	const plain = marked([]);
	const definition = plain && definitionAt(plain, cursor.start);
	if (!definition) return [];
	const locals = visiblePointers(plain, definition);
	const whole = marked(locals);
	if (!whole) return [];
	const reached = reachedFunctions(whole.unit);
	const graphs = new Graphs(whole.unit);
	for (const program of whole.unit.programs) {
		if (!reached.get(program.name)?.has(definition.tree.declarator.name)) continue;
		const watch = new Watch(whole, cursor.start, locals);
		verifyProgram(whole.unit, whole.catalog, program, graphs, watch);
		if (watch.passages > 0) return watch.references();
	}
	return [];
}

/** The function around an offset, and the token that begins there. */
function definitionAt(view: View, offset: number): { slice: Slice; tree: FunctionDefinition; token: number } | undefined {
	for (const slice of itemAt(view, offset)?.slices ?? []) {
		const tree = slice.parse();
		const token = slice.tokens.findIndex((each) => view.layout.spelled(each)?.start === offset);
		if (tree.kind === 'function-definition' && token >= 0) return { slice, tree, token };
	}
	return undefined;
}

/** The pointers among parameters and locals that a statement at the token can name. */
function visiblePointers({ unit }: View, { tree, token }: { tree: FunctionDefinition; token: number }): string[] {
	const types = new Map<string, TypeNode>();
	for (const { name, type } of tree.type.parameters) if (name !== undefined) types.set(name, type);
	for (const block of pathTo(tree.body, token, token)) {
		for (const child of children(block)) {
			if (child.last >= token) break;
			const declaration = child.kind === 'declaration' ? child : child.kind === 'declaration-statement' ? children(child)[0] : undefined;
			for (const { name, type } of (declaration as Declaration | undefined)?.declarators ?? []) types.set(name, type);
		}
	}
	return [...types].filter(([, type]) => strip(unit.scope.type(type)).kind === 'pointer').map(([name]) => name);
}

class Watch implements Probe {
	passages = 0;
	private readonly found = new Map<string, { reference: LiveReference; passages: number }>();

	constructor(
		private readonly view: View,
		private readonly offset: number,
		private readonly locals: readonly string[],
	) {}

	start(): void {
		this.passages = 0;
		this.found.clear();
	}

	before(state: State, operation: Operation): void {
		if (operation.op !== 'call') return;
		const token = state.frame.graph.function.slice.tokens[operation.at.first];
		if (!token || this.view.layout.spelled(token)?.start !== this.offset) return;
		this.passages++;
		const seen = new Set<string>();
		const values = this.locals.map((text, index) => ({ text, value: state.get(operation.arguments[FIRST_LOCAL + index]!) }));
		for (const reference of state.references.values()) {
			const holder = values.find(({ value }) => holds(value, reference.id)) ?? slotOf(state, reference.id);
			if (!holder || seen.has(holder.text)) continue;
			seen.add(holder.text);
			const known = this.found.get(holder.text);
			const nullable = mayBeNull(holder.value) || known?.reference.mayBeNull === true;
			const { by, struct, kind, releasedBy } = reference;
			this.found.set(holder.text, {
				reference: { holder: holder.text, by, struct, kind, releasedBy, mayBeNull: nullable, always: false },
				passages: (known?.passages ?? 0) + 1,
			});
		}
	}

	references(): LiveReference[] {
		return [...this.found.values()].map(({ reference, passages }) => ({ ...reference, always: passages === this.passages }));
	}
}

function holds(value: Value, id: number): boolean {
	return value.kind === 'pointer' && value.ref === id && value.offset === 0;
}

/** The local of the innermost function in which an iterator or dynptr lives that holds the reference. */
function slotOf(state: State, id: number): { readonly text: string; readonly value: Value } | undefined {
	const { graph, objects } = state.frame;
	for (const local of graph.locals) {
		const object = objects.get(local.id);
		const value = object === undefined ? undefined : state.objects.get(object)?.cells.get(0)?.value;
		if ((value?.kind === 'iterator' || value?.kind === 'dynptr-slot') && value.ref === id) return { text: `&${local.name}`, value };
	}
	return undefined;
}
