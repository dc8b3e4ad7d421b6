// What the preprocessor made of a stretch of a main file, kept with its first piece: where the same pieces follow each other again behind the same
// macros, nothing of it is made again.
import type { Group } from './slicer.js';
import type { SourceFile } from './token.js';
import type { Problem } from './unit.js';

/** The macros, and whatever else decides how the text behind reads, at one moment. Two moments of one state read the same text alike. */
export class MacroState {
	private readonly after = new WeakMap<SourceFile, MacroState>();

	/** The state behind a directive of the main file that changes something. */
	behind(directive: SourceFile): MacroState {
		let next = this.after.get(directive);
		if (!next) this.after.set(directive, (next = new MacroState()));
		return next;
	}
}

/** One or more whole declarations with all that stands between them: no declaration, conditional or macro's argument goes over its ends. */
export interface KeptRun {
	readonly state: MacroState;
	readonly pieces: readonly SourceFile[];
	readonly groups: readonly Group[];
	/** How many tokens the groups have. */
	readonly tokens: number;
	readonly problems: readonly Problem[];
	/** Steps that its macros took. */
	readonly expanded: number;
}

/** A run that is being made. */
export interface Recording {
	/** The chunk that it began with. */
	readonly from: number;
	readonly state: MacroState;
	/** What there was when it began. */
	readonly mark: number;
	readonly conditionals: number;
	readonly problems: number;
	readonly output: number;
	readonly expanded: number;
}

/** Runs that are kept of one piece: a repair that declares something is tried, and the text is as before. */
const RUNS_PER_PIECE = 2;

/** The runs that begin with one piece. */
export class KeptRuns {
	private runs: KeptRun[] = [];

	/** Of all of them. */
	get tokens(): number {
		return this.runs.reduce((sum, run) => sum + run.tokens, 0);
	}

	/** The run that was made at this state, if the same pieces follow now. */
	find(state: MacroState, isNext: (piece: SourceFile, index: number) => boolean): KeptRun | undefined {
		return this.runs.find((run) => run.state === state && run.pieces.every(isNext));
	}

	keep(run: KeptRun): void {
		this.runs = [run, ...this.runs.slice(0, RUNS_PER_PIECE - 1)];
	}
}
