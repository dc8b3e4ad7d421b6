// Which recorded states are explored to their ends. Paths are followed depth first, so those that are not are exactly the ones that the path at hand came
// through. A recorded state is complete when all paths from it have ended and none of them ended on a state that is itself still being
// explored, a loop's beginning: what those paths rested on is known only when the loop is done. Facts: update_branch_counts() and
// propagate_backedges() of kernel/bpf/verifier.c do the same there.
import { inherit } from './cover.js';
import type { State } from './state.js';

export class Checkpoint {
	/** Paths from here that have not ended. */
	open = 1;
	/** All that follows was seen, and its marks stand in the state. */
	complete = false;
	/** The oldest checkpoint that the end of a path from here leads back to. */
	low: number;
	/** Where paths from inside ended on this state while it was being explored. */
	readonly returning: State[] = [];

	constructor(
		readonly state: State,
		readonly parent: Checkpoint | undefined,
		/** Grows with time. */
		readonly order: number,
	) {
		this.low = order;
	}
}

export class Checkpoints {
	private order = 0;
	/** All of their own paths have ended, but one of these on an older checkpoint that is still open. */
	private waiting: Checkpoint[] = [];

	/** The path goes on behind a recorded state. */
	enter(state: State, recorded: State): Checkpoint {
		const checkpoint = new Checkpoint(recorded, state.checkpoint, ++this.order);
		state.checkpoint = checkpoint;
		return checkpoint;
	}

	/** Another path from the same place will be followed later. */
	fork(state: State): void {
		if (state.checkpoint) state.checkpoint.open++;
	}

	/** What follows from `state` was, or is being, seen from the recorded state of `covering`. */
	covered(state: State, covering: Checkpoint): void {
		inherit(covering.state, state);
		if (covering.complete) return;
		// The path may go on, elsewhere.
		covering.returning.push(state.clone());
		if (state.checkpoint) state.checkpoint.low = Math.min(state.checkpoint.low, covering.order);
	}

	/** The path has ended. */
	end(state: State): void {
		for (let at = state.checkpoint; at && --at.open === 0; at = at.parent) this.close(at);
	}

	private close(checkpoint: Checkpoint): void {
		this.waiting.push(checkpoint);
		if (checkpoint.low < checkpoint.order) {
			if (checkpoint.parent) checkpoint.parent.low = Math.min(checkpoint.parent.low, checkpoint.low);
			return;
		}
		const first = this.waiting.findIndex((one) => one.order >= checkpoint.order);
		const members = this.waiting.splice(first);
		// Marks go round a loop until they come to rest.
		for (let changed = true; changed; ) {
			changed = false;
			for (const member of members) for (const state of member.returning) if (inherit(member.state, state)) changed = true;
		}
		for (const member of members) {
			member.complete = true;
			member.returning.length = 0;
		}
	}
}
