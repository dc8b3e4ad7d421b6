// kfuncs that the kernel means to take away. No header marks them: the table is this project's own, out of the kernel's comments and warnings.
import { join } from 'node:path';
import type { Deprecation } from './catalog.js';
import { packageFolder, readJson } from './files.js';
import { compareReleases } from './release.js';

let table: Readonly<Record<string, Deprecation>> | undefined;

/** What is planned for a kfunc as of a release; undefined where nothing is. Throws CatalogError where the table is malformed. */
export function deprecation(name: string, release: string): Deprecation | undefined {
	table ??= readJson(join(packageFolder('data'), 'deprecated.json')) as Readonly<Record<string, Deprecation>>;
	const found = Object.hasOwn(table, name) ? table[name] : undefined;
	return found && compareReleases(found.from, release) <= 0 ? found : undefined;
}
