// The child process of the kernel suite: one Checker over the files that the parent names, plain results back.
//
// It is a process of its own so that its processor time and memory are the analysis's alone, and so that a hang or a crash of the
// analysis costs one file and not the suite.
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult, Severity, TextRange } from '../../server/src/rules/finding.js';
import { tuneForMany } from '../../server/src/tuning.js';

/** Lines start at 1; `file` is a base name. */
export interface Lines {
	readonly file: string;
	readonly first: number;
	readonly last: number;
}
export interface PlainFinding {
	readonly rule: string;
	readonly severity: Severity;
	readonly program: string;
	readonly message: string;
	readonly verifier: string;
	readonly at: Lines;
	readonly related: readonly (Lines & { readonly message: string })[];
}
export interface PlainProgram {
	readonly name: string;
	readonly section: string;
	readonly verdict: 'accept' | 'reject' | 'unknown';
	readonly reason?: string;
	/** The program's declaration. */
	readonly at: Lines;
}
export interface FileAnswer {
	readonly path: string;
	readonly programs: readonly PlainProgram[];
	readonly findings: readonly PlainFinding[];
	/** Of severity error or warning, and every failure inside the analysis. */
	readonly problems: readonly string[];
	/** A stack, if the analysis threw. */
	readonly thrown?: string;
	readonly milliseconds: number;
}

export interface Request {
	readonly paths: readonly string[];
	readonly options: CheckOptions;
}
export type Reply =
	| { readonly kind: 'begin'; readonly path: string }
	| { readonly kind: 'answer'; readonly answer: FileAnswer }
	| { readonly kind: 'end'; readonly cpuSeconds: number; readonly peakBytes: number };

/** The most memory that this process ever held, in bytes: VmHWM where the system tells it, the present set elsewhere. */
function peakBytes(): number {
	const status = '/proc/self/status';
	const match = existsSync(status) ? readFileSync(status, 'utf8').match(/^VmHWM:\s+(\d+) kB/m) : undefined;
	return match ? Number(match[1]) * 1024 : process.memoryUsage().rss;
}

/** Turns offsets into lines; keeps the line starts of each file. */
class LineIndex {
	private readonly starts = new Map<string, number[]>();

	lines(range: TextRange): Lines {
		const starts = this.startsOf(range.path);
		return { file: basename(range.path), first: lineOf(starts, range.start), last: lineOf(starts, Math.max(range.start, range.end - 1)) };
	}

	private startsOf(path: string): number[] {
		let starts = this.starts.get(path);
		if (!starts) {
			starts = [0];
			const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
			for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
			this.starts.set(path, starts);
		}
		return starts;
	}
}

function lineOf(starts: readonly number[], offset: number): number {
	let low = 0;
	let high = starts.length;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if (starts[middle]! <= offset) low = middle;
		else high = middle;
	}
	return low + 1;
}

function plain(result: FileResult, index: LineIndex, milliseconds: number): FileAnswer {
	return {
		path: result.path,
		programs: result.programs.map(({ name, section, verdict, reason, at }) => ({ name, section, verdict, reason, at: index.lines(at) })),
		findings: result.findings.map((finding) => ({
			rule: finding.rule,
			severity: finding.severity,
			program: finding.program,
			message: finding.message,
			verifier: finding.verifier,
			at: index.lines(finding.at),
			related: finding.related.map((related) => ({ ...index.lines(related.at), message: related.message })),
		})),
		problems: result.problems
			.filter((problem) => problem.severity === 'error' || problem.severity === 'warning' || problem.code === 'internal-error')
			.map((problem) => `${problem.code}: ${problem.message}${problem.at ? ` (line ${index.lines(problem.at).first})` : ''}`),
		milliseconds,
	};
}

async function serve({ paths, options }: Request): Promise<void> {
	const send = (reply: Reply) => new Promise<void>((done) => process.send!(reply, () => done()));
	const checker = await createChecker({ filesStay: true });
	const index = new LineIndex();
	for (const [position, path] of paths.entries()) {
		if (position === 1) tuneForMany();
		await send({ kind: 'begin', path });
		const before = performance.now();
		try {
			const result = checker.check(path, readFileSync(path, 'utf8'), options);
			await send({ kind: 'answer', answer: plain(result, index, performance.now() - before) });
		} catch (error) {
			const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
			await send({
				kind: 'answer',
				answer: { path, programs: [], findings: [], problems: [], thrown, milliseconds: performance.now() - before },
			});
		}
	}
	const { user, system } = process.cpuUsage();
	await send({ kind: 'end', cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes() });
	process.disconnect();
}

process.once('message', (request: Request) => {
	serve(request).catch((error) => {
		process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
		process.exit(1);
	});
});
