// Kernel releases as people write them: `6.12`, `v6.12`, `6.12.117`.

/** Orders by version and patch level; what follows those does not count. */
export function compareReleases(a: string, b: string): number {
	const [majorA, minorA] = parts(a);
	const [majorB, minorB] = parts(b);
	return majorA - majorB || minorA - minorB;
}

function parts(release: string): [number, number] {
	const [major, minor] = release.replace(/^v/, '').split('.');
	return [Number.parseInt(major ?? '', 10) || 0, Number.parseInt(minor ?? '', 10) || 0];
}
