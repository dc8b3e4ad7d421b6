// Macro definitions: their form, and how a #define line becomes one.
import type { LexedToken } from './lexer.js';
import { type FileRange, type Token, TokenKind } from './token.js';

/** Macros whose value depends on the place, and operators that look like macros. */
export type BuiltinMacro =
	| '__LINE__'
	| '__FILE__'
	| '__FILE_NAME__'
	| '__BASE_FILE__'
	| '__INCLUDE_LEVEL__'
	| '__COUNTER__'
	| '__DATE__'
	| '__TIME__'
	| '__TIMESTAMP__'
	| 'query';

export interface Macro {
	readonly name: string;
	/** Undefined for an object-like macro. A named variadic parameter (`args...`) stands here by its name, `...` as `__VA_ARGS__`. */
	readonly parameters: readonly string[] | undefined;
	readonly variadic: boolean;
	readonly body: readonly LexedToken[];
	/** For each body token: its parameter's number, or -1. Empty without parameters. */
	readonly slots: Int16Array;
	/** `#` or `##` or `__VA_OPT__` occur in the body. */
	readonly operators: boolean;
	/** Absent for predefined macros. */
	readonly definition?: FileRange;
	readonly builtin?: BuiltinMacro;
	/** While positive, the macro is being expanded, and its name is plain text. */
	active: number;
}

/** A #define could not be read; `at` is the offending token if there is one. */
export class MacroError extends Error {
	constructor(
		message: string,
		readonly at?: Token,
	) {
		super(message);
	}
}

const defined = new WeakMap<readonly LexedToken[], Macro>();

/** What stands behind `#define`, by the tokens of that line: the same macro for the same tokens. Throws as `parseDefine` does. */
export function definedBy(tokens: readonly LexedToken[]): Macro {
	let macro = defined.get(tokens);
	if (!macro) defined.set(tokens, (macro = parseDefine(tokens)));
	return macro;
}

const NO_SLOTS = new Int16Array(0);

/** Reads what stands behind `#define`. Throws `MacroError` with a person's message. */
export function parseDefine(tokens: readonly LexedToken[], predefined = false): Macro {
	const name = tokens[0];
	if (!name || name.kind !== TokenKind.Identifier) throw new MacroError('#define needs a macro name', name);
	if (name.text === 'defined') throw new MacroError("'defined' cannot be used as a macro name", name);
	let parameters: string[] | undefined;
	let variadic = false;
	let at = 1;
	const open = tokens[1];
	if (open && open.text === '(' && !open.space) {
		parameters = [];
		at = 2;
		for (;;) {
			const token = tokens[at++];
			if (!token) throw new MacroError('the parameter list of this macro never ends', name);
			if (token.text === ')') break;
			if (token.text === ',') continue;
			if (token.text === '...') {
				// `args...` names the rest; a bare `...` is `__VA_ARGS__`.
				const before = tokens[at - 2]!;
				if (before.kind !== TokenKind.Identifier) parameters.push('__VA_ARGS__');
				variadic = true;
				continue;
			}
			if (token.kind !== TokenKind.Identifier) throw new MacroError(`'${token.text}' is no macro parameter`, token);
			if (parameters.includes(token.text)) throw new MacroError(`duplicate macro parameter '${token.text}'`, token);
			parameters.push(token.text);
		}
	}
	const body = tokens.slice(at);
	const slots = parameters ? new Int16Array(body.length).fill(-1) : NO_SLOTS;
	let operators = false;
	for (let i = 0; i < body.length; i++) {
		const token = body[i]!;
		if (token.kind === TokenKind.Identifier && parameters) {
			slots[i] = parameters.indexOf(token.text);
			if (token.text === '__VA_OPT__' && variadic) operators = true;
		} else if (token.text === '##' || (token.text === '#' && parameters)) operators = true;
	}
	if (body.length && (body[0]!.text === '##' || body[body.length - 1]!.text === '##'))
		throw new MacroError("'##' cannot stand at either end of a macro", name);
	const last = tokens[tokens.length - 1]!;
	const definition = predefined ? undefined : { file: name.file, start: name.start, end: last.end };
	return { name: name.text, parameters, variadic, body, slots, operators, definition, active: 0 };
}

/** True where a second #define says the same as the first, which C allows silently. */
export function sameMacro(a: Macro, b: Macro): boolean {
	return (
		a.body.length === b.body.length &&
		(a.parameters?.join() ?? '-') === (b.parameters?.join() ?? '-') &&
		a.body.every((token, i) => token.text === b.body[i]!.text)
	);
}
