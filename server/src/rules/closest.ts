// "Did you mean": the nearest of some names, by edit distance.

/** The name that is nearest to what was written, if it is near enough to be a slip; undefined otherwise. */
export function closest(written: string, names: readonly string[]): string | undefined {
	// A third of the letters wrong is another word.
	let best = Math.max(2, Math.floor(written.length / 3)) + 1;
	let found: string | undefined;
	for (const name of names) {
		if (Math.abs(name.length - written.length) >= best) continue;
		const distance = editDistance(written, name);
		if (distance < best) {
			best = distance;
			found = name;
		}
	}
	return found;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
		}
		row = next;
	}
	return row[b.length]!;
}
