// Hover: what the catalog knows of a kfunc or helper, or the verifier's state of an expression right there.
import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { helperMarkdown, kfuncMarkdown } from '../../kernel/describe.js';
import type { StateAnswer } from '../../rules/checker.js';
import { offsetOf, pathOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { range } from '../to-protocol.js';

/** Answers textDocument/hover. */
export async function hover(session: Session, document: TextDocument, params: HoverParams): Promise<Hover | null> {
	if (!session.isChecked(document)) return null;
	const offset = offsetOf(document, params.position);
	const options = await session.settings(document.uri);
	const text = document.getText();
	const word = wordAt(text, offset);
	if (word) {
		const catalog = (await session.checker()).catalog(options);
		const page = kfuncMarkdown(catalog, word.text) ?? helperMarkdown(catalog, word.text);
		if (page !== undefined) return answer(page, document, word.start, word.end, session);
	}
	const state = (await session.checker()).stateAt(pathOf(document.uri), text, offset, options);
	return state && state.states.length > 0 ? answer(stateMarkdown(state), document, state.start, state.end, session) : null;
}

function answer(markdown: string, document: TextDocument, start: number, end: number, session: Session): Hover {
	const contents = session.abilities.markdownHover
		? { kind: MarkupKind.Markdown, value: markdown }
		: {
				kind: MarkupKind.PlainText,
				value: markdown
					.replace(/^```.*$\n?/gm, '')
					.replaceAll('**', '')
					.replaceAll('`', ''),
			};
	return { contents, range: range(document, start, end) };
}

function stateMarkdown(state: StateAnswer): string {
	const code = (text: string) => `\`\`\`c\n${text}\n\`\`\``;
	if (state.states.length === 1) return `${code(state.expression)}\n\n${state.states[0]}\n\n*program ${state.program}*`;
	const list = state.states.map((one) => `- ${one}`).join('\n');
	return `${code(state.expression)}\n\nDiffers by path:\n\n${list}\n\n*program ${state.program}*`;
}

function wordAt(text: string, offset: number): { text: string; start: number; end: number } | undefined {
	const isWord = (unit: string | undefined) => unit !== undefined && /\w/.test(unit);
	let start = offset;
	let end = offset;
	while (start > 0 && isWord(text[start - 1])) start--;
	while (end < text.length && isWord(text[end])) end++;
	return start < end ? { text: text.slice(start, end), start, end } : undefined;
}
