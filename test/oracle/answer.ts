// A verifier's answer on one program, and what its log says.
import type { Lines } from '../kernel/analyse.js';

export interface Answer {
	/** `none`: the program did not come as far as the verifier. */
	readonly verdict: 'accept' | 'reject' | 'none';
	/** Where the last instruction of the log came from. */
	readonly line?: { readonly file: Lines['file']; readonly line: number };
	/** The log's last words, or the library's where the verifier said nothing. */
	readonly message: string;
}

/** What load.c prints between the lines of a log. */
const LINE_END = '\x1f';
/** Statistics and dumps that come after the message, and lines that only say where the verifier is. */
const NO_MESSAGE =
	/^(processed \d|verification time|stack depth|insns processed|peak_states|Global function|Func#\d+ |Caller passes|-- END|\d+: |; |from \d+ to|$)/;

/** An answer out of a line of load.c, and the request that it answers. Undefined for a line that is none. */
export function parseAnswer(line: string): { path: string; program: string; answer: Answer } | undefined {
	const [path, program, status, source, log] = line.split('\t');
	if (!path || !program || status === undefined || source === undefined || log === undefined) return undefined;
	if (status === '0') return { path, program, answer: { verdict: 'accept', message: '' } };
	if (log === '' || log.startsWith('!')) return { path, program, answer: { verdict: 'none', message: log.slice(1).split(LINE_END)[0]! } };
	const words = log.split(LINE_END).filter((each) => !NO_MESSAGE.test(each));
	const at = source.match(/ @ (?:.*\/)?([^/ ]+):(\d+)$/);
	const message = words.at(-1) ?? log.split(LINE_END).at(-1)!;
	return { path, program, answer: { verdict: 'reject', message, ...(at ? { line: { file: at[1]!, line: Number(at[2]) } } : {}) } };
}
