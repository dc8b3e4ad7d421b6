// The repair of a call that a release may lack: a weak declaration, and the call only where the kernel has the function.
import type { Call } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import { functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { surround } from './edits.js';
import { functionAt, pathTo, statementAt } from './tree.js';

/** Guards the call by `bpf_ksym_exists()`: its statement where nobody uses the result, else the call itself, with 0 in its place. */
export function guardCall(violation: Violation, context: FixContext): FixCandidate[] {
	const { layout } = context;
	const { slice, first, last } = violation.at;
	const definition = functionAt(violation.at);
	const located = definition && statementAt(definition, first, last);
	if (!definition || !located) return [];
	const call = pathTo(definition, first, last).find(
		(node): node is Call => node.kind === 'call' && node.first === first && node.last === last,
	);
	if (call?.callee.kind !== 'identifier') return [];
	const { name } = call.callee;
	const weak = declareWeak(name, context);
	const span = layout.exact(slice, call);
	if (!weak || !span) return [];
	// The macro came with libbpf 1.2; before, the address itself is asked.
	const guard = context.unit.translation.isMacro('bpf_ksym_exists') ? `bpf_ksym_exists(${name})` : name;
	const title = `Call ${functionName(name)} only where the kernel has it`;
	if (located.statement.kind === 'expression-statement' && located.statement.expression === call) {
		const text = layout.text.slice(span.start, span.end);
		const indent = layout.indent(span.start);
		const own = layout.startsLine(span.start);
		const newText = own ? `if (${guard})${layout.newline}${indent}${layout.step}${text}` : `if (${guard}) ${text}`;
		const braced = own ? [{ ...span, newText }] : surround(layout, slice, located, { before: [`if (${guard})`] });
		return braced ? [{ title, edits: [...weak, ...braced] }] : [];
	}
	return [
		{
			title,
			edits: [...weak, { start: span.start, end: span.start, newText: `${guard} ? ` }, { start: span.end, end: span.end, newText: ' : 0' }],
		},
	];
}

/** The edit that makes the declaration of a kfunc weak; none where it is. Undefined where the file itself does not declare it. */
function declareWeak(name: string, context: FixContext): TextEdit[] | undefined {
	const symbol = context.unit.scope.symbol(name);
	if (symbol?.kind !== 'function') return undefined;
	if (symbol.weak) return [];
	const declaration: Slice | undefined = context.unit.translation.mainSlices.find(
		(slice) => slice.names.includes(name) && slice.parse().kind === 'declaration',
	);
	const end = declaration?.tokens.at(-1);
	const semicolon = end && context.layout.spelled(end);
	return semicolon && [{ start: semicolon.start, end: semicolon.start, newText: ' __weak' }];
}
