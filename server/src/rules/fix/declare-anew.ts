// The repair of a declaration that does not fit the kernel's function: the catalog's prototype in its place.
import { flavourless } from '../../btf/type-source.js';
import type { Call } from '../../syntax/ast.js';
import type { Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import { fact, functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { kfuncDeclaration } from './declare.js';
import { walk } from './tree.js';

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
	const declared = symbol?.kind === 'function' ? symbol.type.parameters.map((parameter) => parameter.name) : [];
	const edits = [{ start: from.start, end: to.end, newText }, ...fewerArguments(name, declared, context)];
	return [{ title: `Declare ${functionName(name)} as the kernel has it`, edits }];
}

/** The edits that take out of every call the arguments of parameters that the kernel's function does not have; none where they do not go by their names. */
function fewerArguments(name: string, declared: readonly (string | undefined)[], { unit, catalog, layout }: FixContext): TextEdit[] {
	const wanted = catalog.kfunc(name)!.parameters.map((parameter) => declared.indexOf(parameter.name));
	if (wanted.length >= declared.length || wanted.includes(-1)) return [];
	const edits: TextEdit[] = [];
	for (const { slice, definition } of unit.functions)
		walk(definition!.body, (node) => {
			const { kind, callee, arguments: given } = node as Call;
			if (kind !== 'call' || callee.kind !== 'identifier' || callee.name !== name || given.length !== declared.length) return;
			const spans = given.map((argument) => layout.exact(slice, argument));
			if (!spans.every((span) => span !== undefined)) return;
			const newText = wanted.map((index) => layout.text.slice(spans[index]!.start, spans[index]!.end)).join(', ');
			edits.push({ start: spans[0]!.start, end: spans.at(-1)!.end, newText });
		});
	return edits;
}
