// Dropping a lock in time: right behind the last statement that needs it.
import type { CompoundStatement } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { surround } from './edits.js';
import type { Undo } from './release.js';
import { functionAt, isStatement, type Located, statementAt } from './tree.js';

/** Statements behind the lock after which an unlock is tried; each costs an analysis. */
const PLACES = 6;

/** Unlocks behind the statements that follow the lock in its block, nearest first: the first that holds leaves the shortest locked part. */
export function unlockInTime(violation: Violation, undo: Undo, context: FixContext): FixCandidate[] {
	const taken = violation.path.findLast((step) => step.kind === 'lock')?.place;
	const definition = taken && functionAt(taken);
	const declared = taken && declareMissing([undo.callee], taken.slice, context);
	const lock = definition && statementAt(definition, taken.first, taken.last);
	const block = lock?.ancestors.at(-1);
	if (!taken || !lock || !declared || block?.kind !== 'compound') return [];
	const { body } = block as CompoundStatement;
	const following = body.slice(body.indexOf(lock.statement) + 1, body.indexOf(lock.statement) + 1 + PLACES);
	const title = `Unlock with \`${undo.statement.replace(/;$/, '')}\` as soon as the lock is not needed any more`;
	return following.flatMap((statement): FixCandidate[] => {
		const located: Located = { statement, ancestors: lock.ancestors };
		if (!isStatement(statement)) return [];
		const leaves = statement.kind === 'return' || statement.kind === 'goto' || statement.kind === 'break' || statement.kind === 'continue';
		const edits = surround(context.layout, taken.slice, located, leaves ? { before: [undo.statement] } : { after: [undo.statement] });
		return edits ? [{ title, edits: [...declared, ...edits] }] : [];
	});
}
