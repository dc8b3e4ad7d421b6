// The syntax layer's entrance: text and options in, a translation unit out. The engine holds what outlives one keystroke: headers by
// content, the state behind the leading includes, parsed slices by their text.
import path from 'node:path';
import { initialMacros, preambleChunks } from './beginning.js';
import { type ParsedSlice, parseSlice } from './convert.js';
import { Declared } from './declaration-scanner.js';
import { DiskFiles, FileCache, FileLog, type FileProvider } from './files.js';
import { HeaderEffects } from './header-effects.js';
import { IncludeChains, type Run, type SharedStart } from './include-chain.js';
import { MacroState } from './kept-run.js';
import type { Macro } from './macro.js';
import { writtenAt } from './macro-expander.js';
import type { MacroTable } from './macro-table.js';
import { type MainText, MainTexts } from './main-text.js';
import { Preprocessor, type PreprocessorOptions, type PreprocessorState } from './preprocessor.js';
import { Shapes } from './shapes.js';
import { Slicer } from './slicer.js';
import { placed } from './source-map.js';
import type { MainFile, SourceFile, Token } from './token.js';
import type { ParserBackend } from './tree-sitter.js';
import type { Included, NameSpace, Problem, Slice, TranslationUnit } from './unit.js';
import { answersOf, type Excess, identifiersIn, RawRun, type UnitHost, UnitIndex } from './unit-index.js';
import { USUAL_TYPEDEFS } from './words.js';
import { areRepeated } from './written-again.js';

export { DiskFiles, type FileProvider } from './files.js';

export interface UnitOptions {
	/** `-I`, in order; absolute. */
	readonly includePaths: readonly string[];
	/** `-isystem` and the compiler's own, searched after those; absolute. */
	readonly systemIncludePaths?: readonly string[];
	/** `NAME` or `NAME=VALUE`. */
	readonly defines: readonly string[];
	readonly undefines?: readonly string[];
	/** `-include` */
	readonly forcedIncludes?: readonly string[];
	/** Headers that a line of the main file included while it was whole. They come before its first line. */
	readonly standIns?: readonly string[];
	/** Open editor buffers over the disk; the disk alone if absent. */
	readonly files?: FileProvider;
	/** Built-in definitions in place of libbpf's headers where these are not found; true if absent. */
	readonly fallbackHeaders?: boolean;
	/** Typedef names that come from elsewhere (BTF, a built-in table) when no header declares them. */
	readonly isKnownTypedef?: (name: string) => boolean;
}

/** A main file above this many UTF-16 units is no program that a person writes; it is reported and not looked at. */
export const MAIN_SIZE_LIMIT = 4 * 1024 * 1024;
/** Slices whose trees are kept. A program with its headers' functions has a few thousand. */
const TREE_CACHE_LIMIT = 20_000;
/** Trees that are kept beyond that when a file is closed: most were its own, and the slices of open ones hold theirs. */
const TREES_BEYOND_CLOSING = 100;
/** Preambles whose state is kept: the open documents, about. */
const PREAMBLE_CACHE_LIMIT = 8;
/** Problems of one text that are listed. */
const MOST_PROBLEMS = 1000;
/** Declarations of main files that are longer than this are rarely the same in two of them. In tokens. */
const COMMON_TOKENS = 60;
/** Broken slices that are remembered until somebody asks for them. */
const ERROR_LIMIT = 1000;

/** The state behind what else stands before the first token of one file: definitions and conditionals among its includes. */
interface Preamble {
	/** What of the main file it was made of. */
	readonly pieces: readonly SourceFile[];
	readonly log: FileLog;
	readonly state: PreprocessorState;
	readonly attributePushes: readonly boolean[];
	readonly index: UnitIndex;
}

class Unit implements TranslationUnit {
	constructor(
		readonly main: MainFile,
		readonly files: readonly SourceFile[],
		readonly problems: readonly Problem[],
		private readonly pieces: MainText['pieces'],
		private readonly index: UnitIndex,
		private readonly macros: MacroTable,
	) {}
	private listed: readonly Slice[] | undefined;
	get mainSlices(): readonly Slice[] {
		return (this.listed ??= this.index.runs.flatMap(({ mainSlices }) => mainSlices));
	}
	get directives(): readonly string[] {
		return this.pieces.flatMap(({ chunk, text }) => (chunk.kind === 'directive' ? [text] : []));
	}
	lookup(name: string, space: NameSpace): readonly Slice[] {
		return this.index.lookup(name, space);
	}
	get included(): Included | undefined {
		return this.index.before;
	}
	headerSlices(words: ReadonlySet<string>): readonly Slice[] {
		return this.index.headerSlices(words);
	}
	definesOpenTagOf(before: Included): boolean {
		return this.index.definesOpenTagOf(before);
	}
	*smallNames(): Iterable<string> {
		for (const run of this.index.runs) yield* run.smallNames();
	}
	*allSlices(): Iterable<Slice> {
		for (const { entries } of this.index.runs) {
			for (const entry of entries) {
				if (entry instanceof RawRun) yield* entry.all();
				else yield entry;
			}
		}
	}
	isMacro(name: string): boolean {
		return this.macros.has(name);
	}
	/** The whole preprocessed text as tokens, large headers included. */
	*tokens(): Iterable<Token> {
		for (const { entries } of this.index.runs)
			for (const entry of entries) yield* entry instanceof RawRun ? entry.readThrough() : entry.tokens;
	}
	/** The macros at the unit's end, for completion and hover. */
	macro(name: string): Macro | undefined {
		return this.macros.get(name);
	}
}

export type { Unit };

/** Builds translation units. One engine serves any number of files; it is not to be shared between threads. */
export class SyntaxEngine {
	private readonly shapes: Shapes;
	private readonly files = new FileCache();
	private readonly filesStay: boolean;
	private readonly disk = new DiskFiles();
	private readonly trees = new Map<string, ParsedSlice>();
	private readonly preambles = new Map<string, Preamble>();
	private readonly chains = new IncludeChains(this.files);
	private readonly mains = new MainTexts();
	/** What headers do, by the options. */
	private readonly effects = new Map<string, HeaderEffects>();
	/** Where runs over main files begin, by the macros there. */
	private readonly states = new WeakMap<object, MacroState>();
	private readonly initial = new Map<string, { macros: ReadonlyMap<string, Macro>; problems: Problem[] }>();
	private errors: string[] = [];

	/** With `filesStay` no main file is looked at in more than one version, and what is made of one is not kept for the next. */
	constructor({ parser, filesStay = false }: { readonly parser: ParserBackend; readonly filesStay?: boolean }) {
		this.shapes = new Shapes(parser);
		this.filesStay = filesStay;
	}

	/** The texts of slices whose parse had ERROR or MISSING nodes since the last call. */
	parseErrors(): string[] {
		const { errors } = this;
		this.errors = [];
		return errors;
	}

	/** Lets go of everything that was made of texts; with `files`, of what was read as well. It is made again when it is asked for. */
	forget(files: boolean): void {
		this.trees.clear();
		this.shapes.clear();
		this.preambles.clear();
		this.initial.clear();
		this.chains.clear();
		this.effects.clear();
		this.mains.clear();
		this.errors = [];
		if (files) this.files.clear();
	}

	/** Lets go of what is kept of one main file alone. */
	forgetMain(file: string): void {
		this.mains.forget(file);
		for (const key of this.trees.keys()) {
			if (this.trees.size <= TREES_BEYOND_CLOSING) break;
			this.trees.delete(key);
		}
		for (const [key, { pieces }] of this.preambles) if (pieces[0]!.path === file) this.preambles.delete(key);
	}

	/** Preprocesses a file. `text` is the main file's; it counts even where the provider knows another one. Never throws for bad input. */
	unit(file: string, text: string, options: UnitOptions): Unit {
		const settings: PreprocessorOptions = {
			includePaths: options.includePaths,
			systemIncludePaths: options.systemIncludePaths ?? [],
			forcedIncludes: options.forcedIncludes ?? [],
			standIns: options.standIns ?? [],
			fallbackHeaders: options.fallbackHeaders ?? true,
		};
		const provider = options.files ?? this.disk;
		const where = file.startsWith('<') ? file : path.resolve(file);
		const problems: Problem[] = [];
		if (text.length > MAIN_SIZE_LIMIT) {
			const at = { file: { path: where, text }, start: 0, end: 0 };
			const megabytes = MAIN_SIZE_LIMIT >> 20;
			problems.push({ severity: 'error', code: 'file-size', message: `this file is larger than ${megabytes} MB and is not looked at`, at });
		}
		const main = this.mains.make(where, text.length > MAIN_SIZE_LIMIT ? '' : text);
		const definesKey = JSON.stringify([options.defines, options.undefines ?? []]);
		let initial = this.initial.get(definesKey);
		if (!initial) {
			const complaints: Problem[] = [];
			initial = { macros: initialMacros(options.defines, options.undefines ?? [], complaints), problems: complaints };
			this.initial.set(definesKey, initial);
		}
		problems.push(...initial.problems);
		const key = JSON.stringify([definesKey, settings]);
		const run: Run = { main, settings, provider, effects: this.effectsFor(key), hosted: (kind) => this.host(kind, options) };
		// What a closure knows of typedefs is no part of a key.
		const optionsKey = options.isKnownTypedef ? undefined : key;
		const shared = this.chains.follow(run, initial.macros, optionsKey);
		const preamble = this.preamble(run, initial.macros, shared, key);
		const before = preamble ?? shared.step;
		const from = preamble?.state ?? stateAt(shared);
		const slicer = new Slicer(main.source, before?.attributePushes);
		const macros = from?.macros ?? initial.macros;
		const log = new FileLog(provider, this.files);
		const reading = this.filesStay ? undefined : this.stateOf(macros);
		const preprocessor = new Preprocessor(macros, main, settings, log, slicer, from, reading, run.effects);
		preprocessor.run();
		slicer.finish(preprocessor.problems);
		const index = new UnitIndex(slicer.groups, before?.index, (kind) => run.hosted(kind), main.source);
		return this.finished(main, preprocessor, problems, index);
	}

	private effectsFor(options: string): HeaderEffects {
		let effects = this.effects.get(options);
		if (!effects) this.effects.set(options, (effects = new HeaderEffects()));
		return effects;
	}

	/** The state behind the main file's preamble, where it goes beyond includes that files share and leaves nothing open. */
	private preamble(run: Run, initial: ReadonlyMap<string, Macro>, shared: SharedStart, optionsKey: string): Preamble | undefined {
		const { main, settings, provider } = run;
		const stop = preambleChunks(main);
		if (stop <= shared.chunk) return undefined;
		const key = JSON.stringify([main.source.path, optionsKey, main.source.text.slice(0, endOf(main, stop))]);
		const known = this.preambles.get(key);
		this.preambles.delete(key);
		const pieces = main.pieces.slice(0, stop);
		const same = known?.index.before === shared.step?.index && known?.pieces.every((piece, index) => piece === pieces[index]);
		if (known && same && known.log.fresh(provider)) {
			this.preambles.set(key, known);
			return known;
		}
		const log = new FileLog(provider, this.files);
		const slicer = new Slicer(main.source, shared.step?.attributePushes);
		const from = stateAt(shared);
		const preprocessor = new Preprocessor(from?.macros ?? initial, main, settings, log, slicer, from, undefined, run.effects);
		preprocessor.run(stop);
		// A complaint of the lexer is made where the text is read; where it is not read again, nobody would make it.
		if (!slicer.idle || !preprocessor.settled || main.problems.length > 0) return undefined;
		const index = new UnitIndex(slicer.groups, shared.step?.index, (kind) => run.hosted(kind), main.source);
		const preamble = { pieces, log, state: preprocessor.state(stop), attributePushes: slicer.openPushes, index };
		if (this.preambles.size >= PREAMBLE_CACHE_LIMIT) this.preambles.delete(this.preambles.keys().next().value!);
		this.preambles.set(key, preamble);
		return preamble;
	}

	private finished(main: MainText, preprocessor: Preprocessor, problems: Problem[], index: UnitIndex): Unit {
		const all = [...problems, ...preprocessor.problems, ...main.problems];
		for (const { excess } of index.slices) if (excess) all.push(excessProblem(excess));
		const shown = listed(all).map((problem) => placed(problem, main.source));
		return new Unit(main.source, preprocessor.files, shown, main.pieces, index, preprocessor.macros);
	}

	/** What the macros are where a run begins. */
	private stateOf(macros: object): MacroState {
		let state = this.states.get(macros);
		if (!state) this.states.set(macros, (state = new MacroState()));
		return state;
	}

	private host(kind: (name: string) => Declared | undefined, options: UnitOptions): UnitHost {
		const isTypedef = (name: string): boolean | undefined => {
			const declared = kind(name);
			if (declared !== undefined) return declared === Declared.Typedef;
			if (USUAL_TYPEDEFS.has(name) || options.isKnownTypedef?.(name)) return true;
			return undefined;
		};
		return { isTypedef, changes: !this.filesStay, parse: (slice, answers) => this.parse(slice, isTypedef, answers) };
	}

	/** Parses by the text; what a macro wrote again must be so here. Which of its names are typedefs is part of the key, since it decides how the text reads. */
	private parse(
		{ tokens, inMain }: { readonly tokens: readonly Token[]; readonly inMain: boolean },
		isTypedef: (name: string) => boolean | undefined,
		answers: string | undefined,
	): ParsedSlice {
		// What a main file holds comes again in later versions of it; a license or a map comes in other files, too.
		if (inMain && this.filesStay && tokens.length > COMMON_TOKENS) return this.parseAnew(tokens, isTypedef);
		// Joined, since a string that grows is kept as all the pieces that it grew from.
		const text = tokens.map((token) => token.text).join(' ');
		const key = `${text}\n${answers ?? answersOf(identifiersIn(tokens), { isTypedef })}`;
		let parsed = this.trees.get(key);
		if (!parsed || !areRepeated(tokens, parsed.repeats ?? [])) {
			parsed = this.parseAnew(tokens, isTypedef);
			if (this.trees.size >= TREE_CACHE_LIMIT) this.trees.delete(this.trees.keys().next().value!);
			this.trees.set(key, parsed);
		}
		return parsed;
	}

	private parseAnew(tokens: readonly Token[], isTypedef: (name: string) => boolean | undefined): ParsedSlice {
		const parsed = parseSlice(tokens, isTypedef, this.shapes);
		if (parsed.broken && this.errors.length < ERROR_LIMIT) this.errors.push(tokens.map(({ text }) => text).join(' '));
		return parsed;
	}
}

/** Where the first chunks of a main file end. */
function endOf(main: MainText, chunks: number): number {
	return main.pieces.slice(0, chunks).reduce((end, { text }) => end + text.length, 0);
}

/** As many problems as somebody may read, and that there are more. */
function listed(problems: readonly Problem[]): readonly Problem[] {
	const next = problems[MOST_PROBLEMS];
	if (!next) return problems;
	const message = `${problems.length - MOST_PROBLEMS} more problems of this text are not listed`;
	return [...problems.slice(0, MOST_PROBLEMS), { severity: 'error', code: 'problem-limit', message, at: next.at }];
}

function excessProblem({ code, token }: Excess): Problem {
	const { file, start, end } = writtenAt(token);
	const message =
		code === 'slice-limit'
			? 'this declaration has too many tokens; it is not looked at'
			: 'brackets or conditions are nested too deeply here; this declaration is not looked at';
	return { severity: 'error', code, message, at: { file, start, end } };
}

/** The state from which a file goes on behind shared includes. */
function stateAt({ step, chunk }: SharedStart): PreprocessorState | undefined {
	return step && { ...step.state, chunk };
}
