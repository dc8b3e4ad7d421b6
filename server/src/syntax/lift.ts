// Writes a slice's tokens out as text that stock tree-sitter-c parses without errors. What it does not know (attributes, typeof, asm
// operands, offsetof, types as operands, ...) is taken out of the text into side tables, keyed by the index of the token where it stood;
// names are written so that a type is always recognisable as one.
import type { Attribute } from './ast.js';
import { CUT_OUT, type Fragment, FragmentWriter, inOne, operandFrame } from './fragments.js';
import { areMatched, guessTypes, isKeyword, matchBrackets, stringValue } from './lift-words.js';
import type { AsmOperandLift, Lift, Lifted, Operand, OperandId, PathStep, TypedefOracle } from './lifted.js';
import { type Token, TokenKind } from './token.js';
import {
	ALIGNOF_WORDS,
	ASM_WORDS,
	ATTRIBUTE_WORDS,
	canonicalType,
	DROPPED,
	QUALIFIERS,
	RECORD_WORDS,
	SPECIAL_WORDS,
	STATEMENT_WORDS,
	STATIC_ASSERT_WORDS,
	STORAGE,
	TYPE_WORDS,
	TYPEOF_WORDS,
} from './words.js';
import { WrittenAgain } from './written-again.js';

enum Bracket {
	Paren,
	/** Parentheses around a type: a cast or a compound literal's type. */
	TypeParen,
	Square,
	Block,
	Record,
	Enum,
	Initializer,
}

/** What the last token that counts was, as far as it decides whether a type may follow. */
enum Before {
	/** A declaration or statement may begin, or a parameter, or a cast. */
	Start,
	/** A type was completed: what follows is a declarator. */
	Type,
	Other,
}

/** Every name is written so: which one it is the token knows. */
const NAME = 'a';
/** What lies in one piece is kept together by other white space than that between pieces. */
const FACTOR = `(\t${NAME}\t)`;

/** Lifts a slice's tokens. Never throws; text that is broken comes out as broken as it was, and in one. `whole`: so does any text. */
export function lift(tokens: readonly Token[], isTypedef: TypedefOracle, whole = false): Lifted {
	const close = matchBrackets(tokens);
	const cut = !whole && areMatched(tokens, close);
	const lifted = cut ? new Lifter(tokens, isTypedef, close, true).run() : undefined;
	return lifted ?? new Lifter(tokens, isTypedef, close, false).run()!;
}

class Lifter {
	private readonly lifts = new Map<number, Lift>();
	private readonly attributes: Attribute[] = [];
	private readonly builtinTypes = new Map<number, string>();
	private readonly typedefs = new Set<number>();
	private readonly operands: Operand[] = [];
	/** Names that hide a typedef, per scope. */
	private scopes: Set<string>[] = [new Set()];
	private guesses: ReadonlySet<string> | undefined;
	private readonly again: WrittenAgain;
	private readonly out = new FragmentWriter();

	constructor(
		private readonly tokens: readonly Token[],
		private readonly isTypedef: TypedefOracle,
		private readonly close: Int32Array,
		private readonly cut: boolean,
	) {
		this.again = new WrittenAgain(tokens);
	}

	/** Undefined where the text is not what can be cut. */
	run(): Lifted | undefined {
		const { operands, lifts, builtinTypes, typedefs } = this;
		const out = this.out;
		this.emit(0, this.tokens.length, true);
		const main = out.finish();
		const operandFragments: Fragment[] = [];
		for (let i = 0; i < operands.length; i++) {
			const { kind, first, last } = operands[i]!;
			this.scopes = [new Set()];
			out.put(operandFrame(kind), first);
			this.emit(first, last + 1, false);
			out.put(');', last);
			operandFragments.push(out.finish());
		}
		if (this.cut && !out.isWhole) return undefined;
		const attributes = this.attributes.sort((a, b) => a.first - b.first);
		const { repeats } = this.again;
		const tables = { operands, repeats, lifts, attributes, builtinTypes, typedefs };
		const { firsts, lasts, fragments, blocks } = out;
		const pieces = { text: undefined, firsts, lasts, fragments, blocks, main, operandFragments };
		return { ...tables, ...(this.cut ? pieces : inOne(pieces)) };
	}

	// ---- Knowing types ----

	private known(name: string): boolean {
		for (let i = this.scopes.length - 1; i >= 0; i--) if (this.scopes[i]!.has(name)) return false;
		return this.isTypedef(name) ?? this.guessed.has(name);
	}

	private get guessed(): ReadonlySet<string> {
		return (this.guesses ??= guessTypes(this.tokens));
	}

	/** Is the name known to be no type? */
	private isObject(name: string): boolean {
		return this.isTypedef(name) === false || this.scopes.some((scope) => scope.has(name));
	}

	/** Does a type name begin at the token? */
	private typeAt(index: number): boolean {
		const token = this.tokens[index];
		if (token?.kind !== TokenKind.Identifier) return false;
		const { text } = token;
		if (!SPECIAL_WORDS.has(text)) return this.known(text);
		return (
			TYPE_WORDS.has(text) ||
			QUALIFIERS.has(text) ||
			RECORD_WORDS.has(text) ||
			TYPEOF_WORDS.has(text) ||
			text === '_Atomic' ||
			(ATTRIBUTE_WORDS.has(text) && this.typeAt(this.closing(index + 1) + 1)) ||
			(DROPPED.has(text) && this.typeAt(index + 1)) ||
			(!isKeyword(text) && this.known(text))
		);
	}

	/** The partner of the bracket at `open`, or the last token where there is none. */
	private closing(open: number): number {
		const at = this.close[open];
		return at === undefined || at < 0 ? this.tokens.length - 1 : at;
	}

	private operand(kind: Operand['kind'], first: number, last: number): OperandId {
		const operand: Operand = { kind, first, last };
		const make = (): OperandId => this.operands.push(operand) - 1;
		return first <= last ? this.again.of(operand, make) : make();
	}

	private either(first: number, last: number): OperandId {
		return this.operand(this.typeAt(first) ? 'type' : 'expression', first, last);
	}

	/** The pieces between the brackets at `open` and `close`, cut at commas of the same level: `[first, last]` each. */
	private split(open: number, close: number, separator = ','): [number, number][] {
		const out: [number, number][] = [];
		let from = open + 1;
		for (let i = open + 1; i < close; i++) {
			const { text } = this.tokens[i]!;
			if (text === '(' || text === '[' || text === '{') i = Math.min(this.closing(i), close);
			else if (text === separator) {
				out.push([from, i - 1]);
				from = i + 1;
			}
		}
		out.push([from, close - 1]);
		return out;
	}

	private literal(first: number, last: number): string {
		let out = '';
		for (let i = first; i <= last; i++) if (this.tokens[i]!.kind === TokenKind.String) out += stringValue(this.tokens[i]!.text);
		return out;
	}

	// ---- Writing ----

	private emit(from: number, to: number, top: boolean): void {
		const { tokens } = this;
		const out = this.out;
		const cut = this.cut;
		const stack: Bracket[] = [];
		let before = Before.Start;
		/** The last token that was not lifted away, -1 at the beginning. */
		let previous = -1;
		/** Where the current member declaration has had its declarator, for anonymous bit-fields. */
		let recordHead = '';
		for (let i = from; i < to; i++) {
			const token = tokens[i]!;
			const { text } = token;
			const stackTop = stack[stack.length - 1];
			if (token.kind === TokenKind.Number) {
				out.put('0', i);
				before = Before.Other;
				previous = i;
				continue;
			}
			if (token.kind === TokenKind.String) {
				let last = i;
				while (last + 1 < to && tokens[last + 1]!.kind === TokenKind.String) last++;
				out.put('""', i, last);
				i = last;
				before = Before.Other;
				previous = i;
				continue;
			}
			if (token.kind === TokenKind.Character) {
				out.put("'c'", i);
				before = Before.Other;
				previous = i;
				continue;
			}
			if (token.kind === TokenKind.Identifier) {
				if (SPECIAL_WORDS.has(text)) {
					// -- What is taken out without a trace in the text
					if (ATTRIBUTE_WORDS.has(text) && tokens[i + 1]?.text === '(') {
						const close = this.closing(i + 1);
						this.attribute(i, close);
						i = close;
						continue;
					}
					if (DROPPED.has(text)) {
						if (text === '_Noreturn') this.attributes.push({ first: i, last: i, name: 'noreturn', args: [] });
						continue;
					}
					if (text === '_Alignas' && tokens[i + 1]?.text === '(') {
						const close = this.closing(i + 1);
						this.attributes.push({ first: i, last: close, name: 'aligned', args: [this.joined(i + 2, close - 1)] });
						i = close;
						continue;
					}
					if (STATIC_ASSERT_WORDS.has(text) && tokens[i + 1]?.text === '(') {
						i = this.closing(i + 1);
						// In a block the semicolon is left as an empty statement; in a record it goes too.
						if (stackTop === Bracket.Record && tokens[i + 1]?.text === ';') i++;
						before = Before.Start;
						continue;
					}
					if (ASM_WORDS.has(text)) {
						const done = this.asm(i, to, before);
						if (done) {
							if (done.statement) {
								out.put('0', i, done.last);
								previous = done.last;
								before = Before.Other;
							}
							i = done.last;
							continue;
						}
					}
					// -- Types
					if (TYPEOF_WORDS.has(text) && tokens[i + 1]?.text === '(') {
						const close = this.closing(i + 1);
						this.lifts.set(i, {
							kind: 'typeof',
							last: close,
							operand: this.either(i + 2, close - 1),
							unqualified: text.includes('unqual'),
						});
						out.put('int', i, close);
						i = previous = close;
						before = Before.Type;
						continue;
					}
					if (text === '_Atomic') {
						if (tokens[i + 1]?.text === '(') {
							const close = this.closing(i + 1);
							this.lifts.set(i, { kind: 'atomic', last: close, operand: this.operand('type', i + 2, close - 1) });
							out.put('int', i, close);
							i = previous = close;
							before = Before.Type;
						} else out.put('_Atomic', i);
						continue;
					}
					if (TYPE_WORDS.has(text)) {
						this.typeWords(out, i, to);
						const run = this.runEnd;
						previous = run;
						i = run;
						before = Before.Type;
						recordHead = '';
						continue;
					}
					const qualifier = QUALIFIERS.get(text);
					if (qualifier) {
						out.put(qualifier, i);
						continue;
					}
					const storage = STORAGE.get(text);
					if (storage) {
						out.put(storage, i);
						continue;
					}
					if (RECORD_WORDS.has(text)) {
						out.put(text, i);
						recordHead = text;
						before = Before.Other;
						previous = i;
						// The tag, behind attributes.
						let j = i + 1;
						while (j < to && (ATTRIBUTE_WORDS.has(tokens[j]!.text) || DROPPED.has(tokens[j]!.text))) {
							if (DROPPED.has(tokens[j]!.text)) {
								j++;
								continue;
							}
							const close = this.closing(j + 1);
							this.attribute(j, close);
							j = close + 1;
						}
						const tag = tokens[j];
						if (j < to && tag!.kind === TokenKind.Identifier && !isKeyword(tag!.text)) {
							out.put(NAME, j);
							previous = j;
							j++;
							before = Before.Type;
							if (tokens[j]?.text !== '{' && tokens[j]?.text !== ':' && !ATTRIBUTE_WORDS.has(tokens[j]?.text ?? '')) recordHead = '';
						} else if (tag?.text === ':' && text === 'enum') out.put('_e', j);
						i = j - 1;
						continue;
					}
					// -- Operators that are written as words
					const operator = this.wordOperator(out, i, from, to);
					if (operator > i) {
						i = previous = operator;
						before = Before.Other;
						continue;
					}
					if (STATEMENT_WORDS.has(text) || text === 'sizeof') {
						if (text === 'goto' && tokens[i + 1]?.text === '*') {
							out.put('return', i);
						} else out.put(text, i);
						if (stackTop === Bracket.Block) out.word(text);
						before = text === 'else' || text === 'do' ? Before.Start : Before.Other;
						previous = i;
						continue;
					}
					// -- Local labels, `__label__ a, b;`
					if (text === '__label__') {
						while (i + 1 < to && tokens[i]!.text !== ';') i++;
						continue;
					}
				}
				// -- Names that nobody defined, where C knows no name: macros of a header that is missing
				const unknownMacro = this.unknownMacro(i, to, before, previous, stack.length === 0 && top);
				if (unknownMacro >= i) {
					i = unknownMacro;
					continue;
				}
				// -- Names
				const label = before === Before.Start && tokens[i + 1]?.text === ':' && stackTop === Bracket.Block;
				const member = previous >= 0 && (tokens[previous]!.text === '.' || tokens[previous]!.text === '->');
				const place =
					before === Before.Start && !label && !member && stackTop !== Bracket.Enum && stackTop !== Bracket.Initializer && this.known(text);
				if (place) {
					this.typedefs.add(i);
					out.put('int', i);
					before = Before.Type;
				} else {
					const declarator = before === Before.Type || (previous >= 0 && tokens[previous]!.text === '*');
					if (declarator && !label && stackTop !== Bracket.Record) this.scopes[this.scopes.length - 1]!.add(text);
					// `a * b;` reads as a declaration of `b` unless `a` cannot be a type.
					const factor = before === Before.Start && tokens[i + 1]?.text === '*' && !label && this.isObject(text);
					out.put(factor ? FACTOR : NAME, i);
					before = Before.Other;
				}
				recordHead = '';
				previous = i;
				continue;
			}
			if (token.kind === TokenKind.Other) {
				out.put('@', i);
				before = Before.Other;
				previous = i;
				continue;
			}
			// ---- Punctuators
			switch (text) {
				case '(': {
					const type =
						(before === Before.Other || previous < 0 || before === Before.Start) && this.typeAt(i + 1) && !this.callBefore(previous);
					stack.push(type ? Bracket.TypeParen : Bracket.Paren);
					out.put('(', i);
					before = Before.Start;
					break;
				}
				case ')': {
					const was = stack.pop();
					out.put(')', i);
					before = Before.Other;
					if (was === Bracket.TypeParen && tokens[i + 1]?.text === '{') {
						stack.push(Bracket.Initializer);
						i++;
						out.put('{', i);
					}
					// A statement may follow the head of a loop or branch.
					break;
				}
				case '[':
					if (tokens[i + 1]?.text === '[' && (before === Before.Start || before === Before.Type) && stackTop !== Bracket.Initializer) {
						const close = this.closing(i);
						this.standardAttributes(i, close);
						i = close;
						continue;
					}
					stack.push(Bracket.Square);
					out.put('[', i);
					before = Before.Other;
					break;
				case ']':
					stack.pop();
					out.put(']', i);
					before = Before.Other;
					break;
				case '{': {
					let kind = Bracket.Block;
					const last = previous >= 0 ? tokens[previous]!.text : '';
					if (recordHead) kind = recordHead === 'enum' ? Bracket.Enum : Bracket.Record;
					else if (last === '=' || stackTop === Bracket.Initializer || (stackTop === Bracket.Square && last !== '('))
						kind = Bracket.Initializer;
					recordHead = '';
					stack.push(kind);
					out.put(cut && kind === Bracket.Block ? CUT_OUT : '{', i);
					if (kind === Bracket.Block) {
						this.scopes.push(new Set());
						if (cut) out.openBlock();
					}
					before = kind === Bracket.Initializer || kind === Bracket.Enum ? Before.Other : Before.Start;
					break;
				}
				case '}': {
					const was = stack.pop();
					if (cut && was === Bracket.Block) out.closeBlock();
					out.put('}', i);
					if (was === Bracket.Block) {
						if (this.scopes.length > 1) this.scopes.pop();
						if (cut && stack[stack.length - 1] === Bracket.Block) out.endStatement(tokens[i + 1]?.text);
					}
					before = was === Bracket.Record || was === Bracket.Enum ? Before.Type : was === Bracket.Block ? Before.Start : Before.Other;
					break;
				}
				case ';':
					out.put(';', i);
					if (cut && stackTop === Bracket.Block) out.endStatement(tokens[i + 1]?.text);
					before = Before.Start;
					recordHead = '';
					break;
				case ',':
					out.put(',', i);
					before =
						stackTop === Bracket.Paren || stackTop === Bracket.TypeParen || (!top && stack.length === 0) ? Before.Start : Before.Other;
					recordHead = '';
					break;
				case ':': {
					const anonymous = stackTop === Bracket.Record && recordHead === '' && (before === Before.Type || tokens[previous]?.text === ',');
					if (anonymous) out.put('_b\t:', i);
					else if (stackTop === Bracket.Block && this.isLabelColon(i, previous)) {
						out.put(':\t;', i);
						if (cut) out.endStatement(tokens[i + 1]?.text);
						before = Before.Start;
						previous = i;
						continue;
					} else out.put(':', i);
					before = stackTop === Bracket.Block ? Before.Start : Before.Other;
					if (recordHead === 'enum') before = Before.Start;
					break;
				}
				case '...':
					if (stackTop === Bracket.Block) out.put('?\t:', i);
					else out.put('...', i);
					before = Before.Other;
					break;
				case '&&':
					if ((before === Before.Start || this.operatorBefore(previous)) && tokens[i + 1]?.kind === TokenKind.Identifier) {
						this.lifts.set(i, { kind: 'label-address', last: i + 1, label: tokens[i + 1]!.text });
						out.put('0', i, i + 1);
						i++;
					} else out.put('&&', i);
					before = Before.Other;
					break;
				case '*':
					if (previous >= 0 && tokens[previous]!.text === 'goto') {
						out.put('', i);
						before = Before.Other;
						break;
					}
					out.put('*', i);
					// A pointer's declarator goes on; no other type may follow.
					before = Before.Other;
					break;
				default:
					// A directive to the parser, up to the line's end.
					if (text.startsWith('#')) out.spoiled = true;
					out.put(text, i);
					before = Before.Other;
			}
			previous = i;
		}
	}

	/** The last token of what must be an attribute macro that was never defined; -1 where the name is an ordinary one. */
	private unknownMacro(at: number, to: number, before: Before, previous: number, fileScope: boolean): number {
		const { tokens } = this;
		const name = tokens[at]!.text;
		const next = at + 1 < to ? tokens[at + 1] : undefined;
		// Inside of functions and records it can only stand behind a type.
		if (!next || (before !== Before.Type && !fileScope) || this.isTypedef(name) !== undefined) return -1;
		const nameNext = next.kind === TokenKind.Identifier;
		// `struct x IDENT *p`, `int IDENT name`
		if (before === Before.Type && (next.text === '*' || (nameNext && !ASM_WORDS.has(next.text) && !ATTRIBUTE_WORDS.has(next.text))))
			return at;
		if (!fileScope) return -1;
		// `IDENT static int ...`, `IDENT("text") int ...`
		if (before === Before.Start) {
			if (nameNext && isKeyword(next.text) && !QUALIFIERS.has(next.text) && !ATTRIBUTE_WORDS.has(next.text) && !DROPPED.has(next.text))
				return at;
			if (next.text === '(') {
				const close = this.closing(at + 1);
				if (close + 1 < to && tokens[close + 1]!.kind === TokenKind.Identifier) return close;
			}
		}
		// `int f(void) IDENT;`
		if (previous >= 0 && tokens[previous]!.text === ')' && (next.text === ';' || next.text === '{' || nameNext)) return at;
		return -1;
	}

	/** A name or `)` before a parenthesis makes it a call or a parameter list. */
	private callBefore(previous: number): boolean {
		if (previous < 0) return false;
		const token = this.tokens[previous]!;
		if (token.kind === TokenKind.Identifier) return !STATEMENT_WORDS.has(token.text) && token.text !== 'sizeof';
		return token.text === ')' || token.text === ']';
	}

	private operatorBefore(previous: number): boolean {
		if (previous < 0) return true;
		const { kind, text } = this.tokens[previous]!;
		return (kind === TokenKind.Punctuator && text !== ')' && text !== ']' && text !== '}') || text === 'return';
	}

	/** `name:` at a statement's beginning. */
	private isLabelColon(colon: number, previous: number): boolean {
		if (previous !== colon - 1 || this.tokens[previous]!.kind !== TokenKind.Identifier || isKeyword(this.tokens[previous]!.text))
			return false;
		const before = this.tokens[previous - 1]?.text ?? ';';
		return before === ';' || before === '{' || before === '}' || before === ':' || before === ')';
	}

	private runEnd = 0;

	/** Writes a run of arithmetic type words as one `int`, qualifiers and storage classes between them where they stand. */
	private typeWords(out: FragmentWriter, from: number, to: number): void {
		const { tokens } = this;
		const words: string[] = [];
		let last = from;
		for (let i = from; i < to; i++) {
			const { text } = tokens[i]!;
			if (TYPE_WORDS.has(text)) {
				words.push(text);
				last = i;
			} else if (ATTRIBUTE_WORDS.has(text)) i = this.closing(i + 1);
			else if (!QUALIFIERS.has(text) && !STORAGE.has(text) && !DROPPED.has(text)) break;
		}
		this.builtinTypes.set(from, canonicalType(words));
		out.put('int', from);
		for (let i = from + 1; i <= last; i++) {
			const { text } = tokens[i]!;
			if (ATTRIBUTE_WORDS.has(text)) {
				const close = this.closing(i + 1);
				this.attribute(i, close);
				i = close;
				continue;
			}
			const word = QUALIFIERS.get(text) ?? STORAGE.get(text);
			if (word) out.put(word, i);
		}
		this.runEnd = last;
	}

	/** `sizeof(type)` and the builtins that take types. Gives the last token taken, or `at` if nothing was. */
	private wordOperator(out: FragmentWriter, at: number, from: number, to: number): number {
		const { tokens } = this;
		const { text } = tokens[at]!;
		if (tokens[at + 1]?.text !== '(') return at;
		const close = this.closing(at + 1);
		if (close >= to) return at;
		const take = (made: Lift): number => {
			this.lifts.set(at, made);
			out.put('0', at, close);
			return close;
		};
		if (text === 'sizeof' || ALIGNOF_WORDS.has(text)) {
			const operator = text === 'sizeof' ? 'sizeof' : 'alignof';
			// `sizeof (type){...}` is the size of a compound literal.
			if (this.typeAt(at + 2) && tokens[close + 1]?.text !== '{') {
				return take({ kind: 'sizeof', last: close, operator, operand: this.operand('type', at + 2, close - 1) });
			}
			if (operator === 'alignof')
				return take({ kind: 'sizeof', last: close, operator, operand: this.operand('expression', at + 2, close - 1) });
			return at;
		}
		switch (text) {
			case '__builtin_offsetof':
			case 'offsetof': {
				const parts = this.split(at + 1, close);
				if (parts.length !== 2) return at;
				return take({ kind: 'offsetof', last: close, type: this.operand('type', ...parts[0]!), path: this.memberPath(...parts[1]!) });
			}
			case '__builtin_types_compatible_p': {
				const parts = this.split(at + 1, close);
				if (parts.length !== 2) return at;
				return take({
					kind: 'types-compatible',
					last: close,
					left: this.operand('type', ...parts[0]!),
					right: this.operand('type', ...parts[1]!),
				});
			}
			case '__builtin_va_arg': {
				const parts = this.split(at + 1, close);
				if (parts.length !== 2) return at;
				return take({
					kind: 'va-arg',
					last: close,
					list: this.operand('expression', ...parts[0]!),
					type: this.operand('type', ...parts[1]!),
				});
			}
			case '_Generic': {
				const [control, ...rest] = this.split(at + 1, close);
				const controlId = this.either(...control!);
				const associations = rest.map(([first, last]) => {
					const colon = this.split(first - 1, last + 1, ':')[0]![1] + 1;
					const value = this.operand('expression', colon + 1, last);
					return tokens[first]!.text === 'default' ? { value } : { type: this.operand('type', first, colon - 1), value };
				});
				return take({ kind: 'generic', last: close, control: controlId, associations });
			}
			case '__builtin_choose_expr':
				// An operand of its own is what this one already is.
				if (at === from || !this.again.isPlain(at, close)) return at;
				return take({ kind: 'again', last: close, operand: this.operand('expression', at, close) });
			default:
				return at;
		}
	}

	private memberPath(first: number, last: number): PathStep[] {
		const path: PathStep[] = [];
		for (let i = first; i <= last; i++) {
			const token = this.tokens[i]!;
			if (token.kind === TokenKind.Identifier) path.push({ member: token.text });
			else if (token.text === '[') {
				const close = this.closing(i);
				path.push({ index: this.operand('expression', i + 1, close - 1) });
				i = close;
			}
		}
		return path;
	}

	// ---- Attributes and asm ----

	private attribute(at: number, close: number): void {
		// `__attribute__((a, b(c)))`: the inner parentheses hold the list.
		const inner = this.tokens[at + 2]?.text === '(' ? at + 2 : at + 1;
		this.attributeList(at, close, inner, inner === at + 1 ? close : this.closing(inner));
	}

	private standardAttributes(at: number, close: number): void {
		this.attributeList(at, close, at + 1, this.closing(at + 1));
	}

	private attributeList(first: number, last: number, open: number, close: number): void {
		for (const [from, to] of this.split(open, close)) {
			let at = from;
			// `clang::name`
			if (this.tokens[at + 1]?.text === ':' && this.tokens[at + 2]?.text === ':') at += 3;
			const name = this.tokens[at];
			if (at > to || name?.kind !== TokenKind.Identifier) continue;
			const args: string[] = [];
			if (this.tokens[at + 1]?.text === '(') {
				for (const [a, b] of this.split(at + 1, Math.min(this.closing(at + 1), to))) if (a <= b) args.push(this.joined(a, b));
			}
			this.attributes.push({ first, last, name: name.text.replace(/^__(.+)__$/, '$1'), args });
		}
	}

	/** Tokens as text; string literals alone lose their quotes. */
	private joined(first: number, last: number): string {
		let out = '';
		let strings = true;
		for (let i = first; i <= last; i++) if (this.tokens[i]!.kind !== TokenKind.String) strings = false;
		if (strings) return this.literal(first, last);
		for (let i = first; i <= last; i++) out += (i > first && this.tokens[i]!.space ? ' ' : '') + this.tokens[i]!.text;
		return out;
	}

	/** An asm statement, or the label of a declarator (which is dropped); undefined where the text is no asm. */
	private asm(at: number, to: number, before: Before): { last: number; statement: boolean } | undefined {
		const { tokens } = this;
		let isVolatile = false;
		let i = at + 1;
		for (; i < to && tokens[i]!.kind === TokenKind.Identifier; i++) if (QUALIFIERS.get(tokens[i]!.text) === 'volatile') isVolatile = true;
		if (tokens[i]?.text !== '(') return undefined;
		const close = this.closing(i);
		// Behind a declarator it names the symbol.
		const { text: follower } = tokens[close + 1] ?? { text: ';' };
		const previous = tokens[at - 1];
		const label =
			before === Before.Other &&
			previous !== undefined &&
			(previous.kind === TokenKind.Identifier || previous.text === ')' || previous.text === ']');
		if (label && !STATEMENT_WORDS.has(previous.text) && follower !== undefined && !this.isControlParenthesis(at - 1)) {
			return { last: close, statement: false };
		}
		const [template, outputs, inputs, clobbers, labels] = this.split(i, close, ':');
		const operands = (part: [number, number] | undefined): AsmOperandLift[] => {
			if (!part || part[1] < part[0]) return [];
			return this.split(part[0] - 1, part[1] + 1).flatMap(([first, last]) => {
				let k = first;
				let name: string | undefined;
				if (tokens[k]?.text === '[') {
					name = tokens[k + 1]?.text;
					k = this.closing(k) + 1;
				}
				let open = k;
				while (open <= last && tokens[open]!.kind === TokenKind.String) open++;
				if (tokens[open]?.text !== '(') return [];
				const end = this.closing(open);
				return [{ first, last, name, constraint: this.literal(k, open - 1), value: this.operand('expression', open + 1, end - 1) }];
			});
		};
		const listed = (part: [number, number] | undefined): [number, number][] =>
			part && part[1] >= part[0] ? this.split(part[0] - 1, part[1] + 1) : [];
		this.lifts.set(at, {
			kind: 'asm',
			last: close,
			volatile: isVolatile,
			template: this.literal(...template!),
			outputs: operands(outputs),
			inputs: operands(inputs),
			clobbers: listed(clobbers).map(([a, b]) => this.literal(a, b)),
			labels: listed(labels).map(([a]) => tokens[a]!.text),
		});
		return { last: close, statement: true };
	}

	/** The `)` at the index closes the head of an if, for, while or switch. */
	private isControlParenthesis(close: number): boolean {
		if (this.tokens[close]?.text !== ')') return false;
		const open = this.close.indexOf(close);
		return open > 0 && STATEMENT_WORDS.has(this.tokens[open - 1]!.text);
	}
}
