// Settings count folder by folder, and a folder that nobody trusts is served too.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';

const LEAKING = [{ line: 28, text: 'return 0;' }];

describe('a window of two folders', () => {
	it('takes each folder by its own settings', async () => {
		const { folders } = stage().workspaces;
		const window = await openWindow(folders, 'quiet/only-a-warning.bpf.c');
		try {
			assert.deepEqual(await window.waitForSquiggles('warning', LEAKING), LEAKING);
			assert.deepEqual(await window.squiggles('error'), []);

			await window.openFile('old-kernel/for-6.1.bpf.c');
			assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
			assert.match(await window.status(), /BPF: Linux 6\.1 /);
			await window.screenshot('folders');
		} finally {
			await window.page.close();
		}
	});
});

describe('a folder that is not trusted', () => {
	it('is looked at all the same: nothing of it is run', async () => {
		const window = await openWindow(stage().workspaces.untrusted, 'missing-null-check.bpf.c', false);
		try {
			assert.equal(await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count(), 1);
			const marked = [{ line: 23, text: 'supervisor' }];
			assert.deepEqual(await window.waitForSquiggles('error', marked), marked);
			await window.screenshot('restricted');
		} finally {
			await window.page.close();
		}
	});
});
