// Runs the command line as a person does: a process of its own, with a folder of files made for the test.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(__dirname, '..', '..', 'server', 'src', 'cli.js');

export interface Outcome {
	readonly status: number | null;
	readonly out: string;
	readonly error: string;
}

/** `bpfls WORDS...` in a folder. */
export function bpfls(words: readonly string[], folder: string = process.cwd(), environment: NodeJS.ProcessEnv = {}): Outcome {
	const env = { ...process.env, ...environment };
	const done = spawnSync(process.execPath, [CLI, ...words], { cwd: folder, env, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
	return { status: done.status, out: done.stdout, error: done.stderr };
}

/** Makes a folder with these files, hands it over, and takes it away again. */
export function withFiles<T>(files: Readonly<Record<string, string | Buffer>>, use: (folder: string) => T): T {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-'));
	try {
		for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
		return use(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** `bpfls check --format json` over these files, and the object that it printed. */
export function checkJson(files: Readonly<Record<string, string | Buffer>>, ...words: string[]): Outcome & { readonly report: Report } {
	return withFiles(files, (folder) => {
		const outcome = bpfls(['check', '--format', 'json', ...words, ...Object.keys(files)], folder);
		return { ...outcome, report: JSON.parse(outcome.out) as Report };
	});
}

export interface Position {
	readonly line: number;
	readonly column: number;
}
export interface Range {
	readonly start: Position;
	readonly end: Position;
}
/** The documented object of `--format json`. */
export interface Report {
	readonly version: number;
	readonly kernel: string;
	readonly catalog?: string;
	readonly files: readonly {
		readonly path: string;
		readonly fixed?: readonly string[];
		readonly problems: readonly { readonly severity: string; readonly code: string; readonly message: string; readonly range?: Range }[];
		readonly programs: readonly { readonly name: string; readonly section: string; readonly verdict: string; readonly reason?: string }[];
		readonly findings: readonly {
			readonly rule: string;
			readonly category: string;
			readonly severity: string;
			readonly message: string;
			readonly verifier: string;
			readonly program: string;
			readonly range: Range;
			readonly related: readonly { readonly path: string; readonly range: Range; readonly message: string }[];
			readonly fixes: readonly {
				readonly title: string;
				readonly preferred: boolean;
				readonly edits: readonly { readonly range: Range; readonly newText: string }[];
			}[];
		}[];
	}[];
}
