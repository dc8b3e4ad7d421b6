// Repair for an object that is given back by the release function of another type.
import type { Call } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { functionAt, statementAt, walk } from './tree.js';

/** The kfunc that gives back objects of a struct: they are its only parameter. */
export function releaseFor(struct: string, { catalog }: FixContext): string | undefined {
	const type = `struct ${struct} *`;
	for (const { name, flags, parameters } of catalog.kfuncs())
		if (flags.includes('KF_RELEASE') && parameters.length === 1 && parameters[0]!.type === type && !name.endsWith('_dtor')) return name;
	return undefined;
}

/** Calls the release function of the type that the object really has. */
export function releaseByItsType(violation: Violation, context: FixContext): FixCandidate[] {
	const called = fact(violation, 'callee');
	const struct = fact(violation, 'actual');
	if (called === undefined || struct === undefined || !context.catalog.kfunc(called)?.flags.includes('KF_RELEASE')) return [];
	const release = releaseFor(struct, context);
	const definition = functionAt(violation.at);
	const located = definition && statementAt(definition, violation.at.first, violation.at.last);
	const declared = release && declareMissing([release], violation.at.slice, context);
	if (!release || !located || !declared) return [];
	const candidates: FixCandidate[] = [];
	walk(located.statement, (node) => {
		const { kind, callee, first, last } = node as Call;
		if (kind !== 'call' || callee.kind !== 'identifier' || callee.name !== called) return;
		if (first > violation.at.first || last < violation.at.last) return;
		const span = context.layout.exact(violation.at.slice, callee);
		if (span) candidates.push({ title: `Release it with ${functionName(release)}`, edits: [...declared, { ...span, newText: release }] });
	});
	return candidates;
}
