// Hover: what the catalog knows of a kfunc or helper, or the verifier's state of an expression right there.
import type { Hover, HoverParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { programsWords, stateLine, tells } from '../../ide/state-words.js';
import { helperMarkdown, kfuncMarkdown } from '../../kernel/describe.js';
import type { StateAnswer } from '../../rules/checker.js';
import { programsAt, stateAt } from '../../rules/state-at.js';
import { offsetOf } from '../from-protocol.js';
import type { Session } from '../session.js';
import { markup, range } from '../to-protocol.js';

/** Answers textDocument/hover. */
export async function hover(session: Session, document: TextDocument, params: HoverParams): Promise<Hover | null> {
	if (!session.isChecked(document)) return null;
	const offset = offsetOf(document, params.position);
	const word = wordAt(document.getText(), offset);
	if (word) {
		const catalog = (await session.checker()).catalog(await session.settings(document.uri));
		const page = kfuncMarkdown(catalog, word.text) ?? helperMarkdown(catalog, word.text);
		if (page !== undefined) return answer(page, document, word.start, word.end, session);
	}
	const { insight } = await session.insight(document, (one) => programsAt(one, offset));
	const state = insight && stateAt(insight, offset);
	const page = state && stateMarkdown(state);
	return page ? answer(page, document, state.start, state.end, session) : null;
}

function answer(markdown: string, document: TextDocument, start: number, end: number, session: Session): Hover {
	return { contents: markup(markdown, session.abilities.markdownHover), range: range(document, start, end) };
}

/** Programs, or groups of them that know the same, whose states are told where they differ by program. */
const TOLD_GROUPS = 3;
/** States that are told of one program. */
const TOLD_STATES = 6;

/** Undefined where nothing is known that a person would not know without us. */
function stateMarkdown({ expression, groups }: StateAnswer): string | undefined {
	const telling = groups.filter(({ states }) => states.some(tells));
	if (telling.length === 0) return undefined;
	const parts = telling.slice(0, TOLD_GROUPS).map(({ programs, states, incomplete }) => {
		const text = states.length === 1 ? stateLine(states[0]!) : listed(states.map((state) => stateLine(state)));
		const which = `${programsWords(programs)}${incomplete === undefined ? '' : `; not all is told: ${incomplete}`}`;
		return telling.length === 1 ? `${text}\n\n*${which}*` : `*${which}*:\n\n${text}`;
	});
	const more = telling.slice(TOLD_GROUPS).reduce((sum, { programs }) => sum + programs.length, 0);
	if (more > 0) parts.push(`*otherwise in ${more} more program${more > 1 ? 's' : ''}*`);
	return [`\`\`\`c\n${expression}\n\`\`\``, ...parts].join('\n\n');
}

function listed(lines: readonly string[]): string {
	const more = lines.length - TOLD_STATES;
	const told = more > 1 ? [...lines.slice(0, TOLD_STATES), `and ${more} more`] : lines;
	return told.map((line) => `- ${line}`).join('\n');
}

function wordAt(text: string, offset: number): { text: string; start: number; end: number } | undefined {
	const isWord = (unit: string | undefined) => unit !== undefined && /\w/.test(unit);
	let start = offset;
	let end = offset;
	while (start > 0 && isWord(text[start - 1])) start--;
	while (end < text.length && isWord(text[end])) end++;
	return start < end ? { text: text.slice(start, end), start, end } : undefined;
}
