// An include line that is being typed: what the header gave before stays until the line is whole again, and no longer.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction, Hover } from 'vscode-languageserver';
import { TestClient } from './client.js';
import { LEAK, positionOf } from './documents.js';

const OWN = '#include "ours.h"';
/** The leaking program, with a macro of a header of its own. */
const TEXT = LEAK.replace('\nchar LICENSE', `${OWN}\n\nchar LICENSE`).replaceAll('BPF_PROG(', 'OUR_PROGRAM(');
const OTHERS = '#include "others.h"';

describe('an include line that is being typed', () => {
	let client: TestClient;
	let folder: string;
	let uri: string;
	let documents = 0;
	let version = 0;
	let text = '';
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'bpfls-includes-'));
		writeFileSync(join(folder, 'ours.h'), '#define OUR_PROGRAM(name, args...) BPF_PROG(name, ##args)\n');
		writeFileSync(join(folder, 'others.h'), '#define SOMETHING 1\n');
		client = new TestClient();
		await client.initialize();
	});
	after(async () => {
		await client.close();
		rmSync(folder, { recursive: true });
	});
	beforeEach(async () => {
		text = TEXT;
		version = 1;
		uri = pathToFileURL(join(folder, `typed${++documents}.bpf.c`)).href;
		await client.open(uri, text, version);
		await client.diagnostics(uri, version);
	});
	afterEach(() => client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } }));

	const rules = async (): Promise<unknown[]> =>
		(await client.diagnostics(uri, version)).map(({ code }) => code).filter((code) => code === 'unreleased-reference');
	const become = async (changed: string): Promise<void> => {
		text = changed;
		await client.change(uri, ++version, { text });
	};

	for (const line of ['#include <bpf/bpf_tracing.h>', '#include <bpf/bpf_helpers.h>', '#include "vmlinux.h"', OWN])
		it(`${line}: taken away letter by letter and typed again`, async () => {
			const lost: string[] = [];
			const prefixes = Array.from(line, (_, length) => line.slice(0, length)).slice(1);
			for (const prefix of [...prefixes.toReversed(), ...prefixes, line]) {
				await become(TEXT.replace(line, prefix));
				if ((await rules()).length !== 1) lost.push(prefix);
			}
			assert.deepEqual(lost, []);
		});

	it('may have its brackets closed by the editor already', async () => {
		for (const typed of ['#include ""', '#include "o"', '#include "our"', '#include "ours."', '#include "ours.h"']) {
			await become(TEXT.replace(OWN, typed));
			assert.deepEqual([typed, await rules()], [typed, ['unreleased-reference']]);
		}
	});

	it('may be a new one, above or below', async () => {
		for (const typed of ['#', '#inc', '#include', '#include <', '#include <bpf/', '#include "', '#include "others.'])
			for (const changed of [`${typed}\n${TEXT}`, TEXT.replace(OWN, `${OWN}\n${typed}`)]) {
				await become(changed);
				assert.deepEqual([typed, await rules()], [typed, ['unreleased-reference']]);
			}
	});

	it('leaves hovers and repairs as they are', async () => {
		await become(TEXT.replace(OWN, '#include "ou'));
		const position = positionOf(text, 'held->tgid', 1);
		const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri }, position });
		assert.match(JSON.stringify(hover), /bpf_task_acquire/);
		const start = positionOf(text, 'return 0; /* leaks');
		const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
			textDocument: { uri },
			range: { start, end: start },
			context: { diagnostics: [] },
		});
		assert.ok(actions.some(({ title }) => title.includes('bpf_task_release(held)')));
	});

	it('is said to be broken', async () => {
		await become(TEXT.replace(OWN, '#include "ou'));
		const line = positionOf(text, '#include "ou').line;
		assert.ok((await client.diagnostics(uri, version)).some(({ range }) => range.start.line === line));
	});

	it('counts for what it says once it names another header, or is gone', async () => {
		await become(TEXT.replace(OWN, '#include "o'));
		assert.equal((await rules()).length, 1);
		await become(TEXT.replace(OWN, OTHERS));
		assert.deepEqual(await rules(), []);
		await become(TEXT);
		assert.equal((await rules()).length, 1);
		await become(TEXT.replace(`${OWN}\n`, ''));
		assert.deepEqual(await rules(), []);
	});
});
