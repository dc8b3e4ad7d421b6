// `bpfls/path`: the way that leads to a finding, step by step, for "Show the Path". A request of our own.
import type { Location, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../../rules/finding.js';
import { offsetOf } from '../from-protocol.js';
import type { Analysis, Session } from '../session.js';
import { location } from '../to-protocol.js';

export interface PathParams {
	readonly textDocument: { readonly uri: string };
	/** In a finding's range or on its line. */
	readonly position: Position;
}

export interface FindingPath {
	readonly rule: string;
	readonly message: string;
	/** From what was acquired or entered first to the finding's own place, which comes last. */
	readonly steps: readonly { readonly location: Location; readonly message: string }[];
}

/** Answers bpfls/path; null where no finding is. */
export async function findingPath(session: Session, document: TextDocument, params: PathParams): Promise<FindingPath | null> {
	if (!session.isChecked(document)) return null;
	const analysis = await session.analysis(document);
	const finding = findingAt(analysis, offsetOf(analysis.document, params.position));
	if (!finding) return null;
	const steps = [...finding.related, { at: finding.at, message: finding.message }].flatMap(({ at, message }) => {
		const where = location(at, analysis);
		return where ? [{ location: where, message }] : [];
	});
	return { rule: finding.rule, message: finding.message, steps };
}

/** The finding at an offset, else the first on its line; of several the one with a path. */
function findingAt(analysis: Analysis, offset: number): Finding | undefined {
	const own = analysis.result.findings.filter((finding) => finding.at.path === analysis.path);
	const line = (at: number) => analysis.document.positionAt(at).line;
	const touched = own.filter(({ at }) => at.start <= offset && offset <= at.end);
	const candidates = touched.length > 0 ? touched : own.filter(({ at }) => line(at.start) === line(offset));
	return candidates.find(hasPath) ?? candidates[0];
}

/** Is there a way to walk before the finding itself? */
export function hasPath(finding: Finding): boolean {
	return finding.related.length > 0;
}
