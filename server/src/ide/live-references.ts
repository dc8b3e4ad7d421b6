// The references that are held where the cursor stands, as the verifier's paths bring them there.
import type { Operation } from '../flow/ir.js';
import type { View } from '../rules/checker.js';
import { reachedFunctions } from '../rules/reachable.js';
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

/** A call that any text may make, that the compiler keeps, and that changes nothing: it stands in for the statement that is being typed. */
const MARK = 'bpf_ktime_get_ns();';

/** What is held at the beginning of the statement at the cursor. `look` views a changed text. Empty where the analysis does not come by. */
export function liveReferences(view: View, cursor: Cursor, look: (text: string) => View | undefined): readonly LiveReference[] {
	if (cursor.place !== 'statement') return [];
	const { text } = view.layout;
	const marked = look(`${text.slice(0, cursor.start)}${MARK}${text.slice(cursor.end)}`);
	const item = marked && itemAt(marked, cursor.start);
	if (!marked || !item) return [];
	const functions = item.slices.flatMap((slice) => {
		const tree = slice.parse();
		return tree.kind === 'function-definition' ? [tree.declarator.name] : [];
	});
	const reached = reachedFunctions(marked.unit);
	const graphs = new Graphs(marked.unit);
	for (const program of marked.unit.programs) {
		if (!functions.some((name) => reached.get(program.name)?.has(name))) continue;
		const watch = new Watch(marked, cursor.start);
		verifyProgram(marked.unit, marked.catalog, program, graphs, watch);
		if (watch.passages > 0) return watch.references();
	}
	return [];
}

class Watch implements Probe {
	passages = 0;
	private readonly found = new Map<string, { reference: LiveReference; passages: number }>();

	constructor(
		private readonly view: View,
		private readonly offset: number,
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
		for (const reference of state.references.values()) {
			const holder = holderOf(state, reference.id);
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

/** The local of the innermost function that holds a reference, by itself or as the place where an iterator or dynptr lives. */
function holderOf(state: State, id: number): { readonly text: string; readonly value: Value } | undefined {
	const { graph, registers, objects } = state.frame;
	for (const local of graph.locals) {
		const value = local.register === undefined ? undefined : registers.get(local.register);
		if (value?.kind === 'pointer' && value.ref === id && value.offset === 0) return { text: local.name, value };
		const object = objects.get(local.id);
		const cell = object === undefined ? undefined : state.objects.get(object)?.cells.get(0)?.value;
		if (cell?.kind === 'pointer' && cell.ref === id && cell.offset === 0) return { text: local.name, value: cell };
		if ((cell?.kind === 'iterator' || cell?.kind === 'dynptr-slot') && cell.ref === id) return { text: `&${local.name}`, value: cell };
	}
	return undefined;
}
