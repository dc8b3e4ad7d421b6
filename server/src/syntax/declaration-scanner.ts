// Finds where top-level declarations end and what they declare, by brackets and keywords alone. Serves raw text and tokens alike.

/** What a name is declared as; the two name spaces of C are kept apart by `Tag`. */
export enum Declared {
	Object = 0,
	Typedef = 1,
	Enumerator = 2,
	Function = 3,
	Tag = 4,
}

export enum Keyword {
	/** No keyword that matters: an identifier. */
	None = 0,
	Typedef,
	Record,
	Enum,
	/** A parenthesised group follows that declares nothing: `__attribute__`, `asm`, `typeof`, `_Alignas`, `_Static_assert`. */
	Group,
	/** Any other word that is never a declared name: type keywords, storage classes, qualifiers. */
	Specifier,
}

const KEYWORDS = new Map<string, Keyword>();
const add = (kind: Keyword, words: string): void => {
	for (const word of words.split(' ')) KEYWORDS.set(word, kind);
};
add(Keyword.Typedef, 'typedef');
add(Keyword.Record, 'struct union');
add(Keyword.Enum, 'enum');
add(
	Keyword.Group,
	'__attribute__ __attribute asm __asm__ __asm typeof __typeof__ __typeof typeof_unqual __typeof_unqual__ __typeof_unqual _Alignas _Static_assert static_assert _Atomic __declspec',
);
add(
	Keyword.Specifier,
	'const volatile restrict __const __volatile__ __restrict __restrict__ static extern inline __inline __inline__ auto register ' +
		'_Thread_local __thread _Noreturn __extension__ void char short int long float double signed unsigned __signed__ __signed _Bool ' +
		'__int128 __int128_t __uint128_t __auto_type _Float128 __float128 _Complex return if else while for do switch case default goto break continue sizeof',
);

/** The keyword's kind, `Keyword.None` for ordinary identifiers. */
export function keywordKind(word: string): Keyword {
	return KEYWORDS.get(word) ?? Keyword.None;
}

/** Every keyword with its kind, for tables by hash. */
export function keywords(): ReadonlyMap<string, Keyword> {
	return KEYWORDS;
}

enum Bracket {
	Paren,
	/** A parenthesised declarator: the first identifier in it is the declared name. */
	Declarator,
	Square,
	/** What `__attribute__`, `typeof` and their like hold; what stood before it goes on behind it. */
	Group,
	Record,
	Enum,
	/** A function's body: its end ends the declaration. */
	Body,
	/** Any other brace: a block, an initializer. */
	Brace,
}

/** Above this bracket depth text is not C that a person wrote; the scanner keeps counting but stops looking for names. */
const DEPTH_LIMIT = 1 << 20;

/**
 * Fed with one token after the other; `ref` is whatever the caller finds the name by again (an offset, a token's index).
 * `word` and `punctuator` return true where the declaration ended with that token.
 */
export class DeclarationScanner {
	/** Set when the last `}` had no partner. */
	stray = false;
	/** Set when a bracket was closed by another one's partner in the declaration. */
	unbalanced = false;
	private stack: Bracket[] = [];
	private readonly saved: { recordHead: Keyword; tag: number }[] = [];
	private isTypedef = false;
	private recordHead = Keyword.None;
	private tag = -1;
	private candidate = -1;
	private afterCandidate = false;
	private declared = false;
	private initializer = false;
	private skipGroup = false;
	private enumeratorNext = false;
	private started = false;

	constructor(private readonly declare: (ref: number, kind: Declared) => void) {}

	/** No declaration is open. */
	get idle(): boolean {
		return !this.started;
	}
	get depth(): number {
		return this.stack.length;
	}
	/** The next identifier is the tag of a struct, union or enumeration. */
	get awaitsTag(): boolean {
		return this.recordHead !== Keyword.None && this.tag < 0;
	}
	/** A function's body is open. */
	get inBody(): boolean {
		return this.stack.length > 0 && this.stack[0] === Bracket.Body;
	}

	/** Forgets the open declaration. */
	reset(): void {
		this.stack.length = 0;
		this.saved.length = 0;
		this.isTypedef = this.afterCandidate = this.declared = this.initializer = this.skipGroup = this.enumeratorNext = this.started = false;
		this.recordHead = Keyword.None;
		this.tag = this.candidate = -1;
		this.unbalanced = false;
	}

	word(kind: Keyword, ref: number): void {
		this.started = true;
		this.afterCandidate = false;
		if (kind === Keyword.None) {
			if (this.recordHead !== Keyword.None && this.tag < 0) {
				this.tag = ref;
				return;
			}
			this.recordHead = Keyword.None;
			const depth = this.stack.length;
			if (depth === 0) {
				if (!this.initializer && !this.declared) {
					this.candidate = ref;
					this.afterCandidate = true;
				}
				return;
			}
			const top = this.stack[depth - 1];
			if (top === Bracket.Enum) {
				if (this.enumeratorNext) this.declare(ref, Declared.Enumerator);
				this.enumeratorNext = false;
			} else if (top === Bracket.Declarator && !this.declared) this.name(ref, Declared.Object);
			return;
		}
		if (kind === Keyword.Record || kind === Keyword.Enum) {
			this.recordHead = kind;
			this.tag = -1;
		} else if (kind === Keyword.Group) this.skipGroup = true;
		else {
			if (kind === Keyword.Typedef && this.stack.length === 0) this.isTypedef = true;
			this.recordHead = Keyword.None;
		}
	}

	/** A number, literal or other token that is neither word nor punctuator. */
	other(): void {
		this.started = true;
		this.afterCandidate = false;
		this.recordHead = Keyword.None;
	}

	/** `code` is the punctuator's first character, 0 for those of several characters. `starNext`: a `*` (or `^`) follows. */
	punctuator(code: number, starNext: boolean): boolean {
		this.started = true;
		const afterCandidate = this.afterCandidate;
		this.afterCandidate = false;
		const depth = this.stack.length;
		switch (code) {
			case 40: // (
				if (this.skipGroup) {
					this.skipGroup = false;
					this.stack.push(Bracket.Group);
					this.saved.push({ recordHead: this.recordHead, tag: this.tag });
					return false;
				}
				if (depth === 0 && !this.initializer && !this.declared) {
					if (afterCandidate && !starNext) {
						this.name(this.candidate, Declared.Function);
						this.stack.push(Bracket.Paren);
					} else this.stack.push(Bracket.Declarator);
				} else
					this.stack.push(depth > 0 && this.stack[depth - 1] === Bracket.Declarator && !this.declared ? Bracket.Declarator : Bracket.Paren);
				this.recordHead = Keyword.None;
				return false;
			case 41: // )
			case 93: {
				const top = this.stack[depth - 1];
				const fits = code === 41 ? top === Bracket.Paren || top === Bracket.Declarator || top === Bracket.Group : top === Bracket.Square;
				if (!fits) {
					this.unbalanced = true;
					return false;
				}
				this.stack.pop();
				if (top === Bracket.Group) {
					const before = this.saved.pop()!;
					this.recordHead = before.recordHead;
					this.tag = before.tag;
				}
				return false;
			}
			case 91: // [
				if (depth === 0) this.flush();
				this.stack.push(Bracket.Square);
				this.skipGroup = false;
				return false;
			case 123: {
				// {
				const head = this.recordHead;
				this.recordHead = Keyword.None;
				this.skipGroup = false;
				if (head !== Keyword.None) {
					if (this.tag >= 0 && depth < DEPTH_LIMIT) this.declare(this.tag, Declared.Tag);
					this.tag = -1;
					this.stack.push(head === Keyword.Enum ? Bracket.Enum : Bracket.Record);
					this.enumeratorNext = head === Keyword.Enum;
				} else if (depth === 0 && !this.initializer) {
					this.flush();
					this.stack.push(Bracket.Body);
				} else this.stack.push(Bracket.Brace);
				return false;
			}
			case 125: {
				// }
				let at = depth - 1;
				while (at >= 0 && this.stack[at]! < Bracket.Record) at--;
				if (at < 0) {
					this.stray = true;
					this.reset();
					return true;
				}
				if (at < depth - 1) this.unbalanced = true;
				const kind = this.stack[at];
				for (let i = at; i < depth; i++) if (this.stack[i] === Bracket.Group) this.saved.pop();
				this.stack.length = at;
				this.recordHead = Keyword.None;
				this.skipGroup = false;
				if (at === 0 && kind === Bracket.Body) {
					this.reset();
					return true;
				}
				return false;
			}
			case 59: // ;
				this.recordHead = Keyword.None;
				this.skipGroup = false;
				if (depth > 0) return false;
				this.flush();
				this.reset();
				return true;
			case 44: // ,
				this.recordHead = Keyword.None;
				if (depth === 0) {
					this.flush();
					this.declared = this.initializer = false;
					this.candidate = -1;
				} else if (this.stack[depth - 1] === Bracket.Enum) this.enumeratorNext = true;
				return false;
			case 61: // =
				if (depth === 0) {
					this.flush();
					this.initializer = true;
				}
				return false;
			case 58: // :
				// `enum tag : type {` keeps its head.
				if (this.recordHead === Keyword.Enum) this.colonInEnum();
				return false;
			default:
				this.recordHead = Keyword.None;
				return false;
		}
	}

	private colonInEnum(): void {
		if (this.tag < 0) this.tag = -2;
	}

	private flush(): void {
		if (!this.declared && this.candidate >= 0) this.name(this.candidate, Declared.Object);
	}

	private name(ref: number, kind: Declared): void {
		this.declared = true;
		this.declare(ref, this.isTypedef ? Declared.Typedef : kind);
	}
}
