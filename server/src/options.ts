// What the command line and the editor's settings have in common: kernel releases as people write them, kernel .config files,
// and the path of a file as people want to read it.
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isCatalogFile } from './kernel/target.js';

/** The release that is meant when nobody names one. */
export const DEFAULT_KERNEL = '6.12';

/**
 * A kernel release as the catalog names it: `6.12` out of `6.12`, `v6.12`, `6.12.48` or `6.12.48-generic`.
 * Gives undefined for what is no release.
 */
export function normalizeKernel(text: string): string | undefined {
	const match = /^v?(\d{1,3})\.(\d{1,3})(?:[.-][\w.+-]*)?$/.exec(text.trim());
	return match ? `${Number(match[1])}.${Number(match[2])}` : undefined;
}

/** What a loader may leave in `const volatile` variables, as people write it. */
export const RODATA_VALUES = ['any', 'initial'] as const;
export type RodataValues = (typeof RODATA_VALUES)[number];
/** Most loaders set such variables before the load: that is what they are for. */
export const DEFAULT_RODATA: RodataValues = 'any';

/** The kernel that this machine runs. */
export const HOST = 'host';

/**
 * What programs are for, as people write it: one release, `host`, a range of releases like `6.6..7.2`, or the path of a catalog file
 * below `folder`. Gives it with releases as the catalog names them and the path absolute; undefined for what is none of these, a range from a
 * newer release to an older one among them.
 */
export function normalizeTarget(text: string, folder = process.cwd()): string | undefined {
	if (text.trim() === HOST) return HOST;
	if (isCatalogFile(text)) return resolve(folder, text);
	const ends = text.split('..');
	if (ends.length === 1) return normalizeKernel(text);
	const [first, last] = ends.map(normalizeKernel);
	if (ends.length > 2 || first === undefined || last === undefined) return undefined;
	const [a, b] = [first, last].map((release) => release.split('.').map(Number)) as [number[], number[]];
	const order = a[0]! - b[0]! || a[1]! - b[1]!;
	return order > 0 ? undefined : order === 0 ? first : `${first}..${last}`;
}

/** What a target may look like, for messages. */
export const TARGET_FORMS = `a release like ${DEFAULT_KERNEL}, a range like 6.6..${DEFAULT_KERNEL} from old to new, host, or a catalog file made by npm run catalog`;

/**
 * The options of a kernel .config file: `CONFIG_X=y`, `=m` or a value sets one, `# CONFIG_X is not set` and `=n` clear it.
 * Other lines are passed over: comments and blank lines are most of such a file.
 */
export function parseKernelConfig(text: string): Record<string, boolean> {
	const config: Record<string, boolean> = {};
	for (const line of text.split(/\r?\n/)) {
		const set = /^\s*(CONFIG_\w+)=(.*)$/.exec(line);
		if (set) {
			config[set[1]!] = set[2]!.trim() !== 'n';
			continue;
		}
		const cleared = /^\s*#\s*(CONFIG_\w+) is not set\b/.exec(line);
		if (cleared) config[cleared[1]!] = false;
	}
	return config;
}

/** A path as a person wants it: relative to `base` where it lies inside, else as it is. `<name>` of built-in text stays. */
export function displayPath(path: string, base: string): string {
	if (!isAbsolute(path)) return path;
	const inside = relative(base, path);
	return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside;
}
