// Files that were opened and closed leave nothing behind, however many they were.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const FILES = 200;
/** What may be more afterwards. */
const SHARE = 1.1;
const OPTIONS = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are held by the process's objects. */
function held(): number {
	for (let i = 0; i < 3; i++) collect();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

describe('memory', () => {
	const folder = join(repositoryRoot(), 'test', 'fixtures');
	const names = readdirSync(folder).filter((name) => name.endsWith('.bpf.c'));
	const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'));

	/** Opens, checks, edits and closes file number `index`: each has its own text in every function, so that nothing of another serves it. */
	const visit = (checker: Checker, index: number): void => {
		const path = join(folder, `${index}-${names[index % names.length]}`);
		const text = texts[index % names.length]!.replace(/\breturn 0;/g, `return 0 * ${index};`);
		checker.setOverlay(path, text);
		checker.check(path, text, OPTIONS);
		const edited = `${text}\nint more_${index}(int a) { return a ${index % 2 ? '' : '+ '}; }\n`;
		checker.setOverlay(path, edited);
		checker.check(path, edited, OPTIONS);
		checker.setOverlay(path, undefined);
	};

	for (const [what, other] of [
		['with nothing else open', undefined],
		['beside one that stays open', join(folder, names[0]!)],
	] as const) {
		it(`${FILES} files opened and closed leave it where it was, ${what}`, async () => {
			const checker = await createChecker({ files: new FilesBelow(folder) });
			const look = (): void => {
				if (!other) return;
				checker.setOverlay(other, texts[0]);
				checker.check(other, texts[0]!, OPTIONS);
			};
			look();
			// What is read of a catalog once, and stays, is read by all kinds of programs; and V8 makes code of what runs.
			for (let index = 0; index < FILES; index++) visit(checker, index);
			look();
			const before = held();
			for (let index = 0; index < FILES; index++) visit(checker, FILES + index);
			look();
			const after = held();
			assert.ok(after <= before * SHARE, `${Math.round(before / 1e6)} MB became ${Math.round(after / 1e6)} MB`);
		});
	}

	it('a rest gives back what files made, and answers stay what they are', async () => {
		const checker = await createChecker({ files: new FilesBelow(folder) });
		for (let index = 0; index < names.length; index++) visit(checker, index);
		checker.rest();
		const before = held();
		const path = join(folder, names[0]!);
		const answer = () => JSON.stringify(checker.check(path, texts[0]!, OPTIONS));
		const first = answer();
		for (let index = 0; index < names.length - 1; index++) visit(checker, index);
		checker.rest();
		assert.ok(held() <= before * SHARE);
		assert.equal(answer(), first);
	});
});
