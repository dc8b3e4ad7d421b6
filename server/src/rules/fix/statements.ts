// Small repairs of one statement, which several rules share: take a call out, move it, wrap it.
import type { Place } from '../../program/model.js';
import type { CompoundStatement, Expression, ReturnStatement, Statement } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { remove, surround } from './edits.js';
import { declare, freshName, isUsedBehind } from './names.js';
import { type Undo, undoLine, undoLines } from './release.js';
import { functionAt, isStatement, type Located, pathTo, statementAt } from './tree.js';

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
	const behind = violation.variant === 'xchg';
	const place = (behind && violation.reference?.acquired) || violation.at;
	const definition = functionAt(place);
	const located = definition && statementAt(definition, place.first, place.last);
	const declared = declareMissing([undo.callee], place.slice, context);
	if (!located || !declared) return [];
	const { layout } = context;
	const what = undoLine(undo, false).replace(/;$/, '');
	const candidates: FixCandidate[] = [];
	for (const checked of check || behind ? [true] : [false, true]) {
		const lines = undoLines(undo, checked, layout.step);
		const edits = surround(layout, place.slice, located, behind ? { after: lines } : { before: lines });
		if (!edits) continue;
		const title = `Release it with \`${what}\` ${behind ? 'after this exchange' : 'first'}`;
		const lastResort = behind && isUsedBehind(place.slice, undo.holder, located.statement.last, definition.last);
		candidates.push({ title, edits: [...declared, ...edits], lastResort });
		const twin = behind ? undefined : laterTwin(located, lines, place.slice, context);
		if (twin) candidates.push({ title, edits: [...declared, ...edits, ...twin] });
	}
	return candidates;
}

/** The edits that take the same call out where it stands later in the same block: what runs first does not run twice. */
function laterTwin(located: Located, lines: readonly string[], slice: Place['slice'], context: FixContext): TextEdit[] | undefined {
	const block = located.ancestors.at(-1);
	if (block?.kind !== 'compound') return undefined;
	const flat = (text: string): string => text.replace(/\s+/g, '');
	const wanted = flat(lines.join(''));
	const { body } = block as CompoundStatement;
	const twin = body.slice(body.indexOf(located.statement) + 1).find((other) => flat(context.layout.source(slice, other)) === wanted);
	return twin && remove(context.layout, slice, { statement: twin, ancestors: located.ancestors });
}

/** Takes the release out that the violation's path passed before, where it is a statement of its own. */
export function dropEarlierRelease(violation: Violation, title: string, context: FixContext): FixCandidate[] {
	const { slice } = violation.at;
	const release = violation.path.findLast((step) => step.kind === 'release' && step.place.slice === slice)?.place;
	const definition = release && functionAt(release);
	const located = definition && statementAt(definition, release.first, release.last);
	const edits = located && droppableCall(located.statement) ? remove(context.layout, slice, located) : undefined;
	return edits ? [{ title, edits }] : [];
}

/** Moves the release that the violation's path passed last behind the violating statement, within one block. */
export function releaseLater(violation: Violation, title: string, context: FixContext): FixCandidate[] {
	const { layout } = context;
	const { slice } = violation.at;
	const definition = functionAt(violation.at);
	const use = violatingStatement(violation);
	const release = violation.path.findLast((step) => step.kind === 'release' && step.place.slice === slice)?.place;
	if (!definition || !use || !release) return [];
	const call = statementAt(definition, release.first, release.last);
	if (!call || !droppableCall(call.statement) || call.statement === use.statement) return [];
	const text = layout.source(slice, call.statement);
	const out = remove(layout, slice, call);
	if (!out) return [];
	if (use.statement.kind === 'return') return returnLater(violation, use, text, out, title, context);
	const block = call.ancestors.at(-1);
	// The use may stand deeper in the block that releases; the release goes behind the whole statement of that block.
	const whole = block && use.ancestors.includes(block) ? pathTo(definition, use.statement.first, use.statement.last) : [];
	const behind = whole[whole.indexOf(block!) + 1];
	if (!behind || !isStatement(behind)) return [];
	const back = surround(layout, slice, { statement: behind, ancestors: whole.slice(0, whole.indexOf(behind)) }, { after: [text] });
	return back ? [{ title, edits: [...out, ...back] }] : [];
}

/** The use is in a returned value: it is computed first, then comes the release, then the return. */
function returnLater(
	violation: Violation,
	use: Located,
	release: string,
	out: readonly TextEdit[],
	title: string,
	context: FixContext,
): FixCandidate[] {
	const { layout } = context;
	const { slice } = violation.at;
	const value = (use.statement as ReturnStatement).value;
	const definition = functionAt(violation.at);
	const span = value && layout.exact(slice, value);
	const name = freshName(slice, 'ret');
	const declaration = definition && declare(context.unit.scope.type(definition.type.result), name);
	if (!span || !declaration) return [];
	const before = surround(layout, slice, use, { before: [`${declaration} = ${layout.text.slice(span.start, span.end)};`, release] });
	return before ? [{ title, edits: [...out, ...before, { ...span, newText: name }] }] : [];
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
