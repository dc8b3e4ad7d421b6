// Rules for those who define kfuncs: each looks at one kernel-side source as a whole. No verifier is run, since no program is there.
import type { Catalog, Kfunc } from '../../kernel/catalog.js';
import type { KernelFunction, KernelSource, KfuncEntry, KfuncSet, Span } from '../../kernel/kernel-side/source.js';
import type { Fix } from '../finding.js';
import type { RuleInfo } from '../rule.js';

export interface KernelSideContext {
	readonly source: KernelSource;
	/** The release's, with the kfuncs of other open sources. */
	readonly catalog: Catalog;
}

export interface KernelSideFinding {
	readonly at: Span;
	/** What is wrong, why, and what to do: one or two sentences. */
	readonly message: string;
	/** What the kernel does about it, in its own terse way; absent where it does nothing. */
	readonly kernel?: string;
	readonly related?: readonly { readonly at: Span; readonly message: string }[];
	/** Best first. */
	readonly fixes?: readonly Fix[];
}

export interface KernelSideRule extends RuleInfo {
	check(context: KernelSideContext): Iterable<KernelSideFinding>;
}

/** The sets whose functions are kfuncs: all but those that serve only programs that modify returns. */
export function kfuncSets(source: KernelSource): KfuncSet[] {
	return source.sets.filter(
		(set) =>
			set.holders.length === 0 || set.holders.some((holder) => !holder.modifyReturn || holder.programTypes.length > 0 || holder.handedOn),
	);
}

/** The entries of those sets; a function that stands in several is several. */
export function kfuncEntries(source: KernelSource): KfuncEntry[] {
	return kfuncSets(source).flatMap((set) => set.entries);
}

/** The kfuncs that the file itself defines, once each, with their entries. */
export function definedKfuncs(source: KernelSource): { readonly fn: KernelFunction; readonly entries: readonly KfuncEntry[] }[] {
	const entries = kfuncEntries(source);
	return source.functions
		.filter((fn) => fn.defined)
		.map((fn) => ({ fn, entries: entries.filter((entry) => entry.name === fn.name) }))
		.filter((one) => one.entries.length > 0);
}

/**
 * The kfuncs that others bring: the catalog's, without those that this file itself defines, since of these its own sets decide.
 */
export function* kfuncsOfOthers({ source, catalog }: KernelSideContext): Iterable<Kfunc> {
	for (const kfunc of catalog.kfuncs()) if (!source.function(kfunc.name)?.defined) yield kfunc;
}

export function hasFlag(entry: KfuncEntry, flag: string): boolean {
	return entry.flags.some((one) => one.name === flag);
}

/** An edit that gives an entry one more flag; undefined where a macro wrote the entry. */
export function addFlag(entry: KfuncEntry, flag: string): Fix | undefined {
	if (entry.close === undefined) return undefined;
	const newText = entry.flags.length > 0 ? ` | ${flag}` : `, ${flag}`;
	return { title: `Mark \`${entry.name}\` as ${flag}`, preferred: true, edits: [{ start: entry.close, end: entry.close, newText }] };
}

/** `struct task_struct` of `const struct task_struct *`; undefined for what is no pointer, and for a pointer to nothing in particular. */
export function pointedTo(type: string): string | undefined {
	if (!type.endsWith('*')) return undefined;
	const words = type
		.slice(0, -1)
		.split(' ')
		.filter((word) => word !== '' && word !== 'const' && word !== 'volatile');
	const target = words.join(' ');
	return target === 'void' || target.endsWith('*') || target === '' ? undefined : target;
}

export function isPointer(type: string): boolean {
	return type.includes('*');
}
