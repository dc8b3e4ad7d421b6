// A finding in the editor: where it is underlined, what a hover tells, what repairs it, and what the rest of the window says of it.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import type { Window } from '../window.js';

const LEAK = 'early-return-leak.bpf.c';
const LEAKING = [{ line: 28, text: 'return 0;' }];

describe('a leaking example', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.examples, LEAK);
	});
	after(() => window.page.close());

	it('underlines the return that leaks, and nothing else', async () => {
		assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
		assert.deepEqual(await window.squiggles('warning'), []);
	});

	it('tells on the squiggle what leaks and what to do', async () => {
		const hover = await window.hover(28, 'return');
		const text = await hover.innerText();
		assert.match(text, /`?held`? from `?bpf_task_acquire\(\)`? is never released/);
		assert.match(text, /unreleased-reference/);
		await window.screenshot('hover-finding');
	});

	it('tells on a variable what the verifier knows of it', async () => {
		const hover = await window.hover(27, 'held');
		await window.screenshot('hover-state');
		assert.match(await hover.innerText(), /trusted_ptr_task_struct/);
	});

	it('shows the target kernel, the verdicts and the time beside the language', async () => {
		const status = await window.status();
		await window.screenshot('status');
		assert.match(status, /BPF: Linux 6\.12 0 accepted, 1 rejected in [\d.]+ ms/);
	});

	it('is repaired by its quick fix', async () => {
		await window.goTo(28, 5);
		const titles = await window.codeActions();
		await window.screenshot('quick-fix');
		const release = titles.find((title) => title.startsWith('Release it with `bpf_task_release(held)`'));
		assert.ok(release, `offered: ${titles.join(' | ')}`);
		await window.chooseCodeAction(release);
		assert.deepEqual(await window.waitForSquiggles('error', []), []);
		assert.match(await window.lineText(28), /bpf_task_release\(held\);/);
		await window.screenshot('repaired');
	});

	it('is back after undo', async () => {
		await window.page.keyboard.press('Control+z');
		assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
	});
});
