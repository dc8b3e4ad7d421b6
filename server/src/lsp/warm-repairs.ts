// Repairs are proven by the analysis, which takes time. Once typing has stopped they are made ready, a turn at a time, so that code actions are there when asked for.
import type { Finding } from '../rules/finding.js';

/** Nothing is made ready before nobody has typed for so long, in milliseconds. */
const PAUSE = 150;
/** How long one turn takes, about: its last step is done to the end. In milliseconds. */
const TURN = 8;
/** Between two turns whatever else the server is asked comes first, in milliseconds. */
const BREATH = 10;
/** Findings of one file that are made ready; those of a file with more wait until somebody asks. */
const MOST_FINDINGS = 60;

export class RepairWarmer {
	readonly #timers = new Map<string, NodeJS.Timeout>();

	/** Makes the repairs of findings ready, and lets go of what an earlier text of the document had. */
	start(uri: string, findings: readonly Finding[]): void {
		this.forget(uri);
		const waiting = findings.slice(0, MOST_FINDINGS).flatMap(({ proving }) => proving ?? []);
		const turn = () => {
			const began = performance.now();
			while (waiting.length > 0 && performance.now() - began < TURN) if (waiting[0]!.advance()) waiting.shift();
			if (waiting.length > 0) later(BREATH);
			else this.#timers.delete(uri);
		};
		const later = (pause: number) => this.#timers.set(uri, setTimeout(turn, pause).unref());
		if (waiting.length > 0) later(PAUSE);
	}

	/** The document has changed or was closed. */
	forget(uri: string): void {
		clearTimeout(this.#timers.get(uri));
		this.#timers.delete(uri);
	}
}
