// Edits of statements: put lines before or after one, take one out, keeping the file's indentation and braces.
import type { FunctionDefinition, Node, Statement } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { TextEdit } from '../finding.js';
import type { Layout, Span } from './layout.js';
import { isPure, isStatement, type Located } from './tree.js';

/** The control statement of which `statement` is the unbraced body, the token after which that body begins, and the one behind it. */
function unbracedParent(
	located: Located,
): { readonly parent: Statement; readonly after: number; readonly behind: number; readonly hasElse: boolean } | undefined {
	const { statement, ancestors } = located;
	const parent = ancestors.at(-1);
	if (!parent || !isStatement(parent as Statement) || statement.kind === 'compound') return undefined;
	const control = parent as Statement;
	switch (control.kind) {
		case 'if':
			if (control.then === statement)
				return { parent: control, after: statement.first - 1, behind: statement.last + 1, hasElse: control.else !== undefined };
			return control.else === statement
				? { parent: control, after: statement.first - 1, behind: statement.last + 1, hasElse: false }
				: undefined;
		case 'while':
		case 'for':
		case 'do':
			return control.body === statement
				? { parent: control, after: statement.first - 1, behind: statement.last + 1, hasElse: false }
				: undefined;
		default:
			return undefined;
	}
}

/** A statement that a macro brought is handled as the largest statement that the same use of the macro brought. */
function asWritten(layout: Layout, slice: Slice, located: Located): { readonly located: Located; readonly span: Span } | undefined {
	let at = located;
	let span = layout.outer(slice, at.statement);
	if (!span) return undefined;
	while (!layout.spelled(slice.tokens[at.statement.first]!)) {
		const index = at.ancestors.findLastIndex((node) => isStatement(node as Statement));
		const above = at.ancestors[index];
		const outer = above && layout.outer(slice, above as Node);
		if (!above || !outer || outer.start !== span.start || outer.end > span.end) break;
		at = { statement: above as Statement, ancestors: at.ancestors.slice(0, index) };
		span = outer;
	}
	// A function that a macro such as BPF_PROG makes around the written one has statements, but no place for more of them.
	const definition = at.ancestors[0] as FunctionDefinition | undefined;
	const open = definition?.kind === 'function-definition' ? layout.seen(slice.tokens[definition.body.first]!) : undefined;
	return open && open.end > span.start ? undefined : { located: at, span };
}

/** Lines around a statement; both may be empty. */
interface Around {
	readonly before?: readonly string[];
	readonly after?: readonly string[];
}

/**
 * The edits that put `before` and `after` around a statement, each line at the statement's indentation. An unbraced body gets braces. Undefined
 * where the statement does not stand in the main file.
 */
export function surround(layout: Layout, slice: Slice, target: Located, around: Around): TextEdit[] | undefined {
	const written = asWritten(layout, slice, target);
	if (!written) return undefined;
	const { located, span } = written;
	const before = around.before ?? [];
	const after = around.after ?? [];
	const control = unbracedParent(located);
	if (control) return brace(layout, slice, control, span, before, after);
	const edits: TextEdit[] = [];
	const indent = layout.indent(span.start);
	if (before.length > 0) {
		const joiner = layout.startsLine(span.start) ? layout.newline + indent : ' ';
		edits.push({ start: span.start, end: span.start, newText: before.map((line) => line + joiner).join('') });
	}
	if (after.length > 0) {
		const ownLine = layout.startsLine(span.start) && layout.endsLine(span.end);
		const at = ownLine ? layout.withComment(span.end) : span.end;
		const joiner = ownLine ? layout.newline + indent : ' ';
		edits.push({ start: at, end: at, newText: after.map((line) => joiner + line).join('') });
	}
	return edits;
}

function brace(
	layout: Layout,
	slice: Slice,
	control: NonNullable<ReturnType<typeof unbracedParent>>,
	span: Span,
	before: readonly string[],
	after: readonly string[],
): TextEdit[] | undefined {
	const header = slice.tokens[control.after];
	const headerSpan = header && layout.seen(header);
	if (!headerSpan || headerSpan.end > span.start) return undefined;
	const parentToken = slice.tokens[control.parent.first]!;
	const parentSpan = layout.seen(parentToken);
	if (!parentSpan) return undefined;
	const outerIndent = layout.indent(parentSpan.start);
	const innerIndent = outerIndent + layout.step;
	const nl = layout.newline;
	const open = layout.braceOnOwnLine ? `${nl}${outerIndent}{` : ' {';
	// Comments between the header and its body stay where they are.
	const gap = layout.text.slice(headerSpan.end, span.start);
	const comment = gap.trim() === '' ? '' : ` ${gap.trim()}`;
	const head = `${open}${comment}${nl}${before.map((line) => innerIndent + line + nl).join('')}${innerIndent}`;
	const edits: TextEdit[] = [{ start: headerSpan.end, end: span.start, newText: head }];
	const tail = after.map((line) => nl + innerIndent + line).join('');
	if (control.hasElse) {
		const elseToken = slice.tokens[control.behind];
		const elseSpan = elseToken && elseToken.text === 'else' ? layout.seen(elseToken) : undefined;
		if (!elseSpan) return undefined;
		const between = layout.text.slice(span.end, elseSpan.start).trim();
		const close = layout.braceOnOwnLine ? `${nl}${outerIndent}}${nl}${outerIndent}` : `${nl}${outerIndent}} `;
		edits.push({ start: span.end, end: elseSpan.start, newText: `${between ? ` ${between}` : ''}${tail}${close}` });
	} else {
		const end = layout.withComment(span.end);
		edits.push({ start: end, end, newText: `${tail}${nl}${outerIndent}}` });
	}
	return edits;
}

/** The edits that give an `if` without an `else` one that holds the lines. */
export function addElse(layout: Layout, slice: Slice, target: Located, lines: readonly string[]): TextEdit[] | undefined {
	const { statement } = target;
	if (statement.kind !== 'if' || statement.else) return undefined;
	const head = layout.exact(slice, statement);
	const body = layout.exact(slice, statement.then);
	if (!head || !body || !layout.startsLine(head.start)) return undefined;
	const nl = layout.newline;
	const indent = layout.indent(head.start);
	const inner = lines.map((line) => nl + indent + layout.step + line).join('');
	const braced = statement.then.kind === 'compound';
	if (!braced && lines.length === 1) {
		const end = layout.withComment(body.end);
		return [{ start: end, end, newText: `${nl}${indent}else${inner}` }];
	}
	if (!braced) return undefined;
	const open = layout.braceOnOwnLine ? `${nl}${indent}else${nl}${indent}{` : ' else {';
	return [{ start: body.end, end: body.end, newText: `${open}${inner}${nl}${indent}}` }];
}

/** The edits that put lines at the end of a block, before its closing brace (the token `closing`). */
export function beforeClosingBrace(layout: Layout, slice: Slice, closing: number, lines: readonly string[]): TextEdit[] | undefined {
	const token = slice.tokens[closing];
	const span = token && layout.spelled(token);
	if (!span) return undefined;
	const nl = layout.newline;
	if (!layout.startsLine(span.start)) return [{ start: span.start, end: span.start, newText: `${lines.join(' ')} ` }];
	const start = layout.lineStart(span.start);
	const indent = layout.indent(span.start) + layout.step;
	return [{ start, end: start, newText: lines.map((line) => indent + line + nl).join('') }];
}

/**
 * The edits that take a statement out, with its line where it stands alone on it. The only body of an `if` goes with the `if` where the condition
 * does nothing else; another unbraced body becomes an empty statement.
 */
export function remove(layout: Layout, slice: Slice, target: Located): TextEdit[] | undefined {
	const written = asWritten(layout, slice, target);
	if (!written) return undefined;
	const { located, span } = written;
	const parent = located.ancestors.at(-1) as Statement | undefined;
	const control = unbracedParent(located);
	if (control) {
		if (control.parent.kind === 'if' && !control.hasElse && control.parent.then === located.statement && isPure(control.parent.condition))
			return remove(layout, slice, { statement: control.parent, ancestors: located.ancestors.slice(0, -1) });
		return [{ start: span.start, end: span.end, newText: ';' }];
	}
	// A block that held nothing else goes with its `if`.
	const above = located.ancestors.at(-2) as Statement | undefined;
	if (
		parent?.kind === 'compound' &&
		parent.body.length === 1 &&
		above?.kind === 'if' &&
		above.then === parent &&
		above.else === undefined &&
		isPure(above.condition)
	)
		return remove(layout, slice, { statement: above, ancestors: located.ancestors.slice(0, -2) });
	return [{ ...wholeLines(layout, span), newText: '' }];
}

/** The span with its line's indentation and newline, where it fills whole lines. */
function wholeLines(layout: Layout, span: Span): Span {
	if (!layout.startsLine(span.start) || !/^[ \t]*$/.test(layout.text.slice(span.end, layout.lineEnd(span.end)))) return span;
	const next = layout.text.indexOf('\n', span.end);
	return { start: layout.lineStart(span.start), end: next < 0 ? layout.text.length : next + 1 };
}

/** Applies edits to a text; undefined if two of them overlap or one lies outside. Edits at one place keep their order, insertions first. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | undefined {
	const sorted = edits
		.map((edit, index) => ({ edit, index }))
		.sort(
			(a, b) => a.edit.start - b.edit.start || Number(a.edit.end > a.edit.start) - Number(b.edit.end > b.edit.start) || a.index - b.index,
		);
	let out = '';
	let at = 0;
	for (const { edit } of sorted) {
		if (edit.start < at || edit.end < edit.start || edit.end > text.length) return undefined;
		out += text.slice(at, edit.start) + edit.newText;
		at = edit.end;
	}
	return out + text.slice(at);
}
