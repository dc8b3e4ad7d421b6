// `bpfls/functionView`: what the verifier knows below each line of the function at the cursor.
import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TestClient } from './client.js';

const URI = 'file:///project/view.bpf.c';
const TEXT = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int wanted;

static int release_it(struct task_struct *gone)
{
	bpf_task_release(gone);
	return 0;
}

static int nobody_runs_it(struct task_struct *task)
{
	return task->pid;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(watch, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	if (held->tgid != wanted)
		return 1;
	return release_it(held);
}
`;

describe('the view of a function', () => {
	let client: TestClient;
	before(async () => {
		client = new TestClient();
		await client.initialize();
		await client.open(URI, TEXT);
	});
	after(() => client.close());

	/** The view with the cursor on a text. */
	const view = (at: string): Promise<string> => {
		const position = TextDocument.create(URI, 'c', 1, TEXT).positionAt(TEXT.indexOf(at));
		return client.request('bpfls/functionView', { textDocument: { uri: URI }, position });
	};
	/** The remarks below the line that holds a text, up to the next line of the source. */
	const below = (text: string, line: string): string => {
		const lines = text.split('\n');
		const from = lines.findIndex((one) => one.includes(line)) + 1;
		const to = lines.findIndex((one, index) => index >= from && !one.trim().startsWith('//'));
		return lines
			.slice(from, to)
			.map((one) => one.replace(/^\s*\/\/\s*/, ''))
			.join(' ');
	};

	it('tells below each line what is known there', async () => {
		const text = await view('held->tgid');
		assert.match(text, /^\/\/ What the verifier of Linux 6\.12 sees of watch\n\/\/ watch: [^{]*may not sleep[^{]*rejected/);
		assert.match(below(text, 'held = bpf_task_acquire'), /held: trusted pointer to struct task_struct, may be NULL; reference #1/);
		assert.match(below(text, 'held->tgid'), /held: trusted pointer to struct task_struct, not NULL; reference #1/);
		assert.match(below(text, 'return 1;'), />>> .* is never released.*verifier: Unreleased reference/);
		assert.equal(below(text, 'return 0;'), '');
	});

	it('holds every line of the function as it is', async () => {
		const source = (await view('held->tgid')).split('\n').filter((line) => !line.trim().startsWith('//') && line !== '');
		const written = TEXT.slice(TEXT.indexOf('SEC("tp_btf'))
			.split('\n')
			.filter((line) => line !== '');
		assert.deepEqual(source, written);
	});

	it('tells of a subprogram what its callers bring', async () => {
		const text = await view('release(gone)');
		assert.match(text, /sees of release_it\n\/\/ watch: /);
		assert.match(below(text, 'bpf_task_release(gone)'), /gone: trusted pointer to struct task_struct, not NULL; reference #1/);
	});

	it('says so where no program comes by', async () => {
		assert.match(await view('task->pid'), /No program of this file runs it/);
	});

	it('says what to do outside of functions', async () => {
		assert.match(await view('int wanted'), /^\/\/ Put the cursor into a function/);
	});
});
