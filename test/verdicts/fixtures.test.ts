// Every fixture gives exactly the findings that it marks, and for each program the verdict that the kernel gave.
//
// The verdicts after `// kernel:` are those of Debian's 6.12 kernel, or of the release that a fixture's first line names, for the fixture as
// clang-19 -O2 compiled it. After a change of
// words or places, BPFLS_UPDATE_FIXTURES=1 rewrites the marks; what it writes is to be read, not trusted.
//
// No header is read: the built-in definitions and types serve, so that the result is the same on every machine.
import assert from 'node:assert';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FilesBelow } from '../support/files-below.js';
import { differences, releaseOf, remarked } from '../support/markers.js';
import { repositoryRoot } from '../support/root.js';

const FOLDER = join(repositoryRoot(), 'test/fixtures');
const OPTIONS = { includePaths: [], defines: ['__TARGET_ARCH_x86'] };

describe('fixtures', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow(FOLDER) });
	});
	for (const name of readdirSync(FOLDER).filter((entry) => entry.endsWith('.bpf.c'))) {
		it(name, () => {
			const path = join(FOLDER, name);
			const text = readFileSync(path, 'utf8');
			const options = { ...OPTIONS, kernel: releaseOf(text) };
			if (process.env.BPFLS_UPDATE_FIXTURES) {
				writeFileSync(path, remarked(checker, path, text, options));
				return;
			}
			const report = differences(checker, path, text, options);
			assert.ok(report === '', `\n${report}`);
		});
	}
});
