// Kernel releases as people write them: `6.12`, `v6.12`, `6.12.117`.

/** Orders by version and patch level; what follows those does not count. */
export function compareReleases(a: string, b: string): number {
	return rank(a) - rank(b);
}

/** Few releases are ever named, and each is compared with thousands of rows. */
const ranks = new Map<string, number>();
/** More than any patch level. */
const LEVELS = 100_000;

function rank(release: string): number {
	let known = ranks.get(release);
	if (known === undefined) {
		const [major, minor] = release.replace(/^v/, '').split('.');
		known = (Number.parseInt(major ?? '', 10) || 0) * LEVELS + (Number.parseInt(minor ?? '', 10) || 0);
		ranks.set(release, known);
	}
	return known;
}
