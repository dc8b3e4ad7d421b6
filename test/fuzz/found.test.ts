// What fuzzing has found, made small: each case once stopped the server or took it seconds. Whatever is asked of such a text is answered.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { reproducibleChance } from '../bench/statistics.js';
import { SERVER } from '../lsp/client.js';
import { repositoryRoot } from '../support/root.js';
import { fuzz } from './run.js';
import { Failure, ServerProcess } from './server-process.js';
import { QUESTIONS } from './session.js';
import { findSubjects } from './subjects.js';

const PATIENCE = 50_000;

describe('what fuzzing found', () => {
	const folder = join(repositoryRoot(), 'test', 'fuzz', 'found');
	for (const name of readdirSync(folder)) {
		it(name, async () => {
			const path = join(folder, name, 'main.bpf.c');
			const text = readFileSync(path, 'utf8');
			const uri = pathToFileURL(path).href;
			const server = new ServerProcess(SERVER);
			try {
				server.ask('initialize', { processId: null, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } });
				await server.settle(PATIENCE);
				server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } });
				const document = TextDocument.create(uri, 'c', 1, text);
				const chance = reproducibleChance(1);
				const diagnostics = server.ask('textDocument/diagnostic', { textDocument: { uri } });
				for (const [method, more] of QUESTIONS)
					server.ask(method, { textDocument: { uri }, ...more(() => document.positionAt(chance(text.length))) });
				await server.settle(PATIENCE);
				const { items } = server.answer(diagnostics)!.result as { items: { code: string }[] };
				assert.deepEqual(
					items.filter(({ code }) => code === 'internal-error'),
					[],
				);
				assert.equal(await server.close(PATIENCE), 0);
			} finally {
				await server.end(0);
			}
		});
	}
});

/** A server that answers everything but hovers, with which it does something else. */
function scripted(misdeed: string): string {
	return `
		const say = (message) => { const body = JSON.stringify({ jsonrpc: '2.0', ...message }); process.stdout.write('Content-Length: ' + body.length + '\\r\\n\\r\\n' + body); };
		let input = '';
		process.stdin.on('data', (data) => {
			input += data;
			for (let match; (match = /^Content-Length: (\\d+)\\r\\n\\r\\n/.exec(input)) && input.length >= match[0].length + Number(match[1]); ) {
				const message = JSON.parse(input.slice(match[0].length, match[0].length + Number(match[1])));
				input = input.slice(match[0].length + Number(match[1]));
				if (message.method === 'textDocument/hover') { ${misdeed} } else if (message.id !== undefined) say({ id: message.id, result: null });
			}
		});`;
}

describe('fuzzing', () => {
	const run = (rounds: number) => {
		const said: string[] = [];
		const settings = {
			server: SERVER,
			seed: 11,
			until: Number.POSITIVE_INFINITY,
			most: rounds,
			keep: join(tmpdir(), 'bpfls-fuzz-kept'),
			subjects: findSubjects(false),
		};
		return fuzz({ ...settings, roundLimit: Number.POSITIVE_INFINITY }, (line) => said.push(line)).then((totals) => ({ ...totals, said }));
	};

	it('has nothing to say of the server in its first rounds', async () => {
		const { passed, failed, said } = await run(60);
		// How long a round takes is the machine's doing as well.
		assert.deepEqual([passed, failed, said.filter((line) => !line.startsWith('SLOW'))], [60, 0, []]);
	});

	for (const [kind, misdeed] of [
		['ended', 'process.exit(3)'],
		['unanswered', ''],
		['answer', 'for (let i = 0; i < 2; i++) say({ id: message.id, result: null })'],
		[
			'logged',
			'say({ method: "window/logMessage", params: { type: 1, message: "hover failed: TypeError" } }); say({ id: message.id, result: null })',
		],
		['hang', 'for (;;);'],
	] as const) {
		it(`sees a server that fails: ${kind}`, async () => {
			const server = new ServerProcess('-', [process.execPath, '-e', scripted(misdeed)]);
			try {
				server.ask('initialize', {});
				await server.settle(5000);
				server.ask('textDocument/hover', {});
				await assert.rejects(
					async () => {
						await server.settle(500);
						server.ask('bpfls/ping', null);
						await server.settle(500);
					},
					(error) => error instanceof Failure && error.kind === kind,
				);
			} finally {
				await server.end(0);
			}
		});
	}

	it('sees a server that works in silence, and tells it from one that waits', async () => {
		const work = 'const until = process.cpuUsage().user + 300e3; while (process.cpuUsage().user < until);';
		const answer = 'say({ id: message.id, result: null })';
		for (const [misdeed, silent, deaf] of [
			[`${work} ${answer}`, true, 0],
			[`setTimeout(() => ${answer}, 300)`, false, 0],
			// What it works while nobody listens is no silence: it may have given a sign before.
			[`${work} ${answer}`, false, 3000],
		] as const) {
			const server = new ServerProcess('-', [process.execPath, '-e', scripted(misdeed)]);
			try {
				server.ask('initialize', {});
				await server.settle(5000);
				server.forgetAnswers();
				server.ask('textDocument/hover', {});
				const settled = server.settle(10_000);
				for (const until = performance.now() + deaf; performance.now() < until; );
				await settled;
				assert.equal(server.silence > 150, silent);
			} finally {
				await server.end(0);
			}
		}
	});
});
