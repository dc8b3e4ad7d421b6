// What programs are for: one kernel release, this machine's kernel, or a range of releases for all of which they must hold.
import { shippedReleases } from './load.js';
import { compareReleases } from './release.js';

const RANGE = '..';
const CATALOG_FILE = '.json';

/** Is the target a catalog that somebody made of a kernel of their own, by the path of its file? */
export function isCatalogFile(target: string): boolean {
	return target.endsWith(CATALOG_FILE);
}

/**
 * The releases that are looked at for a target (`6.12`, `host`, `6.6..7.2`), oldest first: of a range both ends and, between them, each that a
 * catalog is shipped for. `host` and the path of a catalog file stay as they are.
 */
export function targetReleases(target: string): readonly string[] {
	if (isCatalogFile(target)) return [target];
	const [first, last] = target.split(RANGE);
	if (first === undefined || last === undefined) return [target];
	const between = shippedReleases().filter((release) => compareReleases(first, release) < 0 && compareReleases(release, last) < 0);
	return [first, ...between, last];
}

/** `6.6 to 6.12, 7.3`: those of the looked-at releases `all` that are among `some`, runs of them as one. */
export function releaseRuns(some: ReadonlySet<string>, all: readonly string[]): string {
	const runs: string[][] = [];
	let open = false;
	for (const release of all) {
		if (!some.has(release)) open = false;
		else if (open) runs.at(-1)!.push(release);
		else {
			runs.push([release]);
			open = true;
		}
	}
	return runs.map((run) => (run.length === 1 ? run[0]! : `${run[0]} to ${run.at(-1)}`)).join(', ');
}
