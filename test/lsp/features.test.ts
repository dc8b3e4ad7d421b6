// Hover and code actions as an editor gets them.
import assert from 'node:assert/strict';
import type { CodeAction, Hover, MarkupContent } from 'vscode-languageserver';
import { TestClient } from './client.js';
import { applied, LEAK, LEAK_URI, positionOf } from './documents.js';

describe('features over the protocol', () => {
	let client: TestClient;
	before(async () => {
		client = new TestClient();
		await client.initialize();
		await client.open(LEAK_URI, LEAK);
	});
	after(() => client.close());

	const hover = (what: string, into = 0, nth = 1) =>
		client.request<Hover | null>('textDocument/hover', {
			textDocument: { uri: LEAK_URI },
			position: positionOf(LEAK, what, into, nth),
		});
	const text = (answer: Hover | null) => (answer?.contents as MarkupContent | undefined)?.value ?? '';
	const actions = (what: string, context: object = { diagnostics: [] }) => {
		const position = positionOf(LEAK, what);
		return client.request<CodeAction[]>('textDocument/codeAction', {
			textDocument: { uri: LEAK_URI },
			range: { start: position, end: position },
			context,
		});
	};
	/** The codes of errors after an action was applied, in a document of its own. */
	const codesAfter = async (action: CodeAction | undefined, name: string) => {
		assert.ok(action?.edit, 'the action comes with its edit');
		const uri = `file:///project/${name}.bpf.c`;
		await client.open(uri, applied(LEAK, action.edit));
		return (await client.diagnostics(uri, 1)).filter((one) => one.severity === 1).map((one) => one.code);
	};

	it('explains a kfunc', async () => {
		const page = text(await hover('bpf_task_acquire(task)', 4));
		assert.match(page, /struct task_struct/);
		assert.match(page, /KF_ACQUIRE/);
		assert.match(page, /bpf_task_release/);
	});

	it('explains a helper', async () => {
		const uri = 'file:///project/helper.bpf.c';
		const source = `${LEAK}\nlong now(void) { return bpf_ktime_get_ns(); }\n`;
		await client.open(uri, source);
		const answer = await client.request<Hover | null>('textDocument/hover', {
			textDocument: { uri },
			position: positionOf(source, 'bpf_ktime_get_ns', 3),
		});
		assert.match(text(answer), /bpf_ktime_get_ns/);
	});

	it("tells the verifier's state of a variable right there", async () => {
		assert.match(text(await hover('held->tgid', 1)), /task_struct/);
		assert.match(text(await hover('(task);', 1)), /trusted/);
	});

	it('has nothing to say of white space', async () => {
		assert.equal(await hover('\n\nint watched', 1), null);
	});

	it('offers the release, and the finding is gone after it', async () => {
		const offered = await actions('return 0; /* leaks');
		const preferred = offered.find((one) => one.isPreferred);
		assert.equal(preferred?.kind, 'quickfix');
		assert.equal(preferred?.diagnostics?.[0]?.code, 'unreleased-reference');
		assert.deepEqual(await codesAfter(preferred, 'released'), []);
	});

	it('offers a comment that silences the finding', async () => {
		const offered = await actions('return 0; /* leaks');
		const suppress = offered.find((one) => one.title.startsWith('Suppress'));
		assert.match(applied(LEAK, suppress!.edit!), /\n\t\t\/\/ bpfls: ignore\[unreleased-reference\]\n\t\treturn 0; \/\* leaks/);
		assert.deepEqual(await codesAfter(suppress, 'silenced'), []);
	});

	it('fixes everything at once when asked for by kind', async () => {
		const offered = await actions('watched;', { diagnostics: [], only: ['source.fixAll'] });
		assert.deepEqual(
			offered.map((one) => one.kind),
			['source.fixAll.bpf'],
		);
		assert.deepEqual(await codesAfter(offered[0], 'all-fixed'), []);
	});

	it('offers nothing where nothing is found', async () => {
		assert.deepEqual(await actions('int watched'), []);
	});

	it('dumps states and graphs', async () => {
		for (const what of ['states', 'cfg']) {
			assert.match(await client.request<string>('bpfls/dump', { textDocument: { uri: LEAK_URI }, what }), /watch/);
		}
	});
});
