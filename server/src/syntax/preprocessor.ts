// The preprocessor: walks files and their directives and hands the expanded tokens, and large header stretches unread, to a sink.
import path from 'node:path';
import { builtinHeader, isCompilerHeader } from './builtin-headers.js';
import { ConditionError, evaluateCondition, literalBytes } from './condition.js';
import { headerName, replaced, tokenPlace } from './directive-tokens.js';
import { answerQuery } from './feature-queries.js';
import type { FileText } from './file-text.js';
import type { FileLog } from './files.js';
import { type FoundHeader, type HeaderEffects, HeaderRecording, OpenHeaders } from './header-effects.js';
import { findHeader } from './header-search.js';
import { type KeptRun, MacroState, type Recording } from './kept-run.js';
import { type LexedToken, lex } from './lexer.js';
import { definedBy, type Macro, MacroError, sameMacro } from './macro.js';
import { ExpansionLimit, MacroExpander, outermost, type TokenSource, UNIT_EXPANSION_LIMIT } from './macro-expander.js';
import { type FrozenMacros, MacroTable } from './macro-table.js';
import { type MainText, Piece } from './main-text.js';
import { missingHeader } from './missing-header.js';
import type { RawChunk } from './raw-chunk.js';
import type { Sink } from './sink.js';
import { type FileRange, type SourceFile, TokenKind } from './token.js';
import type { Problem } from './unit.js';

/** As deep as clang lets includes nest. */
export const INCLUDE_DEPTH_LIMIT = 200;
/** Files that one run enters, the same one again counted again; a BPF program enters some hundreds. */
export const INCLUDE_LIMIT = 10_000;
/** Tokens of one unit's output; the largest of the kernel's selftests has about 600,000 without its vmlinux.h. */
export const OUTPUT_LIMIT = 2_000_000;

/**
 * A header's stretch of whole declarations, this long in characters, ends a declaration that is open before it: no declaration goes on behind it, and
 * while somebody types a bracket above `#include "vmlinux.h"`, not all of that is to be read as its inside.
 */
const LARGE_STRETCH = 65_536;

const INCLUDES: ReadonlySet<string> = new Set(['include', 'include_next', 'import']);

export interface PreprocessorOptions {
	readonly includePaths: readonly string[];
	readonly systemIncludePaths: readonly string[];
	readonly forcedIncludes: readonly string[];
	/** As forced includes; one that is not there is no matter. */
	readonly standIns: readonly string[];
	readonly fallbackHeaders: boolean;
}

/** What a run has built up at the end of the leading includes; immutable, any number of runs may start from it. */
export interface PreprocessorState {
	readonly main: SourceFile;
	readonly chunk: number;
	readonly macros: FrozenMacros;
	readonly problems: readonly Problem[];
	readonly files: readonly SourceFile[];
	readonly once: ReadonlySet<string>;
	readonly counter: number;
	readonly pushed: ReadonlyMap<string, readonly (Macro | undefined)[]>;
}

interface Conditional {
	readonly at: FileRange;
	/** A branch was taken already, or the whole group is skipped. */
	taken: boolean;
	sawElse: boolean;
}

interface FileSource extends TokenSource {
	readonly kind: 'file';
	readonly text: FileText;
	/** As an #include spelled it, for __FILE__. */
	readonly spelled: string;
	/** Which include path the file was found in, for #include_next; -1 for others. */
	readonly directory: number;
	readonly conditionals: Conditional[];
	chunk: number;
	/** What is left of a raw chunk of which some slices hold macros. */
	pending: { chunk: RawChunk; at: number; dirty: readonly number[] } | undefined;
	line: { offset: number; line: number };
}

const INCLUDE_QUERIES = new Set(['__has_include', '__has_include_next', '__has_embed']);

export class Preprocessor extends MacroExpander {
	readonly files: SourceFile[] = [];
	/** The output depends on what the main file is called: no other file may go on from this run's state. */
	namedMain = false;
	private readonly known = new Set<SourceFile>();
	private readonly once: Set<string>;
	private readonly pushed = new Map<string, (Macro | undefined)[]>();
	private readonly blocked = new Set<string>();
	private counter = 0;
	private output = 0;
	private included = 0;
	private recording: Recording | undefined;
	private readonly headers: OpenHeaders;
	/** A macro was without bounds: those behind it are weighed more strictly. */
	private disturbed = false;

	constructor(
		macros: FrozenMacros | ReadonlyMap<string, Macro>,
		private readonly main: MainText,
		private readonly options: PreprocessorOptions,
		private readonly log: FileLog,
		private readonly sink: Sink,
		state?: PreprocessorState,
		/** What the macros are where the run begins; absent where nothing of it is kept. */
		private reading?: MacroState,
		/** Where it is kept what headers do. */
		private readonly effects?: HeaderEffects,
	) {
		super(new MacroTable(macros));
		this.headers = new OpenHeaders(this.macros, log);
		this.once = new Set(state?.once);
		if (state) {
			this.counter = state.counter;
			for (const problem of state.problems) this.problems.push(rebaseProblem(problem, state.main, main.source));
			this.read(main.source);
			for (const file of state.files) if (file !== state.main) this.read(file);
			for (const [name, stack] of state.pushed) this.pushed.set(name, [...stack]);
		}
		this.enter(main, main.source.path, -1);
		if (state) (this.stack[0] as FileSource).chunk = state.chunk;
		else {
			for (const name of options.standIns.toReversed()) this.forceInclude(name, true);
			for (const name of options.forcedIncludes.toReversed()) this.forceInclude(name, false);
		}
	}

	/** Runs to the end of the main file, or up to its chunk `stop`. Never throws for what the text holds. */
	run(stop?: number): void {
		const base = this.stack[0] as FileSource;
		this.stop = stop;
		for (;;) {
			try {
				const token = this.nextExpanded();
				if (!token) break;
				this.sink.token(token);
				if (++this.output > OUTPUT_LIMIT) {
					this.problem('error', 'output-limit', 'this file preprocesses to more tokens than are looked at', tokenPlace(token));
					break;
				}
			} catch (error) {
				if (!(error instanceof ExpansionLimit)) throw error;
				this.disturbed = true;
				this.spoil();
				this.headers.abandon();
				const at = error.at ? outermost(error.at).call : { file: base.text.source, start: 0, end: 0 };
				this.problem('error', 'expansion-limit', 'this macro expands without bounds and was left out', at);
				this.unwind();
			}
		}
		this.stop = undefined;
	}
	private stop: number | undefined;

	/** The state to start later runs from; only at a moment when `run(stop)` has returned. */
	state(chunk: number): PreprocessorState {
		return {
			main: this.main.source,
			chunk,
			macros: this.macros.freeze(),
			problems: [...this.problems],
			files: [...this.files],
			once: new Set(this.once),
			counter: this.counter,
			pushed: new Map([...this.pushed].map(([name, stack]) => [name, [...stack]])),
		};
	}

	/** True where no conditional of the main file is open. */
	get settled(): boolean {
		return this.stack.length === 1 && (this.stack[0] as FileSource).conditionals.length === 0;
	}

	// ---- Files ----

	private enter(text: FileText, spelled: string, directory: number): void {
		this.read(text.source);
		this.headers.innermost?.entered.push(text.source);
		if (this.stack.length > 0) this.readsOtherwise(text.source);
		const source: FileSource = {
			kind: 'file',
			tokens: [],
			position: 0,
			text,
			spelled,
			directory,
			conditionals: [],
			chunk: 0,
			pending: undefined,
			line: { offset: 0, line: 1 },
		};
		this.stack.push(source);
	}

	private read(file: SourceFile): void {
		if (this.known.has(file)) return;
		this.known.add(file);
		this.files.push(file);
	}

	/** How many files are open, one in the other. */
	private get level(): number {
		return this.stack.reduce((count, { kind }) => (kind === 'file' ? count + 1 : count), 0);
	}

	private get file(): FileSource {
		for (let i = this.stack.length - 1; i >= 0; i--) if (this.stack[i]!.kind === 'file') return this.stack[i] as FileSource;
		throw new Error('no file is open');
	}

	protected override mark(): () => void {
		const { file } = this;
		const { chunk, tokens, position, pending } = file;
		const depth = this.stack.length;
		const open = file.conditionals.length;
		return () => {
			this.stack.length = depth;
			Object.assign(file, { chunk, tokens, position, pending });
			file.conditionals.length = Math.min(open, file.conditionals.length);
		};
	}

	protected override advance(source: TokenSource): boolean {
		const file = source as FileSource;
		if (file.pending) return this.advanceRaw(file);
		const { chunks } = file.text;
		for (;;) {
			if (file.chunk >= chunks.length || (this.stop !== undefined && this.stack.length === 1 && file.chunk >= this.stop)) {
				if (this.stack.length === 1 && this.collecting === 0 && this.sink.idle) this.keepRun(file);
				if (file.chunk >= chunks.length) this.closeConditionals(file);
				const header = this.headers.innermost;
				if (header?.depth === this.stack.length) this.leaveHeader(header);
				return false;
			}
			// No compiler takes an #include among the arguments of a macro: who writes these has not closed them yet.
			const ahead = chunks[file.chunk]!;
			if (this.collecting > 0 && ahead.kind === 'directive' && INCLUDES.has(ahead.name)) {
				this.interrupted = true;
				return false;
			}
			if (this.stack.length === 1 && this.goOn(file)) return true;
			const index = file.chunk++;
			const chunk = chunks[index]!;
			if (chunk.kind === 'directive') {
				this.directive(file, index, chunk.name, { file: chunk.source, start: chunk.start, end: chunk.end });
				return true;
			}
			const idle = this.sink.idle;
			if (this.collecting === 0 && this.stack.length > 1 && (idle || chunk.end - chunk.start >= LARGE_STRETCH)) {
				const raw = file.text.rawOf(index);
				if (raw) {
					if (!idle) this.problems.push(this.sink.breakOff());
					const dirty = new Set<number>();
					const names = [...this.macros.namesIn(raw)];
					this.headers.innermost?.search(raw, names);
					for (const name of names) {
						// What is found is asked for.
						this.macros.get(name);
						for (const slice of raw.slicesWith(name)) dirty.add(slice);
					}
					file.pending = { chunk: raw, at: 0, dirty: [...dirty].sort((a, b) => a - b) };
					return this.advanceRaw(file);
				}
			}
			file.tokens = file.text.tokensOf(index);
			file.position = 0;
			return true;
		}
	}

	/** Goes on inside a raw chunk: clean slices pass whole, those with a macro's name in them go through the tokens. */
	private advanceRaw(file: FileSource): boolean {
		const pending = file.pending!;
		const next = pending.dirty.find((slice) => slice >= pending.at) ?? pending.chunk.count;
		const whole = this.collecting === 0 && this.sink.idle;
		if (next > pending.at && whole) {
			this.sink.raw(pending.chunk, pending.at, next);
			pending.at = next;
			return true;
		}
		if (pending.at >= pending.chunk.count) {
			file.pending = undefined;
			return true;
		}
		file.tokens = lex(pending.chunk.source, pending.chunk.starts[pending.at]!, pending.chunk.ends[pending.at]!);
		file.position = 0;
		file.pending = { ...pending, at: pending.at + 1 };
		return true;
	}

	/**
	 * Between two chunks of the main file: what was made of those before is kept where it stands by itself, and what was made of the next ones before comes
	 * again. Gives whether it did.
	 */
	private goOn(file: FileSource): boolean {
		if (!this.reading) return false;
		if (this.collecting > 0) {
			this.spoil();
			return false;
		}
		const { idle } = this.sink;
		const { chunks } = file.text;
		if (idle) this.keepRun(file);
		const piece = chunks[file.chunk]!.source;
		if (chunks[file.chunk]!.kind !== 'text' || !(piece instanceof Piece)) return false;
		const known = piece.runs.find(this.reading, (one, index) => chunks[file.chunk + index]?.source === one);
		if (known && this.affords(known, file.chunk)) {
			file.chunk += known.pieces.length;
			for (const problem of known.problems) this.problems.push(problem);
			this.output += known.tokens;
			this.producedInUnit += known.expanded;
			this.sink.again(known);
			return true;
		}
		if (idle) {
			this.recording = {
				from: file.chunk,
				state: this.reading,
				mark: this.sink.mark,
				conditionals: file.conditionals.length,
				problems: this.problems.length,
				output: this.output,
				expanded: this.producedInUnit,
			};
		}
		return false;
	}

	private affords({ pieces, tokens, expanded }: KeptRun, from: number): boolean {
		return (
			!this.disturbed &&
			this.producedInUnit + expanded <= UNIT_EXPANSION_LIMIT &&
			this.output + tokens <= OUTPUT_LIMIT &&
			(this.stop === undefined || from + pieces.length <= this.stop)
		);
	}

	private keepRun(file: FileSource): void {
		const { recording } = this;
		this.recording = undefined;
		if (!recording || this.disturbed || this.producedInUnit > UNIT_EXPANSION_LIMIT || file.conditionals.length !== recording.conditionals)
			return;
		const pieces = file.text.chunks.slice(recording.from, file.chunk).map(({ source }) => source as Piece);
		const groups = this.sink.since(recording.mark);
		if (!groups || pieces.some(({ problems }) => problems.length > 0)) return;
		pieces[0]!.runs.keep({
			state: recording.state,
			pieces,
			groups,
			tokens: this.output - recording.output,
			problems: this.problems.slice(recording.problems),
			expanded: this.producedInUnit - recording.expanded,
		});
	}

	/** What is being made rests on more than the text and the macros before it. */
	private spoil(): void {
		this.recording = undefined;
	}

	/** From here on text means something else than before. */
	private readsOtherwise(by: SourceFile): void {
		this.spoil();
		// A directive among a macro's arguments may be met twice.
		if (this.reading) this.reading = by instanceof Piece && this.collecting === 0 ? this.reading.behind(by) : new MacroState();
	}

	/** The offset of a range in the file that is being read; 0 for what stands elsewhere. */
	private offsetIn(file: FileSource, { file: holder, start }: FileRange): number {
		const main = file.text === this.main ? this.main.source.offsetOf(holder) : undefined;
		return main !== undefined ? main + start : holder === file.text.source ? start : 0;
	}

	protected override span(from: FileRange, to: FileRange): FileRange {
		if (from.file === to.file) return super.span(from, to);
		const { source } = this.main;
		const [start, end] = [source.range(from), source.range(to)];
		return start && end ? super.span(start, end) : super.span(from, to);
	}

	private closeConditionals(file: FileSource): void {
		for (const open of file.conditionals) this.problem('error', 'unterminated-conditional', 'this conditional has no #endif', open.at);
		file.conditionals.length = 0;
	}

	// ---- Names that are no ordinary macros ----

	protected override builtin(token: LexedToken, macro: Macro): LexedToken {
		const { file } = this;
		const place = token.expansion ? outermost(token.expansion).call : token;
		let text: string;
		let kind = TokenKind.Number;
		const quote = (value: string): string => {
			kind = TokenKind.String;
			return `"${value.replace(/[\\"]/g, '\\$&')}"`;
		};
		switch (macro.builtin) {
			case '__LINE__':
				this.spoil();
				text = String(this.lineOf(file, this.offsetIn(file, { ...place, start: Math.max(place.start, place.end - 1) })));
				break;
			case '__COUNTER__':
				this.spoil();
				this.headers.abandon();
				text = String(this.counter++);
				break;
			case '__INCLUDE_LEVEL__':
				this.headers.abandon();
				text = String(this.level - 1);
				break;
			case '__FILE__':
				this.namedMain ||= file.text === this.main;
				text = quote(file.spelled);
				break;
			case '__FILE_NAME__':
				this.namedMain ||= file.text === this.main;
				text = quote(path.posix.basename(file.spelled));
				break;
			case '__BASE_FILE__':
				this.namedMain = true;
				text = quote(this.main.source.path);
				break;
			case '__DATE__':
				text = quote('Jan  1 1970');
				break;
			case '__TIME__':
				text = quote('00:00:00');
				break;
			default:
				text = quote('Thu Jan  1 00:00:00 1970');
		}
		return replaced(token, kind, text, macro.name);
	}

	/** Lines count from 1; the position moves forwards mostly, so counting goes on from where it was. */
	private lineOf(file: FileSource, offset: number): number {
		const at = file.line;
		if (offset < at.offset) {
			at.offset = 0;
			at.line = 1;
		}
		const { text } = file.text.source;
		for (let i = text.indexOf('\n', at.offset); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
			at.line++;
			at.offset = i + 1;
		}
		return at.line;
	}

	protected override special(token: LexedToken, macro: Macro | undefined): LexedToken | 'consumed' | undefined {
		const { text } = token;
		if (text === '_Pragma') {
			if (this.collecting > 0 || !this.parenthesisFollows()) return undefined;
			this.next();
			const inside = this.parenthesised();
			const literal = inside.find((part) => part.kind === TokenKind.String);
			if (literal && !literal.text.startsWith('"GCC '))
				this.pragma(literalBytes(literal.text.replace(/^(?:u8|[LuU])?"/, '').replace(/"$/, '')), tokenPlace(token));
			return 'consumed';
		}
		if (this.inCondition) {
			if (text === 'defined') {
				let name = this.next();
				if (name?.text === '(') {
					name = this.next();
					this.next();
				}
				const is = name !== undefined && (this.macros.has(name.text) || INCLUDE_QUERIES.has(name.text));
				return replaced(token, TokenKind.Number, is ? '1' : '0', text);
			}
			if (INCLUDE_QUERIES.has(text) && this.parenthesisFollows()) {
				this.next();
				const header = headerName(this.parenthesised());
				const found = header && text !== '__has_embed' && this.find(header.name, header.quoted, text.endsWith('_next'));
				return replaced(token, TokenKind.Number, found ? '1' : '0', text);
			}
		}
		if (macro) {
			if (!this.parenthesisFollows()) return undefined;
			this.next();
			const name = this.parenthesised()
				.map((part) => part.text)
				.join('');
			return replaced(token, TokenKind.Number, answerQuery(text, name), text);
		}
		return undefined;
	}

	/** The tokens up to the closing parenthesis, which is consumed; the opening one was already. */
	private parenthesised(): LexedToken[] {
		const out: LexedToken[] = [];
		// Arguments, though no macro's: what they take in is not read as text of its own.
		this.collecting++;
		for (let depth = 0; ; ) {
			const token = this.next();
			if (token?.text === '(') depth++;
			if (!token || (token.text === ')' && depth-- === 0)) break;
			out.push(token);
		}
		this.collecting--;
		return out;
	}

	// ---- Directives ----

	private directive(file: FileSource, index: number, name: string, at: FileRange): void {
		const body = file.text.tokensOf(index);
		switch (name) {
			case '':
			case 'ident':
			case 'sccs':
			case 'line':
				return;
			case 'define':
				this.define(body, at);
				return;
			case 'undef':
				if (body[0]?.kind === TokenKind.Identifier) {
					this.macros.delete(body[0].text);
					this.readsOtherwise(at.file);
				} else this.problem('error', 'directive', '#undef needs a macro name', at);
				return;
			case 'include':
			case 'include_next':
			case 'import':
				this.include(file, body, name === 'include_next', at);
				return;
			case 'if':
			case 'ifdef':
			case 'ifndef': {
				const taken = this.test(name, body, at);
				file.conditionals.push({ at, taken, sawElse: false });
				if (!taken) this.skip(file);
				return;
			}
			case 'elif':
			case 'elifdef':
			case 'elifndef':
			case 'else':
			case 'endif': {
				// A branch that was taken ends here.
				if (!file.conditionals.length) {
					this.problem('error', 'directive', `#${name} without #if`, at);
					return;
				}
				file.chunk--;
				if (file.conditionals.length <= (this.recording?.conditionals ?? 0)) this.spoil();
				this.skip(file);
				return;
			}
			case 'error':
			case 'warning':
				this.problem(
					name === 'error' ? 'error' : 'warning',
					`${name}-directive`,
					at.file.text.slice(at.start, at.end).replace(/\s+/g, ' ').trim(),
					at,
				);
				return;
			case 'pragma': {
				const chunk = file.text.chunks[index]!;
				const from = chunk.kind === 'directive' ? chunk.body : chunk.start;
				this.pragma(chunk.source.text.slice(from, chunk.end).trim(), at);
				return;
			}
			default:
				this.problem('error', 'directive', `unknown directive #${name}`, at);
		}
	}

	/** Passes over the chunks of a branch that is not taken, up to a branch that is or behind the #endif. */
	private skip(file: FileSource): void {
		const { chunks } = file.text;
		let depth = 0;
		const group = file.conditionals[file.conditionals.length - 1]!;
		for (; file.chunk < chunks.length; file.chunk++) {
			const chunk = chunks[file.chunk]!;
			if (chunk.kind === 'text') continue;
			const { name } = chunk;
			if (name === 'if' || name === 'ifdef' || name === 'ifndef') depth++;
			else if (name === 'endif') {
				if (depth-- === 0) {
					file.conditionals.pop();
					file.chunk++;
					return;
				}
			} else if (depth === 0 && (name === 'else' || name.startsWith('elif'))) {
				const at = { file: chunk.source, start: chunk.start, end: chunk.end };
				if (group.sawElse) this.problem('error', 'directive', `#${name} after #else`, at);
				if (name === 'else') group.sawElse = true;
				if (group.taken) continue;
				const index = file.chunk;
				if (name === 'else' || this.test(name.slice(2), file.text.tokensOf(index), at)) {
					group.taken = true;
					file.chunk = index + 1;
					return;
				}
			}
		}
	}

	private test(name: string, body: readonly LexedToken[], at: FileRange): boolean {
		if (name !== 'if') {
			const macro = body[0];
			if (macro?.kind !== TokenKind.Identifier) {
				this.problem('error', 'directive', `#${name} needs a macro name`, at);
				return false;
			}
			return (this.macros.has(macro.text) || INCLUDE_QUERIES.has(macro.text)) === (name === 'ifdef');
		}
		try {
			return evaluateCondition(this.expandLine(body, true));
		} catch (error) {
			if (!(error instanceof ConditionError)) throw error;
			this.problem('error', 'condition', error.message, at);
			return false;
		}
	}

	/** Expands a directive's tokens on their own. */
	private expandLine(tokens: readonly LexedToken[], condition: boolean): LexedToken[] {
		const outer = this.inCondition;
		this.inCondition = condition;
		if (this.collecting === 0) this.resetExpansionCount();
		this.stack.push({ kind: 'barrier', tokens, position: 0 });
		this.collecting++;
		const out: LexedToken[] = [];
		try {
			for (;;) {
				const token = this.nextExpanded();
				if (!token) break;
				out.push(token);
			}
		} finally {
			this.inCondition = outer;
		}
		this.collecting--;
		this.stack.pop();
		return out;
	}

	private define(body: readonly LexedToken[], at: FileRange): void {
		try {
			const macro = definedBy(body);
			const old = this.macros.get(macro.name);
			if (old && old !== macro && !sameMacro(old, macro)) {
				const name = body[0]!;
				this.problem('warning', 'macro-redefined', `macro ${macro.name} was defined differently before`, name);
			}
			this.macros.set(macro.name, macro);
			this.readsOtherwise(at.file);
		} catch (error) {
			if (!(error instanceof MacroError)) throw error;
			this.problem('error', 'directive', error.message, error.at ?? at);
		}
	}

	private pragma(text: string, at: FileRange): void {
		const stack = /^(push|pop)_macro\s*\(\s*"([^"]*)"\s*\)/.exec(text);
		if (stack) {
			const name = stack[2]!;
			const saved = this.pushed.get(name) ?? [];
			if (stack[1] === 'push') {
				saved.push(this.macros.get(name));
				this.pushed.set(name, saved);
			} else if (saved.length) {
				const macro = saved.pop();
				if (macro) this.macros.set(name, macro);
				else this.macros.delete(name);
			}
			this.readsOtherwise(at.file);
			return;
		}
		if (/^once\b/.test(text)) {
			this.once.add(at.file.path);
			this.headers.innermost?.addedOnce.add(at.file.path);
			this.spoil();
		} else if (this.sink.pragma(text)) this.readsOtherwise(at.file);
	}

	// ---- Includes ----

	private include(file: FileSource, body: readonly LexedToken[], next: boolean, at: FileRange): void {
		const tokens = body[0]?.kind === TokenKind.Identifier ? this.expandLine(body, false) : body;
		const header = headerName(tokens);
		if (!header) {
			this.problem('error', 'directive', '#include needs "file" or <file>', at);
			return;
		}
		const range = body.length ? { file: at.file, start: body[0]!.start, end: body[body.length - 1]!.end } : at;
		if (this.level > INCLUDE_DEPTH_LIMIT) {
			this.problem('error', 'include-cycle', `includes are nested more than ${INCLUDE_DEPTH_LIMIT} deep: ${header.name}`, range);
			// A header that includes itself twice would double at each level: nobody on the way includes anything any more.
			for (const source of this.stack) if (source.kind === 'file') this.blocked.add((source as FileSource).text.source.path);
			return;
		}
		if (this.blocked.has(file.text.source.path) && this.stack.length > 1) return;
		if (++this.included > INCLUDE_LIMIT) {
			if (this.included === INCLUDE_LIMIT + 1)
				this.problem('error', 'include-limit', `headers are included more than ${INCLUDE_LIMIT} times; none is from here on`, range);
			return;
		}
		const found = this.find(header.name, header.quoted, next);
		if (found) {
			if (this.isReadOnce(found.text.source.path) || this.doAgain(found)) return;
			this.enter(found.text, found.spelled, found.directory);
			return;
		}
		const own = this.options.fallbackHeaders || isCompilerHeader(header.name) ? builtinHeader(header.name) : undefined;
		if (!isCompilerHeader(header.name)) {
			this.problem('hint', 'missing-header', missingHeader(header.name, own !== undefined), range);
		}
		if (own && !this.isReadOnce(own.source.path)) this.enter(own, own.source.path, -1);
	}

	private isReadOnce(path: string): boolean {
		const is = this.once.has(path);
		const header = this.headers.innermost;
		if (header && !header.addedOnce.has(path)) header.askedOnce.set(path, is);
		return is;
	}

	/** Does what the header did before, if nothing that this rests on has changed; else what it does is noted from here on. */
	private doAgain(header: FoundHeader): boolean {
		if (!this.effects || this.collecting > 0 || this.disturbed || !this.repeatable) return false;
		const { output, producedInUnit: expanded, included } = this;
		const level = this.level + 1;
		const effect = this.effects.find(header, this.macros, this.once, this.log);
		if (!effect) {
			const counts = { output, expanded, included };
			this.headers.enter(new HeaderRecording(header, this.stack.length + 1, level, this.sink.mark, this.problems.length, counts));
			return false;
		}
		if (
			output + effect.output > OUTPUT_LIMIT ||
			expanded + effect.expanded > UNIT_EXPANSION_LIMIT ||
			included + effect.included > INCLUDE_LIMIT ||
			level + effect.deepest > INCLUDE_DEPTH_LIMIT
		)
			return false;
		this.output += effect.output;
		this.producedInUnit += effect.expanded;
		this.included += effect.included;
		this.headers.innermost?.include(effect, level);
		this.macros.change(effect.changed);
		for (const path of effect.addedOnce) this.once.add(path);
		for (const file of effect.entered) this.read(file);
		for (const problem of effect.problems) this.problems.push(problem);
		this.sink.pass(effect.groups);
		this.readsOtherwise(header.text.source);
		return true;
	}

	/** Nothing is open that reaches into the header from outside, or out of it, and no limit was met. */
	private get repeatable(): boolean {
		const { sink, pushed, blocked, namedMain, producedInUnit, included } = this;
		const open = !sink.plain || pushed.size > 0 || blocked.size > 0;
		return !open && !namedMain && producedInUnit <= UNIT_EXPANSION_LIMIT && included <= INCLUDE_LIMIT;
	}

	/** The header ends; what it did is kept where it stands by itself. */
	private leaveHeader({ header, mark, problems, counts }: HeaderRecording): void {
		const footprint = this.headers.leave();
		if (this.collecting > 0 || this.disturbed || !this.repeatable) return;
		const groups = this.sink.since(mark);
		if (!groups) return;
		this.effects!.keep({
			...footprint,
			header,
			groups,
			problems: this.problems.slice(problems),
			output: this.output - counts.output,
			expanded: this.producedInUnit - counts.expanded,
			included: this.included - counts.included,
		});
	}

	private forceInclude(name: string, standsIn: boolean): void {
		const found = this.find(name, true, false);
		const own = standsIn && !found && this.options.fallbackHeaders ? builtinHeader(name) : undefined;
		if (found) this.enter(found.text, found.spelled, found.directory);
		else if (own) this.enter(own, own.source.path, -1);
		else if (!standsIn) {
			const file: SourceFile = { path: '<command line>', text: `-include ${name}` };
			this.problem('hint', 'missing-header', `${name} was not found`, { file, start: 0, end: file.text.length });
		}
	}

	private find(name: string, quoted: boolean, next: boolean): FoundHeader | undefined {
		this.spoil();
		return findHeader(name, { quoted, next, from: this.file, options: this.options, log: this.log });
	}
}

function rebaseProblem(problem: Problem, from: SourceFile, to: SourceFile): Problem {
	return problem.at.file === from ? { ...problem, at: { ...problem.at, file: to } } : problem;
}
