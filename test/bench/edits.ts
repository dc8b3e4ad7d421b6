// Keystrokes at random places inside functions, as a person makes them: one character comes in.
import { reproducibleChance } from './statistics.js';

/** What people type most. */
const CHARACTERS = ['x', ';', '(', ')', '\n', ' ', '1', '-', '"', '{'];
const SEED = 20;

export interface Keystroke {
	readonly offset: number;
	readonly character: string;
}

/** The ranges between the braces of function bodies: from a `{` at a line's start to a `}` at a line's start, which is the kernel's style. */
export function bodies(text: string): { start: number; end: number }[] {
	const result: { start: number; end: number }[] = [];
	for (const open of text.matchAll(/^\{$/gm)) {
		const end = text.indexOf('\n}', open.index);
		if (end > 0) result.push({ start: open.index + 2, end });
	}
	return result;
}

/** `count` keystrokes, the same on every run. Throws where the text has no function. */
export function keystrokes(text: string, count: number): Keystroke[] {
	const ranges = bodies(text);
	if (ranges.length === 0) throw new Error('the text has no function body');
	const chance = reproducibleChance(SEED);
	return Array.from({ length: count }, () => {
		const { start, end } = ranges[chance(ranges.length)]!;
		return { offset: start + chance(Math.max(1, end - start)), character: CHARACTERS[chance(CHARACTERS.length)]! };
	});
}
