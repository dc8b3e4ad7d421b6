// Diagnostics as an editor gets them: pushed or pulled, with the path, the rule's page and the version.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver';
import { TestClient, USUAL } from './client.js';
import { LEAK, LEAK_URI, positionOf } from './documents.js';

const errors = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((one) => one.severity === 1);

describe('diagnostics over the protocol', () => {
	let client: TestClient;
	beforeEach(() => {
		client = new TestClient();
	});
	afterEach(() => client.close());

	it('pushes a leak with its path, its page and the version', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK, 7);
		const [leak, ...others] = errors(await client.diagnostics(LEAK_URI, 7));
		assert.ok(leak);
		assert.deepEqual(others, []);
		assert.equal(leak.code, 'unreleased-reference');
		assert.equal(leak.source, 'bpfls');
		assert.deepEqual(leak.range.start, positionOf(LEAK, 'return 0; /* leaks'));
		const acquire = leak.relatedInformation?.find((one) => one.location.range.start.line === positionOf(LEAK, 'held = bpf').line);
		assert.ok(acquire, 'the acquire is a related location');
		assert.equal(acquire.location.uri, LEAK_URI);
		assert.ok(existsSync(fileURLToPath(leak.codeDescription!.href)), 'the rule has a page');
	});

	it('follows incremental edits and takes findings back', async () => {
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
		assert.equal(errors(await client.diagnostics(LEAK_URI, 1)).length, 1);
		const start = positionOf(LEAK, 'return 0; /* leaks');
		await client.change(LEAK_URI, 2, {
			range: { start, end: { line: start.line, character: start.character + 'return 0;'.length } },
			text: 'goto out;',
		});
		const release = positionOf(LEAK, '\tbpf_task_release(held);');
		await client.change(LEAK_URI, 3, { range: { start: release, end: release }, text: 'out:\n' });
		assert.deepEqual(errors(await client.diagnostics(LEAK_URI, 3)), []);
	});

	it('leaves C files alone that are no BPF programs, and takes diagnostics away with the document', async () => {
		await client.initialize();
		const plain = 'file:///project/main.c';
		await client.open(plain, '#include <stdio.h>\n#include <bpf/libbpf.h>\nint main(void) { int *p = 0; return *p; }\n');
		await client.open('file:///project/leak.cpp', LEAK, 1, 'cpp');
		await client.open(LEAK_URI, LEAK);
		await client.diagnostics(LEAK_URI, 1);
		assert.deepEqual(
			client.pushed.map((one) => one.uri),
			[LEAK_URI],
		);
		await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: LEAK_URI } });
		// A later answer proves that the notification before it was handled.
		await client.request('textDocument/hover', { textDocument: { uri: plain }, position: { line: 0, character: 0 } });
		assert.deepEqual(client.pushed.at(-1), { uri: LEAK_URI, diagnostics: [] });
	});

	it('answers pulls instead of pushing where the client pulls', async () => {
		const capabilities = { ...USUAL, textDocument: { ...USUAL.textDocument, diagnostic: {} } };
		const { capabilities: server } = await client.initialize(capabilities);
		assert.ok(server.diagnosticProvider);
		await client.open(LEAK_URI, LEAK);
		const pull = (previousResultId?: string) =>
			client.request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument: { uri: LEAK_URI }, previousResultId });
		const report = await pull();
		assert.equal(report.kind, 'full');
		assert.equal(errors(report.kind === 'full' ? report.items : []).length, 1);
		assert.equal((await pull(report.resultId)).kind, 'unchanged');
		await client.change(LEAK_URI, 2, { text: LEAK.replace('return 0; /* leaks */', '{ bpf_task_release(held); return 0; }') });
		const fixed = await pull(report.resultId);
		assert.deepEqual(errors(fixed.kind === 'full' ? fixed.items : assert.fail('the text has changed')), []);
		assert.deepEqual(client.pushed, []);
	});

	it('obeys the settings of each folder, and their change', async () => {
		client.settings = (scope) => (scope?.includes('/quiet/') ? { severities: { 'unreleased-reference': 'off' } } : { kernel: 612 });
		await client.initialize({ ...USUAL, workspace: { ...USUAL.workspace, configuration: true } });
		const quiet = 'file:///quiet/leak.bpf.c';
		await client.open(quiet, LEAK);
		await client.open(LEAK_URI, LEAK);
		assert.deepEqual(errors(await client.diagnostics(quiet, 1)), []);
		assert.equal(errors(await client.diagnostics(LEAK_URI, 1)).length, 1);
		assert.ok(
			client.logged.some((line) => line.includes('bpfls.kernel')),
			'a setting of a wrong type is named',
		);

		client.pushed.length = 0;
		client.settings = () => ({ severities: { 'unreleased-reference': 'warning' } });
		await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
		const diagnostics = await client.diagnostics(quiet, 1);
		assert.equal(diagnostics.find((one) => one.code === 'unreleased-reference')?.severity, 2);
	});

	it('takes const volatile variables as the settings say', async () => {
		client.settings = (scope) => ({ rodata: scope?.includes('/quiet/') ? 'initial' : 'zero' });
		await client.initialize({ ...USUAL, workspace: { ...USUAL.workspace, configuration: true } });
		const text = LEAK.replace('int watched;', 'const volatile int watched;').replace('held->tgid != watched', 'watched');
		const quiet = 'file:///quiet/leak.bpf.c';
		await client.open(quiet, text);
		await client.open(LEAK_URI, text);
		assert.deepEqual(errors(await client.diagnostics(quiet, 1)), []);
		assert.equal(errors(await client.diagnostics(LEAK_URI, 1)).length, 1);
		assert.ok(client.logged.some((line) => line.includes('bpfls.rodata should be any or initial, not "zero"')));
	});

	it('says the path in the message where the client has no related information', async () => {
		await client.initialize({});
		await client.open(LEAK_URI, LEAK);
		const [leak] = errors(await client.diagnostics(LEAK_URI, 1));
		assert.equal(leak?.relatedInformation, undefined);
		assert.match(leak?.message ?? '', /\n1\. line \d+: /);
	});

	describe('of a program with a header of its own', () => {
		let folder: string;
		beforeEach(() => {
			folder = mkdtempSync(join(tmpdir(), 'bpfls-'));
		});
		afterEach(() => rmSync(folder, { recursive: true, force: true }));

		const source = LEAK.replace('#include <bpf/bpf_helpers.h>', '#include "choice.h"\n#include <bpf/bpf_helpers.h>').replace(
			'return 0; /* leaks */',
			'LEAVE',
		);
		const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
		const clean = '#define LEAVE watched = 0;\n';
		const leaking = '#define LEAVE return 0;\n';

		/** Waits for a push after which the file has this many errors. */
		const expectErrors = async (uri: string, count: number) => {
			while (errors(await client.diagnostics(uri, 1)).length !== count) await new Promise((resolve) => setTimeout(resolve, 20));
		};

		it('follows the header on disk when the client tells of its change', async () => {
			writeFileSync(join(folder, 'choice.h'), clean);
			await client.initialize();
			await client.open(uriOf('a.bpf.c'), source);
			await expectErrors(uriOf('a.bpf.c'), 0);
			writeFileSync(join(folder, 'choice.h'), leaking);
			await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf('choice.h'), type: 2 }] });
			await expectErrors(uriOf('a.bpf.c'), 1);
		});

		it('follows the header as it stands in the editor, and the disk again when it is closed', async () => {
			writeFileSync(join(folder, 'choice.h'), clean);
			await client.initialize();
			await client.open(uriOf('a.bpf.c'), source);
			await expectErrors(uriOf('a.bpf.c'), 0);
			await client.open(uriOf('choice.h'), clean);
			await client.change(uriOf('choice.h'), 2, { text: leaking });
			await expectErrors(uriOf('a.bpf.c'), 1);
			await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: uriOf('choice.h') } });
			await expectErrors(uriOf('a.bpf.c'), 0);
		});
	});
});
