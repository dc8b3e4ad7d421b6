// Macro expansion as clang does it: a stack of token sources, a macro switched off while its own expansion is being read, names that were
// met while switched off marked for good. Arguments are expanded on their own before they go into the body.
import { LexedToken, lex } from './lexer.js';
import type { Macro } from './macro.js';
import type { MacroTable } from './macro-table.js';
import { copiesOf, leastExpansion } from './macro-weight.js';
import { type Expansion, type FileRange, type SourceFile, type Token, TokenKind } from './token.js';
import type { Problem } from './unit.js';

/** Tokens that one outermost invocation may put out, nested expansions included. The largest one of the kernel's selftests puts out 100,000. */
export const EXPANSION_LIMIT = 400_000;
/** Tokens after which an outermost invocation is weighed by its definitions; where these alone lead beyond the limit, it ends here. */
const WEIGHED_FROM = 10_000;
/** Tokens that all expansions of a unit may put out together; beyond it macros are left as they stand. */
export const UNIT_EXPANSION_LIMIT = 2_000_000;
/** How deep arguments may nest in arguments. */
const ARGUMENT_DEPTH_LIMIT = 300;

/** Where tokens come from; the top of the stack is read first. */
export interface TokenSource {
	tokens: readonly LexedToken[];
	position: number;
	/** `macro` sources switch their macro on again at their end, `barrier` ends what is expanded on its own, `file` goes on with the file. */
	readonly kind: 'macro' | 'barrier' | 'file';
	readonly macro?: Macro;
}

/** Thrown inside an expansion that grows without bounds; caught where the outermost invocation began. */
export class ExpansionLimit extends Error {
	/** The expansion that went over the limit. */
	constructor(readonly at: Expansion | undefined) {
		super('expansion limit');
	}
}

const PASTE = Symbol('##');
type Piece = LexedToken | typeof PASTE;

interface Arguments {
	readonly raw: LexedToken[][];
	readonly expanded: (LexedToken[] | undefined)[];
	/** The variadic part was left out altogether. */
	readonly elided: boolean;
	/** What comes of an argument's tokens in the body, by their list: the same tokens wherever the argument is named. */
	readonly placed: Map<readonly LexedToken[], readonly LexedToken[]>;
}

export abstract class MacroExpander {
	readonly macros: MacroTable;
	readonly problems: Problem[] = [];
	protected readonly stack: TokenSource[] = [];
	/** Positive while arguments are read or expanded; what the file's driver may do then is restricted. */
	protected collecting = 0;
	/** Set by `advance` where the arguments that are being read cannot go on, although the file does. */
	protected interrupted = false;
	private argumentParent: Expansion | undefined;
	/** How often what the innermost argument expands to will stand in the whole, at least. */
	private copies = 1;
	private produced = 0;
	/** Steps that the unit's macros have taken so far. */
	protected producedInUnit = 0;
	/** Where the outermost invocation is weighed next; Infinity once it was. In a text that has had a bomb, others are likely. */
	private weighedAt = WEIGHED_FROM;
	private weighedFrom = WEIGHED_FROM;

	protected constructor(macros: MacroTable) {
		this.macros = macros;
	}

	/** Moves a file source on to its next tokens; false at the file's end. */
	protected abstract advance(source: TokenSource): boolean;
	/** Handles names that are no ordinary macros (`defined`, `__has_include`, `_Pragma`); undefined where `token` is none. `macro` is the query of this name. */
	protected abstract special(token: LexedToken, macro: Macro | undefined): LexedToken | 'consumed' | undefined;
	/** While set, `special` is asked about every name that is no macro; else about `_Pragma` alone. */
	protected inCondition = false;
	protected abstract builtin(token: LexedToken, macro: Macro): LexedToken;
	/** Files only: where to go back to when an invocation turns out never to end. */
	protected abstract mark(): (() => void) | undefined;

	protected problem(severity: Problem['severity'], code: string, message: string, at: FileRange): void {
		this.problems.push({ severity, code, message, at: { file: at.file, start: at.start, end: at.end } });
	}

	/** The next token as it stands, without expansion; undefined at the end of the main file or of a barrier. */
	protected next(): LexedToken | undefined {
		const { stack } = this;
		for (;;) {
			const source = stack[stack.length - 1];
			if (!source) return undefined;
			if (source.position < source.tokens.length) return source.tokens[source.position++];
			if (source.kind === 'barrier') return undefined;
			if (source.kind === 'macro') {
				if (source.macro) source.macro.active--;
				stack.pop();
				continue;
			}
			if (this.advance(source)) continue;
			if (this.interrupted) {
				this.interrupted = false;
				return undefined;
			}
			if (stack.length === 1) return undefined;
			stack.pop();
		}
	}

	/** The next token after macro expansion. */
	protected nextExpanded(): LexedToken | undefined {
		for (;;) {
			const token = this.next();
			if (!token || token.kind !== TokenKind.Identifier) return token;
			if (token.noExpand) return token;
			const macro = this.macros.get(token.text);
			if (!macro) {
				if (!this.inCondition && token.text !== '_Pragma') return token;
				const special = this.special(token, undefined);
				if (special === 'consumed') continue;
				return special ?? token;
			}
			if (macro.active > 0) return this.never(token);
			if (macro.builtin) {
				const special = macro.builtin === 'query' ? this.special(token, macro) : this.builtin(token, macro);
				if (special === 'consumed') continue;
				return special ?? token;
			}
			if (macro.parameters && !this.parenthesisFollows()) return token;
			const instead = this.expand(token, macro);
			if (instead) return instead;
		}
	}

	/** Unwinds to the innermost file and forgets what was being expanded. */
	protected unwind(): void {
		for (;;) {
			const source = this.stack[this.stack.length - 1];
			if (!source || source.kind === 'file') break;
			if (source.macro) source.macro.active--;
			this.stack.pop();
		}
		this.collecting = 0;
		this.copies = 1;
		this.argumentParent = undefined;
	}

	/** Begins the count of an outermost invocation. */
	protected resetExpansionCount(): void {
		this.produced = 0;
		this.weighedAt = this.weighedFrom;
	}

	/** The range from one token's beginning to another one's end; the first one alone where they stand in different files. */
	protected span(from: FileRange, to: FileRange): FileRange {
		const sameFile = to.file === from.file && to.end >= from.start;
		return { file: from.file, start: from.start, end: sameFile ? to.end : from.end };
	}

	/** Throws where the outermost invocation, of which `macro` is the innermost, would go over the limit in any case. */
	private weigh(macro: Macro, expansion: Expansion): void {
		this.weighedAt = Number.POSITIVE_INFINITY;
		const outer = this.stack.find((source) => source.macro)?.macro ?? macro;
		if (leastExpansion(outer, this.macros) <= EXPANSION_LIMIT) return;
		this.weighedFrom = 0;
		throw new ExpansionLimit(expansion);
	}

	private never(token: LexedToken): LexedToken {
		const copy = copied(token, token.space);
		copy.noExpand = true;
		return copy;
	}

	/** Is the next token, in this source or (at a macro's end) in those below it, an opening parenthesis? */
	protected parenthesisFollows(): boolean {
		for (let i = this.stack.length - 1; i >= 0; i--) {
			const source = this.stack[i]!;
			if (source.position < source.tokens.length) return source.tokens[source.position]!.text === '(';
			if (source.kind !== 'macro') return false;
		}
		return false;
	}

	/** Replaces an invocation by its expansion. Gives a token only where there is nothing to expand after all. */
	private expand(token: LexedToken, macro: Macro): LexedToken | undefined {
		if (this.producedInUnit > UNIT_EXPANSION_LIMIT) return token;
		// A new outermost invocation can only begin where the file itself is read.
		if (this.collecting === 0 && this.stack[this.stack.length - 1]!.kind === 'file') this.resetExpansionCount();
		let args: Arguments | undefined;
		let end: Token = token;
		if (macro.parameters) {
			const back = this.collecting === 0 && this.stack[this.stack.length - 1]!.kind === 'file' ? this.mark() : undefined;
			const consumed: LexedToken[] = [];
			const raw = this.readArguments(macro, consumed);
			if (!raw) {
				const at = token.expansion ? outermost(token.expansion).call : token;
				const closed = consumed.length > 0 && consumed[consumed.length - 1]!.text === ')' && this.lastClosed;
				if (!closed) {
					this.problem('error', 'unterminated-macro-call', `the arguments of macro ${macro.name} never end`, at);
					if (back) back();
					else this.push(consumed);
				} else {
					const wanted = macro.parameters.length;
					this.problem(
						'error',
						'macro-arguments',
						`macro ${macro.name} takes ${macro.variadic ? `at least ${wanted - 1}` : wanted} argument${wanted === 1 ? '' : 's'}`,
						at,
					);
					this.push(consumed);
				}
				return this.never(token);
			}
			args = raw;
			end = consumed[consumed.length - 1]!;
		}
		const expansion: Expansion = {
			macro: macro.name,
			call: this.span(token, end),
			definition: macro.definition,
			parent: token.expansion ?? this.argumentParent,
		};
		const tokens = this.substitute(macro, args, expansion);
		// The first one may stand elsewhere as well.
		if (tokens.length && tokens[0]!.space !== token.space) tokens[0] = copied(tokens[0]!, token.space);
		this.produced += tokens.length + 1;
		this.producedInUnit += tokens.length + 1;
		if (this.produced > EXPANSION_LIMIT) throw new ExpansionLimit(expansion);
		if (this.produced > this.weighedAt) this.weigh(macro, expansion);
		macro.active++;
		this.stack.push({ kind: 'macro', tokens, position: 0, macro });
		return undefined;
	}

	private push(tokens: LexedToken[]): void {
		this.stack.push({ kind: 'macro', tokens, position: 0 });
	}

	private lastClosed = false;

	/** Reads `( ... )`; every token read goes into `consumed`. Undefined where they never end or their number is wrong. */
	private readArguments(macro: Macro, consumed: LexedToken[]): Arguments | undefined {
		const wanted = macro.parameters!.length;
		const raw: LexedToken[][] = [];
		let current: LexedToken[] = [];
		let depth = 0;
		this.lastClosed = false;
		this.collecting++;
		try {
			consumed.push(this.next()!);
			for (;;) {
				const token = this.next();
				if (!token) return undefined;
				consumed.push(token);
				if (token.kind === TokenKind.Punctuator) {
					if (token.text === '(') depth++;
					else if (token.text === ')') {
						if (depth-- === 0) break;
					} else if (token.text === ',' && depth === 0 && !(macro.variadic && raw.length === wanted - 1)) {
						raw.push(current);
						current = [];
						continue;
					}
				} else if (token.kind === TokenKind.Identifier && !token.noExpand) {
					const named = this.macros.get(token.text);
					if (named && named.active > 0) {
						current.push(this.never(token));
						continue;
					}
				}
				current.push(token);
			}
		} finally {
			this.collecting--;
		}
		this.lastClosed = true;
		let elided = false;
		if (raw.length === 0 && current.length === 0) {
			if (wanted === 1) {
				raw.push(current);
				elided = macro.variadic;
			} else if (wanted > 1) raw.push(current);
		} else raw.push(current);
		if (macro.variadic && raw.length === wanted - 1) {
			raw.push([]);
			elided = true;
		}
		if (raw.length !== wanted) return undefined;
		return { raw, expanded: [], elided, placed: new Map() };
	}

	/** An argument's full expansion, computed once. */
	private expandArgument(macro: Macro, args: Arguments, index: number, expansion: Expansion): LexedToken[] {
		const known = args.expanded[index];
		if (known) return known;
		const raw = args.raw[index]!;
		if (!raw.some((token) => token.kind === TokenKind.Identifier && !token.noExpand && this.macros.has(token.text))) {
			return (args.expanded[index] = raw);
		}
		const outerParent = this.argumentParent;
		const outerCopies = this.copies;
		this.argumentParent = expansion;
		this.copies *= copiesOf(macro, index);
		if (++this.collecting > ARGUMENT_DEPTH_LIMIT) throw new ExpansionLimit(expansion);
		this.stack.push({ kind: 'barrier', tokens: raw, position: 0 });
		const out: LexedToken[] = [];
		for (;;) {
			const token = this.nextExpanded();
			if (!token) break;
			out.push(token);
		}
		this.stack.pop();
		this.collecting--;
		this.argumentParent = outerParent;
		this.produced += out.length;
		const least = this.copies * out.length;
		this.copies = outerCopies;
		if (this.produced > EXPANSION_LIMIT || least > EXPANSION_LIMIT) throw new ExpansionLimit(expansion);
		return (args.expanded[index] = out);
	}

	private substitute(macro: Macro, args: Arguments | undefined, expansion: Expansion): LexedToken[] {
		const { body } = macro;
		if (!macro.operators && !args) return body.map((token) => bodyToken(token, expansion));
		const pieces: Piece[] = [];
		this.substituteRange(macro, 0, body.length, args, expansion, pieces);
		return macro.operators ? this.paste(pieces, expansion) : (pieces as LexedToken[]);
	}

	private substituteRange(macro: Macro, from: number, to: number, args: Arguments | undefined, expansion: Expansion, out: Piece[]): void {
		const { body, slots } = macro;
		let spaceNext = false;
		const put = (tokens: readonly LexedToken[], space: boolean, parameter: LexedToken): void => {
			let placed = args!.placed.get(tokens);
			if (!placed) args!.placed.set(tokens, (placed = tokens.map((token) => argumentToken(token, expansion))));
			const first = placed[0]!;
			const spaced = space || parameter.space;
			out.push(first.space === spaced ? first : copied(first, spaced));
			for (let k = 1; k < placed.length; k++) out.push(placed[k]!);
		};
		for (let i = from; i < to; i++) {
			const token = body[i]!;
			if (token.text === '##') {
				out.push(PASTE);
				continue;
			}
			if (args && token.text === '#' && i + 1 < to) {
				const next = body[i + 1]!;
				const slot = slots[i + 1]!;
				if (slot >= 0 || next.text === '__VA_OPT__') {
					let text: string;
					if (slot >= 0) {
						text = stringify(args.raw[slot]!);
						i++;
					} else {
						const close = closing(body, i + 2, to);
						const inner: Piece[] = [];
						if (this.hasVariadic(macro, args, expansion)) this.substituteRange(macro, i + 3, close, args, expansion, inner);
						text = stringify(this.paste(inner, expansion));
						i = close;
					}
					out.push(new LexedToken(TokenKind.String, text, token.file, token.start, next.end, token.space || spaceNext, expansion, false));
					spaceNext = false;
					continue;
				}
			}
			if (args && macro.variadic && token.text === '__VA_OPT__' && body[i + 1]?.text === '(') {
				const close = closing(body, i + 1, to);
				if (this.hasVariadic(macro, args, expansion)) this.substituteRange(macro, i + 2, close, args, expansion, out);
				else if (out[out.length - 1] === PASTE) out.pop();
				else if (body[close + 1]?.text === '##') {
					i = close + 1;
					continue;
				}
				i = close;
				continue;
			}
			const slot = args ? slots[i]! : -1;
			if (!args || slot < 0) {
				const copy = bodyToken(token, expansion);
				if (spaceNext) copy.space = true;
				spaceNext = false;
				out.push(copy);
				continue;
			}
			const pasteBefore = i > from && body[i - 1]!.text === '##';
			const pasteAfter = i + 1 < to && body[i + 1]!.text === '##';
			if (!pasteBefore && !pasteAfter) {
				const tokens = this.expandArgument(macro, args, slot, expansion);
				if (tokens.length) {
					put(tokens, spaceNext, token);
					spaceNext = false;
				} else if (token.space) spaceNext = true;
				continue;
			}
			const tokens = args.raw[slot]!;
			const afterPaste = out[out.length - 1] === PASTE;
			const variadic = macro.variadic && slot === macro.parameters!.length - 1;
			if (tokens.length) {
				// GNU's `, ## args` glues nothing: it only says that the comma goes with the arguments.
				const comma = out[out.length - 2];
				if (afterPaste && variadic && comma !== PASTE && comma?.text === ',') out.pop();
				put(tokens, spaceNext, token);
				spaceNext = false;
				continue;
			}
			if (pasteAfter) {
				i++;
				continue;
			}
			if (afterPaste) {
				out.pop();
				const comma = out[out.length - 1];
				if (variadic && args.elided && comma !== undefined && comma !== PASTE && comma.text === ',') out.pop();
			}
		}
	}

	private hasVariadic(macro: Macro, args: Arguments, expansion: Expansion): boolean {
		return this.expandArgument(macro, args, macro.parameters!.length - 1, expansion).length > 0;
	}

	/** Carries out the `##` operators, from left to right. */
	private paste(pieces: Piece[], expansion: Expansion): LexedToken[] {
		const out: LexedToken[] = [];
		for (let i = 0; i < pieces.length; i++) {
			const piece = pieces[i]!;
			if (piece !== PASTE) {
				out.push(piece);
				continue;
			}
			const right = pieces[i + 1];
			const left = out[out.length - 1];
			if (right === undefined || right === PASTE || !left) continue;
			i++;
			const text = left.text + right.text;
			const holder: SourceFile = { path: '<paste>', text };
			const made = lex(holder, 0, text.length);
			if (made.length !== 1) {
				this.problem(
					'error',
					'invalid-paste',
					`pasting '${left.text}' and '${right.text}' gives no valid token`,
					outermost(expansion).call,
				);
				out.push(right);
				continue;
			}
			const spelled = right.fromArgument && !left.fromArgument ? right : left;
			out[out.length - 1] = new LexedToken(
				made[0]!.kind,
				text,
				spelled.file,
				spelled.start,
				spelled.end,
				left.space,
				spelled.expansion ?? expansion,
				spelled.fromArgument,
			);
		}
		return out;
	}
}

/** The invocation that stands in a file and not in another macro's expansion. */
export function outermost(expansion: Expansion): Expansion {
	let at = expansion;
	while (at.parent) at = at.parent;
	return at;
}

/** Where a token is written, or, for a macro's output, where the outermost invocation is. */
export function writtenAt(token: Token): FileRange {
	return token.expansion ? outermost(token.expansion).call : token;
}

function bodyToken(token: LexedToken, expansion: Expansion): LexedToken {
	return new LexedToken(token.kind, token.text, token.file, token.start, token.end, token.space, expansion, false);
}

/** An argument's token where it stands in the body; what came out of an expansion inside it is that token. */
function argumentToken(token: LexedToken, expansion: Expansion): LexedToken {
	if (token.expansion !== undefined && reaches(token.expansion, expansion)) return token;
	const copy = new LexedToken(token.kind, token.text, token.file, token.start, token.end, token.space, expansion, true);
	copy.noExpand = token.noExpand;
	return copy;
}

function copied({ kind, text, file, start, end, expansion, fromArgument, noExpand }: LexedToken, space: boolean): LexedToken {
	const copy = new LexedToken(kind, text, file, start, end, space, expansion, fromArgument);
	copy.noExpand = noExpand;
	return copy;
}

function reaches(from: Expansion, to: Expansion): boolean {
	for (let at: Expansion | undefined = from; at; at = at.parent) if (at === to) return true;
	return false;
}

/** The index of the `)` that closes the `(` at `open`; `to - 1` where there is none. */
function closing(body: readonly LexedToken[], open: number, to: number): number {
	let depth = 0;
	for (let i = open; i < to; i++) {
		if (body[i]!.text === '(') depth++;
		else if (body[i]!.text === ')' && --depth === 0) return i;
	}
	return to - 1;
}

function stringify(tokens: readonly LexedToken[]): string {
	let out = '"';
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		if (i > 0 && token.space) out += ' ';
		out += token.kind === TokenKind.String || token.kind === TokenKind.Character ? token.text.replace(/[\\"]/g, '\\$&') : token.text;
	}
	return `${out}"`;
}
