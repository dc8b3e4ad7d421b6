// Calls of kfuncs: may this program call it, are the arguments right, what is acquired, released and given back.
// Facts: check_kfunc_call() of kernel/bpf/verifier.c, 6.12; where a later release differs, the catalog's flags say so.
import { sizeOf, strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Kfunc } from '../kernel/catalog.js';
import { mayCallKfunc, placesText } from '../kernel/may-call.js';
import type { FunctionSymbol } from '../program/model.js';
import { unknownOf } from './access.js';
import { setResult } from './calls.js';
import { checkKfuncArguments } from './kfunc-arguments.js';
import { resolveKfunc } from './kfunc-lookup.js';
import { callMissingKfunc, remarkOnKfunc } from './kfunc-missing.js';
import { specialKfunc } from './kfunc-special.js';
import { heldLock } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { acquire, giveBack, releasesOf } from './references.js';
import { checkSleepable } from './sleeping.js';
import type { State } from './state.js';
import { exactly, Flag, pointer, scalar, UNKNOWN_VALUE, type Value } from './value.js';

export function callKfunc(machine: Machine, state: State, o: CallOp, symbol: FunctionSymbol): Outcome {
	const found = resolveKfunc(machine, symbol);
	const place = machine.place(state, o.at);
	if (found.is !== 'kfunc') {
		callMissingKfunc(machine, state, o, symbol, found);
		return 'next';
	}
	const { kfunc } = found;
	remarkOnKfunc(machine, state, o, symbol, kfunc);
	const flags = new Set(kfunc.flags);
	const { section, structOps } = machine.program;
	const { programType = '', attachType } = section;
	if (!mayCallKfunc(kfunc, { programType, attachType, structOps })) {
		const isElsewhere = structOps !== undefined && mayCallKfunc(kfunc, { programType });
		machine.reporter.report(state, {
			rule: 'kfunc-not-allowed',
			at: place,
			variant: isElsewhere ? 'member' : 'program-type',
			verifier: `calling kernel function ${kfunc.name} is not allowed`,
			facts: {
				callee: kfunc.name,
				section: section.text,
				...(section.programType ? { programType } : {}),
				...(isElsewhere ? { member: `${structOps.struct}.${structOps.member}`, allowed: placesFor(kfunc, structOps.struct) } : {}),
			},
		});
	}
	if (flags.has('KF_SLEEPABLE')) checkSleepable(machine, state, o, kfunc.name, 'kfunc');
	const values = o.arguments.map((a) => state.get(a));
	const checked = checkKfuncArguments(machine, state, o, kfunc, values);
	if (checked.dead) return 'stop';
	state.forgetLoads();
	if (state.locks.length > 0 && !allowedUnderLock(machine, kfunc)) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'call',
			verifier: 'function calls are not allowed while holding a lock',
			facts: { callee: kfunc.name, ...heldLock(state) },
		});
	}
	// As they are after what was objected to is repaired.
	const repaired = o.arguments.map((argument) => state.get(argument));
	const special = specialKfunc(machine, state, o, kfunc, repaired);
	if (special) return special;
	if (flags.has('KF_RELEASE') && checked.released) giveBack(machine, state, checked.released, kfunc.name, o.at);
	setResult(state, o, kfuncResult(machine, state, o, kfunc, repaired));
	return 'next';
}

/** The members of the same struct_ops that may call it, as a person would look for them first; all other places where there is none. */
function placesFor(kfunc: Kfunc, struct: string): string {
	const places = kfunc.attachTypes?.STRUCT_OPS ?? [];
	const own = places.filter((place) => place.startsWith(`${struct}.`));
	return placesText(own.length > 0 ? own : places);
}

/** kfunc_spin_allowed(): the list and tree functions and the number iterator, 6.12; resilient locks, 6.15; arenas and streams, 7.2; by a flag, 7.3. */
function allowedUnderLock(machine: Machine, kfunc: Kfunc): boolean {
	return (
		/^bpf_((list|rbtree)_|iter_num_|res_spin_|refcount_acquire(_impl)?$)/.test(kfunc.name) ||
		(machine.semantics.arenasUnderLock && /^bpf_arena_/.test(kfunc.name)) ||
		(machine.semantics.streamsUnderLock && /^bpf_stream_/.test(kfunc.name)) ||
		kfunc.flags.includes('KF_SPINLOCK_SAFE')
	);
}

/** The result as the flags and the prototype describe it. */
export function kfuncResult(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): Value {
	const flags = new Set(kfunc.flags);
	const type = machine.unit.scope.parseType(kfunc.result);
	const t = strip(type);
	if (t.kind !== 'pointer') return t.kind === 'void' ? UNKNOWN_VALUE : unknownOf(type);
	const nullable = flags.has('KF_RET_NULL') ? Flag.MaybeNull : 0;
	const to = strip(t.to);
	const tag = to.kind === 'record' ? (to.tag ?? '') : structName(kfunc.result);
	if (tag === undefined) {
		if (to.kind === 'void' || to.kind === 'unknown') return scalar();
		// A parameter of this name says how long the memory is, and that it may be written.
		const buffer = kfunc.parameters.findIndex((p) => p.name === 'rdwr_buf_size' || p.name === 'rdonly_buf_size');
		if (buffer < 0) return pointer({ is: 'mem', size: sizeOf(to) }, nullable | Flag.ReadOnly);
		const size = values[buffer];
		const readOnly = kfunc.parameters[buffer]!.name === 'rdonly_buf_size' ? Flag.ReadOnly : 0;
		return pointer({ is: 'mem', size: exactly(size) }, nullable | readOnly);
	}
	const ref = flags.has('KF_ACQUIRE')
		? acquire(machine, state, { kind: 'object', struct: tag, by: kfunc.name, at: o.at, releasedBy: releasesOf(machine, tag, false) })
		: 0;
	const trusted = machine.semantics.trustedResults ? Flag.Trusted : 0;
	return pointer({ is: 'object', tag, record: machine.unit.scope.record(tag), local: false }, nullable | trusted, {
		ref,
		origin: ref ? 'acquired' : 'lookup',
	});
}

/** `struct cgroup *` names its struct even where no definition of it is at hand. */
function structName(type: string): string | undefined {
	return /\bstruct\s+(\w+)\s*\*$/.exec(type)?.[1];
}
