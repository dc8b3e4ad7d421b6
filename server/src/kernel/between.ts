// A release that no catalog is shipped for, out of its two neighbours and the history. Where the neighbours differ and nothing says when the
// change came, the answer is the one that objects to less: a false alarm is worse than a miss.
import type { HistoryRow } from './catalog.js';
import { lazily } from './lazily.js';
import { compareReleases } from './release.js';
import type { CatalogFile, HelperRow, HistoryFile, KfuncRow } from './schema.js';

/** What is known of `release`, which lies between `older` and `newer`. The result keeps the older one's release as its own. */
export function between(older: CatalogFile, newer: CatalogFile, release: string, history: HistoryFile): CatalogFile {
	/** What either has; where both have it, as the older has it. */
	const either = <K extends Table>(table: K): CatalogFile[K] => ({ ...newer[table], ...older[table] });
	return lazily<CatalogFile>({
		format: () => older.format,
		release: () => older.release,
		full: () => older.full,
		flags: () => older.flags.filter((flag) => !isGone(history.rows[flag] ?? [], release)),
		kfuncs: () => kfuncsAt(older, newer, release, history),
		sets: () => either('sets'),
		helpers: () => eitherHelpers(older.helpers, newer.helpers),
		programTypes: () => either('programTypes'),
		trust: () => eitherTrust(older.trust, newer.trust),
		rcu: () => either('rcu'),
		destructors: () => either('destructors'),
		lsm: () => either('lsm'),
		tracepoints: () => either('tracepoints'),
		tracepoint: () => (name) => tracepointOf(older, name) ?? tracepointOf(newer, name),
		tracepointMarks: () => older.tracepointMarks,
		traceEvents: () => eitherList(older.traceEvents ?? {}, newer.traceEvents ?? {}),
		structOps: () => either('structOps'),
		errorInjection: () => older.errorInjection,
		nonSleepableErrorInjection: () => older.nonSleepableErrorInjection,
		denied: () => older.denied,
		modifyReturn: () => either('modifyReturn'),
		config: () => eitherSet(older.config, newer.config),
	});
}

type Table = 'sets' | 'programTypes' | 'rcu' | 'destructors' | 'lsm' | 'tracepoints' | 'structOps' | 'modifyReturn';

function kfuncsAt(older: CatalogFile, newer: CatalogFile, release: string, history: HistoryFile): CatalogFile['kfuncs'] {
	const kfuncs: Record<string, KfuncRow> = {};
	for (const name of new Set([...Object.keys(older.kfuncs), ...Object.keys(newer.kfuncs)])) {
		const row = kfuncAt(older.kfuncs[name], newer.kfuncs[name], name, release, history);
		if (row) kfuncs[name] = row;
	}
	return kfuncs;
}

/** A helper is given to the program types that either neighbour gives it to; to those of both as the older has it. */
function eitherHelpers(older: CatalogFile['helpers'], newer: CatalogFile['helpers']): CatalogFile['helpers'] {
	const helpers: Record<string, HelperRow> = { ...newer, ...older };
	for (const [name, row] of Object.entries(older)) {
		const later = Object.hasOwn(newer, name) ? newer[name] : undefined;
		if (!later) continue;
		const known = new Set(row.variants.flatMap(({ types }) => types));
		const added = later.variants.flatMap((variant) => {
			const types = variant.types.filter((type) => !known.has(type));
			return types.length > 0 ? [{ ...variant, types }] : [];
		});
		const except = row.except?.filter((type) => later.except?.includes(type));
		if (added.length > 0 || except?.length !== row.except?.length)
			helpers[name] = { ...row, ...(except && { except }), variants: [...row.variants, ...added] };
	}
	return helpers;
}

function eitherTrust(older: CatalogFile['trust'], newer: CatalogFile['trust']): CatalogFile['trust'] {
	const trust: Record<string, Record<string, readonly string[]>> = {};
	for (const lists of [older, newer])
		for (const [list, structs] of Object.entries(lists)) {
			const known = (trust[list] ??= {});
			for (const [struct, fields] of Object.entries(structs)) known[struct] = [...new Set([...(known[struct] ?? []), ...fields])];
		}
	return trust;
}

function eitherList(older: Readonly<Record<string, readonly string[]>>, newer: Readonly<Record<string, readonly string[]>>) {
	const out: Record<string, readonly string[]> = { ...newer };
	for (const [name, list] of Object.entries(older)) out[name] = [...new Set([...list, ...(newer[name] ?? [])])];
	return out;
}

/** An option that one neighbour's kernel is built with is taken as set. */
function eitherSet(a: CatalogFile['config'], b: CatalogFile['config']): CatalogFile['config'] {
	const out: Record<string, string> = { ...b, ...a };
	for (const [option, value] of Object.entries(b)) if (out[option] === 'n') out[option] = value;
	return out;
}

function tracepointOf(file: CatalogFile, name: string): readonly string[] | undefined {
	return file.tracepoint ? file.tracepoint(name) : Object.hasOwn(file.tracepoints, name) ? file.tracepoints[name] : undefined;
}

/** The kfunc as the release has it; undefined where it has gone, has not come, or nobody knows when it came. */
function kfuncAt(
	older: KfuncRow | undefined,
	newer: KfuncRow | undefined,
	name: string,
	release: string,
	history: HistoryFile,
): KfuncRow | undefined {
	const rows = Object.hasOwn(history.rows, name) ? history.rows[name]! : [];
	if (isGone(rows, release)) return undefined;
	const since = Object.hasOwn(history.since, name) ? history.since[name] : rows[0]?.from;
	const row = older ?? (since !== undefined && newer && compareReleases(since, release) <= 0 ? withoutPlaces(newer) : undefined);
	const flags = rows.find((each) => covers(each, release))?.flags;
	return row && flags ? { ...row, flags } : row;
}

/** When a filter of struct_ops members came the history does not say: the release may not have it yet. */
function withoutPlaces(row: KfuncRow): KfuncRow {
	if (!row.attach?.STRUCT_OPS) return row;
	const { STRUCT_OPS: _, ...attach } = row.attach;
	return { ...row, attach };
}

/** Does a row of the history speak of this release? */
export function covers(row: HistoryRow, release: string): boolean {
	return (
		(row.from === undefined || compareReleases(row.from, release) <= 0) &&
		(row.until === undefined || compareReleases(release, row.until) < 0)
	);
}

function isGone(rows: readonly HistoryRow[], release: string): boolean {
	return (
		rows.some((row) => row.until !== undefined && compareReleases(row.until, release) <= 0) && !rows.some((row) => covers(row, release))
	);
}
