// Long analyses: the server answers while one is under way, gives up what an edit has overtaken, and says of which version its diagnostics are.
import assert from 'node:assert/strict';
import { inTurns } from '../../server/src/lsp/in-turns.js';
import type { Stepwise } from '../../server/src/rules/checker.js';
import { largeFile } from '../bench/generated.js';
import { TestClient } from './client.js';

const URI = 'file:///project/large.bpf.c';
/** A server that answers between programs answers far more often than this before the large file is through. */
const ANSWERS = 5;

describe('long analyses', () => {
	let client: TestClient;
	beforeEach(async () => {
		client = new TestClient();
		await client.initialize();
	});
	afterEach(() => client.close());

	const versions = () => client.pushed.filter(({ uri }) => uri === URI).map(({ version }) => version);

	it('let other questions be answered', async () => {
		await client.open(URI, largeFile());
		let answers = 0;
		for (; versions().length === 0; answers++) await client.request('bpfls/ping', null);
		assert.ok(answers > ANSWERS, `${answers} answers before the diagnostics`);
	});

	it('are given up for a newer version', async () => {
		const text = largeFile();
		await client.open(URI, text);
		for (let answers = 0; answers < ANSWERS; answers++) await client.request('bpfls/ping', null);
		await client.change(URI, 2, { text: text.replace('return 0;', 'return 0 + 0;') });
		assert.deepEqual(
			(await client.diagnostics(URI, 2)).filter(({ severity }) => severity === 1),
			[],
		);
		assert.ok(
			versions().every((version) => version === 2),
			`versions ${versions().join()}`,
		);
	});

	it('serve all who ask meanwhile, with the newest text', async () => {
		const text = largeFile(20);
		await client.open(URI, text);
		const pull = () => client.request<{ items: { code: string }[] }>('textDocument/diagnostic', { textDocument: { uri: URI } });
		const asked = [pull(), pull()];
		const answers = await Promise.all(asked);
		assert.deepEqual(answers[0], answers[1]);
		// The first release of the file goes: one program leaks.
		await client.change(URI, 2, { text: text.replace('bpf_task_release(old);', ';') });
		assert.ok((await pull()).items.some(({ code }) => code === 'unreleased-reference'));
	});
});

describe('work in turns', () => {
	/** Steps that take a turn each. */
	function* steps(count: number, taken: number[]): Stepwise<string> {
		for (let step = 1; step <= count; step++) {
			const until = performance.now() + 20;
			while (performance.now() < until);
			taken.push(step);
			yield;
		}
		return 'done';
	}

	it('gives its result', async () => {
		const taken: number[] = [];
		assert.equal((await inTurns(steps(3, taken), () => false))?.result, 'done');
		assert.deepEqual(taken, [1, 2, 3]);
	});

	it('stops between two steps when it is overtaken', async () => {
		const taken: number[] = [];
		assert.equal(await inTurns(steps(9, taken), () => taken.length >= 2), undefined);
		assert.deepEqual(taken, [1, 2]);
	});

	it('lets others in', async () => {
		let others = 0;
		const timer = setInterval(() => others++, 1);
		await inTurns(steps(5, []), () => false);
		clearInterval(timer);
		assert.ok(others > 1);
	});
});
