// How V8 runs this program: loaded before anything else by each process of ours.
//
// An analysis is short and its code is wide: most functions run some thousand times, for which V8's optimising compiler costs more than it saves.
// With a larger budget before a function is optimised the whole corpus takes a third less processor time, and less wall time. A server's first
// diagnostics are as much in a hurry; after them the same functions run with each keystroke, and a smaller budget makes these a tenth to a fifth faster.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function runs before V8 thinks of optimising it; V8's own is some 66,000, with which its compiler takes as much again as it saves. */
const INTERRUPT_BUDGET = { once: 1_000_000, often: 250_000 } as const;
/**
 * Bytes of bytecode that the optimising compiler puts into one function from those that it calls; V8's own default is 920. It makes compiling half as dear, and what is
 * compiled no slower to speak of.
 */
const INLINED = 300;
/** The major versions of V8 that know a flag, tried with Node.js 20, 22, 24 and 25; others would print a complaint. V8 12 counts calls in place of bytes of bytecode. */
const KNOWN: Readonly<Record<string, { readonly from: number; readonly to: number }>> = {
	'always-sparkplug': { from: 11, to: 14 },
	'heap-growing-percent': { from: 11, to: 14 },
	'interrupt-budget': { from: 11, to: 11 },
	'max-inlined-bytecode-size-cumulative': { from: 11, to: 14 },
	'parallel-scavenge': { from: 11, to: 14 },
	'semi-space-growth-factor': { from: 11, to: 14 },
};
const VERSION = Number.parseInt(process.versions.v8, 10);

function tune(flags: Readonly<Record<string, number | boolean>>): void {
	for (const [name, value] of Object.entries(flags)) {
		const { from, to } = KNOWN[name]!;
		if (VERSION < from || VERSION > to) continue;
		setFlagsFromString(typeof value === 'number' ? `--${name}=${value}` : `--${value ? '' : 'no-'}${name}`);
	}
}

// Several threads that collect the garbage of a short run spend more on each other than they save it.
tune({ 'interrupt-budget': INTERRUPT_BUDGET.once, 'max-inlined-bytecode-size-cumulative': INLINED, 'parallel-scavenge': false });

/**
 * Many files follow the one that was just looked at: what is compiled from now on is compiled to machine code at once, without the interpreter's tour. It costs
 * a first file 15 ms, and saves a twentieth of the time for hundreds.
 */
export function tuneForMany(): void {
	tune({ 'always-sparkplug': true });
}

/** A server lives for days. What lives in it is 20 to 50 MB: V8 would let as much again and more gather before it looks. Half as much is a third less memory at its peak, at no more time. */
export function tuneForServing(): void {
	tune({ 'heap-growing-percent': 50 });
}

/** From now on what has run will run again and again, and somebody waits for it: it is optimised sooner, and collected by all threads. */
export function tuneForTyping(): void {
	tune({ 'interrupt-budget': INTERRUPT_BUDGET.often, 'parallel-scavenge': true });
}

/**
 * Bytes of V8's space for young objects from which on it grows no more; V8 doubles it at most once beyond. A tree of the native parser is freed when its JavaScript
 * object is collected, and its memory is none that the collector counts: in a large space trees lie for long, a quarter of the memory. In a small one what
 * a keystroke makes is copied several times while it is made, a tenth of the time.
 */
const YOUNG_SPACE = 8 * 1024 * 1024;
let mayGrow: boolean | undefined;

/** Lets the space for young objects grow, or no more. To be called now and then, since a running process cannot set its size; a call takes some microseconds. */
export function regulateYoungSpace(): void {
	const { space_size: size = 0 } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space') ?? {};
	if (mayGrow === size < YOUNG_SPACE) return;
	mayGrow = size < YOUNG_SPACE;
	tune({ 'semi-space-growth-factor': mayGrow ? 2 : 1 });
}
