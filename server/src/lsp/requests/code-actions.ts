// Code actions: each finding's repairs, a comment that silences it, and all preferred repairs of the file at once.
import { type CancellationToken, type CodeAction, CodeActionKind, type CodeActionParams, type WorkspaceEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { fixAll } from '../../report/fix-all.js';
import type { Stepwise } from '../../rules/checker.js';
import type { Finding, TextEdit, TextRange } from '../../rules/finding.js';
import { unusedSuppression } from '../../rules/rules/unused-suppression.js';
import { offsetsOf } from '../from-protocol.js';
import { logFailure } from '../handler.js';
import { inTurns } from '../in-turns.js';
import type { Analysis, Session } from '../session.js';
import { findingDiagnostic, quickFix, workspaceEdit } from '../to-protocol.js';
import { headerActions } from './header-actions.js';

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.bpf`;

/**
 * Findings under one selection whose repairs are offered: each is proven by analyses of the mended text. All of a file's are for `source.fixAll`.
 */
const REPAIRED_AT_ONCE = 4;

/** Answers textDocument/codeAction. Other requests get their turns while repairs are proven; who has typed on or looked elsewhere needs none any more. */
export async function codeActions(
	session: Session,
	document: TextDocument,
	params: CodeActionParams,
	token: CancellationToken,
): Promise<CodeAction[]> {
	if (!session.isChecked(document)) return [];
	const analysis = await session.analysis(document);
	const given = params.context?.only;
	const only = Array.isArray(given) ? given : undefined;
	const wanted = (kind: string) => only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
	const actions: CodeAction[] = [];
	if (wanted(CodeActionKind.QuickFix)) {
		const { start, end } = offsetsOf(analysis.document, params.range);
		const isTouched = (at: TextRange | undefined): boolean => at?.path === analysis.path && at.start <= end && start <= at.end;
		const touched = analysis.result.findings.filter((finding) => isTouched(finding.at));
		const isOvertaken = () => document.version !== analysis.document.version || token.isCancellationRequested;
		if (!(await inTurns(prove(touched.slice(0, REPAIRED_AT_ONCE)), isOvertaken))) return [];
		for (const [index, finding] of touched.entries()) actions.push(...findingActions(finding, analysis, index < REPAIRED_AT_ONCE));
		for (const problem of analysis.result.problems) if (isTouched(problem.at)) actions.push(...headerActions(problem, analysis));
	}
	if (wanted(CodeActionKind.RefactorRewrite)) {
		const offered = new Set(actions.map(({ title }) => title));
		const more = await refactorings(session, analysis, params, token);
		actions.push(...more.filter(({ title }) => !offered.has(title)));
	}
	// Asked for by name only: a person with the cursor at one finding wants that one's repairs.
	if (only !== undefined && wanted(FIX_ALL_KIND)) actions.push(...(await fixAllAction(session, analysis)));
	return actions;
}

/** What can be done with a selection. Nobody asks for that with the cursor in one place. */
async function refactorings(
	session: Session,
	analysis: Analysis,
	params: CodeActionParams,
	token: CancellationToken,
): Promise<CodeAction[]> {
	const { document, path, options } = analysis;
	const { start, end } = offsetsOf(document, params.range);
	if (start === end) return [];
	const checker = await session.checker();
	const done = await inTurns(checker.refactorings(path, document.getText(), start, end, options), () => token.isCancellationRequested);
	return (done?.result ?? []).map(({ title, edits }) => ({
		title,
		kind: CodeActionKind.RefactorRewrite,
		edit: workspaceEdit(edits, document, analysis.abilities),
	}));
}

function* prove(findings: readonly Finding[]): Stepwise<true> {
	for (const { proving } of findings) while (proving?.advance() === false) yield;
	return true;
}

function findingActions(finding: Finding, analysis: Analysis, repaired: boolean): CodeAction[] {
	const diagnostic = findingDiagnostic(finding, analysis);
	const actions = repaired ? finding.fixes.map((fix) => quickFix(fix, diagnostic, analysis)) : [];
	const edit = finding.rule === unusedSuppression.id ? undefined : suppression(finding, analysis.document.getText());
	if (edit) {
		actions.push({
			title: `Suppress ${finding.rule} here`,
			kind: CodeActionKind.QuickFix,
			diagnostics: [diagnostic],
			edit: workspaceEdit([edit], analysis.document, analysis.abilities),
		});
	}
	return actions;
}

/** A comment on the line before, with that line's indentation. None where the line continues a macro: a comment would swallow it. */
function suppression(finding: Finding, text: string): TextEdit | undefined {
	const lineStart = text.lastIndexOf('\n', finding.at.start - 1) + 1;
	if (/\\\r?\n$/.test(text.slice(Math.max(0, lineStart - 3), lineStart))) return undefined;
	const indent = /^[ \t]*/.exec(text.slice(lineStart, lineStart + 200))![0];
	const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
	return { start: lineStart, end: lineStart, newText: `${indent}// bpfls: ignore[${finding.rule}]${lineEnd}` };
}

/** Making it checks the file again several times: where the client can ask for the edit later, it does when the action is chosen. */
async function fixAllAction(session: Session, analysis: Analysis): Promise<CodeAction[]> {
	const { document, result, abilities } = analysis;
	const action: CodeAction = { title: 'Apply all preferred BPF fixes', kind: FIX_ALL_KIND };
	if (!abilities.resolveActions) {
		const edit = await fixAllEdit(session, analysis);
		return edit ? [{ ...action, edit }] : [];
	}
	if (!result.findings.some(({ fixes }) => fixes.some(({ preferred }) => preferred))) return [];
	return [{ ...action, data: { uri: document.uri, version: document.version } }];
}

async function fixAllEdit(session: Session, analysis: Analysis): Promise<WorkspaceEdit | undefined> {
	const checker = await session.checker();
	const { document, path, options } = analysis;
	const text = document.getText();
	const outcome = fixAll(text, (changed) => (changed === text ? analysis.result : checker.check(path, changed, options)));
	return outcome.text === text ? undefined : workspaceEdit([difference(text, outcome.text)], document, analysis.abilities);
}

/** Answers codeAction/resolve: the edit of an action that came without. An action for a text that has changed since does nothing. */
export async function resolveCodeAction(session: Session, action: CodeAction): Promise<CodeAction> {
	const { uri, version } = (action?.data ?? {}) as { uri?: unknown; version?: unknown };
	const document = typeof uri === 'string' ? session.documents.get(uri) : undefined;
	if (!document || document.version !== version || action.kind !== FIX_ALL_KIND) return action;
	try {
		const edit = await fixAllEdit(session, await session.analysis(document));
		return edit ? { ...action, edit } : action;
	} catch (error) {
		logFailure(session, 'codeAction/resolve', error);
		return action;
	}
}

/** One edit from what differs first to what differs last: cursors and folds elsewhere stay. */
function difference(before: string, after: string): TextEdit {
	let start = 0;
	while (start < before.length && start < after.length && before[start] === after[start]) start++;
	let tail = 0;
	while (tail < Math.min(before.length, after.length) - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
		tail++;
	return { start, end: before.length - tail, newText: after.slice(start, after.length - tail) };
}
