// Which kernel function an extern declaration is resolved to, as the loader does it before the verifier looks.
// Facts: bpf_object__resolve_ksym_func_btf_id() of tools/lib/bpf/libbpf.c and __bpf_core_types_are_compat() of relo_core.c there, 6.12.
import { type CType, strip } from '../btf/ctype.js';
import { flavourless } from '../btf/type-source.js';
import type { Availability, Kfunc } from '../kernel/catalog.js';
import { kfuncIn } from '../kernel/flags-for.js';
import type { FunctionSymbol } from '../program/model.js';
import type { Machine } from './machine.js';

export type Resolved =
	| { readonly is: 'kfunc'; readonly kfunc: Kfunc }
	/** The kernel has it, with another prototype: it counts as missing. */
	| { readonly is: 'incompatible'; readonly kfunc: Kfunc }
	| { readonly is: 'absent'; readonly absence: Availability & { readonly state: 'absent' } }
	/** It may be there or not: it is a module's, or hangs on the configuration, or no catalog knows it. */
	| { readonly is: 'unknown'; readonly kfunc?: Kfunc };

/** The kernel's name of a declared kfunc: a flavour, `bpf_task_acquire___old`, stands for the function without it. */
export function kernelName(symbol: FunctionSymbol): string {
	return flavourless(symbol.name);
}

/** Finds the kernel's function for a call. */
export function resolveKfunc(machine: Machine, symbol: FunctionSymbol): Resolved {
	const name = kernelName(symbol);
	const kfunc = machine.catalog.kfunc(name);
	const availability = machine.catalog.availability(name);
	if (availability.state === 'absent') return { is: 'absent', absence: availability };
	if (!kfunc || availability.state === 'unknown') return { is: 'unknown', ...(kfunc ? { kfunc } : {}) };
	if (!isCompatible(machine, symbol, kfunc)) return { is: 'incompatible', kfunc };
	return { is: 'kfunc', kfunc: kfuncIn(kfunc, machine.program.section.programType) };
}

/** What the address of a weak kfunc is: 0 where the kernel lacks it. */
export type WeakAddress = 'null' | 'function' | 'either';

/** What `bpf_ksym_exists()` asks. */
export function addressOfKfunc(machine: Machine, symbol: FunctionSymbol): WeakAddress {
	if (!symbol.weak) return 'function';
	const found = resolveKfunc(machine, symbol);
	if (found.is === 'absent' || found.is === 'incompatible') return 'null';
	// Whether a module is loaded nobody knows.
	if (found.is === 'kfunc') return found.kfunc.module === undefined ? 'function' : 'either';
	// A name that no catalog knows is not the kernel's, where a catalog of the very release is at hand.
	return found.kfunc === undefined && machine.catalog.exact ? 'null' : 'either';
}

/** Nesting below which types are not compared: prototypes of kfuncs do not go deeper. */
const DEPTH = 32;

function isCompatible(machine: Machine, symbol: FunctionSymbol, kfunc: Kfunc): boolean {
	const { parameters, result, variadic } = symbol.type;
	// A neighbouring release's prototype is no ground for an objection.
	if (!kfunc.exactPrototype || variadic || kfunc.parameters.some((parameter) => parameter.type === '...')) return true;
	if (parameters.length !== kfunc.parameters.length) return false;
	const { scope } = machine.unit;
	return (
		alike(result, scope.parseType(kfunc.result), DEPTH) &&
		parameters.every((parameter, index) => alike(decayed(parameter.type), decayed(scope.parseType(kfunc.parameters[index]!.type)), DEPTH))
	);
}

/** Are two types of one kind, through pointers? Names, sizes and what structs hold do not count; an enumeration stands for an integer nowhere. */
function alike(a: CType, b: CType, depth: number): boolean {
	const x = strip(a);
	const y = strip(b);
	if (x.kind === 'unknown' || y.kind === 'unknown' || depth === 0) return true;
	if (x.kind === 'pointer' && y.kind === 'pointer') return alike(x.to, y.to, depth - 1);
	if (x.kind === 'record' && y.kind === 'record') return x.union === y.union || !x.complete || !y.complete;
	// What a callback takes and gives is compared by nobody here: a difference there is left to the loader.
	return x.kind === y.kind;
}

/** A parameter that is written as an array or a function is a pointer. */
function decayed(type: CType): CType {
	const t = strip(type);
	return t.kind === 'array' ? { kind: 'pointer', to: t.of } : t.kind === 'function' ? { kind: 'pointer', to: t } : type;
}
