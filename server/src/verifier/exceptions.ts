// bpf_throw() and the callback that a program names for it. Facts: check_kfunc_call(), check_max_stack_depth(), do_check_common() and
// add_subprog_and_kfunc() of kernel/bpf/verifier.c, bpf_find_exception_callback_insn_off() of kernel/bpf/btf.c, 6.12.
import { strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { FunctionSymbol } from '../program/model.js';
import { checkWayOut } from './calls.js';
import type { Machine } from './machine.js';
import { checkReturn } from './return-value.js';
import { State } from './state.js';
import { scalar } from './value.js';

const TAG = 'exception_callback:';

/** The names that the program's declaration tags give for its exception callback. */
export function callbackNames(fn: FunctionSymbol): string[] {
	return fn.declTags.filter((tag) => tag.startsWith(TAG)).map((tag) => tag.slice(TAG.length));
}

/** Checks the declaration of the exception callback and queues it to be verified on its own. */
export function prepareExceptionCallback(machine: Machine, empty: State): void {
	const { function: fn } = machine.program;
	const names = callbackNames(fn);
	if (names.length === 0) return;
	const report = (variant: string, verifier: string, callee: string): void =>
		machine.reporter.report(empty, { rule: 'exception-context', at: fn.place, variant, verifier, facts: { callee } });
	if (names.length > 1) {
		report('several', 'multiple exception callback tags for main subprog', names[1]!);
		return;
	}
	const symbol = machine.unit.scope.symbol(names[0]!);
	if (symbol?.kind !== 'function' || !symbol.definition) {
		report('missing', 'exception callback tag refers to no function', names[0]!);
		return;
	}
	machine.exceptionCallback = symbol;
	const result = strip(symbol.type.result).kind;
	if (result !== 'int' && result !== 'enum') {
		report('result', `Global function ${symbol.name}() doesn't return scalar. Only those are supported.`, symbol.name);
		return;
	}
	const parameters = symbol.type.parameters.map((p) => strip(p.type).kind);
	if (parameters.length !== 1 || (parameters[0] !== 'int' && parameters[0] !== 'enum')) {
		report('parameters', 'exception cb only supports single integer argument', symbol.name);
		return;
	}
	const start = new State();
	start.exception = true;
	start.returnCounts = machine.wantedReturn !== undefined;
	const graph = machine.graphs.of(symbol);
	start.pushFrame(graph, undefined, `exception>${symbol.name}`);
	machine.bindParameters(start, graph, [scalar()]);
	machine.asynchronous.set(`exception:${symbol.name}`, start);
}

/** The kernel calls the exception callback; the program may not. */
export function checkDirectCall(machine: Machine, state: State, o: CallOp, fn: FunctionSymbol): void {
	if (fn !== machine.exceptionCallback && fn.name !== machine.exceptionCallback?.name) return;
	machine.reporter.report(state, {
		rule: 'exception-context',
		at: machine.place(state, o.at),
		variant: 'direct-call',
		verifier: 'cannot call exception cb directly',
		facts: { callee: fn.name },
	});
}

export function throwException(machine: Machine, state: State, o: CallOp): void {
	if (state.asynchronous || state.exception || state.frames.some((frame) => frame.back?.callback)) {
		machine.reporter.report(state, {
			rule: 'exception-context',
			at: machine.place(state, o.at),
			variant: 'callback',
			verifier: 'bpf_throw kfunc cannot be called from callback subprog',
			facts: { callee: 'bpf_throw' },
		});
	}
	checkWayOut(machine, state, o.at, 'throw', 'bpf_throw');
	const cookie = o.arguments[0];
	// Without a callback that decides, what is thrown is what the program returns.
	if (cookie !== undefined && !machine.exceptionCallback) checkReturn(machine, state, state.get(cookie), o.at, 'R1');
}
