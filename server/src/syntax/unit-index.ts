// The top-level declarations of a unit by name: slices that are parsed when somebody asks, and large headers that nobody reads whole.
import type { TopLevel } from './ast.js';
import { joinedStatement, unclosedByLayout } from './broken.js';
import { nestsBeyond, type ParsedSlice, SLICE_TOKEN_LIMIT } from './convert.js';
import { Declared } from './declaration-scanner.js';
import { DeclarationTable, sharedTable } from './declaration-table.js';
import { lex } from './lexer.js';
import { writtenAt } from './macro-expander.js';
import { Piece } from './main-text.js';
import type { RawChunk } from './raw-chunk.js';
import type { Group, RawGroup, TokenGroup } from './slicer.js';
import { type SourceFile, type Token, TokenKind } from './token.js';
import type { Included, NameSpace, Problem, Slice } from './unit.js';

const NOTHING: readonly Slice[] = [];

/**
 * The declarations of a run of groups, and of the runs before it. What was found is kept: the index of shared includes answers for every unit that
 * begins with them.
 */
export class UnitIndex implements Included {
	private readonly table: DeclarationTable;
	private readonly host: UnitHost;
	/** The slices of the groups, made when somebody asks. */
	private readonly made: (LazySlice | RawRun | undefined)[];
	private readonly raw: { readonly chunk: RawChunk; readonly runs: RawRun[] }[] = [];
	private readonly foundNames = new Map<string, readonly Slice[]>();
	private readonly foundTags = new Map<string, readonly Slice[]>();
	/** What is declared both here and before, so that the answer is one and the same list each time. */
	private readonly joinedNames = new Map<string, readonly Slice[]>();
	private readonly joinedTags = new Map<string, readonly Slice[]>();
	private readonly kinds = new Map<string, Declared | undefined>();
	/** Stands for how every name is declared here. */
	private readonly names: object;

	/**
	 * `hosted` gives what answers for the whole unit what a slice's parse needs to know, given how names are declared. `main` is the file of which the groups are
	 * that no other file has; undefined where there is none.
	 */
	constructor(
		private readonly groups: readonly Group[],
		readonly before: UnitIndex | undefined,
		hosted: (kind: (name: string) => Declared | undefined) => UnitHost,
		private readonly main: SourceFile | undefined,
	) {
		this.host = hosted((name) => this.kind(name));
		this.table = main ? new DeclarationTable(groups) : sharedTable(groups);
		this.made = new Array(groups.length);
		groups.forEach((group, index) => {
			if (group.kind !== 'raw') return;
			const run = new RawRun(group, index, this.host);
			const last = this.raw[this.raw.length - 1];
			if (last?.chunk === group.chunk && last.runs[last.runs.length - 1]!.to <= run.from) last.runs.push(run);
			else this.raw.push({ chunk: group.chunk, runs: [run] });
			this.made[index] = run;
		});
		this.names = this.host.changes ? environment(groups, before) : {};
	}

	/** The slices of this run alone, without those of large headers. */
	get slices(): readonly LazySlice[] {
		return (this.listed ??= this.entries.filter((entry) => entry instanceof LazySlice));
	}
	private listed: readonly LazySlice[] | undefined;

	/** Those of them that begin in the main file. What other files have as well holds none. */
	get mainSlices(): readonly LazySlice[] {
		return this.main ? this.slices.filter(({ inMain, tokens }) => inMain && tokens[0]!.text !== ';') : [];
	}

	/** Everything of this run alone, in order. */
	get entries(): readonly (LazySlice | RawRun)[] {
		return this.groups.map((_, index) => this.entry(index));
	}

	private entry(index: number): LazySlice | RawRun {
		return (this.made[index] ??= sliceOf(this.groups[index] as TokenGroup, this.names, this.main, this.host));
	}

	/** The slices that declare the name here or before, in order: one and the same list each time. */
	lookup(name: string, space: NameSpace): readonly Slice[] {
		const earlier = this.before?.lookup(name, space) ?? NOTHING;
		const own = this.own(name, space);
		if (own.length === 0) return earlier;
		if (earlier.length === 0) return own;
		const joined = space === 'tag' ? this.joinedTags : this.joinedNames;
		let both = joined.get(name);
		if (!both) joined.set(name, (both = [...earlier, ...own]));
		return both;
	}

	private own(name: string, space: NameSpace): readonly Slice[] {
		const small = (space === 'tag' ? this.table.tags : this.table.ordinary).get(name);
		if (!small && this.raw.length === 0) return NOTHING;
		const known = space === 'tag' ? this.foundTags : this.foundNames;
		let found = known.get(name);
		if (!found) known.set(name, (found = this.search(name, space, small ?? [])));
		return found;
	}

	/** `small`: the groups that are not of large headers. */
	private search(name: string, space: NameSpace, small: readonly number[]): readonly Slice[] {
		const out: { readonly order: number; readonly slice: Slice }[] = [];
		for (const order of small) out.push({ order, slice: this.entry(order) as LazySlice });
		for (const { chunk, runs } of this.raw) {
			for (const { slice } of chunk.declarations(name, space === 'tag')) {
				const run = runOf(runs, slice);
				if (!run) continue;
				const made = run.slice(slice);
				if (out[out.length - 1]?.slice !== made) out.push({ order: run.order, slice: made });
			}
		}
		if (out.length === 0) return NOTHING;
		if (out.length > 1) out.sort((a, b) => a.order - b.order);
		return out.map(({ slice }) => slice);
	}

	/** Is the tag mentioned here or before and defined in neither? By its hash, so that the answer may rarely be yes for one that nobody mentions. */
	leavesOpen(tag: string): boolean {
		return this.mentions(tag) && this.lookup(tag, 'tag').length === 0;
	}

	private mentions(tag: string): boolean {
		if (this.before?.mentions(tag)) return true;
		return this.table.mentions(tag) || this.raw.some(({ chunk }) => chunk.mayMentionTag(tag));
	}

	/** Does this run alone define a tag that stands open in `before`? */
	definesOpenTagOf(before: Included): boolean {
		for (const tag of this.table.tags.keys()) if (before.leavesOpen(tag)) return true;
		for (const { chunk, runs } of this.raw) {
			for (const { from, to } of runs) for (const tag of chunk.tagsOf(from, to)) if (before.leavesOpen(tag)) return true;
		}
		return false;
	}

	/** How the name was declared first, without making slices. */
	kind(name: string): Declared | undefined {
		const known = this.kinds.get(name);
		if (known !== undefined || this.kinds.has(name)) return known;
		const kind = this.firstKind(name);
		this.kinds.set(name, kind);
		return kind;
	}

	private firstKind(name: string): Declared | undefined {
		// What a search has found is remembered where it is made.
		if (this.before?.raw.length) return this.before.kind(name) ?? this.ownKind(name);
		return this.before?.firstKind(name) ?? this.ownKind(name);
	}

	private ownKind(name: string): Declared | undefined {
		const known = this.table.kinds.get(name);
		if (known !== undefined || this.raw.length === 0) return known;
		for (const { chunk, runs } of this.raw) {
			const found = chunk.declarations(name, false).find(({ slice }) => runOf(runs, slice));
			if (found) return found.kind;
		}
		return undefined;
	}

	/** The names of the ordinary space that this run alone declares, large headers left out. */
	smallNames(): Iterable<string> {
		return this.table.ordinary.keys();
	}

	headerSlices(words: ReadonlySet<string>): readonly Slice[] {
		// What is of one main file alone is never searched as a whole.
		if (this.main) return this.slices.filter(({ inMain }) => !inMain);
		return this.table.groupsWith(words).map((index) => this.entry(index) as LazySlice);
	}

	/** This run and those before it, in order. */
	get runs(): readonly UnitIndex[] {
		return this.before ? [...this.before.runs, this] : [this];
	}
}

/** How the names that stand behind one run of includes are declared there, as one object for each way. */
const environments = new WeakMap<UnitIndex, Map<string, object>>();
/** Ways that are kept for one run of includes: what a person types at a name makes a new one each time. */
const KEPT_ENVIRONMENTS = 16;

/** Stands for how every name of a unit is declared: equal for two units where all slices that they have in common read alike. */
function environment(groups: readonly Group[], before: UnitIndex | undefined): object {
	if (!before) return {};
	const parts: string[] = [];
	for (const group of groups) {
		if (group.kind === 'raw') return {};
		for (const { name, kind } of group.names) if (kind !== Declared.Tag) parts.push(`${kind}${name}`);
	}
	const key = parts.join(' ');
	let known = environments.get(before);
	if (!known) environments.set(before, (known = new Map()));
	const found = known.get(key) ?? {};
	known.delete(key);
	known.set(key, found);
	if (known.size > KEPT_ENVIRONMENTS) known.delete(known.keys().next().value!);
	return found;
}

const slices = new WeakMap<TokenGroup, { names: object; readonly slice: LazySlice }>();

/** The group's slice: one and the same as long as all names that it mentions are declared in the same way. */
function sliceOf(group: TokenGroup, names: object, main: SourceFile | undefined, host: UnitHost): LazySlice {
	const known = slices.get(group);
	if (known && (known.names === names || known.slice.readsAlike(host))) {
		known.names = names;
		return known.slice;
	}
	const { file } = writtenAt(group.tokens[0]!);
	const slice = new LazySlice(group, file === main || file instanceof Piece, host);
	slices.set(group, { names, slice });
	return slice;
}

/** The run that the slice of a chunk lies in; the runs are in order and do not overlap. */
function runOf(runs: readonly RawRun[], slice: number): RawRun | undefined {
	let low = 0;
	let high = runs.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const run = runs[middle]!;
		if (slice < run.from) high = middle - 1;
		else if (slice >= run.to) low = middle + 1;
		else return run;
	}
	return undefined;
}

/** Why a declaration is not looked at, and from where on. */
export interface Excess {
	readonly code: 'slice-limit' | 'nesting-limit';
	readonly token: Token;
}

/** What is wrong with a declaration's size; a long one that is deep as well is said to be deep. */
function excessOf(tokens: readonly Token[]): Excess | undefined {
	const deep = nestsBeyond(tokens);
	if (deep >= 0) return { code: 'nesting-limit', token: tokens[deep]! };
	return tokens.length > SLICE_TOKEN_LIMIT ? { code: 'slice-limit', token: tokens[0]! } : undefined;
}

/** What slices ask their unit for. */
export interface UnitHost {
	isTypedef(name: string): boolean | undefined;
	/** `answers`: which of the slice's names are typedefs, where the slice knows. */
	parse(slice: { readonly tokens: readonly Token[]; readonly inMain: boolean }, answers?: string): ParsedSlice;
	/** Will there be other units of the same main file? */
	readonly changes: boolean;
}

export class LazySlice implements Slice {
	private parsed: ParsedSlice | undefined;
	private listed: { names: string[]; tags: string[] } | undefined;
	constructor(
		private readonly group: TokenGroup,
		readonly inMain: boolean,
		private host: UnitHost | undefined,
	) {}
	/** A slice outlives its unit, of which nothing is asked any more once it is parsed. */
	private get whole(): ParsedSlice {
		if (!this.parsed) {
			const host = this.host!;
			if (host.changes) this.answers = answersOf(this.identifiers, host);
			this.parsed = host.parse(this, this.answers);
			this.host = undefined;
		}
		return this.parsed;
	}
	private answers: string | undefined;
	private words: readonly string[] | undefined;
	private get identifiers(): readonly string[] {
		return (this.words ??= identifiersIn(this.tokens));
	}
	/** Was it parsed, and would it be parsed in the same way for another unit? */
	readsAlike(host: UnitHost): boolean {
		return this.answers !== undefined && this.answers === answersOf(this.identifiers, host);
	}
	/** Too long or too deep to be looked at, and why. */
	get excess(): Excess | undefined {
		this.measured ??= { excess: excessOf(this.tokens) };
		return this.measured.excess;
	}
	private measured: { readonly excess: Excess | undefined } | undefined;
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
		return this.whole.tree;
	}
	syntaxProblem(): Problem | undefined {
		return problemOf(this.whole, this.tokens);
	}
	private spoiled: { readonly from: number | undefined } | undefined;
	spoiledFrom(): number | undefined {
		if (this.group.overclosed) return 0;
		this.spoiled ??= { from: spoiledTokenOf(this.whole, this.tokens) };
		return this.spoiled.from;
	}
}

/** The names that the tokens mention, each once, in order. */
export function identifiersIn(tokens: readonly Token[]): readonly string[] {
	const names = new Set<string>();
	for (const { kind, text } of tokens) if (kind === TokenKind.Identifier) names.add(text);
	return [...names];
}

/** Which of the names are typedefs. */
export function answersOf(names: readonly string[], host: Pick<UnitHost, 'isTypedef'>): string {
	let answers = '';
	for (const name of names) {
		const is = host.isTypedef(name);
		answers += is === undefined ? '?' : is ? '+' : '-';
	}
	return answers;
}

/** A part of a large header as it stands. */
export class RawRun {
	private readonly made = new Map<number, RawSlice>();
	readonly from: number;
	readonly to: number;
	constructor(
		private readonly group: RawGroup,
		readonly order: number,
		private readonly host: UnitHost,
	) {
		this.from = group.from;
		this.to = group.to;
	}
	slice(index: number): RawSlice {
		let slice = this.made.get(index);
		if (!slice) {
			slice = new RawSlice(this.group.chunk, index, this.group.preserveAccessIndex, this.host);
			this.made.set(index, slice);
		}
		return slice;
	}
	/** All tokens, of which none is kept: the run may be a hundred thousand declarations long, and lives as long as its header. */
	*readThrough(): Iterable<Token> {
		const { source, starts, ends } = this.group.chunk;
		for (let i = this.from; i < this.to; i++) yield* lex(source, starts[i]!, ends[i]!);
	}
	*all(): Iterable<RawSlice> {
		for (let i = this.from; i < this.to; i++) yield this.slice(i);
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
		private readonly host: UnitHost,
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
		return (this.parsed ??= this.host.parse(this)).tree;
	}
	syntaxProblem(): Problem | undefined {
		return problemOf((this.parsed ??= this.host.parse(this)), this.tokens);
	}
	spoiledFrom(): number | undefined {
		return spoiledTokenOf((this.parsed ??= this.host.parse(this)), this.tokens);
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
	const found = [joinedStatement(tokens), ...(parsed.broken ? [parsed.spoiled, unclosedByLayout(tokens)] : [])];
	const known = found.filter((one) => one !== undefined);
	return known.length > 0 ? Math.min(...known) : undefined;
}
