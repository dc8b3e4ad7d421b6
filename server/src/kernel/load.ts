// Opens the catalog of a release: reads its file once and answers from it.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { between } from './between.js';
import type { Catalog } from './catalog.js';
import { CatalogError } from './error.js';
import { packageFolder, readJson } from './files.js';
import { LoadedCatalog } from './loaded-catalog.js';
import { readCatalogFile, readShippedFile } from './read-catalog.js';
import { compareReleases } from './release.js';
import type { CatalogFile, HistoryFile } from './schema.js';

export { CatalogError } from './error.js';

export interface LoadOptions {
	/** Options of the target's kernel that differ from those of the catalog's file. */
	readonly config?: Readonly<Record<string, boolean>>;
	/** A catalog file of one's own, as the generator writes it; the release is then that file's. See `ownCatalog`. */
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
	if (options.file !== undefined) return ownCatalog(options.file, options.config).catalog;
	const key = JSON.stringify([release, options.config]);
	const known = cache.get(key);
	if (known) return known;
	const shipped = shippedReleases();
	if (shipped.length === 0) throw new CatalogError(packageFolder('data'), 0, 'no catalog is here');
	const older = shipped.findLast((each) => compareReleases(each, release) <= 0);
	const newer = shipped.find((each) => compareReleases(each, release) > 0);
	let file = shippedFile(older ?? shipped[0]!);
	if (older !== undefined && newer !== undefined && compareReleases(older, release) < 0)
		file = between(file, shippedFile(newer), release, recordedHistory());
	const catalog = new LoadedCatalog(file, recordedHistory(), options.config ?? {}, release);
	cache.set(key, catalog);
	return catalog;
}

/** What was last read of a catalog file of somebody's own. */
interface OwnFile {
	/** Changes with the file. */
	readonly stamp: string;
	readonly file: CatalogFile;
	/** By the options that differ. */
	readonly catalogs: Map<string, Catalog>;
	/** What stands there since, and is no catalog. */
	broken?: { readonly stamp: string; readonly trouble: CatalogError };
}

const ownFiles = new Map<string, OwnFile>();

/**
 * The catalog in a file of one's own, as the generator writes it. The file is read again when it has changed; while what stands there
 * then cannot be read, the catalog that was read before stays in force, and `trouble` says what is wrong.
 *
 * @throws CatalogError where the file never was a catalog.
 */
export function ownCatalog(
	path: string,
	config: Readonly<Record<string, boolean>> = {},
): { readonly catalog: Catalog; readonly trouble?: CatalogError } {
	let own: OwnFile | undefined = ownFiles.get(path);
	const stamp = stampOf(path);
	if (own?.stamp === stamp) delete own.broken;
	else if (own?.broken?.stamp !== stamp)
		try {
			own = { stamp, file: readCatalogFile(path), catalogs: new Map() };
			ownFiles.set(path, own);
		} catch (error) {
			if (!own || !(error instanceof CatalogError)) throw error;
			own.broken = { stamp, trouble: error };
		}
	const key = JSON.stringify(config);
	let catalog = own.catalogs.get(key);
	if (!catalog) {
		catalog = new LoadedCatalog(own.file, recordedHistory(), config, own.file.release);
		own.catalogs.set(key, catalog);
	}
	return { catalog, ...(own.broken ? { trouble: own.broken.trouble } : {}) };
}

/** Empty where the file is not there. */
function stampOf(path: string): string {
	const found = statSync(path, { throwIfNoEntry: false });
	return found ? `${found.ino}:${found.size}:${found.mtimeMs}` : '';
}

function recordedHistory(): HistoryFile {
	history ??= readJson(join(packageFolder('data'), 'history.json')) as HistoryFile;
	return history;
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
