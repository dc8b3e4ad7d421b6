// Settings count folder by folder, and a folder that nobody trusts is served too.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openWindow, stage } from '../stage.js';
import type { Window } from '../window.js';

const LEAKING = [{ line: 28, text: 'return 0;' }];

describe('a window of two folders', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.folders, 'quiet/only-a-warning.bpf.c');
	});
	after(() => window.page.close());

	it('takes each folder by its own settings', async () => {
		assert.deepEqual(await window.waitForSquiggles('warning', LEAKING), LEAKING);
		assert.deepEqual(await window.squiggles('error'), []);

		await window.openFile('old-kernel/for-6.1.bpf.c');
		// A kernel of that age does not have the kfunc yet.
		const unavailable = [{ line: 22, text: 'bpf_task_acquire(task)' }];
		assert.deepEqual(await window.waitForSquiggles('error', unavailable), unavailable);
		assert.match(await window.status(), /BPF: Linux 6\.1 /);
		await window.screenshot('folders');
	});

	it('looks again when a setting changes', async () => {
		const settings = join(dirname(stage().workspaces.folders), 'old-kernel', '.vscode', 'settings.json');
		writeFileSync(settings, JSON.stringify({ 'bpfls.kernel': '6.12' }));
		assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
		assert.match(await window.status(), /BPF: Linux 6\.12 /);
	});
});

describe('a folder that is not trusted', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.untrusted, 'missing-null-check.bpf.c', false);
	});
	after(() => window.page.close());

	it('is looked at all the same: nothing of it is run', async () => {
		assert.equal(await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count(), 1);
		const marked = [{ line: 23, text: 'supervisor' }];
		assert.deepEqual(await window.waitForSquiggles('error', marked), marked);
		await window.screenshot('restricted');
	});
});
