// What the extension shows besides findings: the view of a function, the lenses, the walkthrough with its sample.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import { PATIENCE, type Window } from '../window.js';

describe('the window', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.examples, 'early-return-leak.bpf.c');
		await window.waitForSquiggles('error', [{ line: 28, text: 'return 0;' }]);
	});
	after(() => window.page.close());

	it('has a lens over the program with its verdict, and one over the finding with its path', async () => {
		const lenses = window.page.locator('.codelens-decoration');
		const shown = await window.until(
			() => lenses.allInnerTexts(),
			(seen) => seen.length === 2,
		);
		assert.deepEqual(
			shown.map((text) => text.replaceAll('\u00a0', ' ')),
			['TRACING (TRACE_RAW_TP) · may not sleep · acquires 1 kernel object · rejected', 'Show the path: 3 steps'],
		);
	});

	it('shows beside the source what the verifier sees, and follows the cursor', async () => {
		await window.hideExplorer();
		await window.page.setViewportSize({ width: 1560, height: 720 });
		await window.goTo(27, 6);
		await window.command('Show What the Verifier Sees');
		const view = window.page.locator('.editor-group-container', { hasText: 'what the verifier sees' }).locator('.view-lines').last();
		const text = async () => (await view.innerText()).replaceAll('\u00a0', ' ').replace(/\n *\/\/ +/g, ' ');
		const seen = await window.until(text, (now) => now.includes('reference #1'));
		// Remarks that are broken are read as one line.
		assert.match(seen, /What the verifier of Linux 6\.12 sees of watch_new_task/);
		assert.match(seen, /held: trusted pointer to struct task_struct, may be NULL; reference #1/);
		await window.screenshot('verifier-view');
		await window.page.setViewportSize({ width: 1280, height: 800 });

		await window.goTo(14, 1);
		const outside = await window.until(text, (now) => now.includes('Put the cursor into a function'));
		assert.match(outside, /Put the cursor into a function/);
		await window.page.locator('.tab', { hasText: 'what the verifier sees' }).locator('.codicon-close').click();
	});

	it('has a walkthrough whose sample shows an objection', async () => {
		const { page } = window;
		await window.command('Welcome: Open Walkthrough...');
		await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Get started with BPF' }).click({ timeout: PATIENCE });
		const button = page.getByRole('button', { name: 'Open the sample' });
		await button.waitFor({ timeout: PATIENCE });
		await window.screenshot('walkthrough');
		await button.click();
		await page.locator('.tab.active[data-resource-name^="Untitled"]').first().waitFor({ timeout: PATIENCE });
		const marked = [{ line: 28, text: 'return 0;' }];
		assert.deepEqual(await window.waitForSquiggles('error', marked), marked);
		await window.screenshot('sample');
	});

	it('has a page among the extensions, with its text and its icon', async () => {
		const { page } = window;
		await page.keyboard.press('Control+Shift+X');
		await page.locator('.extensions-list .monaco-list-row', { hasText: 'BPF Language Server' }).first().click({ timeout: PATIENCE });
		await page.locator('.extension-editor .name', { hasText: 'BPF Language Server' }).waitFor({ timeout: PATIENCE });
		// Each page that an extension writes is a frame of its own.
		const texts = () =>
			Promise.all(
				page.frames().map((frame) =>
					frame
						.locator('body')
						.innerText()
						.catch(() => ''),
				),
			);
		const ours = /The kernel's verifier, while you type\.[\s\S]*no telemetry, no network/;
		const shown = await window.until(texts, (all) => all.some((text) => ours.test(text)));
		assert.ok(
			shown.some((text) => ours.test(text)),
			'the text of the extension is not shown',
		);
		const icon = page.locator('.extension-editor .icon-container img.icon, .extension-editor img.icon').first();
		assert.match((await icon.getAttribute('src')) ?? '', /icon\.png/);
		await window.screenshot('extension-page');
	});

	it('has no message that nobody asked for', async () => {
		assert.deepEqual(await window.page.locator('.notification-list-item-message').allInnerTexts(), []);
	});
});
