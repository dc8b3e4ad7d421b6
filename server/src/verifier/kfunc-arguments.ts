// The arguments of a kfunc call, checked in the order and by the rules of check_kfunc_args() in kernel/bpf/verifier.c, 6.12.
// After an objection the argument counts as repaired, so that one mistake gives one finding.
import { type CType, type RecordType, strip } from '../btf/ctype.js';
import type { CallOp, Range } from '../flow/ir.js';
import type { CatalogParameter, Kfunc } from '../kernel/catalog.js';
import { referenceOf } from './access.js';
import { clobberStack } from './calls.js';
import { contextStruct } from './context.js';
import { reportMistagged } from './kptr-tag.js';
import type { Machine } from './machine.js';
import { checkMapField, isMapField } from './map-fields.js';
import { precise } from './precision.js';
import { dynptrOf } from './stack-slots.js';
import type { State } from './state.js';
import { isInitAlias, structMatches } from './struct-match.js';
import { Flag, isNull, isObject, isRcu, isTrusted, mayBeNull, type Pointer, structOf, typeName, type Value } from './value.js';

export interface CheckedArguments {
	/** The reference that a release kfunc is given. */
	readonly released: number;
	/** NULL itself was passed where an object is needed: once repaired, this path does not come here. */
	readonly dead: boolean;
}

/** Structs that the verifier handles by rules of their own and not as objects. */
const HANDLED = new Set([
	'bpf_dynptr',
	'bpf_list_head',
	'bpf_list_node',
	'bpf_rb_root',
	'bpf_rb_node',
	'bpf_wq',
	'bpf_timer',
	'bpf_res_spin_lock',
	'bpf_task_work',
]);

/** Context structs that stand for a kernel struct: the kernel's own object passes too (btf_is_projection_of()). */
const PROJECTIONS: ReadonlyMap<string, string> = new Map([
	['__sk_buff', 'sk_buff'],
	['xdp_md', 'xdp_buff'],
]);

export function parameterType(machine: Machine, parameter: CatalogParameter): CType {
	return machine.unit.scope.parseType(parameter.type);
}

/** The struct that a parameter of pointer type points to, by the catalog's words. */
function structParameter(parameter: CatalogParameter): string | undefined {
	return /\bstruct\s+(\w+)\s*\*\s*$/.exec(parameter.type)?.[1] ?? (/^(const )?cpumask_t \*$/.test(parameter.type) ? 'cpumask' : undefined);
}

export function checkKfuncArguments(machine: Machine, state: State, o: CallOp, kfunc: Kfunc, values: readonly Value[]): CheckedArguments {
	const flags = new Set(kfunc.flags);
	const rcuSuffices = flags.has('KF_RCU');
	const strictTrust = flags.has('KF_TRUSTED_ARGS') || flags.has('KF_RELEASE') || machine.semantics.trustedArguments;
	const wantsTrust = strictTrust || rcuSuffices;
	const isRelease = flags.has('KF_RELEASE');
	let released = 0;
	let objected = false;
	let dead = false;
	for (let i = 0; i < kfunc.parameters.length; i++) {
		const parameter = kfunc.parameters[i]!;
		let value = values[i];
		if (!value || parameter.name.endsWith('__ign')) continue;
		const at = o.argumentRanges[i] ?? o.at;
		const report = makeReport(machine, state, o, kfunc, parameter, i, at);
		if (!parameter.type.includes('*')) {
			// A callback's type may be a typedef: bpf_task_work_callback_t.
			const callback = value.kind === 'pointer' && value.base.is === 'function' && strip(parameterType(machine, parameter)).kind !== 'int';
			if (value.kind === 'pointer' && !isUntyped(value) && !callback) {
				report('untrusted-argument', 'pointer-for-number', `R${i + 1} is not a scalar`, value);
				objected = true;
			}
			continue;
		}
		precise(value);
		if (/__arena(?:__nullable)?$/.test(parameter.name)) {
			// The kernel makes an address of the arena out of any number: KF_ARG_PTR_TO_ARENA, 7.3.
			if (value.kind === 'pointer' && value.base.is !== 'arena' && !isUntyped(value)) {
				report('untrusted-argument', 'arena', `R${i + 1} is not a pointer to arena or scalar`, value);
				objected = true;
			}
			continue;
		}
		const nullable = /__nullable$|__opt$/.test(parameter.name);
		if (wantsTrust && !nullable && (isNull(value) || mayBeNull(value))) {
			report('possibly-null-argument', isNull(value) ? 'constant' : 'kfunc', `Possibly NULL pointer passed to trusted arg${i}`, value);
			objected = true;
			if (value.kind === 'pointer') {
				state.markNotNull(value.id);
				value = { ...value, flags: value.flags & ~Flag.MaybeNull };
			} else {
				dead = true;
				continue;
			}
			if (isRelease && value.ref) released = value.ref;
			continue;
		}
		if (value.kind === 'pointer' && isUntyped(value) && strictTrust && !rcuSuffices && !isTrusted(value)) {
			// Whatever its struct, it is not trusted.
			report('untrusted-argument', untrustedVariant(value), `R${i + 1} must be referenced or trusted`, value);
			objected = true;
			continue;
		}
		if (value.kind === 'unknown' || (value.kind === 'pointer' && isUntyped(value))) {
			if (wantsTrust) machine.unknown(`what ${kfunc.name}() is given as argument ${i + 1} is not known`, machine.place(state, o.at));
			objected = true;
			continue;
		}
		if (nullable && isNull(value)) continue;
		if (value.kind === 'pointer' && value.ref && isRelease) released = value.ref;
		const struct = parameter.name.endsWith('__map') ? 'bpf_map' : structParameter(parameter);
		if (struct === 'bpf_dynptr' && !parameter.name.endsWith('__uninit') && !kfunc.name.startsWith('bpf_dynptr_')) {
			dynptrOf(machine, state, value, i, at);
		}
		if ((struct !== undefined && struct === contextStruct(machine.program.section.programType)) || TAKES_CONTEXT.has(kfunc.name)) {
			if (value.kind !== 'pointer' || value.base.is !== 'ctx') {
				report('untrusted-argument', 'context', `arg#${i} expected pointer to ctx, but got ${typeName(value)}`, value);
				objected = true;
			}
			continue;
		}
		if (struct !== undefined && PROJECTIONS.has(struct) && wantsTrust && isObject(value) && !isTrusted(value)) {
			report('untrusted-argument', untrustedVariant(value), `R${i + 1} must be referenced or trusted`, value);
			objected = true;
			continue;
		}
		if (struct !== undefined && PROJECTIONS.has(struct) && value.kind === 'scalar') {
			report('untrusted-argument', 'scalar', `arg#${i} pointer type STRUCT ${struct} must point to scalar, or struct with scalar`, value);
			objected = true;
			continue;
		}
		if (struct !== undefined && PROJECTIONS.has(struct)) {
			if (isObject(value)) {
				if (checkObject(machine, value, PROJECTIONS.get(struct)!, { wantsTrust, rcuSuffices, isRelease, nullable, index: i, report }))
					objected = true;
			} else if (checkMemory(machine, state, value, parameter, kfunc.parameters[i + 1], struct, i, at, report)) objected = true;
			continue;
		}
		if (isMapField(struct)) {
			const map = kfunc.parameters.findIndex(({ name }) => name.endsWith('__map'));
			checkMapField(machine, state, o, struct, values, i, map < 0 ? undefined : map);
		}
		if (isSpecialParameter(kfunc, parameter, struct, i)) continue;
		if (value.kind === 'pointer' && structOf(value) !== undefined) {
			if (struct === undefined) {
				// A read-only block of memory may be any object's bytes in newer releases; 6.12 asks for a struct.
				continue;
			}
			if (checkObject(machine, value, struct, { wantsTrust, rcuSuffices, isRelease, nullable, index: i, report })) objected = true;
			continue;
		}
		if (checkMemory(machine, state, value, parameter, kfunc.parameters[i + 1], struct, i, at, report)) objected = true;
	}
	// A dynptr that is given back holds what it holds by itself.
	const ofDynptr = kfunc.parameters[0] !== undefined && structParameter(kfunc.parameters[0]) === 'bpf_dynptr';
	if (isRelease && !released && !objected && !ofDynptr) {
		const value = values[0];
		const at = o.argumentRanges[0] ?? o.at;
		const report = makeReport(machine, state, o, kfunc, kfunc.parameters[0] ?? { name: '', type: '' }, 0, at);
		const verifier = `release kernel function ${kfunc.name} expects refcounted PTR_TO_BTF_ID`;
		if (value?.kind === 'scalar' && value.was === 'released') {
			report('use-after-release', 'double-release', verifier, value);
			return { released, dead };
		}
		const p = value?.kind === 'pointer' ? value : undefined;
		const variant = p?.origin === 'kptr' ? 'map' : p && isRcu(p) ? 'rcu' : 'borrowed';
		report('release-unowned', variant, verifier, value ?? { kind: 'unknown' });
	}
	return { released, dead };
}

/** A context without its type: special cases of get_kfunc_ptr_arg_type(), 7.2. */
const TAKES_CONTEXT = new Set(['bpf_session_is_return', 'bpf_session_cookie']);

type ReportArgument = (
	rule: import('./violation.js').RuleId,
	variant: string,
	verifier: string,
	value: Value,
	facts?: Readonly<Record<string, string | number>>,
) => void;

function makeReport(
	machine: Machine,
	state: State,
	o: CallOp,
	kfunc: Kfunc,
	parameter: CatalogParameter,
	index: number,
	at: Range,
): ReportArgument {
	const within = at.first < o.at.first || at.last > o.at.last ? o.at : at;
	return (rule, variant, verifier, value, facts) => {
		if (reportMistagged(machine, state, value, within, verifier)) return;
		machine.reporter.report(state, {
			rule,
			at: machine.place(state, within),
			variant,
			verifier,
			facts: {
				callee: kfunc.name,
				argument: index + 1,
				parameter: parameter.name,
				type: typeName(value),
				...(value.kind === 'pointer' && structOf(value) ? { struct: structOf(value)! } : {}),
				...(structParameter(parameter) ? { expected: structParameter(parameter)! } : {}),
				...facts,
			},
			...(value.kind === 'pointer' ? referenceOf(state, value) : {}),
		});
	};
}

function isUntyped(p: Pointer): boolean {
	return p.base.is === 'object' && p.base.tag === '';
}

/** Parameters that are not checked as objects or memory: dynptrs, iterators, graph roots and nodes, callbacks, local objects. */
function isSpecialParameter(kfunc: Kfunc, parameter: CatalogParameter, struct: string | undefined, index: number): boolean {
	if (struct !== undefined && (HANDLED.has(struct) || (index === 0 && /^bpf_iter_/.test(struct) && /^bpf_iter_/.test(kfunc.name))))
		return true;
	if (/__(iter|alloc|refcounted_kptr|str|const_str|prog|irq_flag)$/.test(parameter.name)) return true;
	if (/__k$/.test(parameter.name)) return true;
	// A function or a pointer to one: a callback.
	if (parameter.type.includes('(')) return true;
	// bpf_cast_to_kern_ctx(void *), bpf_rdonly_cast(const void *, u32): any pointer will do.
	return kfunc.name === 'bpf_cast_to_kern_ctx' || kfunc.name === 'bpf_rdonly_cast';
}

interface ObjectCheck {
	readonly wantsTrust: boolean;
	readonly rcuSuffices: boolean;
	readonly isRelease: boolean;
	readonly nullable: boolean;
	readonly index: number;
	readonly report: ReportArgument;
}

/** An object where a struct is wanted: trust first, then offset, then type. True after an objection. */
function checkObject(machine: Machine, value: Pointer, struct: string, how: ObjectCheck): boolean {
	const register = how.index + 1;
	if (how.wantsTrust && !isTrusted(value)) {
		if (!how.rcuSuffices) {
			if (how.isRelease)
				how.report(
					'release-unowned',
					value.origin === 'kptr' ? 'map' : isRcu(value) ? 'rcu' : 'borrowed',
					`R${register} must be referenced or trusted`,
					value,
				);
			else how.report('untrusted-argument', untrustedVariant(value), `R${register} must be referenced or trusted`, value);
			return true;
		}
		if (!isRcu(value)) {
			how.report('untrusted-argument', untrustedVariant(value), `R${register} must be a rcu pointer`, value);
			return true;
		}
	}
	if (how.isRelease && value.ref && value.offset !== 0) {
		how.report(
			'release-unowned',
			'offset',
			`R${register} must have zero offset when passed to release func or trusted arg to kfunc`,
			value,
		);
		return true;
	}
	if (value.variable) return false;
	const strict = how.isRelease && value.ref !== 0;
	const actual = structOf(value) ?? '';
	if (!structMatches(machine, value, actual, struct, strict)) {
		how.report(
			'type-mismatch',
			isInitAlias(actual, struct) ? 'init' : 'default',
			`kernel function args#${how.index} expected pointer to STRUCT ${struct} but R${register} has a pointer to STRUCT ${actual}`,
			value,
			{ expected: struct, actual },
		);
		return true;
	}
	return false;
}

function untrustedVariant(p: Pointer): string {
	if (p.origin === 'rcu-lost') return 'rcu-lost';
	if (p.origin === 'kptr') return 'untrusted';
	if (p.origin === 'walked') return 'walked';
	if (p.origin === 'argument') return 'legacy';
	return p.flags & Flag.Untrusted ? 'untrusted' : 'default';
}

/** Anything but an object where a pointer is wanted: memory of numbers, or an objection. True after an objection. */
function checkMemory(
	machine: Machine,
	state: State,
	value: Value,
	parameter: CatalogParameter,
	next: CatalogParameter | undefined,
	struct: string | undefined,
	index: number,
	at: Range,
	report: ReportArgument,
): boolean {
	const sized = next !== undefined && /__szk?$/.test(next.name);
	const t = strip(parameterType(machine, parameter));
	const to = t.kind === 'pointer' ? strip(t.to) : undefined;
	const numbers = to?.kind === 'record' ? isScalarRecord(to) : to?.kind === 'int' || to?.kind === 'enum' || to?.kind === 'unknown';
	if (numbers === undefined) {
		machine.unknown(`argument ${index + 1} (${parameter.name}) is a struct whose fields are not known`, machine.place(state, at));
		return true;
	}
	const fits = struct === undefined ? numbers || sized || to?.kind === 'pointer' : numbers && to?.kind === 'record';
	if (!fits) {
		const name = struct ?? parameter.type.replace(/\s*\*$/, '');
		const variant =
			value.kind === 'pointer' ? memoryVariant(value) : value.kind === 'scalar' && value.was === 'released' ? 'released' : 'scalar';
		const verifier = `arg#${index} pointer type STRUCT ${name} must point to ${sized ? 'void, ' : ''}scalar, or struct with scalar`;
		if (variant === 'released') report('use-after-release', 'argument', verifier, value);
		else report('untrusted-argument', variant, verifier, value);
		return true;
	}
	if (value.kind === 'scalar' && !isNull(value)) {
		report(
			value.was === 'released' ? 'use-after-release' : 'untrusted-argument',
			value.was === 'released' ? 'argument' : 'scalar',
			`R${index + 1} type=scalar expected=fp`,
			value,
		);
		return true;
	}
	if (value.kind === 'pointer' && value.base.is === 'stack') clobberStack(state, value.base.object);
	return false;
}

function memoryVariant(p: Pointer): string {
	switch (p.base.is) {
		case 'stack':
			return 'stack';
		case 'map_value':
		case 'global':
			return 'map-value';
		default:
			return 'default';
	}
}

/** A struct made of numbers only, nested at most four deep; undefined where that hangs on fields that are not known. __btf_type_is_scalar_struct(), 6.12. */
export function isScalarRecord(record: RecordType, depth = 0): boolean | undefined {
	if (depth > 4) return false;
	if (!record.complete) return undefined;
	const members = record.members.map((m) => {
		let t = strip(m.type);
		while (t.kind === 'array') t = strip(t.of);
		if (t.kind === 'record') return isScalarRecord(t, depth + 1);
		return t.kind === 'int' || t.kind === 'enum';
	});
	return members.includes(false) ? false : members.includes(undefined) ? undefined : true;
}
