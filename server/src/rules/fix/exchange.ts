// Repairs for a result that nobody holds: keep it in a local, and give it back if it is not NULL.

import { strip } from '../../btf/ctype.js';
import type { Assignment, Call, Declarator, Expression, Statement } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { surround } from './edits.js';
import { freshName } from './names.js';
import { releaseCall, undoBeforeExits, undoLines } from './release.js';
import { functionAt, statementAt, walk, withoutCasts } from './tree.js';

/** The call of a place: the outermost one that stands in it. */
function callAt(violation: Violation): { readonly call: Call; readonly located: NonNullable<ReturnType<typeof statementAt>> } | undefined {
	const { reference } = violation;
	for (const place of [reference?.acquired, violation.at]) {
		if (!place || place.slice !== violation.at.slice) continue;
		const definition = functionAt(place);
		const located = definition && statementAt(definition, place.first, place.last);
		if (!located) continue;
		let call: Call | undefined;
		walk(located.statement, (node) => {
			if (node.kind !== 'call' || call) return;
			const candidate = node as Call;
			const named = candidate.callee.kind === 'identifier' && candidate.callee.name === reference?.by;
			if (named && candidate.first >= place.first && candidate.last <= place.last) call = candidate;
		});
		if (call) return { call, located };
	}
	return undefined;
}

/** `struct x *`: what the dropped call returns, by the reference's struct, else by C. */
function resultType(call: Expression, violation: Violation, context: FixContext): string {
	const struct = violation.reference?.struct;
	if (struct) return `struct ${struct} *`;
	const type = strip(context.unit.scope.typeOf(call));
	const to = type.kind === 'pointer' ? strip(type.to) : undefined;
	return to?.kind === 'record' && to.tag ? `struct ${to.tag} *` : 'void *';
}

/** The local that the call's result is given to, though nobody reads it any more. */
function receiver(call: Call, statement: Statement): string | undefined {
	let name: string | undefined;
	walk(statement, (node) => {
		const declarator = node as unknown as Declarator;
		const assignment = node as unknown as Assignment;
		if (declarator.nameToken !== undefined && declarator.initializer && withoutCasts(declarator.initializer) === call)
			name = declarator.name;
		if (node.kind === 'assignment' && withoutCasts(assignment.value) === call && assignment.target.kind === 'identifier')
			name = assignment.target.name;
	});
	return name;
}

/** A call's result is dropped though it is a reference: it goes into a new local and is released behind the statement. */
export function keepAndRelease(violation: Violation, context: FixContext): FixCandidate[] {
	const release = violation.reference?.releasedBy[0];
	const found = release === undefined ? undefined : callAt(violation);
	if (!release || !found) return [];
	const { call, located } = found;
	const local = receiver(call, located.statement);
	if (local !== undefined) return undoBeforeExits(violation, releaseCall(release, local, context), true, 'Release it', context);
	const { layout } = context;
	const { slice } = violation.at;
	const at = layout.exact(slice, call);
	if (!at) return [];
	const name = freshName(slice, violation.reference?.fromXchg ? 'old' : 'acquired');
	const undo = releaseCall(release, name, context);
	const declared = declareMissing([undo.callee], slice, context);
	if (!declared) return [];
	const title = `Keep the result and release it with ${functionName(undo.callee)}`;
	const type = resultType(call, violation, context);
	const lines = undoLines(undo, true, layout.step);
	const { statement } = located;
	const alone = statement.kind === 'expression-statement' && layout.exact(slice, statement)?.start === at.start;
	if (alone) {
		const after = surround(layout, slice, located, { after: lines });
		// Braces that `surround` adds begin right where the statement does; the declaration follows them.
		return after ? [{ title, edits: [...declared, ...after, { start: at.start, end: at.start, newText: `${type}${name} = ` }] }] : [];
	}
	// The result is only looked at: `if (bpf_kptr_xchg(...))`.
	const text = layout.text.slice(at.start, at.end);
	const before = surround(layout, slice, located, { before: [`${type}${name} = ${text};`, ...lines] });
	return before ? [{ title, edits: [...declared, ...before, { ...at, newText: name }] }] : [];
}
