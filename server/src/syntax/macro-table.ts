// The macros that are defined at one moment. Headers define thousands, and many files go on from the same headers: what is shared is never copied
// for one file, and changes lie over it.
import type { Macro } from './macro.js';

/** A table that nobody changes any more. `null` in `own`: a macro of `base` that is undefined again. */
export interface FrozenMacros {
	readonly base: ReadonlyMap<string, Macro>;
	readonly own: ReadonlyMap<string, Macro | null>;
}

/** Macros by name; `null` for one that is undefined. */
export type MacroChanges = ReadonlyMap<string, Macro | null>;

/** What a stretch of text asks of the macros before it, and what it makes of them. */
export interface MacroWatch {
	readonly asked: Map<string, Macro | undefined>;
	readonly changed: Map<string, Macro | null>;
}

/** Changes above this share of the base make a new base: a lookup asks two tables and never more. */
const CHANGES_PER_BASE = 1 / 2;

export class MacroTable {
	private readonly base: ReadonlyMap<string, Macro>;
	private readonly own: Map<string, Macro | null>;
	/** Is told of every question and change while it is set. */
	watch: MacroWatch | undefined;

	/** A table that begins as `from` is; `from` stays as it is. */
	constructor(from: FrozenMacros | ReadonlyMap<string, Macro>) {
		this.base = 'base' in from ? from.base : from;
		this.own = 'base' in from ? new Map(from.own) : new Map();
	}

	get(name: string): Macro | undefined {
		const macro = this.peek(name);
		const { watch } = this;
		if (watch && !watch.changed.has(name) && !watch.asked.has(name)) watch.asked.set(name, macro);
		return macro;
	}

	/** As `get`, of which nobody is told. */
	peek(name: string): Macro | undefined {
		const own = this.own.get(name);
		return own === undefined ? this.base.get(name) : (own ?? undefined);
	}

	has(name: string): boolean {
		return this.get(name) !== undefined;
	}

	set(name: string, macro: Macro): void {
		this.watch?.changed.set(name, macro);
		this.own.set(name, macro);
	}

	delete(name: string): void {
		this.watch?.changed.set(name, null);
		if (this.base.has(name)) this.own.set(name, null);
		else this.own.delete(name);
	}

	/** Does what a stretch of text did before. */
	change(changed: MacroChanges): void {
		for (const [name, macro] of changed) {
			if (macro) this.set(name, macro);
			else this.delete(name);
		}
	}

	/** The table as it is now. */
	freeze(): FrozenMacros {
		if (this.own.size <= this.base.size * CHANGES_PER_BASE) return { base: this.base, own: new Map(this.own) };
		const base = new Map(this.base);
		for (const [name, macro] of this.own) {
			if (macro) base.set(name, macro);
			else base.delete(name);
		}
		return { base, own: new Map() };
	}

	/** The names that are defined and that `among` holds; `among` remembers what it holds of a base. */
	*namesIn(among: { wordsOf(base: ReadonlyMap<string, Macro>): readonly string[]; contains(name: string): boolean }): Iterable<string> {
		for (const name of among.wordsOf(this.base)) if (!this.own.has(name)) yield name;
		for (const [name, macro] of this.own) if (macro && among.contains(name)) yield name;
	}
}
