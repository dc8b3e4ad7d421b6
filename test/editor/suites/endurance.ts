// A server that dies or hangs is replaced, the open documents stay, and the user hears of it once.
import assert from 'node:assert/strict';
import { openWindow, stage } from '../stage.js';
import { PATIENCE, type Window } from '../window.js';

const LEAKING = [{ line: 28, text: 'return 0;' }];

describe('a server in trouble', () => {
	let window: Window;
	let earlier: Set<number>;
	/** The server of this window; closed windows may still have theirs. */
	const server = () =>
		window.until(
			async () =>
				stage()
					.code.languageServers()
					.filter((pid) => !earlier.has(pid)),
			(pids) => pids.length === 1,
		);
	const toasts = () => window.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
	/** Repairs the return that leaks, by typing into it; `unrepair` takes that out again. */
	const REPAIR = 'bpf_task_release(held), ';
	const repair = async () => {
		await window.goTo(28, 10);
		await window.page.keyboard.type(REPAIR, { delay: 5 });
	};
	const unrepair = async () => {
		await window.goTo(28, 10);
		for (let i = 0; i < REPAIR.length; i++) await window.page.keyboard.press('Delete');
	};

	before(async () => {
		earlier = new Set(stage().code.languageServers());
		window = await openWindow(stage().workspaces.examples, 'early-return-leak.bpf.c');
		await window.waitForSquiggles('error', LEAKING);
	});
	after(() => window.page.close());

	it('is replaced when it dies, and checks what is open', async () => {
		const [first] = await server();
		process.kill(first!, 'SIGKILL');
		earlier.add(first!);
		const [second] = await server();
		assert.notEqual(second, first);
		assert.deepEqual(await window.until(toasts, (seen) => seen.length > 0), [
			'The BPF language server was restarted: it ended unexpectedly.',
		]);
		await window.screenshot('restarted');
		// What is typed after its death reaches the new one.
		await window.page.locator('.notifications-toasts .codicon-notifications-clear').click();
		assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
		await repair();
		assert.deepEqual(await window.waitForSquiggles('error', []), []);
	});

	it('is replaced when it hangs, without a word the second time', async () => {
		const [first] = await server();
		process.kill(first!, 'SIGSTOP');
		await unrepair();
		// The watchdog has patience: longer than the usual wait for something to appear.
		const gone = await window.until(
			async () => !stage().code.languageServers().includes(first!),
			(seen) => seen,
		);
		assert.ok(gone, 'the hung server is still there');
		earlier.add(first!);
		const [second] = await server();
		assert.notEqual(second, first);
		// What was typed while nobody listened is known to the new one.
		assert.deepEqual(await window.waitForSquiggles('error', LEAKING), LEAKING);
		assert.deepEqual(await toasts(), []);
	});

	it('is replaced when the user asks for it', async () => {
		const [first] = await server();
		await window.command('BPF: Restart Server');
		earlier.add(first!);
		const [second] = await server();
		assert.notEqual(second, first);
		assert.ok(!stage().code.languageServers().includes(first!), 'the earlier server is still there');
		assert.deepEqual(await toasts(), []);
	});

	it('has an output that a command shows', async () => {
		await window.command('BPF: Show Output');
		// What is in it VS Code writes by one of its native parts, which is not built here.
		await window.page.locator('.panel', { hasText: 'BPF Language Server' }).locator('.monaco-editor').waitFor({ timeout: PATIENCE });
		await window.screenshot('output');
	});
});
