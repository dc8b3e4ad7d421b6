// The way that leads to a finding, walked in the editor: the branches taken stand behind their lines, and an edit or Escape ends it.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import type { Window } from '../window.js';

describe('the path to a finding', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.examples, 'early-return-leak.bpf.c');
		await window.waitForSquiggles('error', [{ line: 28, text: 'return 0;' }]);
		await window.hideExplorer();
	});
	after(() => window.page.close());

	/** What is drawn behind lines, in the order of the text. */
	const notes = async () => {
		const content = await window.page.evaluate<string[]>(`[...document.querySelectorAll('.view-lines .view-line span')]
			.map((span) => getComputedStyle(span, '::after').content).filter((text) => /\\d\\/\\d: /.test(text))`);
		return content.map((text) => text.replace(/^"|"$/g, '')).sort();
	};
	const status = async () => (await window.page.locator('[id*="bpfls.path"]').allInnerTexts()).join('');
	const walk = async () => {
		await window.page.locator('.codelens-decoration a', { hasText: 'Show the path' }).click();
		return window.until(status, (text) => text.includes('Path 1/4'));
	};

	it('is shown by its lens, each step behind its line', async () => {
		assert.match(await walk(), /Path 1\/4: reference #1 is acquired here by bpf_task_acquire\(\)/);
		const cursor = await window.page.locator('#status\\.editor\\.selection').innerText();
		assert.match(cursor, /^Ln 22,/);
		await window.screenshot('path');
		assert.deepEqual(await notes(), [
			'1/4: reference #1 is acquired here by bpf_task_acquire()',
			'2/4: because held is not NULL here',
			'3/4: because held->tgid != watched_tgid here',
			'4/4: On this path held from bpf_task_acquire() is never released',
		]);
	});

	it('is walked step by step', async () => {
		await window.page.keyboard.press('Alt+F8');
		assert.match(await window.until(status, (text) => text.includes('2/4')), /Path 2\/4: because held is not NULL here/);
		await window.screenshot('path-second-step');
		await window.page.keyboard.press('Shift+Alt+F8');
		assert.match(await window.until(status, (text) => text.includes('1/4')), /Path 1\/4/);
	});

	it('ends with Escape', async () => {
		await window.page.keyboard.press('Escape');
		assert.equal(await window.until(status, (text) => text === ''), '');
	});

	it('ends with an edit', async () => {
		await walk();
		await window.page.keyboard.type(' ');
		assert.equal(await window.until(status, (text) => text === ''), '');
		await window.page.keyboard.press('Control+z');
	});
});
