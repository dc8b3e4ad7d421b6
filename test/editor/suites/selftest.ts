// Selftests of the kernel with all their headers: what is right shows nothing, and what is wrong shows what the command line finds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepareLab } from '../../kernel/lab.js';
import { openWindow, stage } from '../stage.js';
import type { Window } from '../window.js';

const CLI = join(__dirname, '..', '..', '..', 'server', 'src', 'cli.js');

interface JsonFinding {
	readonly severity: string;
	readonly message: string;
	readonly range: { readonly start: { readonly line: number; readonly column: number } };
}

/** What the command line finds with the settings of the folder. */
function findings(path: string): JsonFinding[] {
	const lab = prepareLab();
	const words = [lab.programs, ...lab.includePaths].flatMap((one) => ['-I', one]);
	const defines = lab.defines.flatMap((one) => ['-D', one]);
	const { stdout } = spawnSync(process.execPath, [CLI, 'check', '--format', 'json', ...words, ...defines, path], { encoding: 'utf8' });
	return JSON.parse(stdout).files[0].findings;
}

describe('a selftest of the kernel', () => {
	let window: Window;
	before(async () => {
		window = await openWindow(stage().workspaces.selftests, 'task_kfunc_success.c');
	});
	after(() => window.page.close());

	it('that the kernel accepts shows nothing', async () => {
		assert.match(await window.status(), /BPF: Linux 6\.12 [1-9]\d* accepted, 0 rejected in/);
		assert.deepEqual(await window.squiggles('error'), []);
		assert.equal(await window.problemCount(), 'No Problems');
		await window.screenshot('selftest-accepted');
	});

	it('that the kernel refuses shows each refusal at its place', async () => {
		const { selftests } = stage().workspaces;
		const found = findings(join(selftests, 'task_kfunc_failure.c'));
		const errors = found.filter((one) => one.severity === 'error');
		assert.ok(errors.length > 10, `${errors.length} errors`);
		await window.openFile('task_kfunc_failure.c');
		const expected = `Errors: ${errors.length}`;
		const count = await window.until(
			() => window.problemCount(),
			(seen) => seen.startsWith(expected),
		);
		assert.ok(count.startsWith(expected), `${count}, not ${expected}`);
		for (const { range } of [errors[0]!, errors[Math.floor(errors.length / 2)]!, errors.at(-1)!]) {
			await window.goTo(range.start.line, range.start.column);
			const lines = await window.until(
				async () => (await window.squiggles('error')).map((one) => one.line),
				(seen) => seen.includes(range.start.line),
			);
			assert.ok(lines.includes(range.start.line), `line ${range.start.line} is not underlined; ${lines} are`);
		}
		await window.screenshot('selftest-refused');
	});
});
