// Hover: what the catalog knows of a kfunc or helper, or the verifier's state of an expression right there.
import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { helperMarkdown, kfuncMarkdown } from '../../kernel/describe.js';
import type { KnownState, StateAnswer } from '../../rules/checker.js';
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
	const page = state && stateMarkdown(state);
	return page ? answer(page, document, state.start, state.end, session) : null;
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

/** Programs that are named for one state; the others are counted. */
const NAMED_PROGRAMS = 3;

/** Undefined where nothing is known that a person would not know without us. */
function stateMarkdown({ expression, groups }: StateAnswer): string | undefined {
	const telling = groups.filter(({ states }) => states.some(tells));
	if (telling.length === 0) return undefined;
	const code = `\`\`\`c\n${expression}\n\`\`\``;
	const parts = telling.map(({ programs, states }) => {
		const [only] = states;
		const text = states.length === 1 ? stateLine(only!) : states.map((state) => `- ${stateLine(state)}`).join('\n');
		const which = programsWords(programs);
		return telling.length === 1 ? `${text}\n\n*${which}*` : `*${which}*:\n\n${text}`;
	});
	return [code, ...parts].join('\n\n');
}

/** Numbers are the C server's affair, and paths that differ in them alone are not all followed. Only one that C takes for a pointer is worth a hover. */
function tells({ kind, words }: KnownState): boolean {
	return kind !== 'number' && words !== '';
}

function stateLine(state: KnownState): string {
	const words = state.words || 'not known';
	const { reference } = state;
	const line = reference?.line === undefined ? '' : `, line ${reference.line}`;
	const release = reference?.releasedBy[0];
	const holds = reference
		? `; reference ${reference.numbers.map((number) => `#${number}`).join(' or ')} of \`${reference.by}()\`${line}${release ? `, given back by \`${release}()\`` : ''}`
		: '';
	const where = state.where.length > 0 ? ` — where ${state.where.join(' and ')}` : '';
	const verifier = words !== 'NULL' && (state.kind === 'pointer' || state.kind === 'slot') ? ` (\`${typeOf(state.verifier)}\`)` : '';
	return `${words}${holds}${verifier}${where}`;
}

/** The verifier's type without what is told in words: `trusted_ptr_task_struct` of `trusted_ptr_task_struct, reference #1 acquired by ...`. */
function typeOf(verifier: string): string {
	return verifier.split(', ')[0]!;
}

function programsWords(programs: readonly string[]): string {
	const named = programs.slice(0, NAMED_PROGRAMS).join(', ');
	const more = programs.length - NAMED_PROGRAMS;
	return `program${programs.length > 1 ? 's' : ''} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}

function wordAt(text: string, offset: number): { text: string; start: number; end: number } | undefined {
	const isWord = (unit: string | undefined) => unit !== undefined && /\w/.test(unit);
	let start = offset;
	let end = offset;
	while (start > 0 && isWord(text[start - 1])) start--;
	while (end < text.length && isWord(text[end])) end++;
	return start < end ? { text: text.slice(start, end), start, end } : undefined;
}
