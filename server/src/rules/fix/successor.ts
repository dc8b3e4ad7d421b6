// The repair of a call of a kfunc that was renamed: the new name, where it takes and gives the same.
import type { Call } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { functionAt, pathTo } from './tree.js';

/** Calls the successor; none where the catalog does not know it with the same prototype. */
export function callSuccessor(violation: Violation, context: FixContext): FixCandidate[] {
	const old = fact(violation, 'callee');
	const next = fact(violation, 'replacement');
	const before = old === undefined ? undefined : context.catalog.kfunc(old);
	const after = next === undefined ? undefined : context.catalog.kfunc(next);
	if (!before || !after) return [];
	const shape = ({ result, parameters }: typeof before): string => [result, ...parameters.map((each) => each.type)].join();
	// A name with a version in it is one that the loader does not look for.
	if (shape(before) !== shape(after) || after.name.includes('___')) return [];
	const definition = functionAt(violation.at);
	const { slice, first, last } = violation.at;
	const call = definition && pathTo(definition, first, last).find((node): node is Call => node.kind === 'call' && node.first === first);
	const name = call && context.layout.exact(slice, call.callee);
	const declared = declareMissing([after.name], slice, context);
	if (!name || !declared) return [];
	return [{ title: `Call ${functionName(after.name)} instead`, edits: [...declared, { ...name, newText: after.name }] }];
}
