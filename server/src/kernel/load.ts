// Opens the catalog of a release: reads its file once and answers from it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { between } from './between.js';
import type { Catalog } from './catalog.js';
import { CatalogError } from './error.js';
import { packageFolder, parseJson, readJson, readText } from './files.js';
import { LoadedCatalog } from './loaded-catalog.js';
import { compareReleases } from './release.js';
import { type CatalogFile, FORMAT, type HistoryFile, type TracepointRow } from './schema.js';

export { CatalogError } from './error.js';

export interface LoadOptions {
	/** Options of the target's kernel that differ from those of the catalog's file. */
	readonly config?: Readonly<Record<string, boolean>>;
	/** A catalog file of one's own, as the generator writes it; the release is then that file's. */
	readonly file?: string;
}

const cache = new Map<string, Catalog>();
const files = new Map<string, CatalogFile>();
let history: HistoryFile | undefined;

/**
 * The catalog of a release.
 *
 * @param release `6.12`. One that no file is shipped for is answered, with `exact` false, from its neighbours and the history; one below the
 * oldest from the oldest, one above the newest from the newest.
 * @throws CatalogError where a file is missing or malformed; it names the file and the offset.
 */
export function loadCatalog(release: string, options: LoadOptions = {}): Catalog {
	const key = JSON.stringify([release, options.file, options.config]);
	const known = cache.get(key);
	if (known) return known;
	const folder = packageFolder('data');
	history ??= readJson(join(folder, 'history.json')) as HistoryFile;
	let file: CatalogFile;
	if (options.file !== undefined) file = readCatalogFile(options.file);
	else {
		const shipped = shippedReleases();
		if (shipped.length === 0) throw new CatalogError(folder, 0, 'no catalog is here');
		const older = shipped.findLast((each) => compareReleases(each, release) <= 0);
		const newer = shipped.find((each) => compareReleases(each, release) > 0);
		file = shippedFile(older ?? shipped[0]!);
		if (older !== undefined && newer !== undefined && compareReleases(older, release) < 0)
			file = between(file, shippedFile(newer), release, history);
	}
	const catalog = new LoadedCatalog(file, history, options.config ?? {}, options.file === undefined ? release : file.release);
	cache.set(key, catalog);
	return catalog;
}

/** The releases that a file is shipped for, oldest first. */
export function shippedReleases(): readonly string[] {
	return readdirSync(packageFolder('data'))
		.filter((name) => /^\d+\.\d+\.json$/.test(name))
		.map((name) => name.slice(0, -'.json'.length))
		.sort(compareReleases);
}

function shippedFile(release: string): CatalogFile {
	let file = files.get(release);
	if (!file) {
		file = readShippedFile(join(packageFolder('data'), `${release}.json`));
		files.set(release, file);
	}
	return file;
}

/** The generator's own layout: the table of tracepoints with one on each line. */
const TRACEPOINTS_START = '\n"tracepoints":{\n';
const TRACEPOINTS_END = '\n},\n';

/**
 * Reads a shipped file. Tracepoints are four fifths of it and a program asks for one of them, so that table stays text: a row is parsed
 * when somebody asks for it. A file in another layout is read whole.
 */
function readShippedFile(path: string): CatalogFile {
	const text = readText(path);
	const start = text.indexOf(TRACEPOINTS_START);
	const end = start < 0 ? -1 : text.indexOf(TRACEPOINTS_END, start + TRACEPOINTS_START.length - 1);
	if (end < 0) return check(path, parseJson(path, text));
	const rows = text.slice(start + TRACEPOINTS_START.length - 1, end);
	const small = check(path, parseJson(path, `${text.slice(0, start)}\n"tracepoints":{}${text.slice(end + '\n}'.length)}`));
	const tracepoint = (name: string): TracepointRow | undefined => {
		const key = `\n${JSON.stringify(name)}:`;
		const at = rows.indexOf(key);
		if (at < 0) return undefined;
		const line = rows.indexOf('\n', at + 1);
		const row = rows.slice(at + key.length, line < 0 ? rows.length : line);
		return parseJson(path, row.endsWith(',') ? row.slice(0, -1) : row) as TracepointRow;
	};
	return { ...small, tracepoint };
}

/** Reads and checks one file, in whatever layout. Throws CatalogError. */
export function readCatalogFile(path: string): CatalogFile {
	return check(path, parseJson(path, readText(path)));
}

function check(path: string, parsed: unknown): CatalogFile {
	const value = parsed as Partial<CatalogFile> | null;
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new CatalogError(path, 0, 'this is no catalog: an object is expected');
	if (value.format !== FORMAT) throw new CatalogError(path, 0, `format ${FORMAT} is expected, not ${JSON.stringify(value.format)}`);
	if (typeof value.release !== 'string') throw new CatalogError(path, 0, 'the release is missing');
	for (const table of [
		'kfuncs',
		'sets',
		'helpers',
		'programTypes',
		'trust',
		'rcu',
		'destructors',
		'lsm',
		'tracepoints',
		'tracepointMarks',
		'structOps',
		'denied',
		'modifyReturn',
		'config',
	])
		if (typeof (value as Record<string, unknown>)[table] !== 'object') throw new CatalogError(path, 0, `the table "${table}" is missing`);
	return value as CatalogFile;
}
