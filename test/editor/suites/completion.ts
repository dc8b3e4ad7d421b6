// Completion in the editor: a section's name, and a kfunc with the declaration that it lacks.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import { PATIENCE, type Window } from '../window.js';

describe('completion', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.examples, 'clean.bpf.c');
		// Nobody is asked before the server is there.
		await window.status();
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
		await window.page.keyboard.type('\nSEC("', { delay: 20 });
		const all = await suggestions();
		assert.ok(all.length > 5, `offered: ${all.join(' | ')}`);
		await window.screenshot('completion-section');
		await window.page.keyboard.type('lsm.s', { delay: 20 });
		const offered = await window.until(suggestions, (labels) => labels.every((label) => label.startsWith('lsm')));
		assert.ok(offered.length > 0 && offered.every((label) => label.startsWith('lsm')), `offered: ${offered.join(' | ')}`);
	});

	it('goes on from the system of a trace event to its events', async () => {
		await window.page.keyboard.press('Escape');
		for (let typed = 'lsm.s'.length; typed > 0; typed--) await window.page.keyboard.press('Backspace');
		await window.page.keyboard.type('tp/sche', { delay: 20 });
		await window.until(suggestions, (labels) => labels[0] === 'sched/');
		await window.page.keyboard.press('Enter');
		const events = await window.until(
			suggestions,
			(labels) => labels.length > 1 && labels.every((label) => label.startsWith('sched/sched_')),
		);
		await window.screenshot('completion-event');
		assert.ok(events.length > 5, `offered: ${events.join(' | ')}`);
		await window.page.keyboard.type('sched_swit', { delay: 20 });
		await window.until(suggestions, (labels) => labels[0] === 'sched/sched_switch');
		await window.page.keyboard.press('Enter');
		await window.until(
			() => window.page.locator('.monaco-editor .view-lines').first().innerText(),
			(text) => text.replace(/\u00a0/g, ' ').includes('SEC("tp/sched/sched_switch")'),
		);
	});
});
