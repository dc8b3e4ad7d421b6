// Medians, percentiles and reproducible chance.

/** The value that `share` of the values do not exceed (nearest rank); `share` between 0 and 1. Throws for no values. */
export function percentile(values: readonly number[], share: number): number {
	if (values.length === 0) throw new Error('no values');
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** Whole numbers below a bound, the same ones on every run (a linear congruential generator with Knuth's constants). */
export function reproducibleChance(seed: number): (bound: number) => number {
	let state = BigInt(seed);
	return (bound) => {
		state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
		return Number((state >> 33n) % BigInt(bound));
	};
}
