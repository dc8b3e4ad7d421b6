// What a program gives back to the kernel. Facts: check_return_code() and retval_range_within() of kernel/bpf/verifier.c, 6.12.
import type { Range } from '../flow/ir.js';
import type { Catalog } from '../kernel/catalog.js';
import { type ReturnRange, returnRange } from '../kernel/return-ranges.js';
import type { Program } from '../program/model.js';
import type { Machine } from './machine.js';
import { precise } from './precision.js';
import type { State } from './state.js';
import { typeName, type Value } from './value.js';

/** What the kernel wants a program to return; undefined where it does not look. */
export function wantedReturn(program: Program, catalog: Catalog): ReturnRange | undefined {
	const { programType, attachType, target } = program.section;
	if (programType === undefined) return undefined;
	if (programType !== 'LSM') return returnRange(catalog.release, programType, attachType);
	const hook = target === undefined ? undefined : catalog.lsmHook(target);
	return hook && returnRange(catalog.release, programType, attachType, { name: target!, isVoid: hook.result === 'void' });
}

/** Checks what leaves the program at `at`; `register` is that of the verifier's words. */
export function checkReturn(machine: Machine, state: State, value: Value, at: Range, register: 'R0' | 'R1' = 'R0'): void {
	const range = machine.wantedReturn;
	if (!range || value.kind === 'unknown') return;
	precise(value);
	const [min, max] = range;
	if (value.kind === 'scalar' && value.min >= min && value.max <= max) return;
	const known = value.kind === 'scalar' && Number.isFinite(value.min) && Number.isFinite(value.max);
	const actual =
		value.kind !== 'scalar' ? undefined : value.min === value.max ? `${value.min}` : known ? `${value.min} to ${value.max}` : undefined;
	machine.reporter.report(state, {
		rule: 'program-structure',
		at: machine.place(state, at),
		variant: 'return-range',
		verifier:
			value.kind !== 'scalar'
				? `At program exit the register ${register} is not a known value (${typeName(value)})`
				: `At program exit the register ${register} has ${known ? `smin=${value.min} smax=${value.max}` : 'unknown scalar value'} should have been in [${min}, ${max}]`,
		facts: {
			section: machine.program.section.text,
			...(machine.program.section.programType ? { programType: machine.program.section.programType } : {}),
			expected: min === max ? `${min}` : `${min} to ${max}`,
			...(actual === undefined ? {} : { actual }),
		},
	});
}
