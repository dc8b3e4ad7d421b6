// Repair for the current task taken as a number: the form of the call that keeps the type.

import { strip } from '../../btf/ctype.js';
import type { Assignment, Call, Declarator, Expression } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { localsAt } from './names.js';
import { baseIdentifier, functionAt, walk } from './tree.js';

const NUMBER = 'bpf_get_current_task';
const TYPED = 'bpf_get_current_task_btf';

/** Changes the call that gave the violating variable its value, or stands in the argument itself; with its cast, which is needed no more. */
export function typedCurrentTask(violation: Violation, context: FixContext): FixCandidate[] {
	const definition = functionAt(violation.at);
	if (!definition) return [];
	const { layout } = context;
	const { slice } = violation.at;
	const variable = fact(violation, 'variable');
	const candidates: FixCandidate[] = [];
	const offer = (value: Expression, pointer: boolean): void => {
		let call: Expression = value;
		while (call.kind === 'cast') call = call.operand;
		if (call.kind !== 'call' || (call as Call).callee.kind !== 'identifier') return;
		if (((call as Call).callee as { name: string }).name !== NUMBER) return;
		// A number that holds the pointer needs the cast in its declaration; a pointer needs none.
		const span = layout.exact(slice, pointer ? value : call);
		if (!span) return;
		const newText = pointer ? `${TYPED}()` : `(unsigned long)${TYPED}()`;
		candidates.push({ title: `Take the task with ${functionName(TYPED)}`, edits: [{ ...span, newText }] });
	};
	const isPointer = (target: Expression): boolean =>
		strip(context.unit.scope.typeOf(target, localsAt(definition, target.first, context.unit.scope))).kind === 'pointer';
	walk(definition.body, (node) => {
		if (node.first > violation.at.last) return;
		const declarator = node as unknown as Declarator;
		if (declarator.nameToken !== undefined && declarator.initializer && (variable === undefined || variable.includes(declarator.name)))
			offer(declarator.initializer, declarator.type.kind === 'pointer');
		if (node.kind === 'assignment') {
			const { target, value } = node as unknown as Assignment;
			const name = baseIdentifier(target);
			if (variable === undefined || (name !== undefined && variable.includes(name)))
				offer(value, isPointer(target) || value.kind === 'cast');
		}
		if (node.kind === 'cast' && node.first >= violation.at.first && node.last <= violation.at.last) offer(node as Expression, true);
	});
	return candidates;
}
