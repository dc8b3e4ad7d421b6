// What a global function is given, held against what its declaration promises the verifier, by which alone the function was verified.
// Facts: btf_check_func_arg_match(), check_mem_reg(), check_helper_mem_access() of kernel/bpf/verifier.c, 6.12; the kinds measured on 6.12 and 6.18.
import type { CallOp } from '../flow/ir.js';
import type { FunctionSymbol, Program } from '../program/model.js';
import { referenceOf } from './access.js';
import { globalArgument } from './entry.js';
import { isFrozen } from './frozen.js';
import { isTyped } from './helper-arguments.js';
import { reportMistagged } from './kptr-tag.js';
import type { Machine } from './machine.js';
import { precise } from './precision.js';
import type { State } from './state.js';
import { structMatches } from './struct-match.js';
import { Flag, isNull, mayBeNull, type Pointer, structOf, typeName, type Value } from './value.js';
import type { RuleId } from './violation.js';

type Report = (rule: RuleId, variant: string, verifier: string, facts?: Readonly<Record<string, string | number>>) => void;

export function checkGlobalArguments(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol): void {
	const { parameters, liveIn } = machine.graphs.of(fn);
	fn.type.parameters.forEach(({ type, declTags = [] }, index) => {
		const argument = o.arguments[index];
		const value = argument === undefined ? undefined : state.get(argument);
		// For a parameter that nobody reads the compiler passes whatever is in the register.
		const register = parameters[index]?.register;
		if (!value || value.kind === 'unknown' || (register !== undefined && !liveIn[0]?.has(register))) return;
		if (value.kind === 'pointer' && !isTyped(value)) return;
		const at = o.argumentRanges[index] ?? o.at;
		const report: Report = (rule, variant, verifier, facts = {}) => {
			if (reportMistagged(machine, state, value, at, verifier)) return;
			machine.reporter.report(state, {
				rule,
				at: machine.place(state, at),
				variant,
				verifier,
				facts: { callee: fn.name, argument: index + 1, type: typeName(value), ...facts },
				...(value.kind === 'pointer' ? referenceOf(state, value) : {}),
			});
		};
		checkOne(machine, globalArgument(machine, type, declTags), value, index, report);
		if (mayBeNull(value) && declTags.includes('arg:nonnull')) state.markNotNull((value as Pointer).id);
	});
}

/** `promised` is what the function was verified with. */
function checkOne(machine: Machine, promised: Value, value: Value, index: number, report: Report): void {
	const register = `R${index + 1}`;
	if (promised.kind === 'scalar') {
		if (value.kind === 'pointer') report('untrusted-argument', 'pointer-for-number', `${register} is not a scalar`);
		return;
	}
	if (promised.kind !== 'pointer') return;
	precise(value);
	const nullable = mayBeNull(promised);
	switch (promised.base.is) {
		case 'ctx':
			if (value.kind !== 'pointer' || value.base.is !== 'ctx')
				report('untrusted-argument', 'context', `arg#${index} expects pointer to ctx`);
			return;
		case 'mem':
			if (isNull(value)) return;
			if (value.kind === 'scalar' && value.was === 'released')
				report('use-after-release', 'argument', `${register} type=scalar expected=fp`);
			else if (isReadOnly(value)) report('untrusted-argument', 'read-only', 'write into map forbidden');
			else if (!isMemory(machine, value)) report('untrusted-argument', 'memory', `${register} type=${typeName(value)} expected=fp`);
			else if (!nullable && mayBeNull(value)) report('possibly-null-argument', 'helper', `arg#${index} is expected to be non-NULL`);
			return;
		case 'object':
			if (!(nullable && isNull(value))) checkObject(machine, promised, value, register, nullable, report);
			return;
		default:
	}
}

/** btf_ptr_types: objects, whether trusted, protected by RCU or neither. */
function checkObject(machine: Machine, promised: Pointer, value: Value, register: string, nullable: boolean, report: Report): void {
	const wanted = structOf(promised)!;
	const actual = value.kind === 'pointer' ? structOf(value) : undefined;
	const wrong = `${register} type=${typeName(value)} expected=ptr_, trusted_ptr_, rcu_ptr_`;
	if (value.kind === 'scalar' && value.was === 'released') report('use-after-release', 'argument', wrong);
	else if (isNull(value)) report('possibly-null-argument', 'constant', wrong);
	else if (value.kind !== 'pointer' || actual === undefined || value.flags & (Flag.Untrusted | Flag.Percpu | Flag.User))
		report('untrusted-argument', value.kind === 'scalar' ? 'scalar' : 'default', wrong, { expected: wanted });
	else if (mayBeNull(value) && !nullable) report('possibly-null-argument', 'default', wrong);
	else if (!value.variable && !structMatches(machine, value, actual, wanted, false))
		report('type-mismatch', 'default', `${register} is of type ${actual} but ${wanted} is expected`, { expected: wanted, actual });
}

function isReadOnly(value: Value): boolean {
	if (value.kind !== 'pointer') return false;
	const { base } = value;
	return (value.flags & Flag.ReadOnly) !== 0 || base.is === 'string' || (base.is === 'global' && isFrozen(base.symbol));
}

/** Is it memory at all? How much of it there is, is not followed. */
function isMemory({ program }: Machine, value: Value): boolean {
	if (value.kind !== 'pointer') return false;
	switch (value.base.is) {
		case 'stack':
		case 'packet':
		case 'packet_meta':
		case 'map_value':
		case 'mem':
		case 'buf':
		case 'object':
		case 'arena':
		case 'global':
		case 'string':
			return true;
		case 'ctx':
			return contextIsMemory(program);
		default:
			return false;
	}
}

/** The context of a syscall program is a buffer; that of any other is not written, or not as memory. */
function contextIsMemory({ section }: Program): boolean {
	return section.programType === undefined || section.programType === 'SYSCALL';
}
