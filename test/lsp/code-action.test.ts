// Code actions as an editor gets them: the repairs of what stands at the cursor, comments that silence, headers that are missing, and all repairs at once.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver';
import { TestClient, USUAL } from './client.js';
import { applied, LEAK, LEAK_URI, positionOf } from './documents.js';

const RESOLVING = {
	...USUAL,
	textDocument: { ...USUAL.textDocument, codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } },
	workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create' as const] } },
};

describe('code actions', () => {
	let client: TestClient;
	before(async () => {
		client = new TestClient();
		await client.initialize(RESOLVING);
	});
	after(() => client.close());

	const actionsAt = (uri: string, text: string, what: string, context: object = { diagnostics: [] }) => {
		const position = positionOf(text, what);
		return client.request<CodeAction[]>('textDocument/codeAction', {
			textDocument: { uri },
			range: { start: position, end: position },
			context,
		});
	};
	let documents = 0;
	/** The codes of what is shown for a text, hints of missing headers aside. */
	const codesOf = async (text: string): Promise<unknown[]> => {
		const uri = `file:///project/after${++documents}.bpf.c`;
		await client.open(uri, text);
		return (await client.diagnostics(uri, 1)).map((one) => one.code).filter((code) => code !== 'missing-header');
	};

	it('come with the edit of everything only when it is chosen, where the client can ask for it then', async () => {
		await client.open(LEAK_URI, LEAK);
		const [action, ...others] = await actionsAt(LEAK_URI, LEAK, 'watched;', { diagnostics: [], only: ['source.fixAll.bpf'] });
		assert.equal(others.length, 0);
		assert.equal(action?.kind, 'source.fixAll.bpf');
		assert.equal(action.edit, undefined);
		const resolved = await client.request<CodeAction>('codeAction/resolve', action);
		assert.deepEqual(await codesOf(applied(LEAK, resolved.edit!)), []);
	});

	it('do nothing when the text has changed before they were chosen', async () => {
		const uri = 'file:///project/changed.bpf.c';
		await client.open(uri, LEAK);
		const [action] = await actionsAt(uri, LEAK, 'watched;', { diagnostics: [], only: ['source.fixAll.bpf'] });
		await client.change(uri, 2, { text: `\n${LEAK}` });
		assert.equal((await client.request<CodeAction>('codeAction/resolve', action)).edit, undefined);
	});

	it('offer nothing to fix where there is nothing', async () => {
		const uri = 'file:///project/clean.bpf.c';
		const clean = LEAK.replace('if (held->tgid != watched)\n\t\treturn 0; /* leaks */', '');
		await client.open(uri, clean);
		assert.deepEqual(await actionsAt(uri, clean, 'watched;', { diagnostics: [], only: ['source.fixAll'] }), []);
	});

	it('silence a finding; and take the comment out again when it has become idle', async () => {
		const suppress = (await actionsAt(LEAK_URI, LEAK, 'return 0; /* leaks')).find(({ title }) => title.startsWith('Suppress'));
		const silenced = applied(LEAK, suppress!.edit!);
		assert.deepEqual(await codesOf(silenced), []);
		const mended = silenced
			.replace('\t\treturn 0; /* leaks */', '\t\tgoto out;')
			.replace('\tbpf_task_release(held);', 'out:\n\tbpf_task_release(held);');
		const uri = 'file:///project/idle.bpf.c';
		await client.open(uri, mended);
		const shown = (await client.diagnostics(uri, 1)).filter((one) => one.code === 'unused-suppression');
		assert.deepEqual(
			shown.map((one) => one.severity),
			[2],
		);
		const [remove, ...others] = await actionsAt(uri, mended, 'bpfls: ignore');
		assert.deepEqual([remove?.title, others.length], ['Remove this comment', 0]);
		const removed = applied(mended, remove!.edit!);
		assert.ok(!removed.includes('bpfls:'));
		assert.deepEqual(await codesOf(removed), []);
	});

	it('leave a comment alone while something else is being typed', async () => {
		const suppress = (await actionsAt(LEAK_URI, LEAK, 'return 0; /* leaks')).find(({ title }) => title.startsWith('Suppress'));
		const typing = applied(LEAK, suppress!.edit!).replace('if (!held)', 'if (!held');
		assert.ok(!(await codesOf(typing)).includes('unused-suppression'));
	});

	describe('for a selection', () => {
		const selected = async (text: string, from: string, to: string): Promise<CodeAction[]> => {
			const uri = `file:///project/selected${++documents}.bpf.c`;
			await client.open(uri, text);
			const range = { start: positionOf(text, from), end: positionOf(text, to, to.length) };
			return client.request<CodeAction[]>('textDocument/codeAction', {
				textDocument: { uri },
				range,
				context: { diagnostics: [], only: ['refactor'] },
			});
		};
		const text = LEAK.replace('\t\treturn 0; /* leaks */', '\t\tgoto out;').replace(
			'\tbpf_task_release(held);',
			'out:\n\tbpf_task_release(held);',
		);

		it('wrap whole statements in an RCU read section', async () => {
			const looking = text.replace('\tif (!held)', '\twatched = task->tgid;\n\twatched++;\n\tif (!held)');
			const [wrap, ...others] = await selected(looking, 'watched = task->tgid;', 'watched++;');
			assert.deepEqual([wrap?.title, wrap?.kind, others.length], ['Wrap it in an RCU read section', 'refactor.rewrite', 0]);
			const wrapped = applied(looking, wrap!.edit!);
			assert.match(wrapped, /\tbpf_rcu_read_lock\(\);\n\twatched = task->tgid;\n\twatched\+\+;\n\tbpf_rcu_read_unlock\(\);\n/);
			assert.deepEqual(await codesOf(wrapped), []);
		});

		it('offer nothing that cuts a statement, leaves a section open, or stands outside of functions', async () => {
			assert.deepEqual(await selected(text, 'if (held->tgid', 'watched)'), []);
			assert.deepEqual(await selected(text, 'if (!held)', 'return 0;'), []);
			assert.deepEqual(await selected(text, 'char LICENSE', '"GPL";'), []);
		});
	});

	describe('at a header that is missing', () => {
		let folder: string;
		before(() => {
			folder = mkdtempSync(join(tmpdir(), 'bpfls-headers-'));
			mkdirSync(join(folder, 'programs'));
			mkdirSync(join(folder, 'shared/include'), { recursive: true });
			writeFileSync(join(folder, 'shared/include/limits_of_ours.h'), '#define WATCHED 7\n');
		});
		after(() => rmSync(folder, { recursive: true }));

		const text = `#include "limits_of_ours.h"\n${LEAK}`;

		it('there is one hint for it, and the rest is judged', async () => {
			const uri = pathToFileURL(join(folder, 'programs/judged.bpf.c')).href;
			await client.open(uri, text);
			const shown = await client.diagnostics(uri, 1);
			const hints = shown.filter(({ message }) => message.includes('limits_of_ours.h'));
			assert.deepEqual(
				hints.map(({ code, severity, range }) => [code, severity, range.start.line]),
				[['missing-header', 4, 0]],
			);
			assert.ok(shown.some(({ code }) => code === 'unreleased-reference'));
		});

		it('the folder nearby that has it is named in a new compile_flags.txt', async () => {
			const uri = pathToFileURL(join(folder, 'programs/typed.bpf.c')).href;
			await client.open(uri, text);
			const actions = await actionsAt(uri, text, 'limits_of_ours');
			assert.deepEqual(
				actions.map(({ title, isPreferred }) => [title, isPreferred]),
				[['Find limits_of_ours.h by `-I../shared/include` in compile_flags.txt', true]],
			);
			const [create, edit] = actions[0]!.edit!.documentChanges!;
			assert.equal((create as { kind?: string }).kind, 'create');
			const file = fileURLToPath((create as { uri: string }).uri);
			assert.equal(file, join(folder, 'programs/compile_flags.txt'));
			writeFileSync(file, (edit as TextDocumentEdit).edits.map((one) => ('newText' in one ? one.newText : '')).join(''));
			await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
			const again = pathToFileURL(join(folder, 'programs/again.bpf.c')).href;
			await client.open(again, text);
			assert.deepEqual(
				(await client.diagnostics(again, 1)).filter(({ message }) => message.includes('limits_of_ours.h')),
				[],
			);
			rmSync(file);
		});

		it('or in the one that is there', async () => {
			const flags = join(folder, 'compile_flags.txt');
			writeFileSync(flags, '-DX');
			const uri = pathToFileURL(join(folder, 'programs/there.bpf.c')).href;
			await client.open(uri, text);
			const [action] = await actionsAt(uri, text, 'limits_of_ours');
			assert.equal(action?.title, 'Find limits_of_ours.h by `-Ishared/include` in compile_flags.txt');
			const edits = action.edit!.changes![pathToFileURL(flags).href]!;
			assert.equal(applied(readFileSync(flags, 'utf8'), { changes: { x: edits } }), '-DX\n-Ishared/include\n');
		});

		it('nothing is offered for one that lies nowhere near', async () => {
			const elsewhere = text.replace('limits_of_ours.h', 'nowhere_at_all.h');
			const uri = pathToFileURL(join(folder, 'programs/nowhere.bpf.c')).href;
			await client.open(uri, elsewhere);
			assert.deepEqual(await actionsAt(uri, elsewhere, 'nowhere_at_all'), []);
		});
	});
});
