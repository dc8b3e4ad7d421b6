// The repair of a declaration that does not fit the kernel's function: the catalog's prototype in its place.
import { flavourless } from '../../btf/type-source.js';
import type { Violation } from '../../verifier/violation.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { kfuncDeclaration } from './declare.js';

/** Declares the kfunc as the catalog has it. None where the file itself does not declare it, or declares a flavour: that one is meant for another release. */
export function redeclareKfunc(violation: Violation, context: FixContext): FixCandidate[] {
	const name = fact(violation, 'callee');
	if (name === undefined || flavourless(name) !== name) return [];
	const line = kfuncDeclaration(name, context);
	const { layout, unit } = context;
	const declaration = unit.translation.mainSlices.find((slice) => slice.names.includes(name) && slice.parse().kind === 'declaration');
	const first = declaration?.tokens[0];
	const last = declaration?.tokens.at(-1);
	const from = first && layout.seen(first);
	const to = last && layout.seen(last);
	if (line === undefined || !from || !to || declaration!.names.length !== 1) return [];
	const symbol = unit.scope.symbol(name);
	const weak = symbol?.kind === 'function' && symbol.weak;
	const newText = weak ? line.replace(/;$/, ' __weak;') : line;
	return [{ title: `Declare ${functionName(name)} as the kernel has it`, edits: [{ start: from.start, end: to.end, newText }] }];
}
