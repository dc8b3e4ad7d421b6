// Repairs that are proven a step at a time, by whoever asks for them and by whoever has time: what one has done the other need not do.
import type { Stepwise } from '../checker.js';
import type { Fix, Proving } from '../finding.js';

/** Work that gives repairs, begun when the first step is asked for and done once. Work that fails gives none. */
export class ProvenInSteps implements Proving {
	private work: Stepwise<readonly Fix[]> | undefined;
	private found: readonly Fix[] | undefined;

	constructor(private readonly begin: () => Stepwise<readonly Fix[]>) {}

	advance(): boolean {
		if (this.found) return true;
		try {
			this.work ??= this.begin();
			const step = this.work.next();
			if (step.done) this.found = step.value;
		} catch {
			this.found = [];
		}
		// What the work holds of texts that were tried goes with it.
		if (this.found) this.work = undefined;
		return this.found !== undefined;
	}

	/** The repairs; what is left of the work is done now. */
	get fixes(): readonly Fix[] {
		while (!this.advance());
		return this.found!;
	}
}
