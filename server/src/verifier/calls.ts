// Calls: which kind of callee it is, entering subprograms, results, and the ways out of frames, callbacks and the program.
import { type CType, sizeOf, strip, UNKNOWN as UNKNOWN_TYPE } from '../btf/ctype.js';
import type { CallOp, Range } from '../flow/ir.js';
import type { FunctionSymbol } from '../program/model.js';
import { unknownOf, valueType } from './access.js';
import { checkDirectCall } from './exceptions.js';
import { checkGlobalArguments } from './global-arguments.js';
import { callHelper } from './helper-call.js';
import { passBarrier } from './impossible.js';
import { reportInterruptsOff } from './irq-flags.js';
import { callKfunc } from './kfunc-call.js';
import { readingOf } from './kptr-tag.js';
import { heldLock } from './locks.js';
import type { Machine, Outcome } from './machine.js';
import { settle } from './moved.js';
import { precise } from './precision.js';
import { isKptr, specialAt } from './records.js';
import { reportLeaks } from './references.js';
import { reportOpenRegions } from './regions.js';
import { checkReturn } from './return-value.js';
import { checkGlobalSleeps } from './sleeping.js';
import type { CallbackReturn, State } from './state.js';
import { isSlotState, type Pointer, typeName, UNKNOWN_VALUE, type Value } from './value.js';

export function transferCall(machine: Machine, state: State, o: CallOp): Outcome {
	let symbol: FunctionSymbol | undefined;
	if (o.callee.kind === 'function') symbol = machine.graphs.current(o.callee.symbol);
	else {
		const target = state.get(o.callee.register);
		if (target.kind === 'pointer' && target.base.is === 'function') symbol = target.base.symbol;
	}
	if (!symbol) {
		passBarrier(state);
		state.forgetLoads();
		machine.unknown('a call through a pointer', machine.place(state, o.at));
		// Nobody knows what it took, released or unlocked: no leak may be told behind it.
		state.doubt = true;
		setResult(state, o, UNKNOWN_VALUE);
		return 'next';
	}
	if (symbol.definition) return callSubprogram(machine, state, o, symbol);
	passBarrier(state);
	checkInitialised(machine, state, o, symbol.name);
	for (let k = 0; k < o.arguments.length; k++) settle(machine, state, state.get(o.arguments[k]!), o.argumentRanges[k] ?? o.at);
	state.registersEmpty = true;
	if (symbol.helperId !== undefined || (!symbol.ksym && machine.catalog.isHelper(symbol.name)))
		return callHelper(machine, state, o, symbol);
	if (symbol.ksym || machine.catalog.kfunc(symbol.name)) return callKfunc(machine, state, o, symbol);
	state.forgetLoads();
	machine.unknown(`'${symbol.name}' is defined in another file`, machine.place(state, o.at));
	setResult(state, o, UNKNOWN_VALUE);
	return 'next';
}

/**
 * A variable that nothing was put into, where a pointer is wanted: the compiler leaves in the argument's register what happens to be there. Right after
 * a call that is nothing; later it may be anything, even what was meant.
 */
function checkInitialised(machine: Machine, state: State, o: CallOp, callee: string): void {
	o.arguments.forEach((argument, index) => {
		const value = state.get(argument);
		if (value.kind !== 'unknown' || !value.uninitialised) return;
		const wanted = strip(o.callee.kind === 'function' ? (o.callee.symbol.type.parameters[index]?.type ?? UNKNOWN_TYPE) : UNKNOWN_TYPE);
		if (wanted.kind !== 'pointer') return;
		const place = machine.place(state, o.argumentRanges[index] ?? o.at);
		if (!state.registersEmpty) {
			machine.unknown('a variable that nothing was put into is an argument: what it holds is left to the compiler', place);
			return;
		}
		machine.reporter.report(state, {
			rule: 'untrusted-argument',
			at: place,
			variant: 'uninitialised',
			verifier: machine.catalog.kfunc(callee)
				? `arg#${index} pointer type ${typeText(wanted)} must point to scalar, or struct with scalar`
				: `R${index + 1} !read_ok`,
			facts: { callee, argument: index + 1 },
		});
	});
}

/** As the verifier names what a pointer leads to: `STRUCT task_struct`. */
function typeText(pointer: CType & { kind: 'pointer' }): string {
	const to = strip(pointer.to);
	return to.kind === 'record' ? `STRUCT ${to.tag ?? ''}` : to.kind.toUpperCase();
}

export function setResult(state: State, o: CallOp, value: Value): void {
	if (o.to !== undefined) state.set(o.to, value);
}

/** A function that the kernel verifies on its own: global, and kept as a function by the compiler. */
export function isSeparate(fn: FunctionSymbol): boolean {
	// A hidden function counts as static to the loader, which verifies it in its callers.
	return !fn.static && !fn.alwaysInline && !fn.attributes.includes('visibility') && (fn.noinline || fn.weak);
}

function callSubprogram(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol): Outcome {
	const values = o.arguments.map((a) => state.get(a));
	checkDirectCall(machine, state, o, fn);
	if (fn.attributes.includes('naked')) {
		machine.unknown(`'${fn.name}' is written in assembly`, machine.place(state, o.at));
		state.forgetLoads();
		setResult(state, o, unknownOf(fn.type.result));
		return 'next';
	}
	if (isSeparate(fn)) {
		passBarrier(state);
		callGlobal(machine, state, o, fn);
		return 'next';
	}
	if (state.frames.some((f) => f.graph.function === fn)) {
		machine.unknown(`'${fn.name}' calls itself`, machine.place(state, o.at));
		return 'stop';
	}
	if (fn.noinline) state.forgetLoads();
	state.step({ place: machine.place(state, o.at), kind: 'call', text: `${fn.name}() is called` });
	return machine.enterFunction(state, fn, values, { at: o.at, result: o.resultUnused ? undefined : o.to, operation: o }) ? 'moved' : 'stop';
}

function callGlobal(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol): void {
	const place = machine.place(state, o.at);
	if (state.locks.length > 0) {
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'global-call',
			verifier: 'global function calls are not allowed while holding a lock',
			facts: { callee: fn.name, ...heldLock(state) },
		});
	}
	checkGlobalSleeps(machine, state, o, fn);
	checkGlobalArguments(machine, state, o, fn);
	machine.globalCalls.add(fn);
	state.forgetLoads();
	for (const [index, argument] of o.arguments.entries()) {
		const value = state.get(argument);
		if (value.kind === 'pointer') checkIndirect(machine, state, o, fn, index, value);
		if (value.kind === 'pointer' && value.base.is === 'stack') clobberStack(state, value.base.object);
	}
	setResult(state, o, resultOf(fn.type.result));
}

/** Memory given to a global function is written as a block: no kptr may lie in it. */
function checkIndirect(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol, index: number, value: Pointer): void {
	const t = strip(fn.type.parameters[index]?.type ?? UNKNOWN_TYPE);
	const size = t.kind === 'pointer' ? sizeOf(t.to) : undefined;
	const type = valueType(value);
	const field = type && size !== undefined && !value.variable ? specialAt(type, value.offset, size, readingOf(machine)) : undefined;
	if (!field || !isKptr(field)) return;
	machine.reporter.report(state, {
		rule: 'kptr-access',
		at: machine.place(state, o.argumentRanges[index] ?? o.at),
		variant: 'access',
		verifier: 'kptr cannot be accessed indirectly by helper',
		facts: { callee: fn.name, argument: index + 1, field: field.name },
	});
}

function resultOf(type: CType): Value {
	return strip(type).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(type);
}

/** A callee wrote into the local: nothing is known of its numbers any more; iterators and dynptrs stay. */
export function clobberStack(state: State, object: number): void {
	const memory = state.memory(object);
	if (!memory) return;
	for (const [offset, cell] of memory.cells) {
		if (!isSlotState(cell.value)) memory.cells.delete(offset);
	}
	memory.rest = 'anything';
	state.forgetLoads(({ base }) => base !== object);
}

// ---- Callbacks ----

/** Enters a function that the kernel calls back, zero or more times, before the call returns. */
export function callBack(
	machine: Machine,
	state: State,
	o: CallOp,
	callback: Value,
	values: readonly Value[],
	how: CallbackReturn,
): Outcome {
	if (callback.kind !== 'pointer' || callback.base.is !== 'function' || !callback.base.symbol.definition) {
		if (callback.kind !== 'scalar') machine.unknown('the callback is not known', machine.place(state, o.at));
		setResult(state, o, how.result);
		return 'next';
	}
	const fn = callback.base.symbol;
	if (state.frames.some((f) => f.graph.function === fn)) {
		machine.unknown(`'${fn.name}' calls itself`, machine.place(state, o.at));
		return 'stop';
	}
	const none = state.clone();
	setResult(none, o, how.result);
	machine.probe?.after?.(none, o);
	none.operation++;
	machine.later(none);
	machine.admit(state, `${state.block}.${state.operation}:callback`, true);
	return enterCallback(machine, state, o, fn, values, { ...how, behind: { before: machine.waiting, count: 0 } }) ? 'moved' : 'stop';
}

function enterCallback(
	machine: Machine,
	state: State,
	o: CallOp,
	fn: FunctionSymbol,
	values: readonly Value[],
	how: CallbackReturn,
): boolean {
	state.step({ place: machine.place(state, o.at), kind: 'call', text: `${fn.name}() is called back` });
	const graph = machine.graphs.of(fn);
	return machine.enterFunction(state, fn, values, {
		at: o.at,
		result: o.to,
		operation: o,
		callback: { ...how, again: { graph, values } },
		resumeHere: true,
	});
}

// ---- Returns ----

/** A frame returns: to its caller, to the kernel that called it back, or out of the program. */
export function atReturn(machine: Machine, state: State, value: Value, at: Range): Outcome {
	const back = state.frame.back;
	if (!back) {
		if (state.asynchronous) precise(value);
		if (state.asynchronous && value.kind === 'scalar' && (value.min > 0 || value.max < 0)) {
			machine.reporter.report(state, {
				rule: 'callback-context',
				at: machine.place(state, at),
				variant: 'return',
				verifier: `At async callback return the register R0 has smin=${value.min} smax=${value.max} should have been in [0, 0]`,
				facts: { callee: state.frame.graph.function.name, expected: '0' },
			});
		}
		leaveProgram(machine, state, value, at);
		return 'stop';
	}
	if (!back.callback) {
		// BPF_PROG() and its kin make a function that does nothing but return what the written one returns: leaving that is leaving the program.
		if (state.frames.length === 2 && forwards(state.frames[0]!.graph.function, state.frame.graph.function)) {
			leaveProgram(machine, state, value, at);
			return 'stop';
		}
		const { graph } = machine.leaveFrame(state);
		if (back.result !== undefined) state.set(back.result, value);
		state.block = back.block;
		state.operation = back.operation;
		const call = machine.probe?.after && state.frame.graph.blocks[back.block]!.operations[back.operation - 1];
		if (call) machine.probe?.after?.(state, call);
		// There is one way through, and nothing that could meet.
		if (graph.blocks.length === 1) return 'moved';
		// The ways through a callee meet here: those that left nothing behind are one.
		return machine.meet(state, `${state.block}.${state.operation}:return`) ? 'moved' : 'stop';
	}
	const how = back.callback;
	checkCallbackReturn(machine, state, value, at, how);
	machine.leaveFrame(state);
	state.block = back.block;
	state.operation = back.operation;
	const operation = state.frame.graph.blocks[state.block]!.operations[state.operation];
	if (operation?.op !== 'call') return 'stop';
	if (!how.once && how.again && machine.admit(state, `${state.block}.${state.operation}:callback`, true)) {
		// What comes behind the calls waits until all of them were looked at: what comes behind the last ones covers most of it.
		const behind = state.clone();
		setResult(behind, operation, how.result);
		behind.operation++;
		machine.later(behind, how.behind);
		return enterCallback(machine, state, operation, how.again.graph.function, how.again.values, how) ? 'moved' : 'stop';
	}
	setResult(state, operation, how.result);
	state.operation++;
	machine.later(state, how.behind);
	return 'stop';
}

/** Is the outer function's only statement `return inner(...)`? */
function forwards(outer: FunctionSymbol, inner: FunctionSymbol): boolean {
	const body = outer.definition?.body.body ?? [];
	const only = body.length === 1 ? body[0] : undefined;
	const value = only?.kind === 'return' ? only.value : only?.kind === 'expression-statement' ? only.expression : undefined;
	return value?.kind === 'call' && value.callee.kind === 'identifier' && value.callee.name === inner.name;
}

function checkCallbackReturn(machine: Machine, state: State, value: Value, at: Range, how: CallbackReturn): void {
	const depth = state.frames.length - 1;
	const mine = [...state.references.values()].filter((r) => r.frame >= depth);
	reportLeaks(machine, state, at, 'callback', mine);
	for (const r of mine) state.referencesToWrite().delete(r.id);
	if (how.range) precise(value);
	if (how.range && (value.kind === 'pointer' || (value.kind === 'scalar' && (value.min > how.range[1] || value.max < how.range[0])))) {
		machine.reporter.report(state, {
			rule: 'callback-context',
			at: machine.place(state, at),
			variant: 'return',
			verifier: `At callback return the register R0 has ${value.kind === 'scalar' ? `smin=${value.min} smax=${value.max}` : typeName(value)} should have been in [${how.range[0]}, ${how.range[1]}]`,
			facts: { callee: how.name, expected: `${how.range[0]} to ${how.range[1]}` },
		});
	}
}

/** The program ends here: nothing may be held any more. */
function leaveProgram(machine: Machine, state: State, value: Value, at: Range): void {
	const place = machine.place(state, at);
	if (state.locks.length > 0) {
		const { variable } = state.locks[state.locks.length - 1]!;
		machine.reporter.report(state, {
			rule: 'lock-region',
			at: place,
			variant: 'missing-unlock',
			verifier: 'bpf_spin_unlock is missing',
			facts: { ...(variable ? { variable } : {}), ...heldLock(state) },
		});
	}
	reportInterruptsOff(machine, state, at, 'BPF_EXIT instruction in main prog cannot be used inside bpf_local_irq_save-ed region');
	if (state.rcu > 0) {
		machine.reporter.report(state, {
			rule: 'rcu-region',
			at: place,
			variant: 'missing-unlock',
			verifier: 'bpf_rcu_read_unlock is missing',
			facts: {},
		});
	}
	if (state.preempt > 0) {
		machine.reporter.report(state, {
			rule: 'preempt-region',
			at: place,
			variant: 'missing-enable',
			verifier: `${state.preempt} bpf_preempt_enable${state.preempt > 1 ? '(s) are' : ' is'} missing`,
			facts: {},
		});
	}
	reportLeaks(machine, state, at, 'exit', state.references.values());
	const main = state.frames[0]!.graph.function;
	if (!state.asynchronous && (main === machine.program.function || state.exception)) checkReturn(machine, state, value, at);
}

/** bpf_tail_call() and bpf_throw(): other ways out. */
export function checkWayOut(machine: Machine, state: State, at: Range, variant: 'tail-call' | 'throw', what: string): void {
	reportOpenRegions(machine, state, at, what);
	reportLeaks(machine, state, at, variant, state.references.values());
}
