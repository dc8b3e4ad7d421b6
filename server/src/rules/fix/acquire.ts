// Repair for a borrowed object that is to be kept: take a reference of one's own, and keep that.
import type { Call } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { surround } from './edits.js';
import { earlyReturn } from './leave.js';
import { freshName } from './names.js';
import { functionAt, statementAt, walk, withoutCasts } from './tree.js';

/** The kfunc that takes a reference to an object that the caller has: its only parameter and its result are the struct. */
function acquireFor(struct: string, context: FixContext): string | undefined {
	const type = `struct ${struct} *`;
	for (const kfunc of context.catalog.kfuncs()) {
		const [parameter, ...others] = kfunc.parameters;
		if (kfunc.flags.includes('KF_ACQUIRE') && kfunc.result === type && parameter?.type === type && others.length === 0) return kfunc.name;
	}
	return undefined;
}

/** The call's argument, which is borrowed, is acquired first; the reference goes in instead. */
export function acquireFirst(violation: Violation, context: FixContext): FixCandidate[] {
	const struct = fact(violation, 'struct');
	const acquire = struct === undefined ? undefined : acquireFor(struct, context);
	const definition = functionAt(violation.at);
	const use = definition && statementAt(definition, violation.at.first, violation.at.last);
	const index = violation.facts.argument;
	if (!acquire || !use || typeof index !== 'number') return [];
	const { layout } = context;
	const { slice } = violation.at;
	let call: Call | undefined;
	walk(use.statement, (node) => {
		const candidate = node as Call;
		if (node.kind === 'call' && candidate.callee.kind === 'identifier' && candidate.callee.name === fact(violation, 'callee'))
			call ??= candidate;
	});
	const argument = call?.arguments[index - 1];
	const span = argument && layout.exact(slice, withoutCasts(argument));
	const declared = declareMissing([acquire], slice, context);
	if (!span || !declared) return [];
	const name = freshName(slice, 'acquired');
	const mayBeNull = context.catalog.kfunc(acquire)!.flags.includes('KF_RET_NULL');
	const leave = earlyReturn(definition, slice, violation.program, context);
	const lines = [`struct ${struct} *${name} = ${acquire}(${layout.text.slice(span.start, span.end)});`];
	if (mayBeNull) lines.push(`if (!${name})`, layout.step + leave);
	const before = surround(layout, slice, use, { before: lines });
	return before
		? [{ title: `Acquire it first with ${functionName(acquire)}`, edits: [...declared, ...before, { ...span, newText: name }] }]
		: [];
}
