// Which functions a program's analysis depends on: to analyse after a repair only the programs that it touches.
import type { Program, Unit } from '../program/model.js';

/**
 * For each program, by name, the text of the functions that it can reach. Two units in which that text is the same, and which differ in function bodies and
 * declarations of kernel functions only, give the same analysis of that program.
 */
export function programTexts(unit: Unit): Map<string, string> {
	const bodies = bodiesOf(unit);
	return new Map(unit.programs.map((program) => [program.name, textOf(reachedFrom(program, bodies), bodies)]));
}

/** For each program, by name, the functions of the main file that it can reach, its own among them. */
export function reachedFunctions(unit: Unit): Map<string, ReadonlySet<string>> {
	const bodies = bodiesOf(unit);
	return new Map(unit.programs.map((program) => [program.name, reachedFrom(program, bodies)]));
}

interface Body {
	readonly text: string;
	/** Every word of it. */
	readonly names: ReadonlySet<string>;
}

function bodiesOf(unit: Unit): Map<string, Body> {
	const bodies = new Map<string, Body>();
	for (const { name, slice } of unit.functions) {
		const words = slice.tokens.map((token) => token.text);
		bodies.set(name, { text: words.join(' '), names: new Set(words) });
	}
	return bodies;
}

function reachedFrom(program: Program, bodies: ReadonlyMap<string, Body>): Set<string> {
	const reached = new Set<string>();
	// Any mention counts: calls, callbacks, addresses.
	const pending = [program.function.name, `____${program.name}`];
	while (pending.length > 0) {
		const name = pending.pop()!;
		const body = bodies.get(name);
		if (!body || reached.has(name)) continue;
		reached.add(name);
		for (const other of body.names) if (bodies.has(other) && !reached.has(other)) pending.push(other);
	}
	return reached;
}

function textOf(reached: ReadonlySet<string>, bodies: ReadonlyMap<string, Body>): string {
	return [...reached]
		.sort()
		.map((name) => bodies.get(name)!.text)
		.join('\n');
}
