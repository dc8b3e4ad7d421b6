// `bpfls/status`: what the extension's status item shows of a document. A notification of our own, sent only to a client that asked for it.
import { targetCatalog } from '../../rules/target.js';
import type { Analysis, Session } from '../session.js';

export interface Status {
	readonly uri: string;
	readonly kernel: string;
	/** The release whose catalog answers. */
	readonly catalog: string;
	readonly accepted: number;
	readonly rejected: number;
	readonly unknown: number;
	/** What the analysis took. */
	readonly milliseconds: number;
}

export function publishStatus(session: Session, analysis: Analysis): void {
	if (!session.abilities.status) return;
	const count = (verdict: string) => analysis.result.programs.filter((program) => program.verdict === verdict).length;
	const status: Status = {
		uri: analysis.document.uri,
		kernel: analysis.options.kernel,
		catalog: targetCatalog(analysis.options.kernel).dataRelease,
		accepted: count('accept'),
		rejected: count('reject'),
		unknown: count('unknown'),
		milliseconds: analysis.milliseconds,
	};
	void session.connection.sendNotification('bpfls/status', status);
}
