// A catalog in memory: rows of the file become the answers of `Catalog` when somebody asks for them.

import { covers } from './between.js';
import type {
	Availability,
	Catalog,
	CatalogParameter,
	Deprecation,
	Helper,
	HistoryRow,
	Kfunc,
	SectionRule,
	TargetPrototype,
	TrustList,
} from './catalog.js';
import { deprecation } from './deprecated.js';
import { flagsByType } from './flags-for.js';
import { compareReleases } from './release.js';
import type { CatalogFile, HelperVariantRow, HistoryFile, ParameterRow, PrototypeRow } from './schema.js';
import { SECTION_RULES } from './sections.js';
import { semanticsOf } from './semantics.js';
import { pointee } from './type-text.js';
import { type WordKind, words } from './words.js';

/** The types of arguments that the verifier passes by itself. Source: is_kf_implicit_arg() in tools/bpf/resolve_btfids/main.c, 7.2. */
const IMPLICIT_ARGUMENT = /^(?:const )?struct (?:bpf_prog_aux|btf_struct_meta) \*$/;

/** The parameters of a KF_IMPLICIT_ARGS kfunc as programs declare it: they end before the first one that the verifier passes. */
export function declaredParameters<T>(parameters: readonly T[], typeOf: (parameter: T) => string): readonly T[] {
	const first = parameters.findIndex((each) => IMPLICIT_ARGUMENT.test(typeOf(each)));
	return first < 0 ? parameters : parameters.slice(0, first);
}
const NO_ARGUMENTS = { nullable: [], opaque: [] } as const;
/** The prefixes of functions that a kernel built for 64-bit x86 gives its system calls. */
const SYSCALL_PREFIXES = [
	'__x64_sys_',
	'__ia32_sys_',
	'__arm64_sys_',
	'__s390x_sys_',
	'__s390_sys_',
	'__riscv_sys_',
	'__se_sys_',
	'__do_sys_',
];

export class LoadedCatalog implements Catalog {
	readonly sections: readonly SectionRule[] = SECTION_RULES;
	readonly exact: boolean;
	private readonly kfuncCache = new Map<string, Kfunc>();
	private readonly helperCache = new Map<HelperVariantRow, Helper>();
	/** By all that was asked. */
	private readonly helperAnswers = new Map<string, Helper | undefined>();
	private releases: ReadonlyMap<string, readonly string[]> | undefined;
	private injection: Set<string> | undefined;
	private configured: boolean | undefined;

	constructor(
		private readonly file: CatalogFile,
		private readonly past: HistoryFile,
		private readonly overrides: Readonly<Record<string, boolean>>,
		readonly release: string,
	) {
		this.exact = compareReleases(file.release, release) === 0;
	}

	get flags(): readonly string[] {
		return this.file.flags;
	}

	get trustedByDefault(): boolean {
		return this.flags.includes('KF_RCU') && !this.flags.includes('KF_TRUSTED_ARGS');
	}

	get dataRelease(): string {
		return this.file.release;
	}

	kfunc(name: string): Kfunc | undefined {
		const known = this.kfuncCache.get(name);
		if (known) return known;
		const row = own(this.file.kfuncs, name);
		if (!row) return undefined;
		let parameters = row.parameters;
		// The verifier passes these itself: programs declare and call the kfunc without them.
		if (row.flags.includes('KF_IMPLICIT_ARGS')) parameters = declaredParameters(parameters, ([type]) => type);
		const byType = flagsByType(row, this.file.sets, this.release);
		const kfunc: Kfunc = {
			name,
			flags: row.flags,
			result: row.result,
			parameters: parameters.map(parameterOf),
			sets: row.sets,
			programTypes: row.types,
			...(byType ? { flagsByType: byType } : {}),
			...(row.attach ? { attachTypes: row.attach } : {}),
			...(row.filters ? { filters: row.filters } : {}),
			...(row.config ? { config: row.config } : {}),
			source: row.source,
			...(this.exact ? { exactPrototype: true } : {}),
			...(row.module ? { module: row.module } : {}),
		};
		this.kfuncCache.set(name, kfunc);
		return kfunc;
	}

	availability(name: string): Availability {
		const kfunc = this.kfunc(name);
		if (kfunc) return { state: (kfunc.config ?? []).every((condition) => this.holds(condition)) ? 'present' : 'unknown' };
		const rows = this.history(name);
		if (rows.some((row) => covers(row, this.release) && row.flags !== undefined)) return { state: 'unknown' };
		const gone = rows.findLast((row) => row.until !== undefined && compareReleases(row.until, this.release) <= 0);
		if (gone) return { state: 'absent', until: gone.until!, ...(gone.replacement === undefined ? {} : { replacement: gone.replacement }) };
		const since = this.since(name) ?? rows[0]?.from;
		if (since !== undefined && compareReleases(since, this.release) > 0) {
			const atLatest = rows[0]?.from === since && rows[0].note?.startsWith('at the latest') === true;
			// Which release between two known ones brought it is not known: it may be this one.
			if (!atLatest || this.exact) return { state: 'absent', since, ...(atLatest ? { atLatest } : {}) };
		}
		return { state: 'unknown' };
	}

	deprecation(name: string): Deprecation | undefined {
		return this.kfunc(name) && deprecation(name, this.release);
	}

	*kfuncs(): Iterable<Kfunc> {
		for (const name of Object.keys(this.file.kfuncs)) {
			// A catalog on top of this one, of a running kernel, may lack what the file has.
			const kfunc = this.kfunc(name);
			if (kfunc && kfunc.module === undefined) yield kfunc;
		}
	}

	isHelper(name: string): boolean {
		return own(this.file.helpers, name) !== undefined;
	}

	helper(name: string, programType?: string, attachType?: string, sleepable?: boolean): Helper | undefined {
		const question = programType === undefined ? name : `${name} ${programType} ${attachType} ${sleepable}`;
		let answer = this.helperAnswers.get(question);
		if (answer === undefined && !this.helperAnswers.has(question)) {
			answer = this.findHelper(name, programType, attachType, sleepable);
			this.helperAnswers.set(question, answer);
		}
		return answer;
	}

	private findHelper(
		name: string,
		programType: string | undefined,
		attachType: string | undefined,
		sleepable: boolean | undefined,
	): Helper | undefined {
		const row = own(this.file.helpers, name);
		if (!row) return undefined;
		const all = row.variants.filter((each) => each.config?.every((option) => this.holds(option)) ?? true);
		const struct = attachType?.split('.')[0] ?? '';
		// What a module's own struct gives its programs is not recorded; one that no catalog knows is a module's too.
		const structOps = own(this.file.structOps, struct);
		const module = programType === 'STRUCT_OPS' && attachType !== undefined && (!structOps || structOps.module !== undefined);
		// A program that extends another one is given what that one is given; which it is, nobody knows before load.
		if (programType === undefined || programType === 'EXT' || module) return all[0] && this.helperOf(name, row.id, all[0]);
		const conditions = sleepable === undefined ? [] : [sleepable ? '!sleepable' : 'sleepable'];
		const fitting = all.filter((each) => !each.conditions?.some((condition) => conditions.includes(condition)));
		const wanted = attachType === undefined ? undefined : `${programType}:${attachType}`;
		let variant = wanted === undefined ? undefined : fitting.find((each) => each.types.includes(wanted));
		if (!variant && (wanted === undefined || !row.except?.includes(wanted))) {
			const whole = programType === 'STRUCT_OPS' ? `STRUCT_OPS:${struct}` : programType;
			variant = fitting.find((each) => each.types.includes(whole) || each.types.includes('*'));
		}
		if (!variant && attachType === undefined)
			variant = fitting.find((each) => each.types.some((type) => type.startsWith(`${programType}:`)));
		return variant && this.helperOf(name, row.id, variant);
	}

	helperName(id: number): string | undefined {
		return Object.entries(this.file.helpers).find(([, row]) => row.id === id)?.[0];
	}

	*helpers(): Iterable<Helper> {
		for (const [name, row] of Object.entries(this.file.helpers))
			for (const variant of row.variants) yield this.helperOf(name, row.id, variant);
	}

	private helperOf(name: string, id: number, row: HelperVariantRow): Helper {
		const known = this.helperCache.get(row);
		if (known) return known;
		const helper: Helper = {
			name,
			id,
			returns: row.returns,
			...(row.returnsStruct ? { returnsStruct: row.returnsStruct } : {}),
			arguments: row.arguments,
			...(row.structs ? { argumentStructs: row.structs } : {}),
			...(row.sizes ? { argumentSizes: row.sizes } : {}),
			mightSleep: row.mightSleep ?? false,
			gplOnly: row.gplOnly ?? false,
			proto: row.proto,
			...(row.conditions?.includes('sleepable') ? { sleepable: true } : row.conditions?.includes('!sleepable') ? { sleepable: false } : {}),
			...(row.allowed ? { allowed: row.allowed } : {}),
			...(row.conditions ? { conditions: row.conditions } : {}),
			programTypes: row.types,
			...(row.config ? { config: row.config } : {}),
		};
		this.helperCache.set(row, helper);
		return helper;
	}

	isSafeField(list: TrustList, struct: string, field: string): boolean {
		const structs = this.file.trust[list];
		return structs !== undefined && own(structs, struct)?.includes(field) === true;
	}

	isRcuProtected(struct: string): boolean {
		const conditions = own(this.file.rcu, struct);
		return conditions?.every((condition) => this.holds(condition)) ?? false;
	}

	releaseKfuncs(struct: string): readonly string[] {
		const out: string[] = [];
		const registered = own(this.file.destructors, struct)?.release;
		if (registered !== undefined) out.push(registered);
		this.releases ??= this.releasesByStruct();
		// A catalog on top of this one may lack what the file has.
		for (const name of this.releases.get(struct) ?? []) if (!out.includes(name) && this.kfunc(name)) out.push(name);
		return out;
	}

	private releasesByStruct(): Map<string, string[]> {
		const found = new Map<string, string[]>();
		for (const [name, { flags, parameters }] of Object.entries(this.file.kfuncs)) {
			const first = flags.includes('KF_RELEASE') ? parameters[0]?.[0] : undefined;
			const struct = first === undefined ? undefined : pointee(first);
			if (struct === undefined) continue;
			const names = found.get(struct);
			if (names) names.push(name);
			else found.set(struct, [name]);
		}
		return found;
	}

	hasDestructor(struct: string): boolean {
		return own(this.file.destructors, struct) !== undefined;
	}

	lsmHook(name: string): (TargetPrototype & { sleepable: boolean; untrusted: boolean; disabled: boolean }) | undefined {
		const row = own(this.file.lsm, name.startsWith('bpf_lsm_') ? name.slice('bpf_lsm_'.length) : name);
		if (!row) return undefined;
		return { ...prototypeOf(row), sleepable: row.sleepable ?? false, untrusted: row.untrusted ?? false, disabled: row.disabled ?? false };
	}

	lsmHooks(): readonly string[] {
		return Object.keys(this.file.lsm);
	}

	traceEvents(): Readonly<Record<string, readonly string[]>> {
		return this.file.traceEvents ?? {};
	}

	tracepoints(): readonly string[] {
		return Object.keys(this.file.tracepoints);
	}

	tracepointArguments(name: string): { readonly nullable: readonly number[]; readonly opaque: readonly number[] } {
		const row = own(this.file.tracepointMarks, name);
		return row ? { nullable: row.nullable ?? [], opaque: row.opaque ?? [] } : NO_ARGUMENTS;
	}

	tracepoint(name: string): TargetPrototype | undefined {
		const row = this.file.tracepoint ? this.file.tracepoint(name) : own(this.file.tracepoints, name);
		if (!row) return undefined;
		const parameters: CatalogParameter[] = [];
		for (let i = 0; i + 1 < row.length; i += 2) parameters.push({ type: row[i]!, name: row[i + 1]! });
		return { result: 'void', parameters };
	}

	structOps(
		struct: string,
		member: string,
	):
		| {
				readonly nullable: readonly number[];
				readonly referenced: readonly number[];
				readonly sleepable: boolean | undefined;
				readonly unsupported?: boolean;
		  }
		| undefined {
		const row = own(this.file.structOps, struct);
		const marks = row && own(row.members, member);
		return (
			marks && {
				nullable: marks.nullable ?? [],
				referenced: marks.referenced ?? [],
				sleepable: marks.sleepable,
				...(marks.unsupported ? { unsupported: true } : {}),
			}
		);
	}

	isDeniedTarget(fn: string): boolean {
		return own(this.file.denied, fn)?.every((condition) => this.holds(condition)) ?? false;
	}

	structOpsStructs(): readonly string[] {
		return Object.keys(this.file.structOps).filter((struct) => this.file.structOps[struct]!.module === undefined);
	}

	structOpsMembers(struct: string): readonly string[] {
		return Object.keys(own(this.file.structOps, struct)?.members ?? {});
	}

	isSleepableTarget(fn: string): boolean | 'unknown' {
		const hook = fn.startsWith('bpf_lsm_') ? this.lsmHook(fn) : undefined;
		if (hook) return hook.sleepable;
		if (this.isErrorInjectable(fn)) return !this.file.nonSleepableErrorInjection.includes(fn);
		return own(this.file.modifyReturn, fn)?.includes('KF_SLEEPABLE') === true;
	}

	isModifiableTarget(fn: string): boolean | 'unknown' {
		if (fn.startsWith('security_')) return true;
		return this.isErrorInjectable(fn) || own(this.file.modifyReturn, fn) !== undefined;
	}

	/** Within the list of functions whose result may be overridden, where this kernel keeps that list at all; system calls are in it. */
	private isErrorInjectable(fn: string): boolean {
		const isSyscall = SYSCALL_PREFIXES.some((prefix) => fn.startsWith(prefix));
		if (!this.config('CONFIG_FUNCTION_ERROR_INJECTION')) return isSyscall && semanticsOf(this.release).syscallsWithoutList;
		this.injection ??= new Set(this.file.errorInjection);
		return isSyscall || this.injection.has(fn);
	}

	config(option: string): boolean {
		const name = option.startsWith('CONFIG_') ? option : `CONFIG_${option}`;
		const set = this.overrides[name] ?? this.overrides[option];
		if (set !== undefined) return set;
		// A whole configuration, which tells its compiler, names every option that is set.
		if (this.overrides.CONFIG_CC_VERSION_TEXT) return false;
		// A catalog that was made without a configuration takes everything as built.
		const { config } = this.file;
		this.configured ??= Object.keys(config).length > 0;
		return this.configured ? (own(config, name) ?? 'n') !== 'n' : true;
	}

	/** Does a condition of a row hold: `CONFIG_A`, `!CONFIG_A`, `CONFIG_A||CONFIG_B`? */
	holds(condition: string): boolean {
		return condition.split('||').some((part) => (part.startsWith('!') ? !this.config(part.slice(1)) : this.config(part)));
	}

	words(kind: WordKind, name: string): string | undefined {
		return words(kind, name);
	}

	history(name: string): readonly HistoryRow[] {
		return own(this.past.rows, name) ?? [];
	}

	since(name: string): string | undefined {
		return own(this.past.since, name);
	}
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
	return Object.hasOwn(table, name) ? table[name] : undefined;
}

function parameterOf([type, name]: ParameterRow): CatalogParameter {
	return { name, type };
}

function prototypeOf(row: PrototypeRow): TargetPrototype {
	return { result: row.result, parameters: row.parameters.map(parameterOf) };
}
