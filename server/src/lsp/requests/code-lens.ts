// Code lenses: over each program what it is and what the verdict is; over a finding the way that leads to it, for clients that can walk it.
import type { CodeLens, Command } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { programSummary } from '../../ide/program-summary.js';
import { itemAt } from '../../ide/top-level.js';
import type { Finding } from '../../rules/finding.js';
import type { Analysis, Session } from '../session.js';
import { range } from '../to-protocol.js';
import { hasPath } from './path.js';

/** The command of a client that can walk a path; its arguments are the document's URI and a position in the finding. */
const SHOW_PATH = 'bpfls.showPath';

/** Answers textDocument/codeLens. */
export async function codeLenses(session: Session, document: TextDocument): Promise<CodeLens[]> {
	if (!session.isChecked(document)) return [];
	const { analysis, insight } = await session.insight(document, ({ unit }) => unit.programs);
	const { result, path } = analysis;
	const walked = session.abilities.walkPath ? result.findings.filter((finding) => finding.at.path === path && hasPath(finding)) : [];
	const lenses: CodeLens[] = [];
	for (const verdict of result.programs) {
		if (verdict.at.path !== path || !insight) continue;
		const first = walked.find((finding) => finding.program === verdict.name);
		const title = programSummary(verdict, result, insight);
		const command = first ? showPath(title, first, analysis) : { title, command: '' };
		// Over the whole of it: SEC() stands on a line of its own.
		const start = itemAt(insight, verdict.at.start)?.start ?? verdict.at.start;
		lenses.push({ range: range(analysis.document, start, start), command });
	}
	for (const finding of walked) {
		const title = `Show the path: ${finding.related.length} step${finding.related.length > 1 ? 's' : ''}`;
		lenses.push({ range: range(analysis.document, finding.at.start, finding.at.end), command: showPath(title, finding, analysis) });
	}
	return lenses;
}

function showPath(title: string, finding: Finding, { document }: Analysis): Command {
	return { title, command: SHOW_PATH, arguments: [document.uri, document.positionAt(finding.at.start)] };
}
