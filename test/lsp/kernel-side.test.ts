// Kernel-side sources in an editor: their findings are shown, and BPF programs next to them follow what is typed there.
import assert from 'node:assert/strict';
import type { CodeAction, Diagnostic, Hover, MarkupContent } from 'vscode-languageserver';
import { demoModule } from '../kernel-side/demo-module.js';
import { TestClient } from './client.js';
import { applied, positionOf } from './documents.js';

const MODULE_URI = 'file:///project/demo.c';
const PROGRAM_URI = 'file:///project/user.bpf.c';
const DEFINITIONS = '__bpf_kfunc struct task_struct *demo_find(int number)\n{\n\treturn find(number);\n}\n';
const MODULE = demoModule(DEFINITIONS, ['BTF_ID_FLAGS(func, demo_find, KF_RET_NULL)'], ['SCHED_CLS']);
const PROGRAM = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *demo_find(int number) __ksym;

SEC("tc")
int user(void *ctx)
{
	demo_find(1);
	return 0;
}
`;

const rules = (diagnostics: readonly Diagnostic[]) => diagnostics.filter((one) => one.severity! <= 2).map((one) => one.code);

describe('kernel-side sources over the protocol', () => {
	let client: TestClient;
	beforeEach(async () => {
		client = new TestClient();
		await client.initialize();
	});
	afterEach(() => client.close());

	/** Waits until the document's last diagnostics are these: those of an earlier state may come first. */
	async function shows(uri: string, expected: readonly string[]): Promise<void> {
		for (let seen = -1; ; ) {
			const found = client.pushed.findLastIndex((one) => one.uri === uri);
			if (found > seen) {
				seen = found;
				if (JSON.stringify(rules(client.pushed[found]!.diagnostics)) === JSON.stringify(expected)) return;
			}
			await new Promise(setImmediate);
		}
	}

	it('get diagnostics with repairs', async () => {
		const text = MODULE.replace('__bpf_kfunc struct', 'struct');
		await client.open(MODULE_URI, text, 3);
		const [finding, ...others] = await client.diagnostics(MODULE_URI, 3);
		assert.deepEqual([finding?.code, others.length], ['kfunc-missing-annotation', 0]);
		assert.deepEqual(finding!.range.start, positionOf(text, 'demo_find'));
		const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
			textDocument: { uri: MODULE_URI },
			range: finding!.range,
			context: { diagnostics: [finding] },
		});
		assert.equal(applied(text, actions[0]!.edit!), MODULE);
	});

	it('give their kfuncs to the programs, as they are typed', async () => {
		await client.open(MODULE_URI, MODULE);
		await client.open(PROGRAM_URI, PROGRAM);
		await shows(PROGRAM_URI, []);
		const at = positionOf(MODULE, 'KF_RET_NULL');
		await client.change(MODULE_URI, 2, { range: { start: at, end: at }, text: 'KF_ACQUIRE | ' });
		await shows(PROGRAM_URI, ['unreleased-reference']);
		await client.change(MODULE_URI, 3, { range: { start: at, end: { line: at.line, character: at.character + 13 } }, text: '' });
		await shows(PROGRAM_URI, []);
	});

	it('are what a hover on their kfuncs tells of', async () => {
		await client.open(MODULE_URI, MODULE);
		await client.open(PROGRAM_URI, PROGRAM);
		await shows(PROGRAM_URI, []);
		const answer = await client.request<Hover>('textDocument/hover', {
			textDocument: { uri: PROGRAM_URI },
			position: positionOf(PROGRAM, 'demo_find(1)', 2),
		});
		const { value } = answer.contents as MarkupContent;
		assert.match(value, /struct task_struct \*demo_find\(int number\)/);
		assert.match(value, /KF_RET_NULL/);
		assert.match(value, /SCHED_CLS/);
	});
});
