// Collects the preprocessor's output and cuts it into top-level declarations.
import { unclosedByLayout } from './broken.js';
import { DeclarationScanner, type Declared, Keyword, keywordKind } from './declaration-scanner.js';
import type { KeptRun } from './kept-run.js';
import type { LexedToken } from './lexer.js';
import { writtenAt } from './macro-expander.js';
import type { RawChunk } from './raw-chunk.js';
import type { Sink } from './sink.js';
import { type FileRange, type MainFile, TokenKind } from './token.js';
import type { Problem } from './unit.js';

export interface DeclaredName {
	readonly name: string;
	readonly kind: Declared;
}

/** A stretch of tokens that makes one top-level declaration. */
export interface TokenGroup {
	readonly kind: 'tokens';
	readonly tokens: readonly LexedToken[];
	readonly names: readonly DeclaredName[];
	/** It lies between `#pragma clang attribute push (...preserve_access_index...)` and its pop. */
	readonly preserveAccessIndex: boolean;
	/** Braces behind it have no partner: an opening one is missing in it. */
	readonly overclosed?: boolean;
}
/** A run of slices of a raw chunk. */
export interface RawGroup {
	readonly kind: 'raw';
	readonly chunk: RawChunk;
	readonly from: number;
	readonly to: number;
	readonly preserveAccessIndex: boolean;
}
export type Group = TokenGroup | RawGroup;

/** Is it at the left margin? */
function beginsLine({ file, start }: FileRange): boolean {
	return start === 0 || file.text.charCodeAt(start - 1) === 10;
}

/** The number of tokens without the `__attribute__((...))` groups at the end. */
function withoutTrailingGroups(tokens: readonly LexedToken[]): number {
	let end = tokens.length;
	for (;;) {
		let depth = 0;
		let at = end - 1;
		for (; at >= 0; at--) {
			if (tokens[at]!.text === ')') depth++;
			else if (tokens[at]!.text === '(') depth--;
			if (depth === 0) break;
		}
		if (at < 1 || at === end - 1 || keywordKind(tokens[at - 1]!.text) !== Keyword.Group) return end;
		end = at - 1;
	}
}

/** Does the whole run begin here? A macro may write one token out many times. */
function isRunAt({ groups, tokens: count }: KeptRun, tokens: readonly LexedToken[], at: number): boolean {
	const last = groups[groups.length - 1]!;
	return last.kind === 'tokens' && last.tokens[last.tokens.length - 1] === tokens[at + count - 1];
}

const SEMICOLON = ';'.charCodeAt(0);

/** Each repair of an unclosed bracket reads the rest of the file again; a text with more of them is not C any more. */
const RESYNCHRONISATION_LIMIT = 200;

/** Braces that close nothing are said one by one up to here. */
const MOST_STRAYS = 100;

const DECLARATION_START = new Set(
	(
		'typedef static extern inline const volatile struct union enum void char short int long float double signed unsigned _Bool __attribute__ ' +
		'__inline __inline__ typeof __typeof__ _Static_assert __extension__ __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 u8 u16 u32 u64 s8 s16 s32 s64 bool'
	).split(' '),
);

export class Slicer implements Sink {
	readonly groups: Group[] = [];
	private tokens: LexedToken[] = [];
	private names: DeclaredName[] = [];
	private scanner: DeclarationScanner;
	private attributePushes: boolean[];

	/** `attributePushes`: those that an earlier part of the same unit has left open. */
	constructor(
		private readonly main: MainFile,
		attributePushes: readonly boolean[] = [],
	) {
		this.attributePushes = [...attributePushes];
		this.scanner = this.newScanner();
	}

	private newScanner(): DeclarationScanner {
		return new DeclarationScanner((ref, kind) => this.names.push({ name: this.tokens[ref]!.text, kind }));
	}

	get idle(): boolean {
		return this.scanner.idle;
	}

	get plain(): boolean {
		return this.idle && this.attributePushes.length === 0 && this.strays.length === 0;
	}

	breakOff(): Problem {
		const problem = this.unfinished(this.tokens, this.scanner.depth > 0);
		this.close();
		return problem;
	}

	/** What a later run needs to go on from here, besides being `idle`. */
	get openPushes(): readonly boolean[] {
		return [...this.attributePushes];
	}

	private get preserve(): boolean {
		return this.attributePushes.includes(true);
	}

	pragma(text: string): boolean {
		if (/^clang\s+attribute\s+push\b/.test(text)) this.attributePushes.push(text.includes('preserve_access_index'));
		else if (/^clang\s+attribute\s+pop\b/.test(text)) this.attributePushes.pop();
		else return false;
		return true;
	}

	get mark(): number {
		return this.groups.length;
	}

	since(mark: number): readonly Group[] | undefined {
		// A brace too many says something of what stands before it.
		return this.strays.length > 0 ? undefined : this.groups.slice(mark);
	}

	again(run: KeptRun): void {
		if (this.idle) {
			this.pass(run.groups);
			return;
		}
		// Where this declaration never ends, the unit's end finds out that the run stands by itself after all.
		const first = run.groups[0];
		if (first?.kind === 'tokens') this.runs.set(first.tokens[0]!, run);
		for (const group of run.groups) if (group.kind === 'tokens') for (const token of group.tokens) this.token(token);
	}

	pass(groups: readonly Group[]): void {
		for (const group of groups) this.groups.push(group);
	}

	raw(chunk: RawChunk, from: number, to: number): void {
		this.groups.push({ kind: 'raw', chunk, from, to, preserveAccessIndex: this.preserve });
	}

	token(token: LexedToken): void {
		if (this.tokens.length > 0 && !token.expansion && this.scanner.depth === 0) this.cutBefore(token);
		const index = this.tokens.length;
		this.tokens.push(token);
		if (this.feed(token, index)) this.close();
	}

	/**
	 * Ends the open declaration where a new one begins at the left margin, since its own end has not been typed yet: else both would be lost, and with them whatever
	 * follows up to the next semicolon.
	 */
	private cutBefore(token: LexedToken): void {
		if (!DECLARATION_START.has(token.text) || token.text === 'const' || token.text === 'volatile' || token.file.path !== this.main.path)
			return;
		if (!beginsLine(token)) return;
		const { tokens } = this;
		const groups = withoutTrailingGroups(tokens);
		// `SEC("...")` on a line of its own belongs to what follows.
		const end = groups < tokens.length && beginsLine(writtenAt(tokens[groups]!)) ? groups : tokens.length;
		const before = tokens[groups - 1];
		if (!before || tokens[0]!.text === 'typedef') return;
		const kind = before.kind === TokenKind.Identifier ? keywordKind(before.text) : undefined;
		const complete =
			kind === Keyword.None ||
			kind === Keyword.Record ||
			kind === Keyword.Enum ||
			before.text === 'void' ||
			before.text === '*' ||
			before.text === ')' ||
			before.text === ']';
		if (!complete) return;
		const rest = tokens.slice(end);
		this.tokens = tokens.slice(0, end);
		// What the declaration names is known at its end.
		this.scanner.punctuator(SEMICOLON, false);
		this.close();
		for (const one of rest) this.token(one);
	}

	/** Runs that came again as parts of a declaration that was open, by their first tokens. */
	private readonly runs = new Map<LexedToken, KeptRun>();
	private starPending = -1;
	/** Closing braces that have no partner. */
	private readonly strays: FileRange[] = [];

	/** Gives the token to the scanner; an opening parenthesis waits for its successor, which decides what it means. */
	private feed(token: LexedToken, index: number): boolean {
		if (this.starPending >= 0) {
			this.starPending = -1;
			this.scanner.punctuator(40, token.text === '*');
		}
		switch (token.kind) {
			case TokenKind.Identifier:
				this.scanner.word(keywordKind(token.text), index);
				return false;
			case TokenKind.Punctuator:
				if (token.text === '(') {
					this.starPending = index;
					return false;
				}
				return this.scanner.punctuator(token.text.length === 1 ? token.text.charCodeAt(0) : 0, false);
			default:
				this.scanner.other();
				return false;
		}
	}

	private close(): void {
		if (this.scanner.stray) {
			const at = writtenAt(this.tokens[this.tokens.length - 1]!);
			this.strays.push({ file: at.file, start: at.start, end: at.end });
			this.scanner.stray = false;
			this.markOverclosed();
		}
		this.groups.push({ kind: 'tokens', tokens: this.tokens, names: this.names, preserveAccessIndex: this.preserve });
		this.tokens = [];
		this.names = [];
		this.starPending = -1;
		this.scanner.reset();
	}

	/** A closing brace too many: those before it that do not stand at the left margin belong to something inside, and closed too much. */
	private markOverclosed(): void {
		for (let k = this.groups.length - 1; k >= 0; k--) {
			const group = this.groups[k]!;
			const last = group.kind === 'tokens' ? group.tokens[group.tokens.length - 1]! : undefined;
			// What is marked was reached before, and with it all that stands before it.
			if (group.kind !== 'tokens' || group.overclosed || (last!.text === '}' && beginsLine(writtenAt(last!)))) return;
			if (last!.text === '}') this.groups[k] = { ...group, overclosed: true };
		}
	}

	/** Ends the unit: what is open is cut where the text lets guess that a new declaration begins. */
	finish(problems: Problem[]): void {
		const strays = this.strays.splice(0);
		for (const at of strays.slice(0, MOST_STRAYS))
			problems.push({ severity: 'error', code: 'unbalanced', message: "this '}' closes nothing", at });
		const next = strays[MOST_STRAYS];
		if (next) {
			const message = `this '}' closes nothing, nor do ${strays.length - MOST_STRAYS - 1} behind it`;
			problems.push({ severity: 'error', code: 'unbalanced', message, at: next });
		}
		let rest = this.tokens;
		for (let left = RESYNCHRONISATION_LIMIT; rest.length; left--) {
			const cut = left > 0 ? this.resynchronise(rest) : rest.length;
			const head = rest.slice(0, cut);
			problems.push(this.unfinished(head, cut < rest.length || this.scanner.depth > 0));
			this.restart();
			for (let i = 0; i < head.length; i++) {
				this.tokens.push(head[i]!);
				this.feed(head[i]!, i);
			}
			if (this.tokens.length) this.close();
			this.restart();
			this.anew(rest.slice(cut));
			rest = this.tokens;
		}
	}

	/** Cuts tokens that belonged to a declaration which did not end. */
	private anew(tokens: readonly LexedToken[]): void {
		for (let i = 0; i < tokens.length; ) {
			const run = this.idle ? this.runs.get(tokens[i]!) : undefined;
			if (run && isRunAt(run, tokens, i) && run.groups.every(({ preserveAccessIndex }) => preserveAccessIndex === this.preserve)) {
				this.again(run);
				i += run.tokens;
			} else this.token(tokens[i++]!);
		}
	}

	/**
	 * What a declaration lacks that does not end. The place is the bracket that is at fault; for a brace that the layout does not give away it is the last token, where
	 * a person is typing or has stopped.
	 */
	private unfinished(tokens: readonly LexedToken[], open: boolean): Problem {
		const suspect = unclosedByLayout(tokens);
		const bracket = suspect === undefined ? this.unclosed(tokens) : tokens[suspect];
		const inside = suspect === undefined && bracket?.text === '{';
		const at = writtenAt(inside ? tokens[tokens.length - 1]! : (bracket ?? tokens[0]!));
		const opened = bracket && writtenAt(bracket);
		const shown = opened && (this.main.range(opened) ?? opened);
		const line = shown?.file.text.slice(0, shown.start).split('\n').length;
		const message = !open
			? 'this declaration never ends'
			: inside
				? `the text breaks off here: the '${bracket.text}' of line ${line} is not closed`
				: 'this bracket is never closed';
		return { severity: 'error', code: 'unbalanced', message, at: { file: at.file, start: at.start, end: at.end } };
	}

	private restart(): void {
		this.tokens = [];
		this.names = [];
		this.starPending = -1;
		this.scanner = this.newScanner();
	}

	/** The index of the first token behind the start that begins a declaration at the left margin, or the length. */
	private resynchronise(tokens: readonly LexedToken[]): number {
		let line: FileRange | undefined;
		for (let i = 0; i < tokens.length; i++) {
			const at = writtenAt(tokens[i]!);
			if (at.file.path !== this.main.path) continue;
			const before = at.start === 0 ? 10 : at.file.text.charCodeAt(at.start - 1);
			if (before !== 10 || (at.start === line?.start && at.file === line.file)) continue;
			line = at;
			// The first place is the declaration's own beginning.
			if (i === 0) continue;
			if (DECLARATION_START.has(tokens[i]!.text) && !this.continues(tokens, i)) return i;
		}
		return tokens.length;
	}

	/** The line before belongs to the same declaration: `SEC("...")` and specifiers stand on lines of their own. */
	private continues(tokens: readonly LexedToken[], index: number): boolean {
		const scanner = new DeclarationScanner(() => {});
		for (let i = 0; i < index; i++) {
			const token = tokens[i]!;
			if (token.kind === TokenKind.Identifier) scanner.word(keywordKind(token.text), i);
			else if (token.kind === TokenKind.Punctuator) {
				scanner.punctuator(token.text.length === 1 ? token.text.charCodeAt(0) : 0, tokens[i + 1]?.text === '*');
			}
		}
		if (scanner.depth > 0) return false;
		const before = tokens[index - 1]!;
		// At depth 0 an unfinished line such as `int x` is cut only behind what could end a declaration.
		return before.text === ')'
			? keywordKind(tokens[0]!.text) === Keyword.Group
			: before.kind !== TokenKind.Identifier || keywordKind(before.text) !== Keyword.None;
	}

	/** The outermost bracket that the tokens leave open. */
	private unclosed(tokens: readonly LexedToken[]): LexedToken | undefined {
		const open: LexedToken[] = [];
		for (const token of tokens) {
			if (token.text === '{' || token.text === '(' || token.text === '[') open.push(token);
			else if (token.text === '}') {
				while (open.length && open[open.length - 1]!.text !== '{') open.pop();
				open.pop();
			} else if (token.text === ')' || token.text === ']') {
				const wanted = token.text === ')' ? '(' : '[';
				if (open[open.length - 1]?.text === wanted) open.pop();
			}
		}
		return open[0];
	}
}
