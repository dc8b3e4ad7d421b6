// Diagnostics: pushed after each change, or pulled by clients that ask for them.
import {
	type Diagnostic,
	type DocumentDiagnosticParams,
	type DocumentDiagnosticReport,
	DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { BROKEN_TEXT } from '../../rules/checker.js';
import type { ProgramVerdict } from '../../rules/finding.js';
import { isBesideClangd } from '../beside-clangd.js';
import { logFailure } from '../handler.js';
import type { Analysis, Session } from '../session.js';
import { findingDiagnostic, problemDiagnostic, unknownDiagnostic } from '../to-protocol.js';
import { publishStatus } from './status.js';

/** Texts whose analysis takes longer than this, in milliseconds, wait for a pause in typing of that length before the next one. */
const QUICK_ANALYSIS = 40;
/** But no pause is asked for that is longer than this, in milliseconds: a run that typing overtakes is given up. */
const LONGEST_PAUSE = 60;

/** Problems of the text as C: a C server beside this one says each of them in its own words. Limits and settings are our own to tell of. */
const PROBLEMS_OF_C: ReadonlySet<string> = new Set([
	'condition',
	'directive',
	'include-cycle',
	'invalid-paste',
	'macro-arguments',
	'macro-redefined',
	'missing-header',
	'syntax',
	'unbalanced',
	'unterminated-comment',
	'unterminated-conditional',
	'unterminated-literal',
	'unterminated-macro-call',
]);

/** All diagnostics of a result, in the order of the text; those of C only where no C server is at work. */
export function diagnosticsOf(analysis: Analysis, besideClangd: boolean): Diagnostic[] {
	const { result } = analysis;
	const problems = besideClangd ? result.problems.filter(({ code }) => !PROBLEMS_OF_C.has(code)) : result.problems;
	return [
		...problems.map((problem) => problemDiagnostic(problem, analysis)),
		...result.findings.map((finding) => findingDiagnostic(finding, analysis)),
		...result.programs.filter((program) => isWorthAHint(program, analysis)).map((program) => unknownDiagnostic(program, analysis)),
	].sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

/** A program without a verdict; but where the text is broken, the place says so by itself, and the program's name is not what is being typed. */
function isWorthAHint({ verdict, reason }: ProgramVerdict, { result }: Analysis): boolean {
	return (
		verdict === 'unknown' && !(reason === BROKEN_TEXT && result.problems.some(({ code }) => code === 'syntax' || code === 'unbalanced'))
	);
}

/** Answers textDocument/diagnostic. */
export async function pullDiagnostics(
	session: Session,
	document: TextDocument,
	params: DocumentDiagnosticParams,
): Promise<DocumentDiagnosticReport> {
	if (!session.isChecked(document)) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
	const analysis = await session.analysis(document);
	publishStatus(session, analysis);
	const besideClangd = await isBesideClangd(session, document.uri);
	const resultId = `${analysis.id}${besideClangd ? '-beside-clangd' : ''}`;
	if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
	return { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnosticsOf(analysis, besideClangd) };
}

/** Pushes diagnostics of documents that changed, each as soon as the messages that have already arrived are handled. */
export class Publisher {
	/** Taking back what is scheduled for a document. */
	readonly #pending = new Map<string, () => void>();
	/** How long the last analysis of a document took, in milliseconds. */
	readonly #cost = new Map<string, number>();
	/** Documents that show diagnostics now, which must be taken back when there are none any more. */
	readonly #shown = new Set<string>();

	constructor(private readonly session: Session) {}

	/** The document, or something that it depends on, changed. */
	schedule(uri: string): void {
		if (this.session.abilities.pullDiagnostics) return;
		this.#pending.get(uri)?.();
		const cost = this.#cost.get(uri) ?? 0;
		const pause = cost <= QUICK_ANALYSIS ? 0 : Math.min(cost, LONGEST_PAUSE);
		const publish = () => {
			this.#pending.delete(uri);
			void this.publish(uri);
		};
		if (pause === 0) {
			// Behind what has arrived already; a timer would wait for a whole millisecond at least.
			const turn = setImmediate(publish);
			this.#pending.set(uri, () => clearImmediate(turn));
		} else {
			const timer = setTimeout(publish, pause);
			this.#pending.set(uri, () => clearTimeout(timer));
		}
	}

	/** The document was closed: what it showed goes away. */
	forget(uri: string): void {
		this.#pending.get(uri)?.();
		this.#pending.delete(uri);
		this.#cost.delete(uri);
		this.clear(uri);
	}

	private clear(uri: string): void {
		if (this.#shown.delete(uri)) void this.session.connection.sendDiagnostics({ uri, diagnostics: [] });
	}

	private async publish(uri: string): Promise<void> {
		const { session } = this;
		const document = session.documents.get(uri);
		if (!document) return;
		if (!session.isChecked(document)) return this.clear(uri);
		try {
			const analysis = await session.analysis(document);
			this.#cost.set(uri, analysis.milliseconds);
			const diagnostics = diagnosticsOf(analysis, await isBesideClangd(session, uri));
			if (!session.documents.get(uri)) return;
			this.#shown.add(uri);
			await session.connection.sendDiagnostics({ uri, version: analysis.document.version, diagnostics });
			publishStatus(session, analysis);
		} catch (error) {
			logFailure(session, 'diagnostics', error);
		}
	}
}
