// What a header did where it was included, kept with all that this rested on: the macros that it asked for, the files that were looked at, the headers that were
// not to be read twice. Where these are the same again, in the same file or another one, the same is done again and the header is not read.
import type { FileText } from './file-text.js';
import type { FileLog, Sightings } from './files.js';
import type { Macro } from './macro.js';
import type { MacroChanges, MacroTable, MacroWatch } from './macro-table.js';
import type { RawChunk } from './raw-chunk.js';
import type { Group } from './slicer.js';
import type { SourceFile } from './token.js';
import type { Problem } from './unit.js';

/** Effects that are kept of one header: the order in which others come before it makes different ones. */
const EFFECTS_PER_HEADER = 8;

/** How the header was found. */
export interface FoundHeader {
	readonly text: FileText;
	/** As the #include spelled it, for __FILE__. */
	readonly spelled: string;
	/** Which include path it was found in, for #include_next. */
	readonly directory: number;
}

/** Numbers that a run counts; an effect holds how far it moved them. */
export interface Counts {
	readonly output: number;
	readonly expanded: number;
	readonly included: number;
}

/** What a header did and what that rested on, but for what it gave out. */
export interface Footprint {
	/** The macros that were asked for, with what they were: thousands, and lists hold them in a third of a table's memory. */
	readonly names: readonly string[];
	readonly macros: readonly (Macro | undefined)[];
	readonly changed: MacroChanges;
	/** The macros' names that a large stretch was searched for: those from before the header. */
	readonly searched: readonly Search[];
	/** Whether these headers were among those not to be read again. */
	readonly askedOnce: ReadonlyMap<string, boolean>;
	readonly addedOnce: ReadonlySet<string>;
	readonly sightings: Sightings;
	readonly entered: readonly SourceFile[];
	/** How many more files were open at once than the header itself. */
	readonly deepest: number;
}

export interface HeaderEffect extends Footprint, Counts {
	readonly header: FoundHeader;
	readonly groups: readonly Group[];
	readonly problems: readonly Problem[];
}

interface Search {
	readonly chunk: RawChunk;
	readonly found: ReadonlySet<string>;
	/** Defined or undefined by the header itself before. */
	readonly changed: ReadonlySet<string>;
}

/** What is noted while a header is read. */
export class HeaderRecording {
	readonly watch: MacroWatch = { asked: new Map(), changed: new Map() };
	readonly askedOnce = new Map<string, boolean>();
	readonly addedOnce = new Set<string>();
	readonly sightings: Sightings = new Map();
	readonly entered: SourceFile[] = [];
	private readonly searched: Search[] = [];
	private deepest = 0;

	constructor(
		readonly header: FoundHeader,
		/** How many sources are open while the header itself is read, and how many of them are files. */
		readonly depth: number,
		readonly level: number,
		/** How many groups and problems there were, and what the counts were. */
		readonly mark: number,
		readonly problems: number,
		readonly counts: Counts,
	) {}

	/** The stretch is searched for the names of macros; `names` are those that it holds. */
	search(chunk: RawChunk, names: readonly string[]): void {
		this.addSearch(chunk, names, NO_NAMES);
	}

	/** A header inside, which was the file of this level, did this. To be told before the macros are changed. */
	include({ names, macros, changed, searched, askedOnce, addedOnce, sightings, entered, deepest }: Footprint, level: number): void {
		const { asked, changed: own } = this.watch;
		for (let k = 0; k < names.length; k++) {
			const name = names[k]!;
			if (!own.has(name) && !asked.has(name)) asked.set(name, macros[k]);
		}
		for (const { chunk, found, changed: earlier } of searched) this.addSearch(chunk, found, earlier);
		for (const [name, macro] of changed) own.set(name, macro);
		for (const [path, was] of askedOnce) if (!this.addedOnce.has(path)) this.askedOnce.set(path, was);
		for (const path of addedOnce) this.addedOnce.add(path);
		for (const [path, stamp] of sightings) this.sightings.set(path, stamp);
		for (const file of entered) this.entered.push(file);
		this.deepest = Math.max(this.deepest, level + deepest - this.level);
	}

	get footprint(): Footprint {
		const { watch, searched, askedOnce, addedOnce, sightings, entered, deepest } = this;
		const names = [...watch.asked.keys()];
		const macros = [...watch.asked.values()];
		return { names, macros, changed: watch.changed, searched, askedOnce, addedOnce, sightings, entered, deepest };
	}

	private addSearch(chunk: RawChunk, names: Iterable<string>, earlier: Iterable<string>): void {
		const changed = new Set(this.watch.changed.keys());
		const found = new Set<string>();
		for (const name of names) if (!changed.has(name)) found.add(name);
		for (const name of earlier) changed.add(name);
		this.searched.push({ chunk, found, changed });
	}
}

const NO_NAMES: readonly string[] = [];

/** The headers that are being read and noted, each one inside the one before. What an inner one does, those around it do as well. */
export class OpenHeaders {
	private readonly open: HeaderRecording[] = [];

	constructor(
		private readonly macros: MacroTable,
		private readonly log: FileLog,
	) {}

	get innermost(): HeaderRecording | undefined {
		return this.open[this.open.length - 1];
	}

	enter(recording: HeaderRecording): void {
		this.open.push(recording);
		this.listen();
	}

	/** The innermost one ends. */
	leave(): Footprint {
		const { footprint, level } = this.open.pop()!;
		this.listen();
		this.innermost?.include(footprint, level);
		return footprint;
	}

	/** What is done just now rests on more than is noted: of none of them anything is kept. */
	abandon(): void {
		this.open.length = 0;
		this.listen();
	}

	private listen(): void {
		const { innermost } = this;
		this.macros.watch = innermost?.watch;
		this.log.watch = innermost?.sightings;
	}
}

/** Effects under one set of options. Those of a header go with its text. */
export class HeaderEffects {
	private readonly byText = new WeakMap<FileText, HeaderEffect[]>();

	/** What the header did before under what holds now. */
	find({ text, spelled, directory }: FoundHeader, macros: MacroTable, once: ReadonlySet<string>, log: FileLog): HeaderEffect | undefined {
		const known = this.byText.get(text);
		if (!known) return undefined;
		const at = known.findIndex(
			(one) => one.header.spelled === spelled && one.header.directory === directory && holds(one, macros, once) && log.sees(one.sightings),
		);
		if (at > 0) known.unshift(...known.splice(at, 1));
		return at < 0 ? undefined : known[0];
	}

	keep(effect: HeaderEffect): void {
		const { text } = effect.header;
		this.byText.set(text, [effect, ...(this.byText.get(text) ?? []).slice(0, EFFECTS_PER_HEADER - 1)]);
	}
}

/** Is everything that the effect rests on, but for files, as it was? */
function holds({ names, macros: were, searched, askedOnce }: HeaderEffect, macros: MacroTable, once: ReadonlySet<string>): boolean {
	for (let k = 0; k < names.length; k++) if (macros.peek(names[k]!) !== were[k]) return false;
	for (const [path, was] of askedOnce) if (once.has(path) !== was) return false;
	for (const { chunk, found, changed } of searched) {
		// Those that were found were asked for as well: none is missing.
		for (const name of macros.namesIn(chunk)) if (!found.has(name) && !changed.has(name)) return false;
	}
	return true;
}
