// The kernel's small decision functions as statements over token ranges: if, switch, return, assignment. What is anything else is an expression.
import type { Range, TokenText } from './tree.js';

export type Statement =
	| { readonly kind: 'if'; readonly at: number; readonly condition: Range; readonly then: Statement; readonly otherwise?: Statement }
	| { readonly kind: 'switch'; readonly at: number; readonly value: Range; readonly body: readonly Statement[] }
	/** `default:` has no value. */
	| { readonly kind: 'label'; readonly at: number; readonly value?: Range }
	| { readonly kind: 'return'; readonly at: number; readonly value: Range }
	| { readonly kind: 'break'; readonly at: number }
	| { readonly kind: 'block'; readonly at: number; readonly body: readonly Statement[] }
	/** A loop by keyword or by macro; nothing is known of how often it runs. */
	| { readonly kind: 'loop'; readonly at: number; readonly body: Statement }
	| { readonly kind: 'expression'; readonly at: number; readonly value: Range };

/** The statements between the brace at `open` and its closing one. */
export function parseBody(text: TokenText, open: number): Statement[] {
	const out: Statement[] = [];
	const end = text.close(open);
	let at = open + 1;
	while (at < end) {
		const [statement, next] = parseStatement(text, at, end);
		out.push(statement);
		at = Math.max(next, at + 1);
	}
	return out;
}

function parseStatement(text: TokenText, at: number, end: number): [Statement, number] {
	switch (text.text(at)) {
		case '{':
			return [{ kind: 'block', at, body: parseBody(text, at) }, text.close(at) + 1];
		case 'if': {
			const close = text.close(at + 1);
			const [then, next] = parseStatement(text, close + 1, end);
			const condition = { start: at + 2, end: close };
			if (text.text(next) !== 'else') return [{ kind: 'if', at, condition, then }, next];
			const [otherwise, last] = parseStatement(text, next + 1, end);
			return [{ kind: 'if', at, condition, then, otherwise }, last];
		}
		case 'switch': {
			const close = text.close(at + 1);
			return [{ kind: 'switch', at, value: { start: at + 2, end: close }, body: parseBody(text, close + 1) }, text.close(close + 1) + 1];
		}
		case 'case':
		case 'default': {
			const colon = text.find(':', at, end);
			const label: Statement =
				text.text(at) === 'case' ? { kind: 'label', at, value: { start: at + 1, end: colon } } : { kind: 'label', at };
			return [label, colon + 1];
		}
		case 'return': {
			const stop = statementEnd(text, at, end);
			return [{ kind: 'return', at, value: { start: at + 1, end: stop } }, stop + 1];
		}
		case 'break':
			return [{ kind: 'break', at }, at + 2];
		case 'for':
		case 'while': {
			const [body, next] = parseStatement(text, text.close(at + 1) + 1, end);
			return [{ kind: 'loop', at, body }, next];
		}
		case 'do': {
			const [body, next] = parseStatement(text, at + 1, end);
			return [{ kind: 'loop', at, body }, statementEnd(text, next, end) + 1];
		}
		default: {
			// `list_for_each_entry(...) { ... }`
			if (text.text(at + 1) === '(' && text.text(text.close(at + 1) + 1) === '{') {
				const [body, next] = parseStatement(text, text.close(at + 1) + 1, end);
				return [{ kind: 'loop', at, body }, next];
			}
			const stop = statementEnd(text, at, end);
			return [{ kind: 'expression', at, value: { start: at, end: stop } }, stop + 1];
		}
	}
}

function statementEnd(text: TokenText, at: number, end: number): number {
	for (let i = at; i < end; i++) {
		const word = text.text(i);
		if (word === ';') return i;
		if (word === '(' || word === '{' || word === '[') i = text.close(i);
	}
	return end;
}
