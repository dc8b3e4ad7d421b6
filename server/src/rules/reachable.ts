// Which functions a program's analysis depends on: to analyse after a repair or an edit only the programs that it touches.
import type { FunctionSymbol, Program, Unit } from '../program/model.js';
import { TokenKind } from '../syntax/token.js';
import type { Slice } from '../syntax/unit.js';
import { callbackNames } from '../verifier/exceptions.js';

/**
 * For each program, by name, the slices of the functions that it can reach. Two units in which these say the same, and which differ in function bodies and
 * declarations of kernel functions only, give the same analysis of that program.
 */
export function programSlices(unit: Unit): Map<string, readonly Slice[]> {
	const bodies = bodiesOf(unit);
	return new Map(unit.programs.map((program) => [program.name, slicesFrom(program, bodies)]));
}

interface Reached {
	readonly names: readonly string[];
	readonly slices: readonly Slice[];
}
/** What was reached from a program in the unit before, by its own slice and the names of the unit's functions. */
const reachedBefore = new WeakMap<Slice, { readonly names: string; readonly reached: Reached }>();

/** One and the same list as long as the program reaches the same. */
function slicesFrom(program: Program, bodies: Bodies): readonly Slice[] {
	const { slice } = program.function;
	const before = reachedBefore.get(slice);
	// Each slice says which others it leads to: where all are the same, so are their number and their order.
	if (before?.names === bodies.names) {
		const { names, slices } = before.reached;
		if (names.every((name, k) => bodies.functions.get(name)!.slice === slices[k])) return slices;
	}
	const names = [...reachedFrom(program, bodies)].sort();
	const slices = names.map((name) => bodies.functions.get(name)!.slice);
	reachedBefore.set(slice, { names: bodies.names, reached: { names, slices } });
	return slices;
}

/** For each program, by name, the functions of the main file that it can reach, its own among them. */
export function reachedFunctions(unit: Unit): Map<string, ReadonlySet<string>> {
	const bodies = bodiesOf(unit);
	return new Map(unit.programs.map((program) => [program.name, reachedFrom(program, bodies)]));
}

/** The functions of one unit. */
interface Bodies {
	readonly functions: ReadonlyMap<string, FunctionSymbol>;
	/** Their names, in order: what a slice mentions of them is the same in every unit that has the same. */
	readonly names: string;
}

function bodiesOf({ functions }: Unit): Bodies {
	return { functions: new Map(functions.map((fn) => [fn.name, fn])), names: functions.map(({ name }) => name).join(' ') };
}

const mentioned = new WeakMap<Slice, { readonly names: string; readonly found: readonly string[] }>();

/** The functions that a function mentions. Any mention counts: calls, callbacks, addresses. */
function mentionedBy(slice: Slice, { functions, names }: Bodies): readonly string[] {
	let known = mentioned.get(slice);
	if (known?.names !== names) {
		const found = new Set<string>();
		for (const { kind, text } of slice.tokens) if (kind === TokenKind.Identifier && functions.has(text)) found.add(text);
		known = { names, found: [...found] };
		mentioned.set(slice, known);
	}
	return known.found;
}

const words = new WeakMap<Slice, ReadonlySet<string>>();

/** Does one of the names stand in the slice? */
export function mentions(slice: Slice, names: ReadonlySet<string>): boolean {
	let known = words.get(slice);
	if (!known) words.set(slice, (known = new Set(slice.tokens.map(({ text }) => text))));
	for (const name of names) if (known.has(name)) return true;
	return false;
}

function reachedFrom(program: Program, bodies: Bodies): Set<string> {
	const reached = new Set<string>();
	// The callback for exceptions is named by a text.
	const pending = [program.function.name, `____${program.name}`, ...callbackNames(program.function)];
	while (pending.length > 0) {
		const name = pending.pop()!;
		const fn = bodies.functions.get(name);
		if (!fn || reached.has(name)) continue;
		reached.add(name);
		pending.push(...mentionedBy(fn.slice, bodies));
	}
	return reached;
}
