// While no document is open, the process gives back what it took for those that were: an editor that is left open over night keeps a small server.
import { logFailure } from './handler.js';
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
		this.#timer = setTimeout(() => this.rest().catch((error) => logFailure(this.session, 'rest', error)), REST_AFTER);
		this.#timer.unref();
	}

	private async rest(): Promise<void> {
		(await this.session.checker()).rest();
		await giveBack();
	}
}

/**
 * What nobody holds is collected, and what is left is moved together: a page of the heap goes back to the system only when nothing is in it any more. V8 does so when
 * the system is short of memory, which is what this tells it; by itself it would collect when more is asked for, which an idle process never does.
 */
async function giveBack(): Promise<void> {
	// Some builds of Node come without it: then V8 collects when it likes to.
	const inspector = await import('node:inspector').catch(() => undefined);
	if (!inspector) return;
	const session = new inspector.Session();
	session.connect();
	try {
		await new Promise<void>((resolve) => session.post('HeapProfiler.collectGarbage', () => resolve()));
	} finally {
		session.disconnect();
	}
}
