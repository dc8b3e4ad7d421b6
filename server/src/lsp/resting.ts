// While no document is open, the process gives back what it took for those that were: an editor that is left open over night keeps a small server.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Session } from './session.js';

/** So long nothing has been open before memory is given back, in milliseconds: who goes from one file to the next finds all as it was. */
export const REST_AFTER = 5000;

/** Lets the analysis rest whenever no document has been open for a while. */
export class Resting {
	#timer: NodeJS.Timeout | undefined;

	constructor(private readonly session: Session) {}

	/** A document was opened or closed. */
	look(): void {
		clearTimeout(this.#timer);
		if (this.session.documents.all().length > 0) return;
		this.#timer = setTimeout(() => void this.rest(), REST_AFTER);
		this.#timer.unref();
	}

	private async rest(): Promise<void> {
		(await this.session.checker()).rest();
		collectGarbage();
	}
}

/** What nobody holds is collected now. V8 would do so when more is asked for, which an idle process never does. */
function collectGarbage(): void {
	setFlagsFromString('--expose-gc');
	const collect: unknown = runInNewContext('gc');
	if (typeof collect === 'function') collect();
}
