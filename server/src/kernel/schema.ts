// The shape of a catalog's file: what generate/ writes and load.ts reads. Names in rows are short, since one row is one line.
import type { HistoryRow, TrustList } from './catalog.js';

/** The only format that this version reads and writes. */
export const FORMAT = 1;

export type ParameterRow = readonly [type: string, name: string];

export interface KfuncRow {
	readonly result: string;
	readonly parameters: readonly ParameterRow[];
	readonly flags: readonly string[];
	/** Program types that only some of their attach types may call it from. */
	readonly attach?: Readonly<Record<string, readonly string[]>>;
	/** Where sets disagree about the flags: those of each. */
	readonly flagsBySet?: Readonly<Record<string, readonly string[]>>;
	readonly sets: readonly string[];
	readonly types: readonly string[];
	readonly filters?: readonly string[];
	readonly config?: readonly string[];
	readonly source: string;
	/** It is of a module that the tree brings for its tests, not of the kernel. */
	readonly module?: string;
}

export interface SetRow {
	readonly file: string;
	/** Program types that it is registered for, as written; FMODRET for functions whose return may be modified. */
	readonly for: readonly string[];
	readonly filters?: readonly string[];
	readonly entries: number;
}

/** One `struct bpf_func_proto` of a helper, and who is given it. */
export interface HelperVariantRow {
	readonly proto: string;
	readonly returns: string;
	readonly returnsStruct?: string;
	readonly arguments: readonly string[];
	readonly structs?: Readonly<Record<number, string>>;
	readonly sizes?: Readonly<Record<number, number>>;
	readonly mightSleep?: boolean;
	readonly gplOnly?: boolean;
	/** The kernel's function that decides further at load, by its name. */
	readonly allowed?: string;
	/** Program types for all attach types that no other row names, or `TYPE:ATTACH_TYPE`; `STRUCT_OPS:struct`, `STRUCT_OPS:struct.member`. */
	readonly types: readonly string[];
	readonly config?: readonly string[];
	/** `sleepable`, `!sleepable`, and conditions of the source that nobody evaluates, in its own words. */
	readonly conditions?: readonly string[];
}
export interface HelperRow {
	readonly id: number;
	/** `TYPE:ATTACH_TYPE` where the type as a whole is given it, but not with this attach type. */
	readonly except?: readonly string[];
	readonly variants: readonly HelperVariantRow[];
}

export interface ProgramTypeRow {
	/** The context as programs see it: `struct xdp_md`; `void *` where it is an array of arguments. */
	readonly context: string;
	readonly config?: readonly string[];
}

export interface PrototypeRow {
	readonly result: string;
	readonly parameters: readonly ParameterRow[];
}

export interface LsmHookRow extends PrototypeRow {
	readonly sleepable?: boolean;
	readonly untrusted?: boolean;
	readonly disabled?: boolean;
	readonly config?: readonly string[];
}

export interface StructOpsMemberRow {
	readonly nullable?: readonly number[];
	readonly referenced?: readonly number[];
	/** Absent where the struct's check does not say. */
	readonly sleepable?: boolean;
	/** The kernel refuses programs for it. */
	readonly unsupported?: boolean;
}
export interface StructOpsRow {
	readonly source: string;
	readonly module?: string;
	readonly members: Readonly<Record<string, StructOpsMemberRow>>;
	readonly config?: readonly string[];
}

/** Types and names of the parameters by turns; the result is void. */
export type TracepointRow = readonly string[];

export interface TracepointMarksRow {
	readonly nullable?: readonly number[];
	readonly opaque?: readonly number[];
}

export interface DestructorRow {
	readonly destructor: string;
	readonly release: string;
	readonly module?: string;
}

export interface CatalogFile {
	readonly format: number;
	readonly release: string;
	readonly full: string;
	/** The `KF_` flags that this release's include/linux/btf.h defines. */
	readonly flags: readonly string[];
	readonly kfuncs: Readonly<Record<string, KfuncRow>>;
	readonly sets: Readonly<Record<string, SetRow>>;
	readonly helpers: Readonly<Record<string, HelperRow>>;
	readonly programTypes: Readonly<Record<string, ProgramTypeRow>>;
	readonly trust: Readonly<Partial<Record<TrustList, Readonly<Record<string, readonly string[]>>>>>;
	/** Struct to conditions. */
	readonly rcu: Readonly<Record<string, readonly string[]>>;
	readonly destructors: Readonly<Record<string, DestructorRow>>;
	readonly lsm: Readonly<Record<string, LsmHookRow>>;
	readonly tracepoints: Readonly<Record<string, TracepointRow>>;
	/** Not in the file: finds a tracepoint where the table was left as text. */
	readonly tracepoint?: (name: string) => TracepointRow | undefined;
	readonly tracepointMarks: Readonly<Record<string, TracepointMarksRow>>;
	/** The events that tracefs shows, by their system: what `SEC("tp/system/event")` names. System calls are not among them. Catalogs of before lack it. */
	readonly traceEvents?: Readonly<Record<string, readonly string[]>>;
	readonly structOps: Readonly<Record<string, StructOpsRow>>;
	/** Functions whose errors may be injected; only with CONFIG_FUNCTION_ERROR_INJECTION. */
	readonly errorInjection: readonly string[];
	readonly nonSleepableErrorInjection: readonly string[];
	/** Functions that no tracing program may attach to, and the conditions of that. */
	readonly denied: Readonly<Record<string, readonly string[]>>;
	/** Functions of the fmodret sets, with their flags. */
	readonly modifyReturn: Readonly<Record<string, readonly string[]>>;
	/** `y`, `m` or `n` by option: those that rows name. */
	readonly config: Readonly<Record<string, string>>;
}

export interface HistoryFile {
	readonly since: Readonly<Record<string, string>>;
	readonly rows: Readonly<Record<string, readonly HistoryRow[]>>;
}
