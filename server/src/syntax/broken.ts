// Where the text of a declaration stops being understood: what stands before that place means what it would mean in the whole text.
import { writtenAt } from './macro-expander.js';
import { type FileRange, type Token, TokenKind } from './token.js';
import type { CstNode } from './tree-sitter.js';

/** The statements that an error spoils from their first word on; a block is spoiled only from the error on. */
const SPOILED_WHOLE = /^(?!compound_).*_statement$|^declaration$/;

/**
 * The offset from which the tree cannot be trusted: the beginning of the innermost statement that holds an ERROR or MISSING node, the earliest over all of them.
 * Undefined for a tree without one, and for a declaration that lacks nothing but its semicolon. Iterative: an erroneous tree may be deep.
 *
 * @param from Offset where the text proper begins: what stands before it is parsed on its own and is left out.
 */
export function spoiledFrom(root: CstNode, from: number): number | undefined {
	let earliest: number | undefined;
	const open: { readonly node: CstNode; readonly statement: number | undefined }[] = [{ node: root, statement: undefined }];
	for (let next = open.pop(); next; next = open.pop()) {
		const { node } = next;
		const statement = SPOILED_WHOLE.test(node.type) && node.start >= from ? node.start : next.statement;
		if (root.children.includes(node) && lacksSemicolonOnly(node)) {
			for (const child of node.children.slice(0, -1)) open.push({ node: child, statement });
			continue;
		}
		if (node.type === 'ERROR' || node.missing) {
			const at = statement ?? node.start;
			if (at >= from && (earliest === undefined || at < earliest)) earliest = at;
			continue;
		}
		for (const child of node.children) open.push({ node: child, statement });
	}
	return earliest;
}

/**
 * A number, pointer or prototype without its semicolon says all that it will say; what a struct's variable is (a map by its section, the head of a list by its tag) may
 * still be missing.
 */
function lacksSemicolonOnly(node: CstNode): boolean {
	const last = node.children.at(-1);
	if (node.type !== 'declaration' || last?.type !== ';' || !last.missing) return false;
	const record = node.children.find(({ type }) => /^(?:struct|union)_/.test(type));
	if (!record) return true;
	const isDefined = record.children.some(({ type }) => type === 'field_declaration_list');
	return !isDefined && !node.children.some(({ type }) => type === 'identifier');
}

/**
 * The opening brace that a person forgot to close, or has not closed yet, as far as the layout tells: a closing brace at the beginning of its line stands
 * left of the line that opened the innermost open one. Undefined where the layout shows nothing of the kind.
 *
 * @returns an index into `tokens`.
 */
export function unclosedByLayout(tokens: readonly Token[]): number | undefined {
	const open: number[] = [];
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		// What a macro brought has no layout, and is balanced by whoever wrote the macro.
		if (token.expansion) continue;
		if (token.text === '{') open.push(i);
		else if (token.text === '}') {
			const opening = open.pop();
			if (opening === undefined) continue;
			const closes = column(token);
			if (closes !== undefined && closes < indentation(tokens[opening]!)) return opening;
		}
	}
	return undefined;
}

/** The width of the white space before a token that begins its line. */
function column(token: FileRange): number | undefined {
	const { text } = token.file;
	const line = text.lastIndexOf('\n', token.start - 1) + 1;
	return text.slice(line, token.start).trim() === '' ? token.start - line : undefined;
}

/** Is the token the first of its line, as it is written? Costs the white space before it: most that is asked about stands within a line, which may be long. */
export function beginsLine(token: Token): boolean {
	const { file, start } = writtenAt(token);
	let at = start - 1;
	while (at >= 0 && file.text.charCodeAt(at) !== 10 && file.text.charAt(at).trim() === '') at--;
	return at < 0 || file.text.charCodeAt(at) === 10;
}

function indentation(token: FileRange): number {
	const { text } = token.file;
	let at = text.lastIndexOf('\n', token.start - 1) + 1;
	const line = at;
	while (text[at] === ' ' || text[at] === '\t') at++;
	return at - line;
}

/** Words after which the statement goes on wherever its next line begins. */
const GOES_ON = new Set([')', ',', ':', ';', '{', '}', 'else', 'do']);

/** Besides words, what a statement may begin with: `*p = 1;`, `(void)f();`. */
const BEGINS = new Set(['*', '(', '++', '--']);

/** Words of a statement with a head in parentheses, behind which another statement stands. */
const HEADED = new Set(['if', 'while', 'for', 'switch']);

/**
 * The statement of a function's body that took in the next one, since its own end has not been typed yet: `return` above `bpf_task_release(task);`. C reads both as
 * one statement; a person who meant that would have indented the second line. Undefined where no line is joined so.
 *
 * @returns an index into `tokens`: the first of the statement.
 */
export function joinedStatement(tokens: readonly Token[]): number | undefined {
	let start: number | undefined;
	/** The statement inside of the heads that `start` begins with: `return` of `if (!p) return`. */
	let inner: number | undefined;
	let parentheses = 0;
	let braces = 0;
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i]!;
		const { text } = token;
		let ends = false;
		if (token.kind === TokenKind.Punctuator) {
			if (text === '(' || text === '[') parentheses++;
			else if (text === ')' || text === ']') parentheses--;
			else if (text === '{') braces++;
			else if (text === '}') braces--;
			// The semicolons of a `for` and the colon of `?:` may stand in parentheses.
			ends = text === '{' || text === '}' || (parentheses <= 0 && (text === ';' || text === ':'));
		}
		if (ends) start = inner = undefined;
		else if (start === undefined) [start, inner] = [i, isPrefix(text) ? undefined : i];
		else if (braces > 0 && parentheses === (text === '(' ? 1 : 0)) {
			if (inner === undefined) inner = i;
			else if (text === ')' && HEADED.has(tokens[inner]!.text)) inner = undefined;
			else if ((token.kind === TokenKind.Identifier || BEGINS.has(text)) && beginsLine(token)) {
				const at = column(writtenAt(token))!;
				if (endsBefore(tokens, i, inner) && at <= indentation(writtenAt(tokens[start]!))) return start;
			}
			if (isPrefix(text)) inner = undefined;
		}
	}
	return undefined;
}

function isPrefix(text: string): boolean {
	return text === 'else' || text === 'do';
}

/** May the statement that began at `inner` have been meant to end before the token? */
function endsBefore(tokens: readonly Token[], index: number, inner: number): boolean {
	const before = tokens[index - 1]!;
	if (before.expansion) return false;
	if (!GOES_ON.has(before.text)) return true;
	// A call without its semicolon; the words before a head's parentheses are no call.
	if (before.text === ')') return tokens[inner]!.kind === TokenKind.Identifier && tokens[inner + 1]?.text === '(';
	// Nobody leaves a line free in the middle of a list of variables. In an expression a comma there is odd, but means what it says.
	const declares = tokens[inner + 1]!.kind === TokenKind.Identifier || tokens[inner + 1]!.text === '*';
	return before.text === ',' && declares && isBehindBlankLine(writtenAt(tokens[index]!)) && !inBraces(tokens, index);
}

/** Is the token in the braces of an initializer? */
function inBraces(tokens: readonly Token[], index: number): boolean {
	let depth = 0;
	for (let i = index - 1; i >= 0; i--) {
		const { text } = tokens[i]!;
		if (text === '}') depth++;
		else if (text === '{' && --depth < 0) return /^[=,{]$/.test(tokens[i - 1]?.text ?? '');
	}
	return false;
}

function isBehindBlankLine({ file, start }: FileRange): boolean {
	const line = file.text.lastIndexOf('\n', start - 1);
	return line > 0 && file.text.slice(file.text.lastIndexOf('\n', line - 1) + 1, line).trim() === '';
}
