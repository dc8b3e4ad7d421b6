// Beside clangd: what it answers just as well is left to it, whether the settings say that it is there or the editor's processes do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestClient, USUAL } from './client.js';
import { LEAK, LEAK_URI, positionOf } from './documents.js';

/** What clangd answers too, with parameters that we would answer. */
const LEFT: readonly (readonly [string, object])[] = [
	['textDocument/documentSymbol', {}],
	['textDocument/definition', { position: positionOf(LEAK, 'bpf_task_release(held)', 3) }],
	['textDocument/references', { position: positionOf(LEAK, 'bpf_task_release(held)', 3), context: { includeDeclaration: true } }],
	['textDocument/prepareCallHierarchy', { position: positionOf(LEAK, 'watch, struct', 1) }],
	['textDocument/semanticTokens/full', {}],
	['textDocument/signatureHelp', { position: positionOf(LEAK, 'bpf_task_acquire(task)', 'bpf_task_acquire('.length) }],
];
/** What it does not know: flags of kfuncs. */
const KEPT = new Set(['textDocument/signatureHelp']);

async function answered(client: TestClient): Promise<string[]> {
	await client.open(LEAK_URI, LEAK);
	const answers: string[] = [];
	for (const [method, params] of LEFT) {
		const answer = await client.request<unknown>(method, { textDocument: { uri: LEAK_URI }, ...params });
		if (answer !== null && !(Array.isArray(answer) && answer.length === 0)) answers.push(method);
	}
	return answers;
}

async function answersWith(settings: object, processId = process.pid): Promise<string[]> {
	const client = new TestClient();
	await client.initialize(USUAL, { processId, initializationOptions: { settings } });
	try {
		return await answered(client);
	} finally {
		await client.close();
	}
}

describe('beside clangd', () => {
	const everything = LEFT.map(([method]) => method);
	const ownOnly = everything.filter((method) => KEPT.has(method));

	it('goes by the setting', async () => {
		assert.deepEqual(await answersWith({ besideClangd: 'yes' }), ownOnly);
		assert.deepEqual(await answersWith({ besideClangd: 'no' }), everything);
	});

	it("leaves C's own errors to it and keeps the verifier's", async () => {
		const codes = async (settings: object, text: string) => {
			const client = new TestClient();
			await client.initialize(USUAL, { initializationOptions: { settings } });
			await client.open(LEAK_URI, text);
			const found = await client.diagnostics(LEAK_URI, 1);
			await client.close();
			return [...new Set(found.map((one) => one.code))].sort();
		};
		const broken = `${LEAK}\n}\n#nonsense\n`;
		assert.deepEqual(await codes({ besideClangd: 'no' }, broken), ['directive', 'missing-header', 'unbalanced', 'unreleased-reference']);
		assert.deepEqual(await codes({ besideClangd: 'yes' }, broken), ['unreleased-reference']);
	});

	it('answers everything where no clangd is seen', async () => {
		assert.deepEqual(await answersWith({}), everything);
	});

	it('sees a clangd that the editor runs, where the system shows processes', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'bpfls-clangd-'));
		symlinkSync(process.execPath, join(folder, 'clangd'));
		// The system calls a program by the name that it was started under: this one waits, and is called clangd.
		const clangd = spawn(join(folder, 'clangd'), ['-e', 'process.stdout.write("up"); setTimeout(() => {}, 600000)'], {
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		try {
			await new Promise((resolve) => clangd.stdout.once('data', resolve));
			assert.deepEqual(await answersWith({}), platform() === 'linux' ? ownOnly : everything);
			assert.deepEqual(await answersWith({ besideClangd: 'no' }), everything, 'the setting wins');
		} finally {
			clangd.kill();
			rmSync(folder, { recursive: true });
		}
	});

	it('complains about a setting that is none', async () => {
		const client = new TestClient();
		await client.initialize(USUAL, { initializationOptions: { settings: { besideClangd: 'perhaps' } } });
		await client.open(LEAK_URI, LEAK);
		await client.diagnostics(LEAK_URI);
		assert.ok(client.logged.some((message) => message.includes('besideClangd')));
		await client.close();
	});
});
