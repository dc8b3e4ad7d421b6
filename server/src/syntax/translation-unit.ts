// The syntax layer's entrance: text and options in, a translation unit out. The engine holds what outlives one keystroke: headers by
// content, the state behind the leading includes, parsed slices by their text.
import path from 'node:path';
import type { TopLevel } from './ast.js';
import { joinedStatement, unclosedByLayout } from './broken.js';
import { NESTING_LIMIT, type ParsedSlice, parseSlice, SLICE_TOKEN_LIMIT } from './convert.js';
import { Declared } from './declaration-scanner.js';
import { FileText } from './file-text.js';
import { DiskFiles, FileCache, FileLog, type FileProvider } from './files.js';
import { LexedToken, lex } from './lexer.js';
import type { Macro } from './macro.js';
import { initialMacros, Preprocessor, type PreprocessorOptions, type PreprocessorState, preambleChunks } from './preprocessor.js';
import type { RawChunk } from './raw-chunk.js';
import { type Group, type RawGroup, Slicer, type TokenGroup, writtenAt } from './slicer.js';
import { type SourceFile, type Token, TokenKind } from './token.js';
import type { ParserBackend } from './tree-sitter.js';
import type { NameSpace, Problem, Slice, TranslationUnit } from './unit.js';
import { USUAL_TYPEDEFS } from './words.js';

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
/** Preambles whose state is kept: the open documents, about. */
const PREAMBLE_CACHE_LIMIT = 8;

interface Preamble {
	readonly log: FileLog;
	readonly state: PreprocessorState;
	readonly slices: ReturnType<Slicer['snapshot']>;
	readonly index: UnitIndex;
}

/** Looks names up in a run of groups. The preamble's is built once and shared by all later units. */
class UnitIndex {
	private readonly ordinary = new Map<string, { slice: LazySlice; kind: Declared }[]>();
	private readonly tags = new Map<string, { slice: LazySlice; kind: Declared }[]>();
	readonly slices: LazySlice[] = [];
	readonly entries: (LazySlice | RawRun)[] = [];
	private readonly raw: RawRun[] = [];

	/** `host` answers for the whole unit what a slice's parse needs to know. */
	constructor(groups: readonly Group[], from: number, host: () => UnitHost, main: SourceFile) {
		for (let i = from; i < groups.length; i++) {
			const group = groups[i]!;
			if (group.kind === 'raw') {
				const run = new RawRun(group, i, host);
				this.raw.push(run);
				this.entries.push(run);
				continue;
			}
			const slice = new LazySlice(group, i, writtenAt(group.tokens[0]!).file === main, host);
			this.slices.push(slice);
			this.entries.push(slice);
			for (const { name, kind } of group.names) {
				const map = kind === Declared.Tag ? this.tags : this.ordinary;
				const list = map.get(name);
				if (!list) map.set(name, [{ slice, kind }]);
				else if (list[list.length - 1]!.slice !== slice) list.push({ slice, kind });
			}
		}
	}

	find(name: string, space: NameSpace): { order: number; slice: Slice }[] {
		const out: { order: number; slice: Slice }[] = [];
		for (const { slice } of (space === 'tag' ? this.tags : this.ordinary).get(name) ?? []) out.push({ order: slice.order, slice });
		for (const run of this.raw) for (const slice of run.find(name, space === 'tag')) out.push({ order: run.order, slice });
		return out;
	}

	/** How the name was declared first, without making slices. */
	kind(name: string): Declared | undefined {
		const known = this.ordinary.get(name);
		if (known) return known[0]!.kind;
		for (const run of this.raw) {
			const kind = run.kind(name);
			if (kind !== undefined) return kind;
		}
		return undefined;
	}

	*names(): Iterable<string> {
		yield* this.ordinary.keys();
	}
}

/** What slices ask their unit for. */
interface UnitHost {
	isTypedef(name: string): boolean | undefined;
	parse(slice: { readonly tokens: readonly Token[] }): ParsedSlice;
}

class LazySlice implements Slice {
	private parsed: ParsedSlice | undefined;
	private listed: { names: string[]; tags: string[] } | undefined;
	constructor(
		private readonly group: TokenGroup,
		readonly order: number,
		readonly inMain: boolean,
		private readonly host: () => UnitHost,
	) {}
	private get lists(): { names: string[]; tags: string[] } {
		if (!this.listed) {
			this.listed = { names: [], tags: [] };
			for (const { name, kind } of this.group.names) (kind === Declared.Tag ? this.listed.tags : this.listed.names).push(name);
		}
		return this.listed;
	}
	get names(): readonly string[] {
		return this.lists.names;
	}
	get tags(): readonly string[] {
		return this.lists.tags;
	}
	get preserveAccessIndex(): boolean {
		return this.group.preserveAccessIndex;
	}
	get tokens(): readonly Token[] {
		return this.group.tokens;
	}
	parse(): TopLevel {
		return (this.parsed ??= this.host().parse(this)).tree;
	}
	syntaxProblem(): Problem | undefined {
		return problemOf((this.parsed ??= this.host().parse(this)), this.tokens);
	}
	spoiledFrom(): number | undefined {
		return spoiledTokenOf((this.parsed ??= this.host().parse(this)), this.tokens);
	}
}

/** The slices of a header that nobody has read yet. */
class RawRun {
	private readonly made = new Map<number, RawSlice>();
	constructor(
		private readonly group: RawGroup,
		readonly order: number,
		private readonly host: () => UnitHost,
	) {}
	slice(index: number): RawSlice {
		let slice = this.made.get(index);
		if (!slice) {
			slice = new RawSlice(this.group.chunk, index, this.group.preserveAccessIndex, this.host);
			this.made.set(index, slice);
		}
		return slice;
	}
	find(name: string, tag: boolean): RawSlice[] {
		const out: RawSlice[] = [];
		for (const { slice } of this.group.chunk.declarations(name, tag)) {
			if (slice >= this.group.from && slice < this.group.to && out[out.length - 1] !== this.made.get(slice)) out.push(this.slice(slice));
			else if (slice >= this.group.from && slice < this.group.to && !out.length) out.push(this.slice(slice));
		}
		return out;
	}
	kind(name: string): Declared | undefined {
		return this.group.chunk.declarations(name, false).find(({ slice }) => slice >= this.group.from && slice < this.group.to)?.kind;
	}
	*all(): Iterable<RawSlice> {
		for (let i = this.group.from; i < this.group.to; i++) yield this.slice(i);
	}
}

class RawSlice implements Slice {
	readonly inMain = false;
	private lexed: readonly Token[] | undefined;
	private parsed: ParsedSlice | undefined;
	constructor(
		private readonly chunk: RawChunk,
		private readonly index: number,
		readonly preserveAccessIndex: boolean,
		private readonly host: () => UnitHost,
	) {}
	get names(): readonly string[] {
		return this.chunk
			.namesOf(this.index)
			.filter(({ kind }) => kind !== Declared.Tag)
			.map(({ name }) => name);
	}
	get tags(): readonly string[] {
		return this.chunk
			.namesOf(this.index)
			.filter(({ kind }) => kind === Declared.Tag)
			.map(({ name }) => name);
	}
	get tokens(): readonly Token[] {
		return (this.lexed ??= lex(this.chunk.source, this.chunk.starts[this.index]!, this.chunk.ends[this.index]!));
	}
	parse(): TopLevel {
		return (this.parsed ??= this.host().parse(this)).tree;
	}
	syntaxProblem(): Problem | undefined {
		return problemOf((this.parsed ??= this.host().parse(this)), this.tokens);
	}
	spoiledFrom(): number | undefined {
		return spoiledTokenOf((this.parsed ??= this.host().parse(this)), this.tokens);
	}
}

class Unit implements TranslationUnit {
	constructor(
		readonly main: SourceFile,
		readonly files: readonly SourceFile[],
		readonly problems: Problem[],
		private readonly preamble: UnitIndex,
		private readonly body: UnitIndex,
		private readonly macros: ReadonlyMap<string, Macro>,
	) {}
	private listed: readonly Slice[] | undefined;
	get mainSlices(): readonly Slice[] {
		return (this.listed ??= [...this.preamble.slices, ...this.body.slices].filter(
			(slice) => slice.inMain && slice.tokens[0]!.text !== ';',
		));
	}
	lookup(name: string, space: NameSpace): readonly Slice[] {
		const found = [...this.preamble.find(name, space), ...this.body.find(name, space)];
		if (found.length > 1) found.sort((a, b) => a.order - b.order);
		return found.map(({ slice }) => slice);
	}
	*smallNames(): Iterable<string> {
		yield* this.preamble.names();
		yield* this.body.names();
	}
	*allSlices(): Iterable<Slice> {
		for (const entry of [...this.preamble.entries, ...this.body.entries]) {
			if (entry instanceof RawRun) yield* entry.all();
			else yield entry;
		}
	}
	isMacro(name: string): boolean {
		return this.macros.has(name);
	}
	/** The whole preprocessed text as tokens, large headers included. */
	*tokens(): Iterable<Token> {
		for (const slice of this.allSlices()) yield* slice.tokens;
	}
	/** The macros at the unit's end, for completion and hover. */
	macro(name: string): Macro | undefined {
		return this.macros.get(name);
	}
}

export type { Unit };

/** Builds translation units. One engine serves any number of files; it is not to be shared between threads. */
export class SyntaxEngine {
	private readonly parser: ParserBackend;
	private readonly files = new FileCache();
	private readonly disk = new DiskFiles();
	private readonly trees = new Map<string, ParsedSlice>();
	private readonly preambles = new Map<string, Preamble>();
	private readonly initial = new Map<string, { macros: ReadonlyMap<string, Macro>; problems: Problem[] }>();
	private errors: string[] = [];

	constructor(options: { parser: ParserBackend }) {
		this.parser = options.parser;
	}

	/** The texts of slices whose parse had ERROR or MISSING nodes since the last call. */
	parseErrors(): string[] {
		const { errors } = this;
		this.errors = [];
		return errors;
	}

	/** Preprocesses a file. `text` is the main file's; it counts even where the provider knows another one. Never throws for bad input. */
	unit(file: string, text: string, options: UnitOptions): Unit {
		const settings: PreprocessorOptions = {
			includePaths: options.includePaths,
			systemIncludePaths: options.systemIncludePaths ?? [],
			forcedIncludes: options.forcedIncludes ?? [],
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
		const main = new FileText({ path: where, text: text.length > MAIN_SIZE_LIMIT ? '' : text });
		const definesKey = JSON.stringify([options.defines, options.undefines ?? []]);
		let initial = this.initial.get(definesKey);
		if (!initial) {
			const complaints: Problem[] = [];
			initial = { macros: initialMacros(options.defines, options.undefines ?? [], complaints), problems: complaints };
			this.initial.set(definesKey, initial);
		}
		problems.push(...initial.problems);

		const stop = preambleChunks(main);
		const end = stop > 0 ? main.chunks[stop - 1]!.end : 0;
		const key = JSON.stringify([main.source.path, definesKey, settings, text.slice(0, end)]);
		let host: UnitHost;
		const hosted = (): UnitHost => host;
		let preamble = this.preambles.get(key);
		if (preamble && !preamble.log.fresh(provider)) preamble = undefined;
		if (!preamble) {
			const log = new FileLog(provider, this.files);
			const slicer = new Slicer(main.source);
			const preprocessor = new Preprocessor(new Map(initial.macros), main, settings, log, slicer);
			preprocessor.run(stop);
			if (slicer.idle && preprocessor.settled) {
				const slices = slicer.snapshot();
				const shared: { host?: UnitHost } = {};
				preamble = {
					log,
					state: preprocessor.state(stop),
					slices,
					index: new UnitIndex(slices.groups, 0, () => shared.host!, main.source),
				};
				const { index } = preamble;
				shared.host = this.host((name) => index.kind(name), options);
				this.preambles.delete(key);
				if (this.preambles.size >= PREAMBLE_CACHE_LIMIT) this.preambles.delete(this.preambles.keys().next().value!);
				this.preambles.set(key, preamble);
			} else {
				// The includes leave something open: no state to share.
				preprocessor.run();
				slicer.finish(preprocessor.problems);
				const index: UnitIndex = new UnitIndex(slicer.groups, 0, hosted, main.source);
				host = this.host((name) => index.kind(name), options);
				return this.finished(main, preprocessor, problems, new UnitIndex([], 0, hosted, main.source), index);
			}
		} else {
			this.preambles.delete(key);
			this.preambles.set(key, preamble);
		}
		const slicer = new Slicer(main.source, preamble.slices);
		const macros = rebaseMacros(preamble.state, main.source);
		const preprocessor = new Preprocessor(macros, main, settings, new FileLog(provider, this.files), slicer, preamble.state);
		preprocessor.run();
		slicer.finish(preprocessor.problems);
		const body = new UnitIndex(slicer.groups, preamble.slices.groups.length, hosted, main.source);
		const before = preamble.index;
		host = this.host((name) => before.kind(name) ?? body.kind(name), options);
		return this.finished(main, preprocessor, problems, before, body);
	}

	private finished(main: FileText, preprocessor: Preprocessor, problems: Problem[], preamble: UnitIndex, body: UnitIndex): Unit {
		problems.push(...preprocessor.problems, ...main.problems);
		for (const slice of body.slices) {
			if (slice.tokens.length > SLICE_TOKEN_LIMIT) {
				const at = writtenAt(slice.tokens[0]!);
				problems.push({
					severity: 'error',
					code: 'slice-limit',
					message: 'this declaration has too many tokens; it is not looked at',
					at: { file: at.file, start: at.start, end: at.end },
				});
			}
			const deep = deepestBracket(slice.tokens);
			if (!deep) continue;
			const at = writtenAt(deep);
			problems.push({
				severity: 'error',
				code: 'nesting-limit',
				message: 'brackets are nested too deeply here; this declaration is not looked at',
				at: { file: at.file, start: at.start, end: at.end },
			});
		}
		return new Unit(main.source, preprocessor.files, problems, preamble, body, preprocessor.macros);
	}

	private host(kind: (name: string) => Declared | undefined, options: UnitOptions): UnitHost {
		const isTypedef = (name: string): boolean | undefined => {
			const declared = kind(name);
			if (declared !== undefined) return declared === Declared.Typedef;
			if (USUAL_TYPEDEFS.has(name) || options.isKnownTypedef?.(name)) return true;
			return undefined;
		};
		return { isTypedef, parse: (slice) => this.parse(slice.tokens, isTypedef) };
	}

	/** Parses by the text; which of its names are typedefs is part of the key, since it decides how the text reads. */
	private parse(tokens: readonly Token[], isTypedef: (name: string) => boolean | undefined): ParsedSlice {
		const parts: string[] = [];
		const typedefs: string[] = [];
		const asked = new Set<string>();
		for (const token of tokens) {
			parts.push(token.text);
			if (token.kind !== TokenKind.Identifier || asked.has(token.text)) continue;
			asked.add(token.text);
			const is = isTypedef(token.text);
			if (is !== undefined) typedefs.push(is ? `${token.text}+` : `${token.text}-`);
		}
		const key = `${parts.join(' ')}\n${typedefs.join(' ')}`;
		let parsed = this.trees.get(key);
		if (!parsed) {
			parsed = parseSlice(tokens, isTypedef, this.parser);
			if (parsed.broken) this.errors.push(parts.join(' '));
			if (this.trees.size >= TREE_CACHE_LIMIT) this.trees.delete(this.trees.keys().next().value!);
			this.trees.set(key, parsed);
		}
		return parsed;
	}
}

/** A parse's complaint as a problem at the place where the user sees it. */
function problemOf(parsed: ParsedSlice, tokens: readonly Token[]): Problem | undefined {
	if (!parsed.broken) return undefined;
	const token = tokens[parsed.at ?? 0] ?? tokens[0];
	if (!token) return undefined;
	const at = writtenAt(token);
	return { severity: 'error', code: 'syntax', message: 'this is not understood', at: { file: at.file, start: at.start, end: at.end } };
}

/** The first token from which the tree cannot be trusted. The layout counts too, which trees that are kept by their text know nothing of. */
function spoiledTokenOf(parsed: ParsedSlice, tokens: readonly Token[]): number | undefined {
	if (parsed.tree.kind !== 'function-definition' && !parsed.broken) return undefined;
	const found = [joinedStatement(tokens), ...(parsed.broken ? [parsed.spoiled ?? 0, unclosedByLayout(tokens)] : [])];
	const known = found.filter((one) => one !== undefined);
	return known.length > 0 ? Math.min(...known) : undefined;
}

function deepestBracket(tokens: readonly Token[]): Token | undefined {
	let depth = 0;
	for (const token of tokens) {
		const { text } = token;
		if (text === '(' || text === '[' || text === '{') {
			if (++depth > NESTING_LIMIT) return token;
		} else if (text === ')' || text === ']' || text === '}') depth--;
	}
	return undefined;
}

/** The macros of a preamble for another text of the same main file: those that it defines itself move to the new text. */
function rebaseMacros(state: PreprocessorState, main: SourceFile): Map<string, Macro> {
	const macros = new Map(state.macros);
	if (state.main === main) return macros;
	for (const [name, macro] of macros) {
		if (macro.definition?.file !== state.main) continue;
		const body = macro.body.map(
			(token) => new LexedToken(token.kind, token.text, main, token.start, token.end, token.space, undefined, false),
		);
		macros.set(name, { ...macro, body, definition: { ...macro.definition, file: main } });
	}
	return macros;
}
