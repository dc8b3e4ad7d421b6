// What is kept between keystrokes is invisible: after any edit, a warm analysis says what a fresh one says.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const options: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };

/** A result without its repairs, which cost an analysis each. */
function plain(checker: Checker, path: string, text: string): unknown {
	const { problems, programs, findings } = checker.check(path, text, options);
	return { problems, programs, findings: findings.map(({ fixes: _, ...finding }) => finding) };
}

/** Edits that shift, change and break a text at a line. */
function edits(text: string, line: number): string[] {
	const lines = text.split('\n');
	const at = line % lines.length;
	const with_ = (...replaced: string[]): string => [...lines.slice(0, at), ...replaced, ...lines.slice(at + 1)].join('\n');
	return [
		with_('', lines[at]!),
		with_(),
		with_(lines[at]!.replace(/\breturn\b.*/, 'return 1;')),
		with_(`${lines[at]!} /* more */`),
		with_(lines[at]!.replace(/[;{]$/, '')),
		`#define SOMETHING 1\n${text}`,
		text.replace(/__uint\(max_entries, \d+\)/, '__uint(max_entries, 2)'),
	];
}

describe('an analysis that was kept', () => {
	const folder = join(repositoryRoot(), 'test', 'fixtures');
	for (const [index, name] of readdirSync(folder)
		.filter((file) => file.endsWith('.bpf.c'))
		.entries()) {
		// Each file at a line of its own; together they cover all kinds of lines.
		it(`${name}: is invisible`, async () => {
			const text = readFileSync(join(folder, name), 'utf8');
			const warm = await createChecker({ files: new FilesBelow(folder) });
			const path = join(folder, name);
			for (const line of [25 + index * 2]) {
				for (const edited of edits(text, line)) {
					warm.check(path, text, options);
					const fresh = await createChecker({ files: new FilesBelow(folder) });
					assert.deepEqual(plain(warm, path, edited), plain(fresh, path, edited));
				}
			}
		});
	}
});
