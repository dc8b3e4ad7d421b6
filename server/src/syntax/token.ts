// Tokens of preprocessed text, and where each of them came from.

/** A file as it was read. `path` is absolute, or `<name>` for text that no file holds (predefined macros, built-in headers). */
export interface SourceFile {
	readonly path: string;
	readonly text: string;
}

/** A main file: tokens and complaints of it may count in a part of it that knows nothing of its own place. */
export interface MainFile extends SourceFile {
	/** Where a part lies in this file; 0 for the file itself, undefined for what is no part of it. */
	offsetOf(file: SourceFile): number | undefined;
	/** The range in this file; undefined for a range that lies elsewhere. */
	range(range: FileRange): FileRange | undefined;
}

export enum TokenKind {
	Identifier,
	/** A preprocessing number, integer or floating. */
	Number,
	/** A string literal with its prefix and quotes. */
	String,
	/** A character constant with its prefix and quotes. */
	Character,
	Punctuator,
	/** A character that belongs to no other class; C allows it in text that is never parsed. */
	Other,
}

/** A range in one file: UTF-16 offsets, `end` exclusive. */
export interface FileRange {
	readonly file: SourceFile;
	readonly start: number;
	readonly end: number;
}

/**
 * One macro invocation. A token that an expansion put out points to the innermost one; `parent` leads outwards, to the
 * expansion whose output held this invocation.
 */
export interface Expansion {
	readonly macro: string;
	/** The invocation as written (name through closing parenthesis), in the file or macro body where it was spelled. */
	readonly call: FileRange;
	/** The macro's body where it is defined; absent for predefined macros. */
	readonly definition?: FileRange;
	readonly parent?: Expansion;
}

/** One token. `file`, `start`, `end` say where it is spelled: for a token out of a macro's body, in that body. */
export interface Token {
	readonly kind: TokenKind;
	readonly text: string;
	readonly file: SourceFile;
	readonly start: number;
	readonly end: number;
	/** White space or a line's start stood before it. */
	readonly space: boolean;
	/** Set if the token came out of a macro: the innermost expansion. */
	readonly expansion?: Expansion;
	/** With `expansion`: the token was spelled in an argument of the invocation, not in the macro's body. */
	readonly fromArgument?: boolean;
}
