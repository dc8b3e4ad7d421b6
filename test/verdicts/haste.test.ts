// What is judged in haste, with numbers guessed wide, has the verdict that it has when every round of every loop is followed: a dump of states
// follows them all.
import assert from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FilesBelow } from '../support/files-below.js';
import { releaseOf } from '../support/markers.js';
import { repositoryRoot } from '../support/root.js';

const FOLDER = join(repositoryRoot(), 'test/fixtures');
const OPTIONS = { includePaths: [], defines: ['__TARGET_ARCH_x86'] };

describe('haste', () => {
	it('changes no verdict of any fixture', async () => {
		const checker = await createChecker({ files: new FilesBelow(FOLDER) });
		for (const name of readdirSync(FOLDER).filter((entry) => entry.endsWith('.bpf.c'))) {
			const path = join(FOLDER, name);
			const text = readFileSync(path, 'utf8');
			const options = { ...OPTIONS, kernel: releaseOf(text) };
			const hasty = checker.check(path, text, options).programs.map((program) => `${program.name} ${program.verdict}`);
			const dump = checker.dump(path, text, 'states', options);
			const patient = [...dump.matchAll(/^program (\w+) [\s\S]*?^verdict: (\w+)/gm)].map(([, program, verdict]) => `${program} ${verdict}`);
			assert.deepStrictEqual(hasty, patient, name);
		}
	});
});
