// What the syntax layer gives to the rest: a translation unit of top-level slices that are parsed when somebody asks.
import type { TopLevel } from './ast.js';
import type { FileRange, MainFile, SourceFile, Token } from './token.js';

/** Something about the text itself that a person should hear: a header that is missing, an unbalanced brace, a macro bomb. */
export interface Problem {
	readonly severity: 'error' | 'warning' | 'hint';
	/** Stable, kebab-case: `missing-header`, `include-cycle`, `expansion-limit`, `syntax`, ... */
	readonly code: string;
	readonly message: string;
	readonly at: FileRange;
}

/**
 * One top-level declaration of the preprocessed text. `tokens` and `parse()` are computed on first use: a generated vmlinux.h has
 * a hundred thousand slices of which a program needs a few hundred.
 */
export interface Slice {
	/** The names that it brings into the ordinary name space: functions, variables, typedefs, enumerators. */
	readonly names: readonly string[];
	/** The tags that it defines (with a body): `struct x { ... }`, `union`, `enum`. */
	readonly tags: readonly string[];
	/** True where the text begins in the unit's main file. */
	readonly inMain: boolean;
	readonly tokens: readonly Token[];
	/** It lies where `#pragma clang attribute push (...preserve_access_index...)` is in force. */
	readonly preserveAccessIndex: boolean;
	/** Its tree, by one run of tree-sitter over this slice; cached by text. Never throws: what is broken comes as `unknown-*` nodes. */
	parse(): TopLevel;
	/**
	 * What the parse found wrong with the text, at the place where it begins; undefined for text that is whole. A tree with a problem may
	 * lack pieces of the text, so that nothing should be concluded from what is not in it.
	 */
	syntaxProblem?(): Problem | undefined;
	/**
	 * The token from which on the tree cannot be trusted, since the text is broken there; undefined for text that is whole. What stands before it means what
	 * it would mean in whole text.
	 */
	spoiledFrom?(): number | undefined;
}

export type NameSpace = 'ordinary' | 'tag';

/** The declarations behind leading includes: of one run of includes, and of the runs before it. Units that begin alike have one and the same. */
export interface Included {
	readonly before: Included | undefined;
	/** As that of the unit, for what is declared here and before. The same list for the same name. */
	lookup(name: string, space: NameSpace): readonly Slice[];
	/** Is the tag mentioned here or before (`struct x *`) and defined in neither? What comes later may say what it is. */
	leavesOpen(tag: string): boolean;
	/** Does this run alone define a tag that `before` leaves open? */
	definesOpenTagOf(before: Included): boolean;
	/** The slices of this run alone that begin in a header, large ones left out; those that hold none of the words may be left out, too. */
	headerSlices(words: ReadonlySet<string>): readonly Slice[];
}

export interface TranslationUnit {
	readonly main: MainFile;
	/** Every file that was read, main first. */
	readonly files: readonly SourceFile[];
	readonly problems: readonly Problem[];
	/** The texts of the main file's directives, in order. */
	readonly directives: readonly string[];
	/** The slices that begin in the main file, in order. */
	readonly mainSlices: readonly Slice[];
	/** What the unit's leading includes declare, which is no part of `headerSlices`. */
	readonly included: Included | undefined;
	/** The slices of headers that are included behind the leading includes, large headers left out; those that hold none of the words may be left out, too. */
	headerSlices(words: ReadonlySet<string>): readonly Slice[];
	/** Is a tag that `before` leaves open defined behind the leading includes? */
	definesOpenTagOf(before: Included): boolean;
	/**
	 * The slices that declare `name`, in order of appearance, over the whole unit and so also out of large headers that nobody parsed.
	 * In the tag space, slices that define the tag with a body.
	 */
	lookup(name: string, space: NameSpace): readonly Slice[];
	/** Names of functions, variables and typedefs of small headers and the main file, for completion; large headers are left out. */
	smallNames(): Iterable<string>;
	/** All slices in order; large headers included. For tools that want everything, never on the keystroke path. */
	allSlices(): Iterable<Slice>;
	/** Is `name` defined as a macro at the end of the unit? */
	isMacro(name: string): boolean;
}
