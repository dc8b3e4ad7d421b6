// Today's form of the kfuncs that took a reference through a pointer to a map's kptr field.
import type { Assignment, Call, Declarator, Expression } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import { functionName } from '../words.js';
import type { FixCandidate, FixContext } from './context.js';
import { isDeclared, kfuncDeclaration } from './declare.js';
import { surround } from './edits.js';
import { functionAt, type Located, statementAt, walk } from './tree.js';

/** Kfuncs that read a kptr field and acquire what it holds, and the acquire that serves inside a read section. Source: commit log of 6.4. */
const KPTR_GET: Readonly<Record<string, string>> = {
	bpf_task_kptr_get: 'bpf_task_acquire',
	bpf_cgroup_kptr_get: 'bpf_cgroup_acquire',
	bpf_cpumask_kptr_get: 'bpf_cpumask_acquire',
};
/** Kfuncs that another one serves with the same arguments. */
const RENAMED: Readonly<Record<string, string>> = {
	bpf_task_acquire_not_zero: 'bpf_task_acquire',
};

/** The repair of a call of a kfunc that left the kernel; none where the catalog knows no kfunc in its place. */
export function modernCall(violation: Violation, context: FixContext): FixCandidate[] {
	const definition = functionAt(violation.at);
	const located = definition && statementAt(definition, violation.at.first, violation.at.last);
	if (!definition || !located) return [];
	let call: Call | undefined;
	walk(located.statement, (node) => {
		if (node.kind === 'call' && (node as Call).callee.kind === 'identifier' && isRemoved(calleeOf(node as Call))) call ??= node as Call;
	});
	if (!call) return [];
	const old = calleeOf(call);
	const renamed = RENAMED[old];
	const { slice } = violation.at;
	if (renamed) {
		const name = context.layout.exact(slice, call.callee);
		const declared = redeclare(old, [renamed], slice, context);
		return name && declared
			? [{ title: `Call ${functionName(renamed)} instead`, edits: [...declared, { ...name, newText: renamed }] }]
			: [];
	}
	const acquire = KPTR_GET[old];
	return acquire ? readSection(call, located, acquire, old, slice, context) : [];
}

function calleeOf(call: Call): string {
	return call.callee.kind === 'identifier' ? call.callee.name : '';
}
function isRemoved(name: string): boolean {
	return Object.hasOwn(KPTR_GET, name) || Object.hasOwn(RENAMED, name);
}

/** The variable that the statement gives the call's result to, and where the text of that begins and ends. */
function receiver(call: Call, located: Located): { readonly node: Assignment | Declarator; readonly declares: boolean } | undefined {
	let found: { node: Assignment | Declarator; declares: boolean } | undefined;
	walk(located.statement, (node) => {
		if (found) return;
		if (node.kind === 'assignment' && (node as Assignment).value === call) found = { node: node as Assignment, declares: false };
		if ((node as unknown as Declarator).nameToken !== undefined && (node as unknown as Declarator).initializer === call)
			found = { node: node as unknown as Declarator, declares: true };
	});
	return found;
}

/** Load under RCU, acquire if there is something, and end the section. */
function readSection(call: Call, located: Located, acquire: string, old: string, slice: Slice, context: FixContext): FixCandidate[] {
	const { layout } = context;
	const got = receiver(call, located);
	const argument: Expression | undefined = call.arguments[0];
	const span = layout.exact(slice, located.statement);
	const at = layout.exact(slice, call);
	if (!got || !argument || !span || !at) return [];
	const target = got.declares ? (got.node as Declarator).name : layout.source(slice, (got.node as Assignment).target);
	const field = argument.kind === 'address-of' ? layout.source(slice, argument.operand) : `*(${layout.source(slice, argument)})`;
	const sections = ['bpf_rcu_read_lock', 'bpf_rcu_read_unlock'];
	const declared = redeclare(old, [acquire, ...sections], slice, context);
	if (!declared) return [];
	const lines = [`if (${target})`, `${layout.step}${target} = ${acquire}(${target});`, 'bpf_rcu_read_unlock();'];
	const title = `Read the field under RCU and call ${functionName(acquire)}`;
	if (got.declares) {
		const name = layout.spelled(slice.tokens[(got.node as Declarator).nameToken]!);
		if (!name) return [];
		const after = surround(layout, slice, located, { after: ['bpf_rcu_read_lock();', `${target} = ${field};`, ...lines] });
		return after ? [{ title, edits: [...declared, { start: name.end, end: at.end, newText: '' }, ...after] }] : [];
	}
	if (located.statement.kind !== 'expression-statement') return [];
	const around = surround(layout, slice, located, { before: ['bpf_rcu_read_lock();'], after: lines });
	return around ? [{ title, edits: [...declared, ...around, { ...at, newText: field }] }] : [];
}

/**
 * Edits of declarations: `names` are declared where they are not yet, in the place of the old kfunc's own declaration. The old one stays while it
 * has other uses. Undefined where the catalog does not know a name.
 */
function redeclare(old: string, names: readonly string[], slice: Slice, context: FixContext): TextEdit[] | undefined {
	const { layout, unit } = context;
	const lines: string[] = [];
	for (const name of names) {
		const line = isDeclared(name, context) ? '' : kfuncDeclaration(name, context);
		if (line === undefined) return undefined;
		if (line !== '') lines.push(line);
	}
	const nl = layout.newline;
	const declaration = unit.translation.mainSlices.find((other) => other.names.includes(old) && other.parse().kind === 'declaration');
	const first = declaration?.tokens[0];
	const last = declaration?.tokens.at(-1);
	const from = first && layout.seen(first);
	const to = last && layout.seen(last);
	if (!from || !to) {
		// Declared in a header: new declarations go in front of the function.
		const token = slice.tokens.find((candidate) => layout.seen(candidate));
		const at = token && layout.seen(token);
		if (!at) return undefined;
		const start = layout.lineStart(at.start);
		return lines.length === 0 ? [] : [{ start, end: start, newText: lines.map((line) => line + nl).join('') + nl }];
	}
	const uses = unit.translation.mainSlices.flatMap((other) =>
		other === declaration ? [] : other.tokens.filter((token) => token.text === old),
	).length;
	if (uses > 1) return lines.length === 0 ? [] : [{ start: to.end, end: to.end, newText: lines.map((line) => nl + line).join('') }];
	if (lines.length > 0) return [{ start: from.start, end: to.end, newText: lines.join(nl) }];
	const start = layout.lineStart(from.start);
	const next = layout.text.indexOf('\n', to.end);
	return [{ start, end: next < 0 ? layout.text.length : next + 1, newText: '' }];
}
