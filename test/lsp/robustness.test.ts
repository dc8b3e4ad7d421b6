// A server that lives on: requests before initialize, unknown documents, positions outside the text, garbage, bad programs.
import assert from 'node:assert/strict';
import { TestClient } from './client.js';
import { LEAK, LEAK_URI } from './documents.js';

describe('a server that lives on', () => {
	let client: TestClient;
	beforeEach(() => {
		client = new TestClient();
	});
	afterEach(async () => {
		assert.equal(await client.close(), 0, 'the server ended by itself or in an error');
	});

	/** The server still does its work. */
	const isAlive = async (uri = 'file:///project/alive.bpf.c') => {
		await client.open(uri, LEAK);
		assert.ok((await client.diagnostics(uri, 1)).some((one) => one.code === 'unreleased-reference'));
	};

	it('refuses requests before initialize, then works', async () => {
		await client.open(LEAK_URI, LEAK);
		const early = client.request('textDocument/hover', { textDocument: { uri: LEAK_URI }, position: { line: 0, character: 0 } });
		await assert.rejects(early, { code: -32002 });
		await client.initialize();
		await isAlive();
	});

	it('answers for documents that are not open and positions outside the text', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
		const far = { line: 4_000_000, character: 4_000_000 };
		const unknown = { uri: 'file:///nowhere.bpf.c' };
		const known = { uri: LEAK_URI };
		assert.equal(await client.request('textDocument/hover', { textDocument: unknown, position: far }), null);
		assert.equal(await client.request('textDocument/hover', { textDocument: known, position: far }), null);
		assert.equal(await client.request('textDocument/hover', { textDocument: known, position: { line: -1, character: -5 } }), null);
		const context = { diagnostics: [] };
		for (const textDocument of [unknown, known]) {
			assert.deepEqual(await client.request('textDocument/codeAction', { textDocument, range: { start: far, end: far }, context }), []);
		}
		await client.connection.sendNotification('textDocument/didClose', { textDocument: unknown });
		await client.change(unknown.uri, 3, { text: 'int x;' });
		await isAlive();
	});

	it('answers garbage with an error or nothing', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
		for (const params of [null, [], {}, { textDocument: null }, { textDocument: { uri: 7 } }, { textDocument: { uri: LEAK_URI } }]) {
			for (const method of ['hover', 'codeAction', 'diagnostic', 'inlayHint', 'documentHighlight', 'codeLens']) {
				await client.request(`textDocument/${method}`, params).catch((error) => assert.equal(typeof error.code, 'number'));
			}
			await client.request('bpfls/path', params).catch((error) => assert.equal(typeof error.code, 'number'));
			await client.request('bpfls/dump', params).catch((error) => assert.equal(typeof error.code, 'number'));
		}
		await assert.rejects(client.request('textDocument/noSuchThing', {}), { code: -32601 });
		await client.connection.sendNotification('textDocument/didChange', {
			textDocument: { uri: LEAK_URI, version: 2 },
			contentChanges: null,
		});
		await client.connection.sendNotification('workspace/didChangeConfiguration', 5);
		await client.connection.sendNotification('workspace/didChangeWatchedFiles', {});
		await isAlive();
	});

	it('takes no list for the parameters of a request of its own', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
		const send = client.connection.sendRequest as unknown as (method: string, ...list: unknown[]) => Promise<unknown>;
		for (const method of ['dump', 'path', 'functionView'])
			await assert.rejects(send(`bpfls/${method}`, { textDocument: { uri: LEAK_URI } }, null), { code: -32602 });
		assert.deepEqual(
			client.logged.filter((message) => message.includes('failed')),
			[],
		);
		await isAlive();
	});

	it('knows no calls of an item that it has not made, also where a document without a name is open', async () => {
		await client.initialize();
		await client.open('', LEAK);
		for (const item of [undefined, {}, { data: { from: '' } }, { data: { name: 'leaks', from: 7 } }]) {
			for (const method of ['incomingCalls', 'outgoingCalls'])
				assert.equal(await client.request(`callHierarchy/${method}`, { item }), null);
		}
		assert.deepEqual(
			client.logged.filter((message) => message.includes('failed')),
			[],
		);
		await isAlive();
	});

	it('reads on after a message that is no JSON', async () => {
		await client.initialize();
		client.process.stdin!.write('Content-Length: 9\r\n\r\n{garbage}');
		await isAlive();
	});

	it('survives texts that no compiler would take', async () => {
		await client.initialize();
		const programs = [
			`${LEAK}\nint deep = ${'('.repeat(10_000)}1${')'.repeat(10_000)};\n`,
			`${LEAK}\0\0\0`,
			LEAK.slice(0, LEAK.indexOf('bpf_task_release(held)')),
			`${LEAK}\n#include "self.bpf.c"\n#if\n#else\n#endif\n#endif\nSEC("`,
			`SEC("tp_btf/x") \ud800 int \u{1f41d} = '`,
		];
		for (const [index, text] of programs.entries()) {
			const uri = `file:///project/bad${index}.bpf.c`;
			await client.open(uri, text);
			await client.diagnostics(uri, 1);
		}
		await isAlive();
	});

	it('keeps up with a person who types fast', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
		const start = { line: 9, character: 0 };
		for (let version = 2; version <= 60; version++) {
			await client.change(LEAK_URI, version, { range: { start, end: start }, text: '/**/' });
		}
		const diagnostics = await client.diagnostics(LEAK_URI, 60);
		assert.ok(diagnostics.some((one) => one.code === 'unreleased-reference'));
	});
});
