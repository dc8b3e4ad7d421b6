// The references that are held where the cursor stands, as the verifier's paths bring them there.
import { strip } from '../btf/ctype.js';
import type { Operation } from '../flow/ir.js';
import type { View } from '../rules/checker.js';
import { reachedFunctions } from '../rules/reachable.js';
import { TokenKind } from '../syntax/token.js';
import { Graphs } from '../verifier/graphs.js';
import type { Probe } from '../verifier/machine.js';
import type { Reference, State } from '../verifier/state.js';
import { mayBeNull, type Value } from '../verifier/value.js';
import { verifyProgram } from '../verifier/verify.js';
import { type Cursor, endsItem } from './cursor.js';
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
	const locals = pointersBefore(cursor);
	const marked = look(text.slice(0, cursor.start) + mark(locals) + text.slice(cursor.end));
	const name = marked && functionAt(marked, cursor.start);
	if (!marked || name === undefined) return [];
	const reached = reachedFunctions(marked.unit);
	const graphs = new Graphs(marked.unit);
	const budget = { operations: OPERATIONS_FOLLOWED };
	for (const program of marked.unit.programs) {
		if (!reached.get(program.name)?.has(name)) continue;
		const watch = new Watch(marked, cursor.start, locals, budget);
		try {
			verifyProgram(marked.unit, marked.catalog, program, graphs, watch);
		} catch (error) {
			// What came by until then is known; of the rest nothing is said.
			if (error !== ENOUGH) throw error;
		}
		// A program that may not make the acquiring call holds nothing, where another one of the same function does.
		const held = watch.references();
		if (held.length > 0) return held;
	}
	return [];
}

/** The function that holds the token at an offset. */
function functionAt(view: View, offset: number): string | undefined {
	for (const slice of itemAt(view, offset)?.slices ?? []) {
		const tree = slice.parse();
		if (tree.kind !== 'function-definition') continue;
		if (slice.tokens.some((token) => view.layout.spelled(token)?.start === offset)) return tree.declarator.name;
	}
	return undefined;
}

/**
 * Names that are declared as pointers before the cursor, in its function or its head: what stands between a star and what may follow a declarator. The text is being
 * typed, so tokens must do; a name too many is one that no value answers for.
 */
function pointersBefore({ tokens, before }: Cursor): string[] {
	const names = new Set<string>();
	for (let i = before; i > 0; i--) {
		const token = tokens[i]!;
		if (token.text === '}' && endsItem(token)) break;
		if (token.kind !== TokenKind.Identifier || tokens[i - 1]!.text !== '*') continue;
		if ([',', ';', '=', ')'].includes(tokens[i + 1]?.text ?? '')) names.add(token.text);
	}
	return [...names];
}

/** Operations that are followed for one answer while a person types; a program of usual size takes some hundreds. Beyond it, "always" is not claimed. */
const OPERATIONS_FOLLOWED = 3_000;
/** Ends the machine's run. */
const ENOUGH = new Error('as many operations as one answer is worth');

class Watch implements Probe {
	private passages = 0;
	private readonly found = new Map<string, { reference: LiveReference; passages: number }>();

	constructor(
		private readonly view: View,
		private readonly offset: number,
		private readonly locals: readonly string[],
		/** What is left for this and further programs. */
		private readonly budget: { operations: number },
	) {}

	start(): void {
		this.passages = 0;
		this.found.clear();
	}

	before(state: State, operation: Operation): void {
		if (this.budget.operations-- <= 0) throw ENOUGH;
		if (operation.op !== 'call') return;
		const token = state.frame.graph.function.slice.tokens[operation.at.first];
		if (!token || this.view.layout.spelled(token)?.start !== this.offset) return;
		this.passages++;
		const seen = new Set<string>();
		const values = this.locals.map((text, index) => ({ text, value: state.get(operation.arguments[FIRST_LOCAL + index]!) }));
		for (const reference of state.references.values()) {
			const holders = values.filter(({ value }) => holds(value, reference.id));
			// A pointer to the object's first member holds it too, and is not what gives it back.
			const whole = holders.find(({ text }) => pointsTo(state, text) === reference.struct);
			const holder = whole ?? holders[0] ?? slotOf(state, reference.id);
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
		return [...this.found.values()].map(({ reference, passages }) => ({
			...reference,
			always: passages === this.passages && this.budget.operations > 0,
		}));
	}
}

function holds(value: Value, id: number): boolean {
	return value.kind === 'pointer' && value.ref === id && value.offset === 0;
}

/** The struct that a local of the innermost function is declared to point to. */
function pointsTo(state: State, name: string): string | undefined {
	const pointer = state.frame.graph.locals.find((local) => local.name === name)?.type;
	const type = pointer && strip(pointer);
	const to = type?.kind === 'pointer' ? strip(type.to) : undefined;
	return to?.kind === 'record' ? to.tag : undefined;
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
