// What a person does to selected statements that are right as they are: an RCU read section around them.
import type { FunctionSymbol } from '../../program/model.js';
import type { CompoundStatement, Statement } from '../../syntax/ast.js';
import type { FixCandidate, FixContext } from './context.js';
import { surroundByReadSection } from './read-section.js';
import { pathTo, walk } from './tree.js';

/** The statements of one block that lie within a selection of UTF-16 offsets, put in an RCU read section. None where the selection cuts one of them. */
export function wrapSelection(start: number, end: number, context: FixContext): FixCandidate[] {
	const { layout, unit } = context;
	const spanOf = (fn: FunctionSymbol) => fn.definition && layout.exact(fn.slice, fn.definition.body);
	const fn = unit.functions.find((one) => {
		const span = spanOf(one);
		return span !== undefined && span.start <= start && end <= span.end;
	});
	const definition = fn?.definition;
	if (!definition) return [];
	let selected: { readonly block: CompoundStatement; readonly statements: readonly Statement[] } | undefined;
	walk(definition.body, (node) => {
		if (node.kind !== 'compound') return;
		const { body } = node as CompoundStatement;
		const touched = body.filter((statement) => {
			const span = layout.outer(fn.slice, statement);
			return span !== undefined && span.start < end && start < span.end;
		});
		const isWhole = touched.every((statement) => {
			const span = layout.outer(fn.slice, statement)!;
			return start <= span.start && span.end <= end;
		});
		if (touched.length > 0 && isWhole) selected ??= { block: node as CompoundStatement, statements: touched };
	});
	if (!selected) return [];
	const [from, to] = [selected.statements[0]!, selected.statements.at(-1)!];
	const path = pathTo(definition, selected.block.first, selected.block.last);
	const ancestors = path.slice(0, path.indexOf(selected.block) + 1);
	return surroundByReadSection({ statement: from, ancestors }, { statement: to, ancestors }, fn.slice, context);
}
