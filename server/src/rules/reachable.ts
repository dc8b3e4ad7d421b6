// Which functions a program's analysis depends on: to analyse after a repair only the programs that it touches.
import type { Program, Unit } from '../program/model.js';

/**
 * For each program, by name, the text of the functions that it can reach. Two units in which that text is the same, and which differ in function bodies and
 * declarations of kernel functions only, give the same analysis of that program.
 */
export function programTexts(unit: Unit): Map<string, string> {
	const bodies = new Map<string, { readonly text: string; readonly names: ReadonlySet<string> }>();
	for (const { name, slice } of unit.functions) {
		const words = slice.tokens.map((token) => token.text);
		bodies.set(name, { text: words.join(' '), names: new Set(words) });
	}
	const texts = new Map<string, string>();
	for (const program of unit.programs) texts.set(program.name, textOf(program, bodies));
	return texts;
}

function textOf(program: Program, bodies: ReadonlyMap<string, { readonly text: string; readonly names: ReadonlySet<string> }>): string {
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
	return [...reached]
		.sort()
		.map((name) => bodies.get(name)!.text)
		.join('\n');
}
