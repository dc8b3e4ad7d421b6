// A case that fails, made small: headers, lines and tokens that are not needed for the failure go.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, ServerProcess } from './server-process.js';
import { SILENCE_LIMIT, type Story } from './session.js';

/** Minimising ends after this long; the smallest until then counts. In milliseconds. */
const TIME = 60_000;
/** One try may take this long, in milliseconds. */
const PATIENCE = 10_000;
const PROBE = `#include "vmlinux.h"\nint x;\n`;

/** Opens a text in a fresh server and asks what was asked. Gives the kind of failure, or undefined; `roundLimit` is in milliseconds. */
async function replay({ main, headers, asked }: Story, script: string, roundLimit: number): Promise<string | undefined> {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-case-'));
	const server = new ServerProcess(script);
	try {
		mkdirSync(folder, { recursive: true });
		for (const [name, text] of headers) writeFileSync(join(folder, name), text);
		const uri = pathToFileURL(join(folder, 'main.bpf.c')).href;
		server.ask('initialize', { processId: null, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
		await server.settle(PATIENCE);
		// What every text costs a fresh server is not the text's.
		const open = async (at: string, text: string, questions: Story['asked']) => {
			server.notify('textDocument/didOpen', { textDocument: { uri: at, languageId: 'c', version: 1, text } });
			const id = server.ask('textDocument/diagnostic', { textDocument: { uri: at } });
			for (const { method, params } of questions) server.ask(method, { ...params, textDocument: { uri: at } });
			await server.settle(PATIENCE);
			return JSON.stringify(server.answer(id)?.result ?? {});
		};
		await open(`${uri}.other.c`, PROBE, []);
		const began = server.worked();
		server.forgetAnswers();
		const answer = await open(uri, main, asked);
		if (answer.includes('"internal-error"')) return 'logged';
		if (server.silence > SILENCE_LIMIT) return 'hang';
		return server.worked() - began > roundLimit ? 'slow' : undefined;
	} catch (error) {
		if (error instanceof Failure) return error.kind;
		throw error;
	} finally {
		await server.end(0);
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The smallest case found that fails in the same way; the case itself where it does not fail by itself. */
export async function minimise(story: Story, kind: string, script: string, roundLimit: number): Promise<Story> {
	const until = performance.now() + TIME;
	const fails = async (candidate: Story): Promise<boolean> =>
		performance.now() < until && (await replay(candidate, script, roundLimit)) === kind;
	let best = story;
	if (!(await fails(best))) return story;
	const without: Story = { ...best, asked: [] };
	if (await fails(without)) best = without;
	for (const name of best.headers.keys()) {
		const fewer = { ...best, headers: new Map([...best.headers].filter(([other]) => other !== name)) };
		if (await fails(fewer)) best = fewer;
	}
	for (const pattern of [/^.*\n?/gm, /\w+|\s+|[^\w\s]/g]) {
		const pieces = best.main.match(pattern) ?? [];
		const kept = await fewest(pieces, until, (some) => fails({ ...best, main: some.join('') }));
		best = { ...best, main: kept.join('') };
	}
	return best;
}

/** Leaves out halves, quarters, ... of the pieces as long as the rest still fails. */
async function fewest(
	pieces: readonly string[],
	until: number,
	fails: (some: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
	let kept = pieces;
	for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let at = 0; at < kept.length && performance.now() < until; ) {
			const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
			if (fewer.length < kept.length && (await fails(fewer))) kept = fewer;
			else at += size;
		}
	}
	return kept;
}
