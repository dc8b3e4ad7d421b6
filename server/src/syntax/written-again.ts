// Runs of tokens that one macro invocation writes out again and again: an argument that the body names many times, a count that it works
// out for each of them. They are the same tokens at the same places, so one of them is parsed for all.
import type { Operand, OperandId, Repeat } from './lifted.js';
import { outermost } from './macro-expander.js';
import type { Expansion, Token } from './token.js';
import { ATTRIBUTE_WORDS } from './words.js';

/** Runs that begin with the same token and are kept apart; those of one invocation are few. */
const KEPT_RUNS = 16;
/** A longer run is seldom written twice, and is not looked through. */
const RUN_LIMIT = 400;

interface Run extends Operand {
	readonly id: OperandId;
}

/** The runs of the invocation at hand. */
export class WrittenAgain {
	readonly repeats: Repeat[] = [];
	private invocation: Expansion | undefined;
	private readonly runs = new Map<number, Run[]>();

	constructor(private readonly tokens: readonly Token[]) {}

	/** May the run (inclusive) be parsed once for all? It may where it holds no block, no type of its own and no attribute. */
	isPlain(first: number, last: number): boolean {
		if (last - first >= RUN_LIMIT || !this.tokens[first]!.expansion) return false;
		for (let k = first; k <= last; k++) {
			const { text } = this.tokens[k]!;
			if (text === '{' || ATTRIBUTE_WORDS.has(text)) return false;
		}
		return true;
	}

	/** What stands for the same run, or for this one from now on: then `make` gives it. */
	of(operand: Operand, make: () => OperandId): OperandId {
		const { first, last, kind } = operand;
		const invocation = invocationOf(this.tokens[first]!);
		if (!invocation || invocation !== invocationOf(this.tokens[last]!)) return make();
		if (this.invocation !== invocation) {
			this.invocation = invocation;
			this.runs.clear();
		}
		const { start } = this.tokens[first]!;
		let runs = this.runs.get(start);
		if (!runs) this.runs.set(start, (runs = []));
		const earlier = runs.find((run) => run.kind === kind && run.last - run.first === last - first && isSame(this.tokens, run, first));
		if (earlier) {
			this.repeats.push({ earlier, first });
			return earlier.id;
		}
		const id = make();
		if (runs.length < KEPT_RUNS && this.isPlain(first, last)) runs.push({ ...operand, id });
		return id;
	}
}

/** Can tokens of the same text have the tree in which these repeats have none? */
export function areRepeated(tokens: readonly Token[], repeats: readonly Repeat[]): boolean {
	return repeats.every(({ earlier, first }) => {
		const invocation = invocationOf(tokens[earlier.first]!);
		return invocation !== undefined && invocation === invocationOf(tokens[first]!) && isSame(tokens, earlier, first);
	});
}

/** Do the tokens from `first` on stand at the places of the run's? */
function isSame(tokens: readonly Token[], run: Operand, first: number): boolean {
	for (let k = run.first; k <= run.last; k++) {
		const a = tokens[k]!;
		const b = tokens[first + k - run.first]!;
		if (a.start !== b.start || a.text !== b.text || a.file !== b.file) return false;
	}
	return true;
}

/** The invocation, in a file, that put the token out. */
function invocationOf({ expansion }: Token): Expansion | undefined {
	return expansion && outermost(expansion);
}
