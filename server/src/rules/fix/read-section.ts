// Repairs for objects that live only inside an RCU read section: a section around the load and the use, or one that ends later.
import type { CompoundStatement, FunctionDefinition, Statement } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { Violation } from '../../verifier/violation.js';
import { fact } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing } from './declare.js';
import { remove, surround } from './edits.js';
import { originOf } from './null-check.js';
import { functionAt, isStatement, type Located, pathTo, statementAt } from './tree.js';

const LOCK = 'bpf_rcu_read_lock';
const UNLOCK = 'bpf_rcu_read_unlock';

/** The statement of the innermost block that holds both, in which each of two statements stands. */
function inOneBlock(
	definition: FunctionDefinition,
	one: Statement,
	other: Statement,
): { readonly from: Located; readonly to: Located } | undefined {
	const path = pathTo(definition, one.first, one.last);
	const beside = pathTo(definition, other.first, other.last);
	const index = path.findLastIndex((node) => node.kind === 'compound' && beside.includes(node));
	const [from, to] = [path[index + 1], beside[index + 1]];
	if (index < 0 || !from || !to || !isStatement(from) || !isStatement(to)) return undefined;
	const ancestors = path.slice(0, index + 1);
	return { from: { statement: from, ancestors }, to: { statement: to, ancestors } };
}

/** Opens a read section before the statement that loads the violating variable, and closes it behind the statement that uses it. */
export function wrapInReadSection(violation: Violation, context: FixContext): FixCandidate[] {
	const { slice, first, last } = violation.at;
	const definition = functionAt(violation.at);
	const use = definition && statementAt(definition, first, last);
	if (!definition || !use || use.statement.kind === 'return') return [];
	const variable = fact(violation, 'variable');
	const origin = variable !== undefined && /^\w+$/.test(variable) ? originOf(definition, variable, first, slice, context) : undefined;
	const block = inOneBlock(definition, (origin ?? use).statement, use.statement);
	return block ? surroundByReadSection(block.from, block.to, slice, context) : [];
}

/** Opens a read section before one statement of a block and closes it behind another one, or the same. */
export function surroundByReadSection(from: Located, to: Located, slice: Slice, context: FixContext): FixCandidate[] {
	const declared = declareMissing([LOCK, UNLOCK], slice, context);
	const behind = scopeKept(from, to) ? surround(context.layout, slice, to, { after: [`${UNLOCK}();`] }) : undefined;
	const before = surround(context.layout, slice, from, { before: [`${LOCK}();`] });
	return declared && before && behind ? [{ title: 'Wrap it in an RCU read section', edits: [...declared, ...before, ...behind] }] : [];
}

/** Both ends stand in one block: what is declared between them stays in scope. A label between them could be jumped to from outside. */
function scopeKept({ statement: from, ancestors }: Located, { statement: to }: Located): boolean {
	const block = ancestors.at(-1) as CompoundStatement;
	const between = block.body.slice(block.body.indexOf(from), block.body.indexOf(to) + 1);
	return between.length > 0 && between.every(({ kind }) => kind !== 'label' && kind !== 'case' && kind !== 'default');
}

/** The read section ended before the use: its end moves behind it. */
export function unlockLater(violation: Violation, context: FixContext): FixCandidate[] {
	const { slice, first, last } = violation.at;
	const definition = functionAt(violation.at);
	const use = definition && statementAt(definition, first, last);
	if (!definition || !use || use.statement.kind === 'return') return [];
	for (let at = use.ancestors.length - 1; at >= 0; at--) {
		const block = use.ancestors[at]!;
		if (block.kind !== 'compound') continue;
		const ancestors = use.ancestors.slice(0, at + 1);
		const { body } = block as CompoundStatement;
		const using = body.findIndex((statement) => statement.first <= first && statement.last >= last);
		const unlock = body.slice(0, using).findLast((statement) => calls(statement, UNLOCK));
		if (!unlock) continue;
		const out = remove(context.layout, slice, { statement: unlock, ancestors });
		const back = surround(context.layout, slice, { statement: body[using]!, ancestors }, { after: [`${UNLOCK}();`] });
		return out && back ? [{ title: 'End the read section after this use', edits: [...out, ...back] }] : [];
	}
	return [];
}

/** Is the statement a call of this function, and nothing else? */
function calls(statement: Statement, name: string): boolean {
	if (statement.kind !== 'expression-statement' || statement.expression.kind !== 'call') return false;
	const { callee } = statement.expression;
	return callee.kind === 'identifier' && callee.name === name;
}
