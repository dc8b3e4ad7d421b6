// The text as a person laid it out: lines, indentation, braces; and where a syntax node stands in it.

import type { Node } from '../../syntax/ast.js';
import { spelledRange, tokenRange } from '../../syntax/source-map.js';
import type { Expansion, Token } from '../../syntax/token.js';
import type { Slice, TranslationUnit } from '../../syntax/unit.js';

export interface Span {
	readonly start: number;
	readonly end: number;
}

export class Layout {
	private lineStarts: readonly number[] | undefined;
	private style: Style | undefined;

	constructor(
		readonly translation: TranslationUnit,
		readonly text: string,
	) {}

	/** `\r\n` or `\n`, as the file has it. */
	get newline(): string {
		return this.text.includes('\r\n') ? '\r\n' : '\n';
	}

	/** One step of indentation, as the file's lines are indented. */
	get step(): string {
		return (this.style ??= styleOf(this.text)).step;
	}

	/** The file puts the brace of a control statement on a line of its own. */
	get braceOnOwnLine(): boolean {
		return (this.style ??= styleOf(this.text)).braceOnOwnLine;
	}

	/** Where a token stands in the main file as written there, itself or as an argument of a macro; undefined for what a macro's body or a header brought. */
	spelled(token: Token): Span | undefined {
		return spelledRange(token, this.translation.main);
	}

	/** Where a person sees a token: as `spelled`, or the use of the macro that brought it; undefined for a header's own. */
	seen(token: Token): Span | undefined {
		return tokenRange(token, this.translation.main);
	}

	/** The text range of a node that stands as written in the main file; undefined if its ends do not. */
	exact(slice: Slice, node: Node): Span | undefined {
		const first = slice.tokens[node.first];
		const last = slice.tokens[node.last];
		const from = first && this.spelled(first);
		const to = last && this.spelled(last);
		return from && to && from.start < to.end ? { start: from.start, end: to.end } : undefined;
	}

	/** The range in which a person sees a node, uses of macros included. */
	outer(slice: Slice, node: Node): Span | undefined {
		let start = Number.POSITIVE_INFINITY;
		let end = -1;
		for (const index of [node.first, node.last]) {
			const token = slice.tokens[index];
			const span = token && this.seen(token);
			if (!span) return undefined;
			start = Math.min(start, span.start);
			end = Math.max(end, span.end);
		}
		return end > start ? { start, end } : undefined;
	}

	/** The C text of a node as written; its tokens joined where a macro brought it. */
	source(slice: Slice, node: Node): string {
		const span = this.exact(slice, node) ?? this.invocation(slice, node);
		if (span) return this.text.slice(span.start, span.end);
		return slice.tokens
			.slice(node.first, node.last + 1)
			.map((token, i) => (i > 0 && token.space ? ' ' : '') + token.text)
			.join('');
	}

	/** Where a macro is used that brought the node and nothing beside it; undefined for anything else. */
	private invocation(slice: Slice, node: Node): Span | undefined {
		const uses = (index: number): Expansion[] => {
			const found: Expansion[] = [];
			for (let at = slice.tokens[index]?.expansion; at; at = at.parent) found.push(at);
			return found;
		};
		const last = uses(node.last);
		const beside = [...uses(node.first - 1), ...uses(node.last + 1)];
		const whole = uses(node.first).findLast((one) => last.includes(one) && !beside.includes(one));
		return whole && this.translation.main.range(whole.call);
	}

	/** The 1-based line of an offset. */
	lineAt(offset: number): number {
		this.lineStarts ??= lineStarts(this.text);
		let low = 0;
		let high = this.lineStarts.length;
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if (this.lineStarts[middle]! <= offset) low = middle;
			else high = middle;
		}
		return low + 1;
	}

	lineStart(offset: number): number {
		return this.text.lastIndexOf('\n', offset - 1) + 1;
	}

	/** The offset of the line's end, its newline excluded. */
	lineEnd(offset: number): number {
		const at = this.text.indexOf('\n', offset);
		if (at < 0) return this.text.length;
		return at > 0 && this.text[at - 1] === '\r' && at - 1 >= offset ? at - 1 : at;
	}

	/** The white space that the line of `offset` begins with. */
	indent(offset: number): string {
		return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset), offset))![0];
	}

	/** Nothing but white space stands before `offset` on its line. */
	startsLine(offset: number): boolean {
		return /^[ \t]*$/.test(this.text.slice(this.lineStart(offset), offset));
	}

	/** Nothing but white space and comments stands from `offset` to the end of its line. */
	endsLine(offset: number): boolean {
		return /^[ \t]*(?:\/\*[^\n]*\*\/[ \t]*)?(?:\/\/[^\n]*)?$/.test(this.text.slice(offset, this.lineEnd(offset)));
	}

	/** The end of a statement with the comment that follows it on its line. */
	withComment(end: number): number {
		return this.endsLine(end) ? this.lineEnd(end) : end;
	}
}

interface Style {
	readonly step: string;
	readonly braceOnOwnLine: boolean;
}

/** Asked by repairs alone: a keystroke that finds nothing does not read the text for it. */
function styleOf(text: string): Style {
	const own = text.match(/^[ \t]+(?:if|for|while)\b[^\n{;]*\n[ \t]*\{[ \t]*\r?$/gm)?.length ?? 0;
	const same = text.match(/^[ \t]+(?:if|for|while)\b[^\n;]*\{[ \t]*\r?$/gm)?.length ?? 0;
	return { step: indentStep(text), braceOnOwnLine: own > same };
}

function lineStarts(text: string): number[] {
	const starts = [0];
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
	return starts;
}

/** The most frequent step between an indented line and the one above it: a tab, or some spaces; a tab where nothing is indented. */
function indentStep(text: string): string {
	const votes = new Map<string, number>();
	let previous = '';
	const MAX_LINES = 2000;
	let lines = 0;
	for (const line of text.split('\n')) {
		if (++lines > MAX_LINES) break;
		if (line.trim() === '' || /^[ \t]*\*/.test(line)) continue;
		const indent = /^[ \t]*/.exec(line)![0];
		if (indent.length > previous.length && indent.startsWith(previous)) {
			const step = indent.slice(previous.length);
			if (step === '\t' || /^ {2,8}$/.test(step)) votes.set(step, (votes.get(step) ?? 0) + 1);
		}
		previous = indent;
	}
	let best = '\t';
	let count = 0;
	for (const [step, n] of votes) if (n > count) [best, count] = [step, n];
	return best;
}
