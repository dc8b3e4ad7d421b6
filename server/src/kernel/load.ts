// Opens the catalog of a release: reads its file once and answers from it.
import { readdirSync } from 'node:fs';
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
