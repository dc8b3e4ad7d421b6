// Long work in steps: between two of them whoever asked may do something else, or not want the result any more.

/** Work that gives its result at the end of its steps. */
export type Stepwise<T> = Generator<void, T, void>;

/** The result of work in steps, for who has nothing else to do meanwhile. */
export function atOnce<T>(work: Stepwise<T>): T {
	for (;;) {
		const step = work.next();
		if (step.done) return step.value;
	}
}
