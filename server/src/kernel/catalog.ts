// What one kernel release says of kfuncs, helpers, program types, sections and trusted fields: the questions that program/ and verifier/
// ask. The answers are data (one file a release); nothing here knows a release's name in code.

export interface CatalogParameter {
	readonly name: string;
	/** As the kernel declares it, spaces normalised: `struct task_struct *`, `void **`, `u32`. */
	readonly type: string;
}

/** One kfunc of one release. */
export interface Kfunc {
	readonly name: string;
	/** `KF_ACQUIRE`, `KF_RELEASE`, `KF_RET_NULL`, `KF_TRUSTED_ARGS`, `KF_RCU`, `KF_SLEEPABLE`, `KF_DESTRUCTIVE`, `KF_ITER_NEW`, `KF_ITER_NEXT`,
	 * `KF_ITER_DESTROY`, `KF_RCU_PROTECTED`, `KF_KPTR_GET`, `KF_FASTCALL`, ... in the source's order. */
	readonly flags: readonly string[];
	readonly result: string;
	readonly parameters: readonly CatalogParameter[];
	/** The BTF sets that list it: `task_kfuncs`-like names as in the source. */
	readonly sets: readonly string[];
	/** Program types that may call it, as in `BPF_PROG_TYPE_X` without the prefix, upper case: `TRACING`, `STRUCT_OPS`, `SCHED_CLS`, ...;
	 * `*` for the common set that every program type may call. */
	readonly programTypes: readonly string[];
	/** By program type, where sets disagree about the flags; see `kfuncIn`. `flags` are then those of the first set. */
	readonly flagsByType?: Readonly<Record<string, readonly string[]>>;
	/** Program types of `programTypes` that may call it only where the program has one of these attach types. */
	readonly attachTypes?: Readonly<Record<string, readonly string[]>>;
	/** A filter function that the set is registered with restricts it further; its name in the source. */
	readonly filters?: readonly string[];
	/** `CONFIG_X` conditions under which it exists. */
	readonly config?: readonly string[];
	/** The source file, for people. */
	readonly source?: string;
	/** The prototype was read in this very release, not in a neighbour of it. */
	readonly exactPrototype?: boolean;
	/** The module that brings it; absent where it is the kernel's own. */
	readonly module?: string;
}

/** One helper of one release, from its bpf_func_proto. */
export interface Helper {
	/** `bpf_map_lookup_elem` */
	readonly name: string;
	readonly id: number;
	/** `RET_PTR_TO_MAP_VALUE_OR_NULL`, `RET_INTEGER`, `RET_VOID`, ...; with flags joined by `|` as in the source (`RET_PTR_TO_BTF_ID|PTR_MAYBE_NULL`). */
	readonly returns: string;
	/** The struct of a `RET_PTR_TO_BTF_ID`. */
	readonly returnsStruct?: string;
	/** One entry an argument: `ARG_CONST_MAP_PTR`, `ARG_PTR_TO_MEM|MEM_RDONLY`, ... */
	readonly arguments: readonly string[];
	/** For `ARG_PTR_TO_BTF_ID` and the like: the struct, by argument position. */
	readonly argumentStructs?: Readonly<Record<number, string>>;
	/** For fixed-size memory arguments: the size in bytes, by argument position. */
	readonly argumentSizes?: Readonly<Record<number, number>>;
	readonly mightSleep: boolean;
	readonly gplOnly: boolean;
	/** The name of its `struct bpf_func_proto`: variants of one helper differ in it. */
	readonly proto: string;
	/** Only programs that may sleep (true), or that may not (false), are given this variant. */
	readonly sleepable?: boolean;
	/** The kernel's function that decides further at load (`bpf_d_path_allowed`). */
	readonly allowed?: string;
	/** Conditions of the kernel's getter that the catalog does not evaluate, in the source's words. */
	readonly conditions?: readonly string[];
	/** Program types that may call it, upper case without prefix, `TYPE:ATTACH_TYPE` and `STRUCT_OPS:struct` among them. Several protos may serve one id (by program type): then one `Helper`
	 * is given a variant; see `Catalog.helper`. */
	readonly programTypes: readonly string[];
	readonly config?: readonly string[];
}

/** One row of the section table: how `SEC("...")` names a program. Source: libbpf's section definitions. */
export interface SectionRule {
	/** `tp_btf/`, `lsm.s/`, `xdp`, `fentry/` ... the literal prefix. */
	readonly prefix: string;
	/** `exact`: the whole section; `prefix`: `prefix` itself or followed by `/target`; `target`: a target must follow. */
	readonly match: 'exact' | 'optional-target' | 'target';
	/** Upper case, without `BPF_PROG_TYPE_`. */
	readonly programType: string;
	/** Upper case, without `BPF_` as in `TRACE_FENTRY`, `LSM_MAC`, `TRACE_RAW_TP`, `TRACE_ITER`; absent for none. */
	readonly attachType?: string;
	readonly sleepable: boolean;
	/** The target is a function or tracepoint that is looked up in BTF. */
	readonly attachBtf?: boolean;
}

export type TrustList = 'trusted' | 'rcu' | 'rcu_or_null' | 'trusted_or_null' | 'nested';

/** The prototype of an attach target: LSM hook, raw tracepoint, struct_ops member. */
export interface TargetPrototype {
	readonly result: string;
	readonly parameters: readonly CatalogParameter[];
}

export interface Catalog {
	/** The release that was asked for: `6.12`. */
	readonly release: string;
	/** The release whose file answers. Another one than `release` where no file is shipped for that; see `exact`. */
	readonly dataRelease: string;
	/** False where `release` has no file of its own: then answers come from its neighbours and from what the history records of changes. */
	readonly exact: boolean;
	/** The `KF_` flags that the release defines. */
	readonly flags: readonly string[];
	/** Every kfunc asks for trusted arguments, as KF_TRUSTED_ARGS did while it existed: so from 7.0 on. */
	readonly trustedByDefault: boolean;
	/** Of the kernel, or of a module that its tree brings: then with `module`. */
	kfunc(name: string): Kfunc | undefined;
	/** Is there a kfunc of this name for programs to call? */
	availability(name: string): Availability;
	/** For a target of several releases: how the kfunc differs between them, in order. */
	changes?(name: string): readonly KfuncChange[];
	/** The kernel's own plan to take the kfunc away, where it is one that this release has. */
	deprecation(name: string): Deprecation | undefined;
	/** The kernel's own, those of modules left out. */
	kfuncs(): Iterable<Kfunc>;
	/** The prototype that serves `name` in a program of this type; with a type that may not call it, undefined. Without a type, any. For
	 * STRUCT_OPS the attach type is the struct, with its member where that is known (`tcp_congestion_ops`, `tcp_congestion_ops.release`). EXT programs follow their target: any. */
	helper(name: string, programType?: string, attachType?: string, sleepable?: boolean): Helper | undefined;
	/** Is `name` a helper of this release at all? */
	isHelper(name: string): boolean;
	helpers(): Iterable<Helper>;
	/** The name of the helper with this number (enum bpf_func_id). */
	helperName(id: number): string | undefined;
	readonly sections: readonly SectionRule[];
	/** Is `field` of `struct` in the list: may a pointer loaded from it keep its trust? Source: BTF_TYPE_SAFE_* in kernel/bpf/verifier.c. */
	isSafeField(list: TrustList, struct: string, field: string): boolean;
	/** Structs that are protected by RCU: rcu_protected_types in kernel/bpf/verifier.c. */
	isRcuProtected(struct: string): boolean;
	/** The kfuncs that give back a reference to a struct of this type (its registered destructor first): `bpf_task_release` for `task_struct`. */
	releaseKfuncs(struct: string): readonly string[];
	/** Structs of which a kptr may be stored in a map: those with a registered destructor. */
	hasDestructor(struct: string): boolean;
	lsmHook(
		name: string,
	): (TargetPrototype & { readonly sleepable: boolean; readonly untrusted: boolean; readonly disabled: boolean }) | undefined;
	/** The names of the LSM hooks, without `bpf_lsm_`. */
	lsmHooks(): readonly string[];
	/** The events that tracefs shows, by system; those of system calls are not among them. */
	traceEvents(): Readonly<Record<string, readonly string[]>>;
	/** The names of the raw tracepoints. */
	tracepoints(): readonly string[];
	/** Argument indexes (0-based) of a tracepoint that may be NULL, and those that are scalars in disguise. */
	tracepointArguments(name: string): { readonly nullable: readonly number[]; readonly opaque: readonly number[] };
	/** The prototype of a raw tracepoint, without the leading `void *`. */
	tracepoint(name: string): TargetPrototype | undefined;
	/** Marks on a struct_ops member's arguments, and whether it may sleep; undefined where the member is not known. */
	structOps(
		struct: string,
		member: string,
	):
		| {
				readonly nullable: readonly number[];
				readonly referenced: readonly number[];
				readonly sleepable: boolean | undefined;
				/** The kernel refuses any program for this member. */
				readonly unsupported?: boolean;
		  }
		| undefined;
	structOpsStructs(): readonly string[];
	/** The members of a struct that programs may implement. */
	structOpsMembers(struct: string): readonly string[];
	/** May a program that modifies returns, or a sleepable one, attach to this function? `unknown` where the catalog cannot tell. */
	isSleepableTarget(fn: string): boolean | 'unknown';
	isModifiableTarget(fn: string): boolean | 'unknown';
	/** Does the verifier refuse every tracing program at this function (`migrate_disable`)? Source: btf_id_deny in kernel/bpf/verifier.c. */
	isDeniedTarget(fn: string): boolean;
	/** How this release's kernel is configured: that of Debian's package, unless the target says otherwise. */
	config(option: string): boolean;
	/** Own words: one or two sentences on a kfunc, helper, flag, suffix, program type; undefined where there are none. */
	words(kind: 'kfunc' | 'helper' | 'flag' | 'suffix' | 'program-type', name: string): string | undefined;
	/** When a kfunc came, went, changed; rows in order of release. */
	history(name: string): readonly HistoryRow[];
	/** The first release that has the kfunc, where it is known. */
	since(name: string): string | undefined;
}

/** Whether a release has a kfunc. */
export type Availability =
	| { readonly state: 'present' }
	| {
			readonly state: 'absent';
			/** It is yet to come: the first release that has it, or `at the latest` the first that is known to. */
			readonly since?: string;
			readonly atLatest?: boolean;
			/** It was there: the first release without it. */
			readonly until?: string;
			readonly replacement?: string;
	  }
	/** It may be a module's, hang on the configuration, or have come in a release that nobody looked at. */
	| { readonly state: 'unknown' };

/** How a kfunc changed in a release. */
export interface KfuncChange {
	readonly release: string;
	readonly gained: readonly string[];
	readonly lost: readonly string[];
	/** The types of its result or parameters changed. */
	readonly prototype: boolean;
	readonly note?: string;
}

/** Facts: comments and warnings in the kernel's source. */
export interface Deprecation {
	/** The first release that is known to say so. */
	readonly from: string;
	readonly reason: string;
	readonly replacement?: string;
	/** The release that is to take it away, as the kernel announces it. */
	readonly removal?: string;
	/** The release that did take it away. */
	readonly until?: string;
}

export interface HistoryRow {
	readonly from?: string;
	readonly until?: string;
	readonly flags?: readonly string[];
	/** What takes its place. */
	readonly replacement?: string;
	readonly note?: string;
}
