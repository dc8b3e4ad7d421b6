// How much a macro expands to at least, told from definitions alone: a bomb is known before it has gone off.
import type { LexedToken } from './lexer.js';
import type { Macro } from './macro.js';
import type { MacroTable } from './macro-table.js';
import { TokenKind } from './token.js';

/** Definitions that refer to each other in a longer chain than this are weighed as if the chain ended here. */
const CHAIN_LIMIT = 500;

/** The fewest tokens that expanding the macro can take, those of all steps between counted; Infinity where that is beyond a number. */
export function leastExpansion(macro: Macro, macros: MacroTable): number {
	// While a macro is weighed it stands here with nothing: its own name is plain text in what it expands to.
	const weights = new Map<Macro, number>();
	const weigh = (one: Macro, depth: number): number => {
		const known = weights.get(one);
		if (known !== undefined) return known;
		weights.set(one, 0);
		let weight = 1;
		for (let i = 0; i < one.body.length; i++) {
			// An argument may be empty; what is pasted or made a string is not expanded.
			if (one.slots[i]! >= 0) continue;
			weight++;
			const inner = isPasted(one.body, i) ? undefined : macroAt(one.body[i]!, macros);
			if (!inner || depth >= CHAIN_LIMIT) continue;
			if (inner.parameters) {
				if (one.body[i + 1]?.text !== '(') continue;
				// Arguments count only where the inner macro uses them, which is not looked at.
				i = closing(one.body, i + 1);
			}
			weight += weigh(inner, depth + 1);
		}
		weights.set(one, weight);
		return weight;
	};
	return weigh(macro, 0);
}

/** How often a macro puts out what an argument expands to, at least. */
export function copiesOf({ body, slots }: Macro, parameter: number): number {
	let copies = 0;
	for (let i = 0; i < body.length; i++) {
		const { text } = body[i]!;
		// What stands in an inner invocation, or in __VA_OPT__(), comes out of it as often as that one likes.
		if (text === '(' && body[i - 1]?.kind === TokenKind.Identifier) i = closing(body, i);
		else if (slots[i] === parameter && !isPasted(body, i)) copies++;
	}
	return copies;
}

function macroAt(token: LexedToken, macros: MacroTable): Macro | undefined {
	const macro = token.kind === TokenKind.Identifier ? macros.get(token.text) : undefined;
	return macro?.builtin ? undefined : macro;
}

function isPasted(body: readonly LexedToken[], at: number): boolean {
	return body[at - 1]?.text === '##' || body[at + 1]?.text === '##' || body[at - 1]?.text === '#';
}

/** The parenthesis that closes the one at `open`; the last token where none does. */
function closing(body: readonly LexedToken[], open: number): number {
	let depth = 0;
	for (let i = open; i < body.length; i++) {
		if (body[i]!.text === '(') depth++;
		else if (body[i]!.text === ')' && --depth === 0) return i;
	}
	return body.length - 1;
}
