// Where the exploration starts: a program with its context, or a global subprogram with arguments as its declaration promises them.
// Facts: btf_prepare_func_args() of kernel/bpf/btf.c, do_check_common() of kernel/bpf/verifier.c, 6.12.
import { allTags, type CType, sizeOf, strip } from '../btf/ctype.js';
import type { FunctionSymbol } from '../program/model.js';
import { unknownOf } from './access.js';
import { contextStruct } from './context.js';
import type { Machine } from './machine.js';
import { flavourless } from './records.js';
import { State } from './state.js';
import { Flag, pointer, UNKNOWN_VALUE, type Value } from './value.js';

export function enterProgram(machine: Machine, fn: FunctionSymbol): State {
	const state = begin(machine, fn);
	state.returnCounts = machine.wantedReturn !== undefined;
	machine.bindParameters(
		state,
		state.frame.graph,
		fn.type.parameters.map((parameter, index) => (index === 0 ? context(parameter.type) : unknownOf(parameter.type))),
	);
	return state;
}

export function enterGlobal(machine: Machine, fn: FunctionSymbol): State {
	const state = begin(machine, fn);
	machine.bindParameters(
		state,
		state.frame.graph,
		fn.type.parameters.map((parameter) => globalArgument(machine, parameter.type, parameter.declTags ?? [])),
	);
	return state;
}

/** The context. An access whose offset the loader fills in does not tell the compiler that there is one. */
function context(type: CType): Value {
	const t = strip(type);
	const to = t.kind === 'pointer' ? strip(t.to) : t;
	return pointer({ is: 'ctx' }, to.kind === 'record' && to.relocated ? Flag.Opaque : 0);
}

function begin(machine: Machine, fn: FunctionSymbol): State {
	const state = new State();
	state.pushFrame(machine.graphs.of(fn), undefined, `>${fn.name}`);
	return state;
}

/** What the function is verified with in the place of a parameter. */
export function globalArgument(machine: Machine, type: CType, tags: readonly string[]): Value {
	const t = strip(type);
	if (t.kind !== 'pointer') return unknownOf(type);
	const to = strip(t.to);
	const has = (tag: string): boolean => tags.includes(`arg:${tag}`);
	if (has('ctx')) return context(type);
	// Read through as bpf_rdonly_cast() gives it, whatever it is: since 6.18.
	if (has('untrusted')) return UNKNOWN_VALUE;
	if (has('arena') || allTags(t.to).includes('arena')) return pointer({ is: 'arena' });
	const tag = to.kind === 'record' ? flavourless(to.tag ?? '') : '';
	const { programType } = machine.program.section;
	if (tag !== '' && (tag === contextStruct(programType) || (tag === 'bpf_user_pt_regs_t' && programType === 'KPROBE')))
		return context(type);
	if (tag === 'bpf_dynptr') return pointer({ is: 'dynptr' });
	if (has('trusted')) {
		const flags = Flag.Trusted | (has('nullable') ? Flag.MaybeNull : 0);
		return pointer({ is: 'object', tag, record: machine.unit.scope.record(tag), local: false }, flags, { origin: 'argument' });
	}
	if (to.kind === 'void' || to.kind === 'unknown' || to.kind === 'function') return UNKNOWN_VALUE;
	return pointer({ is: 'mem', size: sizeOf(to) }, has('nonnull') ? 0 : Flag.MaybeNull);
}
