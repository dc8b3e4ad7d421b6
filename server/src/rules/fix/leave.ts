// How a function may be left early: the return statement that its type, and the program's type, allow.

import { strip } from '../../btf/ctype.js';
import type { Program } from '../../program/model.js';
import type { Expression, FunctionDefinition, ReturnStatement } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import type { FixContext } from './context.js';
import { pathTo, walk } from './tree.js';

/**
 * What a program of a type returns to let things take their way, where that is not 0: the enumerator and its number. Source: return
 * codes of include/uapi/linux/bpf.h and the return ranges that kernel/bpf/verifier.c checks, 6.12.
 */
const LET_PASS: Readonly<Record<string, readonly [name: string, value: string]>> = {
	XDP: ['XDP_PASS', '2'],
	SK_MSG: ['SK_PASS', '1'],
	SK_SKB: ['SK_PASS', '1'],
	SK_LOOKUP: ['SK_PASS', '1'],
	SK_REUSEPORT: ['SK_PASS', '1'],
	NETFILTER: ['NF_ACCEPT', '1'],
	CGROUP_SKB: ['1', '1'],
	CGROUP_SOCK: ['1', '1'],
	CGROUP_SOCK_ADDR: ['1', '1'],
	CGROUP_DEVICE: ['1', '1'],
	CGROUP_SYSCTL: ['1', '1'],
	CGROUP_SOCKOPT: ['1', '1'],
};

/** Is it the function that a program's section stands at: itself, or the inner function that BPF_PROG and its kin make? */
export function isProgramFunction(definition: FunctionDefinition, program: Program): boolean {
	const { name } = definition.declarator;
	return name === program.name || name === `____${program.name}` || definition === program.function.definition;
}

/** The statement that leaves the function early: `return 0;`, `return XDP_PASS;`, `return;`, `return NULL;`. */
export function earlyReturn(definition: FunctionDefinition, slice: Slice, program: Program, context: FixContext): string {
	const result = strip(context.unit.scope.type(definition.type.result));
	if (result.kind === 'void') return 'return;';
	const habit = earlierValue(definition, slice, context);
	if (habit !== undefined) return `return ${habit};`;
	if (result.kind === 'pointer') return 'return NULL;';
	if (result.kind === 'int' && result.bool) return 'return false;';
	const { programType } = program.section;
	const pass = programType !== undefined && isProgramFunction(definition, program) ? LET_PASS[programType] : undefined;
	if (!pass) return 'return 0;';
	const known = context.unit.scope.symbol(pass[0])?.kind === 'enumerator';
	return `return ${known ? pass[0] : pass[1]};`;
}

/** The constant that the function returns already where it leaves early. */
function earlierValue(definition: FunctionDefinition, slice: Slice, context: FixContext): string | undefined {
	let found: string | undefined;
	walk(definition.body, (node) => {
		if (node.kind !== 'return' || found !== undefined) return;
		const { value } = node as ReturnStatement;
		const conditional = pathTo(definition.body, node.first, node.last).some((above) => above.kind === 'if');
		if (value && conditional && isConstant(value, context)) found = context.layout.source(slice, value);
	});
	return found;
}

function isConstant(value: Expression, context: FixContext): boolean {
	if (value.kind === 'integer') return true;
	if (value.kind === 'unary') return isConstant(value.operand, context);
	return value.kind === 'identifier' && context.unit.scope.symbol(value.name)?.kind === 'enumerator';
}
