// Repairs are proven by the analysis, which takes time. Once typing has stopped they are made ready, one finding at a time, so that code actions are there when asked for.
import type { Finding } from '../rules/finding.js';

/** Nothing is made ready before nobody has typed for so long, in milliseconds. */
const PAUSE = 300;
/** Between two findings other requests get their turn, in milliseconds. */
const BREATH = 10;
/** Findings of one file that are made ready; those of a file with more wait until somebody asks. */
const MOST_FINDINGS = 60;

export class RepairWarmer {
	readonly #timers = new Map<string, NodeJS.Timeout>();

	/** Makes the repairs of findings ready, and lets go of what an earlier text of the document had. */
	start(uri: string, findings: readonly Finding[]): void {
		this.forget(uri);
		if (findings.length > 0) this.#later(uri, findings.slice(0, MOST_FINDINGS), PAUSE);
	}

	/** The document has changed or was closed. */
	forget(uri: string): void {
		clearTimeout(this.#timers.get(uri));
		this.#timers.delete(uri);
	}

	#later(uri: string, findings: readonly Finding[], pause: number): void {
		const timer = setTimeout(() => {
			const [next, ...others] = findings;
			// Asking for them makes them; the finding keeps them.
			void next!.fixes;
			if (others.length > 0) this.#later(uri, others, BREATH);
			else this.#timers.delete(uri);
		}, pause);
		timer.unref();
		this.#timers.set(uri, timer);
	}
}
