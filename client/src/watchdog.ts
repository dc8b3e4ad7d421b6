// Decides when the server has hung or died and what is done then. It knows neither the editor nor the protocol, so that it can be tested
// against any process.

/** What the watchdog needs of the world. */
export interface Watched {
	/** Asks the server for a sign of life; any answer counts, a refusal too. */
	ping(): Promise<unknown>;
	/** Ends the server's process at once. Its end is told to `closed`. */
	kill(): void;
	/** A line for the log. */
	log(line: string): void;
	/** Told once in the watchdog's life: the server had to be started again. */
	restarted(why: string): void;
	/** Told whenever no further server is started by itself. */
	gaveUp(why: string): void;
}

export interface Limits {
	/** Milliseconds between two looks at the server. */
	readonly tick: number;
	/** Looks without an answer after which a server counts as hung. */
	readonly ticks: number;
	/** Servers that may end within `window` milliseconds before no other is started. */
	readonly deaths: number;
	readonly window: number;
}

/**
 * Fifteen seconds are far beyond what one analysis may take by its own budgets. Time is counted in looks: a laptop that slept for an hour
 * wakes up one look later. Five ends in three minutes mean that the next server would end as well.
 */
export const LIMITS: Limits = { tick: 1000, ticks: 15, deaths: 5, window: 180_000 };

/**
 * Whatever is sent to the server puts it in debt of a sign of life; while nothing is sent nothing is asked, so an idle editor has an
 * idle server.
 */
export class Watchdog {
	#timer: NodeJS.Timeout | undefined;
	/** Looks since the last sign of life. */
	#silent = 0;
	#asked = false;
	/** Something was sent after the last question. */
	#owing = false;
	/** Grows with every server: answers of an earlier one count for nothing. */
	#generation = 0;
	#deaths: number[] = [];
	#told = false;
	#cause: string | undefined;
	#stopped = false;

	constructor(
		private readonly watched: Watched,
		private readonly limits: Limits = LIMITS,
	) {}

	/** A message went to the server. */
	sent(): void {
		if (this.#stopped) return;
		this.#owing = true;
		this.#timer ??= setInterval(() => this.look(), this.limits.tick);
	}

	/** The user wants a fresh server: its end is no failure, and earlier ones are forgotten. */
	restart(): void {
		this.#deaths = [];
		this.#cause = 'on request';
		this.watched.kill();
	}

	/** The server has ended. Gives whether another one is to be started. */
	closed(now = Date.now()): boolean {
		this.forget();
		if (this.#stopped) return false;
		const cause = this.#cause;
		this.#cause = undefined;
		if (cause === 'on request') return true;
		const why = cause ?? 'it ended unexpectedly';
		this.watched.log(`The server is gone: ${why}.`);
		this.#deaths = [...this.#deaths.filter((time) => now - time < this.limits.window), now];
		if (this.#deaths.length >= this.limits.deaths) {
			this.#deaths = [];
			this.watched.gaveUp(why);
			return false;
		}
		if (!this.#told) this.watched.restarted(why);
		this.#told = true;
		return true;
	}

	/** The editor is done with the server. */
	stop(): void {
		this.#stopped = true;
		this.forget();
	}

	private forget(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
		this.#silent = 0;
		this.#asked = this.#owing = false;
		this.#generation++;
	}

	private look(): void {
		if (this.#asked) {
			if (++this.#silent >= this.limits.ticks) {
				this.forget();
				this.#cause = `it did not answer for ${Math.round((this.limits.ticks * this.limits.tick) / 1000)} s`;
				this.watched.kill();
			}
			return;
		}
		if (!this.#owing) {
			clearInterval(this.#timer);
			this.#timer = undefined;
			return;
		}
		this.#owing = false;
		this.#asked = true;
		const generation = this.#generation;
		const answered = () => {
			if (generation !== this.#generation) return;
			this.#asked = false;
			this.#silent = 0;
		};
		this.watched.ping().then(answered, answered);
	}
}
