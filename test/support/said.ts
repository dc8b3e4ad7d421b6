// What an analysis says of a text, to be compared with what another one says.
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';

/** Problems, verdicts and findings, without what is only kept for proving repairs. */
export function said(checker: Checker, path: string, text: string, options: CheckOptions): unknown {
	const { problems, programs, findings } = checker.check(path, text, options);
	return { problems, programs, findings: findings.map(({ proving: _, ...finding }) => finding) };
}
