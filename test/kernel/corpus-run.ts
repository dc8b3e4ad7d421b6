// Runs the analysis over files in a child process and survives what the analysis may do wrong: hang, crash, run out of memory.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { CheckOptions } from '../../server/src/rules/checker.js';
import type { FileAnswer, Reply, Request } from './analyse.js';

/** A file of the corpus takes well under a second; one that takes this long will not end. */
const HANG_MILLISECONDS = 30_000;

export interface CorpusAnswer {
	readonly files: ReadonlyMap<string, FileAnswer>;
	/** User and system time of the analysing processes, start-up included. */
	readonly cpuSeconds: number;
	readonly peakBytes: number;
}

/** Analyses the files in turn, in one process as long as it lives. `watch` is told of each answer as it comes. */
export async function analyse(
	paths: readonly string[],
	options: CheckOptions,
	watch: (answer: FileAnswer) => void = () => {},
): Promise<CorpusAnswer> {
	const files = new Map<string, FileAnswer>();
	let cpuSeconds = 0;
	let peakBytes = 0;
	let left = [...paths];
	while (left.length > 0) {
		const end = await runOnce({ paths: left, options }, (answer) => {
			files.set(answer.path, answer);
			watch(answer);
		});
		cpuSeconds += end.cpuSeconds;
		peakBytes = Math.max(peakBytes, end.peakBytes);
		left = left.filter((path) => !files.has(path));
	}
	return { files, cpuSeconds, peakBytes };
}

/** One child. A file in which it hangs or dies gets an answer that says so; the files after it are left to the next child. */
function runOnce(request: Request, answered: (answer: FileAnswer) => void): Promise<{ cpuSeconds: number; peakBytes: number }> {
	return new Promise((resolve, reject) => {
		const child = fork(join(__dirname, 'analyse.js'), { serialization: 'advanced' });
		let current: string | undefined;
		let began = performance.now();
		let result = { cpuSeconds: 0, peakBytes: 0 };
		let cause = 'the process that analysed it died';
		const guard = setInterval(() => {
			if (performance.now() - began < HANG_MILLISECONDS) return;
			cause = `no answer within ${HANG_MILLISECONDS / 1000} s`;
			child.kill('SIGKILL');
		}, 1000);
		child.on('message', (reply: Reply) => {
			began = performance.now();
			if (reply.kind === 'begin') current = reply.path;
			else if (reply.kind === 'answer') {
				current = undefined;
				answered(reply.answer);
			} else result = { cpuSeconds: reply.cpuSeconds, peakBytes: reply.peakBytes };
		});
		child.on('error', reject);
		child.on('exit', (code) => {
			clearInterval(guard);
			if (current === undefined && code !== 0) {
				reject(new Error(`the analysis did not start or did not end: exit status ${code}`));
				return;
			}
			if (current !== undefined)
				answered({ path: current, programs: [], findings: [], problems: [], thrown: cause, milliseconds: performance.now() - began });
			resolve(result);
		});
		child.send(request);
	});
}
