// Calls of kfuncs that the target has not, and remarks on those that it has: what is no objection of the verifier, but good to know.
import { strip } from '../btf/ctype.js';
import type { CallOp } from '../flow/ir.js';
import type { Kfunc, KfuncChange } from '../kernel/catalog.js';
import type { FunctionSymbol } from '../program/model.js';
import { unknownOf } from './access.js';
import { setResult } from './calls.js';
import type { Resolved } from './kfunc-lookup.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { UNKNOWN_VALUE } from './value.js';

/** An unguarded weak kfunc that is not there loads, and the verifier meets its call; any other one keeps the whole object from loading. */
function missingLine(symbol: FunctionSymbol): string {
	return symbol.weak
		? 'invalid kernel function call not eliminated in verifier pass'
		: `extern (func ksym) '${symbol.name}': not found in kernel or module BTFs`;
}

/** Reports a call that does not lead to a kfunc; the result is unknown. */
export function callMissingKfunc(machine: Machine, state: State, o: CallOp, symbol: FunctionSymbol, found: Resolved): void {
	const at = machine.place(state, o.at);
	state.forgetLoads();
	const verifier = missingLine(symbol);
	if (found.is === 'absent') {
		const { since, atLatest, until, replacement } = found.absence;
		if (until !== undefined)
			machine.reporter.report(state, {
				rule: 'kfunc-removed',
				at,
				variant: 'removed',
				verifier,
				facts: { callee: symbol.name, release: until, ...(replacement === undefined ? {} : { replacement }) },
			});
		else
			machine.reporter.report(state, {
				rule: 'kfunc-unavailable',
				at,
				variant: since === undefined ? 'never' : atLatest ? 'at-latest' : 'since',
				verifier,
				facts: { callee: symbol.name, ...(since === undefined ? {} : { since }), ...(symbol.weak ? { weak: 'yes' } : {}) },
			});
	} else if (found.is === 'incompatible')
		machine.reporter.report(state, {
			rule: 'kfunc-prototype',
			at,
			variant: symbol.weak ? 'weak' : 'incompatible',
			verifier: symbol.weak
				? verifier
				: `extern (func ksym) '${symbol.name}': func_proto incompatible with ${found.kfunc.module ?? 'vmlinux'}`,
			facts: { callee: symbol.name, expected: prototype(found.kfunc) },
		});
	else if (found.is === 'unknown' && found.kfunc?.config)
		machine.unknown(`kfunc '${symbol.name}' needs a kernel with ${found.kfunc.config.join(' and ')}`, at);
	else {
		// Which modules a machine loads nobody knows; without one of the name the call, which no guard keeps away, is refused.
		const refused = machine.catalog.exact ? ': unless a module brings it, the program does not load' : '';
		machine.unknown(`kfunc '${symbol.name}' is not in the catalog of ${machine.catalog.release}${refused}`, at);
	}
	setResult(state, o, strip(symbol.type.result).kind === 'pointer' ? UNKNOWN_VALUE : unknownOf(symbol.type.result));
}

function prototype(kfunc: Kfunc): string {
	const join = (type: string, name: string): string => (type.endsWith('*') ? type + name : `${type} ${name}`);
	return `${join(kfunc.result, kfunc.name)}(${kfunc.parameters.map((each) => join(each.type, each.name)).join(', ') || 'void'})`;
}

/** libbpf's own headers declare no kfunc that built-in definitions would leave out; the problem begins with the header's name. */
const LIBBPF_HEADER = /^bpf\/bpf_(?:helpers|helper_defs|tracing|core_read|endian)\.h\b/;

/** Remarks on a call of a kfunc that is there. */
export function remarkOnKfunc(machine: Machine, state: State, o: CallOp, symbol: FunctionSymbol, kfunc: Kfunc): void {
	const { catalog, reporter, unit } = machine;
	const at = machine.place(state, o.at);
	const facts = { callee: symbol.name };
	const planned = catalog.deprecation(kfunc.name);
	if (planned) {
		const { from, reason, replacement, removal, until } = planned;
		reporter.remark(state, {
			rule: 'kfunc-deprecated',
			at,
			variant: 'deprecated',
			verifier: '',
			facts: {
				...facts,
				from,
				reason,
				...(replacement === undefined ? {} : { replacement }),
				...(removal === undefined ? {} : { removal }),
				...(until === undefined ? {} : { until }),
			},
		});
	}
	if (kfunc.flags.includes('KF_DESTRUCTIVE'))
		reporter.remark(state, { rule: 'destructive-kfunc', at, variant: 'destructive', verifier: '', facts });
	const changes = catalog.changes?.(kfunc.name) ?? [];
	if (changes.length > 0)
		reporter.remark(state, {
			rule: 'kfunc-changed',
			at,
			variant: 'changed',
			verifier: '',
			facts: { ...facts, changes: changes.map(changeText).join('; ') },
		});
	// With a header missing, nobody knows what it declares.
	const { translation } = unit;
	const undeclared = translation.lookup(symbol.name, 'ordinary').length === 0 && !translation.isMacro(symbol.name);
	if (undeclared && !translation.problems.some(({ code, message }) => code === 'missing-header' && !LIBBPF_HEADER.test(message)))
		reporter.remark(state, { rule: 'kfunc-undeclared', at, variant: 'undeclared', verifier: '', facts });
}

function changeText({ release, gained, lost, prototype: changed, note }: KfuncChange): string {
	const parts = [
		...(note === undefined ? [] : [note]),
		...(gained.includes('KF_RET_NULL') && note === undefined ? ['it may give NULL'] : []),
		...(note === undefined && gained.length > 0 ? [`with ${gained.join(' and ')}`] : []),
		...(note === undefined && lost.length > 0 ? [`without ${lost.join(' and ')}`] : []),
		...(changed ? ['its prototype is another'] : []),
	];
	return `from ${release} on, ${parts.join(', ')}`;
}
