// Long work in turns with everything else that the server is asked.
import type { Stepwise } from '../rules/checker.js';
import { regulateYoungSpace } from '../tuning.js';

/** After so long messages that have arrived get their turn, in milliseconds: a frame of an editor is not missed by it. */
const TURN = 15;

/** Does the work step by step. Gives its result and the time that was spent on it in milliseconds; undefined where it was given up, before its end, since `isOvertaken`. */
export async function inTurns<T>(work: Stepwise<T>, isOvertaken: () => boolean): Promise<{ result: T; milliseconds: number } | undefined> {
	let milliseconds = 0;
	for (;;) {
		const began = performance.now();
		for (;;) {
			regulateYoungSpace();
			const step = work.next();
			const spent = performance.now() - began;
			if (step.done) return { result: step.value, milliseconds: milliseconds + spent };
			if (spent < TURN) continue;
			milliseconds += spent;
			break;
		}
		await new Promise(setImmediate);
		if (isOvertaken()) return undefined;
	}
}
