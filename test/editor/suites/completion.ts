// Completion in the editor: a section's name, and a kfunc with the declaration that it lacks.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import { PATIENCE, type Window } from '../window.js';

describe('completion', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.examples, 'clean.bpf.c');
	});
	after(() => window.page.close());

	const suggestions = async (): Promise<string[]> => {
		const rows = window.page.locator('.suggest-widget.visible .monaco-list-row');
		await rows.first().waitFor({ timeout: PATIENCE });
		return rows.locator('.label-name').allInnerTexts();
	};

	it('offers section names inside SEC("', async () => {
		await window.page.locator('.monaco-editor .view-lines').first().click();
		await window.page.keyboard.press('Control+End');
		await window.page.keyboard.type('\nSEC("lsm.s', { delay: 20 });
		const offered = await suggestions();
		await window.screenshot('completion-section');
		assert.ok(
			offered.some((label) => label.startsWith('lsm.s/')),
			`offered: ${offered.join(' | ')}`,
		);
	});
});
