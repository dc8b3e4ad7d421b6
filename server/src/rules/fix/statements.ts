// Small repairs of one statement, which several rules share: take a call out, move it, wrap it.
import type { Expression, Statement } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { remove, surround } from './edits.js';
import { type Undo, undoLine, undoLines } from './release.js';
import { functionAt, type Located, locate, statementAt, walk } from './tree.js';

/** The call that an expression statement makes for its own sake; undefined where its result is used. */
function droppableCall(statement: Statement): Extract<Expression, { kind: 'call' }> | undefined {
	if (statement.kind !== 'expression-statement') return undefined;
	const { expression } = statement;
	if (expression.kind === 'call') return expression;
	return expression.kind === 'cast' && expression.operand.kind === 'call' ? expression.operand : undefined;
}

/** The statement in which a violation stands. */
export function violatingStatement(violation: Violation): Located | undefined {
	const definition = functionAt(violation.at);
	return definition && statementAt(definition, violation.at.first, violation.at.last);
}

/** Takes the violating call out, where it is a statement of its own. */
export function dropCall(violation: Violation, title: string, context: FixContext): FixCandidate[] {
	const located = violatingStatement(violation);
	if (!located || !droppableCall(located.statement)) return [];
	const edits = remove(context.layout, violation.at.slice, located);
	return edits ? [{ title, edits }] : [];
}

/** Runs the undo right before the violating statement: before a tail call, a throw, an overwriting assignment; or right behind an exchange. */
export function releaseBefore(violation: Violation, undo: Undo, check: boolean, context: FixContext): FixCandidate[] {
	const located = violatingStatement(violation);
	const declared = declareMissing([undo.callee], violation.at.slice, context);
	if (!located || !declared) return [];
	const { layout } = context;
	const behind = violation.variant === 'xchg';
	const what = undoLine(undo, false).replace(/;$/, '');
	const candidates: FixCandidate[] = [];
	for (const checked of check || behind ? [true] : [false, true]) {
		const lines = undoLines(undo, checked, layout.step);
		const edits = surround(layout, violation.at.slice, located, behind ? { after: lines } : { before: lines });
		if (edits)
			candidates.push({ title: `Release it with \`${what}\` ${behind ? 'after this exchange' : 'first'}`, edits: [...declared, ...edits] });
	}
	return candidates;
}

/** Moves the last call of `callee` that stands before the violation behind the violating statement. */
export function moveCallBehind(violation: Violation, callee: string, title: string, context: FixContext): FixCandidate[] {
	const { layout } = context;
	const { slice } = violation.at;
	const definition = functionAt(violation.at);
	const use = violatingStatement(violation);
	if (!definition || !use || use.statement.kind === 'return') return [];
	let call: Located | undefined;
	walk(definition.body, (node) => {
		if (node.kind !== 'expression-statement' || node.first >= violation.at.first) return;
		const expression = droppableCall(node as Statement);
		if (expression?.callee.kind === 'identifier' && expression.callee.name === callee) call = locate(definition, node as Statement);
	});
	if (!call || call.ancestors.at(-1) !== use.ancestors.at(-1)) return [];
	const text = layout.source(slice, call.statement);
	const out = remove(layout, slice, call);
	const back = surround(layout, slice, use, { after: [text] });
	return out && back ? [{ title, edits: [...out, ...back] }] : [];
}

/** Puts calls before and after the violating statement, with the declarations that they need. */
export function wrapStatement(
	violation: Violation,
	before: string,
	after: string,
	title: string,
	context: FixContext,
	needsChoice = false,
): FixCandidate[] {
	const located = violatingStatement(violation);
	if (!located || located.statement.kind === 'return' || located.statement.kind === 'declaration-statement') return [];
	const declared = declareMissing([before, after], violation.at.slice, context);
	const edits = surround(context.layout, violation.at.slice, located, { before: [`${before}();`], after: [`${after}();`] });
	return declared && edits ? [{ title, edits: [...declared, ...edits], needsChoice }] : [];
}
