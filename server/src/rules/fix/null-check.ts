// Repairs for a value that may be NULL: a check behind the place that it comes from, or in front of the place that needs it.
import type { CType } from '../../btf/ctype.js';
import type { Assignment, CompoundStatement, Declarator, Expression, FunctionDefinition } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import { code, fact } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { applyEdits, surround } from './edits.js';
import { earlyReturn } from './leave.js';
import { declare, freshName, localsAt } from './names.js';
import { functionAt, isStatement, type Located, pathTo, statementAt, walk } from './tree.js';

const LOOPS: ReadonlySet<string> = new Set(['for', 'while', 'do']);

/**
 * Candidates, best first, for a violation whose fact `variable` is the C text of the value that may be NULL. Where that was computed from another
 * variable (`checked`), that one has to be asked.
 */
export function nullChecks(violation: Violation, context: FixContext): FixCandidate[] {
	const { checked, ...facts } = violation.facts;
	if (checked === undefined) return checksOf(violation, context);
	return [...checksOf({ ...violation, facts: { ...facts, variable: checked } }, context), ...checksOf({ ...violation, facts }, context)];
}

function checksOf(violation: Violation, context: FixContext): FixCandidate[] {
	const { slice, first, last } = violation.at;
	const definition = functionAt(violation.at);
	const use = definition && statementAt(definition, first, last);
	if (!definition || !use) return [];
	const variable = fact(violation, 'variable') ?? violation.reference?.heldBy;
	if (variable === undefined) return [];
	const { layout } = context;
	const candidates: FixCandidate[] = [];
	const offer = (title: string, edits: readonly TextEdit[] | undefined): void => {
		if (edits && applyEdits(layout.text, edits) !== undefined) candidates.push({ title, edits });
	};
	const leave = earlyReturn(definition, slice, violation.program, context);
	if (!/^[A-Za-z_]\w*$/.test(variable)) {
		offerHoisted(violation, definition, use, variable, leave, offer, context);
		return candidates;
	}
	const releases = context.catalog.kfunc(fact(violation, 'callee') ?? '')?.flags.includes('KF_RELEASE') ?? false;
	const plainCall = use.statement.kind === 'expression-statement' && use.statement.expression.kind === 'call';
	const guarded = (): TextEdit[] | undefined => guard(use, variable, slice, context);
	if (releases && plainCall) offer(`Call it only if ${code(variable)} is not NULL`, guarded());
	const ways = inLoop(use) ? ['continue;', leave] : [leave];
	for (const way of ways) {
		const lines = [`if (!${variable})`, layout.step + way];
		const title = `${way === 'continue;' ? 'Go on with the next round' : 'Leave'} if ${code(variable)} is NULL`;
		const origin = originOf(definition, variable, first, slice, context);
		// A check in front of a loop's use would be too late for a loop's own header; the proof sorts that out.
		if (origin && (way !== 'continue;' || inLoop(origin))) {
			const next = behindDeclarations(origin);
			offer(title, next ? surround(layout, slice, next, { before: lines }) : surround(layout, slice, origin, { after: lines }));
		}
		offer(title, surround(layout, slice, use, { before: lines }));
	}
	if (!releases && plainCall) offer(`Call it only if ${code(variable)} is not NULL`, guarded());
	return candidates;
}

function inLoop(located: Located): boolean {
	return located.ancestors.some((node) => node.kind !== undefined && LOOPS.has(node.kind));
}

/** `if (variable)` in front of a statement that stands in a block. */
function guard(use: Located, variable: string, slice: Slice, context: FixContext): TextEdit[] | undefined {
	const { layout } = context;
	const span = layout.exact(slice, use.statement);
	if (!span || use.ancestors.at(-1)?.kind !== 'compound' || !layout.startsLine(span.start)) return undefined;
	const inner = layout.newline + layout.indent(span.start) + layout.step;
	return [{ start: span.start, end: span.start, newText: `if (${variable})${inner}` }];
}

/** The statement that last gave the variable its value before a token: a declaration with an initializer, or an assignment. */
export function originOf(
	definition: FunctionDefinition,
	variable: string,
	before: number,
	slice: Slice,
	context: FixContext,
): Located | undefined {
	let last: Located | undefined;
	walk(definition.body, (node) => {
		if (node.first >= before) return;
		const declares = (node as unknown as Declarator).nameToken !== undefined && (node as unknown as Declarator).name === variable;
		const initialises = declares && (node as unknown as Declarator).initializer !== undefined;
		const assigns = node.kind === 'assignment' && context.layout.source(slice, (node as unknown as Assignment).target) === variable;
		if (!initialises && !assigns) return;
		const located = statementAt(definition, node.first, node.last);
		if (located && (located.statement.kind === 'declaration-statement' || located.statement.kind === 'expression-statement'))
			last = located;
	});
	return last;
}

/** For a declaration: the first statement of its block that is none, since checks do not stand among declarations. */
function behindDeclarations(origin: Located): Located | undefined {
	const block = origin.ancestors.at(-1);
	if (origin.statement.kind !== 'declaration-statement' || block?.kind !== 'compound') return undefined;
	const { body } = block as CompoundStatement;
	const next = body.slice(body.indexOf(origin.statement)).find((statement) => statement.kind !== 'declaration-statement');
	return next && { statement: next, ancestors: origin.ancestors };
}

/** The value is no plain variable (a field, a call): it goes into a local, which is checked and then used. */
function offerHoisted(
	violation: Violation,
	definition: FunctionDefinition,
	use: Located,
	variable: string,
	leave: string,
	offer: (title: string, edits: readonly TextEdit[] | undefined) => void,
	context: FixContext,
): void {
	const { layout } = context;
	const { slice } = violation.at;
	const flat = (text: string): string => text.replace(/\s+/g, '');
	const matches: Expression[] = [];
	walk(definition.body, (node) => {
		if (node.kind === undefined || !['member', 'index', 'call', 'dereference'].includes(node.kind)) return;
		if (flat(layout.source(slice, node)) === flat(variable)) matches.push(node as Expression);
	});
	const inUse = matches.find((node) => node.first >= use.statement.first && node.last <= use.statement.last);
	if (!inUse) return;
	const wanted = inUse.kind === 'member' ? inUse.member : 'found';
	const name = freshName(slice, wanted);
	const declaration = declare(plain(context.unit.scope.typeOf(inUse, localsAt(definition, inUse.first, context.unit.scope))), name);
	const at = layout.exact(slice, inUse);
	const value = layout.source(slice, inUse);
	// A type without a name of its own is left to the compiler.
	const local = `${declaration ?? `__auto_type ${name}`} = ${value};`;
	const title = `Keep ${code(value)} in a local variable and check that`;
	if (!at) return;
	// The statement that looks at the field first, in the same block as the use: usually a check, of another load.
	const before = matches.findLast((node) => node.last < use.statement.first);
	const check = before && enclosingIn(definition, use, before);
	const otherAt = before && layout.exact(slice, before);
	if (check && otherAt) {
		const lines = surround(layout, slice, check, { before: [local] });
		offer(title, lines && [...lines, { ...otherAt, newText: name }, { ...at, newText: name }]);
	}
	const lines = surround(layout, slice, use, { before: [local, `if (!${name})`, layout.step + leave] });
	offer(title, lines && [...lines, { ...at, newText: name }]);
}

/** The type without the tags of its field: a local that holds a kptr is a plain pointer. */
function plain(type: CType): CType {
	return type.kind === 'pointer' ? { kind: 'pointer', to: type.to } : type;
}

/** The statement that holds `node`, in the innermost block that holds the use as well. */
function enclosingIn(definition: FunctionDefinition, use: Located, node: Expression): Located | undefined {
	const path = pathTo(definition, node.first, node.last);
	const index = path.findLastIndex((above) => above.kind === 'compound' && use.ancestors.includes(above));
	const statement = path[index + 1];
	return index >= 0 && statement && isStatement(statement) ? { statement, ancestors: path.slice(0, index + 1) } : undefined;
}
