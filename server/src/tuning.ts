// How V8 runs this program: loaded before anything else by each process of ours.
//
// An analysis is short and its code is wide: most functions run some thousand times, for which V8's optimising compiler costs more than it saves.
// With a larger budget before a function is optimised the whole corpus takes a third less processor time, less wall time, and keystrokes are
// no slower (docs/performance.md has the figures).
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function runs before V8 thinks of optimising it; V8's own default is some 66,000. */
const INTERRUPT_BUDGET = 1_000_000;
/**
 * Bytes of bytecode that the optimising compiler puts into one function from those that it calls; V8's own default is 920. It makes compiling half as dear, and what is
 * compiled no slower to speak of.
 */
const INLINED = 300;
/** Major versions of V8 that know the flags by these names; others would print a complaint. */
const KNOWN = { from: 11, to: 14 } as const;

const major = Number.parseInt(process.versions.v8, 10);
if (major >= KNOWN.from && major <= KNOWN.to) {
	setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
	setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED}`);
}
