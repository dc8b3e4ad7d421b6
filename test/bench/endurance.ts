// What must not take long or much however hostile it is: bombs, and 200 files that come and go.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REST_AFTER } from '../../server/src/lsp/resting.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { BOMBS } from '../fuzz/bombs.js';
import { HEAD } from '../fuzz/hostile.js';
import { ServerProcess } from '../fuzz/server-process.js';
import { CORPUS_RELEASE, type Lab } from '../kernel/lab.js';
import { readVerdicts } from '../kernel/verdicts.js';
import { repositoryRoot } from '../support/root.js';

const PATIENCE = 120_000;
/** Files that come and go. */
const OPENED = 200;
/** The server as it is shipped: one bundled file. */
export const BUILT_CLI = join(repositoryRoot(), 'dist', 'cli.js');
/** Giving back what was taken takes its time as well, in milliseconds. */
const COLLECTION = 1000;

/** The bomb that takes longest, in milliseconds of the processor, each in an analysis that has seen the same headers. */
export async function slowestBomb(): Promise<{ readonly name: string; readonly milliseconds: number }> {
	const options = { kernel: CORPUS_RELEASE, includePaths: [], defines: [] };
	let slowest = { name: 'none', milliseconds: 0 };
	for (const { name, text, headers } of BOMBS) {
		const checker = await createChecker({ files: { read: (path) => headers.get(basename(path)) } });
		checker.check('/bombs/before.bpf.c', HEAD, options);
		const before = process.cpuUsage();
		checker.check('/bombs/main.bpf.c', text, options);
		const { user, system } = process.cpuUsage(before);
		const milliseconds = (user + system) / 1000;
		if (milliseconds > slowest.milliseconds) slowest = { name, milliseconds };
	}
	return slowest;
}

/** The files that `openAndClose` visits. */
export function openedFiles(lab: Lab): readonly string[] {
	return [...new Set(readVerdicts().map((row) => join(lab.programs, `${row.file}.c`)))].slice(0, OPENED);
}

/**
 * What a server at rest holds, in bytes, after one file was opened and closed, after all of them, and after all of them a second time. Undefined where the
 * system does not tell.
 */
export async function openAndClose(server: string, paths: readonly string[], lab: Lab): Promise<readonly number[] | undefined> {
	const one = new ServerProcess(server);
	try {
		const settings = { kernel: CORPUS_RELEASE, includePaths: lab.includePaths, defines: lab.defines, besideClangd: 'no' };
		const capabilities = { textDocument: { diagnostic: {} } };
		one.ask('initialize', { processId: null, rootUri: null, capabilities, initializationOptions: { settings } });
		await one.settle(PATIENCE);
		const visit = async (some: readonly string[]): Promise<number | undefined> => {
			for (const path of some) {
				const uri = pathToFileURL(path).href;
				one.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: readFileSync(path, 'utf8') } });
				one.ask('textDocument/diagnostic', { textDocument: { uri } });
				await one.settle(PATIENCE);
				one.notify('textDocument/didClose', { textDocument: { uri } });
				one.forgetAnswers();
			}
			await new Promise((resolve) => setTimeout(resolve, REST_AFTER + COLLECTION));
			return one.residentBytes();
		};
		const held = [await visit(paths.slice(0, 1)), await visit(paths), await visit(paths)];
		return held.every((bytes) => bytes !== undefined) ? (held as number[]) : undefined;
	} finally {
		await one.end(0);
	}
}
