// Repair for a plain store into a referenced kptr: the exchange, and the release of what comes out.
import { strip } from '../../btf/ctype.js';
import type { Assignment } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { surround } from './edits.js';
import { freshName, localsAt } from './names.js';
import { releaseFor } from './other-callee.js';
import { functionAt, statementAt, withoutCasts } from './tree.js';

/** `v->task = p;` becomes `old = bpf_kptr_xchg(&v->task, p);` with the release of `old`. */
export function exchangeInstead(violation: Violation, context: FixContext): FixCandidate[] {
	const { slice, first, last } = violation.at;
	const definition = functionAt(violation.at);
	const located = definition && statementAt(definition, first, last);
	if (!definition || located?.statement.kind !== 'expression-statement' || located.statement.expression.kind !== 'assignment') return [];
	const { target, value, operator } = located.statement.expression as Assignment;
	const { layout, unit } = context;
	const type = strip(unit.scope.typeOf(target, localsAt(definition, target.first, unit.scope)));
	const to = type.kind === 'pointer' ? strip(type.to) : undefined;
	const release = to?.kind === 'record' && to.tag !== undefined ? releaseFor(to.tag, context) : undefined;
	const whole = layout.exact(slice, located.statement);
	const into = layout.exact(slice, target);
	const what = layout.exact(slice, withoutCasts(value)) ?? layout.outer(slice, value);
	const declared = release && declareMissing([release], slice, context);
	if (operator !== '=' || to?.kind !== 'record' || !release || !whole || !into || !what || !declared) return [];
	const name = freshName(slice, 'old');
	const after = surround(layout, slice, located, { after: [`if (${name})`, `${layout.step}${release}(${name});`] });
	const stored = layout.text.slice(what.start, what.end);
	const newText = `struct ${to.tag} *${name} = bpf_kptr_xchg(&${layout.text.slice(into.start, into.end)}, ${/^0$/.test(stored) ? 'NULL' : stored});`;
	// A declaration cannot be the body of an `if` by itself; `surround` gives it its braces.
	return after
		? [
				{
					title: `Exchange it, and release the old object with ${functionName(release)}`,
					edits: [...declared, { ...whole, newText }, ...after],
				},
			]
		: [];
}
