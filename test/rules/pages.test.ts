// Each rule's page is executed: its bad example gives exactly the findings that stand in its marks, its good example none. A block may
// name the release that it is for: ```c bad kernel=7.2
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { differences } from '../support/markers.js';
import { repositoryRoot } from '../support/root.js';

const folder = join(repositoryRoot(), 'docs', 'rules');

interface Block {
	readonly kind: 'bad' | 'good';
	readonly kernel: string;
	readonly text: string;
}

function blocks(page: string): Block[] {
	return [...page.matchAll(/^```c (bad|good)(?: kernel=([\d.]+))?\n(.*?)^```$/gms)].map((match) => ({
		kind: match[1] as 'bad' | 'good',
		kernel: match[2] ?? '6.12',
		text: match[3]!,
	}));
}

describe('rule pages', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker();
	});

	for (const name of readdirSync(folder).filter((file) => file.endsWith('.md')))
		for (const [index, block] of blocks(readFileSync(join(folder, name), 'utf8')).entries())
			it(`${name}: ${block.kind} example ${index + 1}`, () => {
				const path = join(folder, `${name}.${index + 1}.bpf.c`);
				const options: CheckOptions = { kernel: block.kernel, includePaths: [], defines: ['__TARGET_ARCH_x86'] };
				assert.equal(differences(checker, path, block.text, options), '');
				const { programs } = checker.check(path, block.text, options);
				assert.deepEqual(
					programs.map(({ verdict, reason }) => reason ?? verdict),
					programs.map(() => (block.kind === 'bad' ? 'reject' : 'accept')),
				);
			});
});
