// Every repair that is offered still compiles, where clang and the headers of the lab are there: BPFLS_LAB names it, as for the kernel's tests.
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { applyEdits } from '../../server/src/rules/fix/edits.js';
import { FilesBelow } from '../support/files-below.js';
import { releaseOf } from '../support/markers.js';
import { repositoryRoot } from '../support/root.js';

const OPTIONS = { includePaths: [], defines: ['__TARGET_ARCH_x86'] };
const compiler = ['clang-19', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
const lab = process.env.BPFLS_LAB ?? '';
const headers = [join(lab, 'include'), join(lab, 'libbpf/include')];

/** Programs in which something is found, with the name of where they stand. */
function texts(): { readonly name: string; readonly text: string }[] {
	const root = repositoryRoot();
	const pages = join(root, 'docs', 'rules');
	const found: { name: string; text: string }[] = [];
	for (const name of readdirSync(pages).filter((file) => file.endsWith('.md')))
		for (const [, text] of readFileSync(join(pages, name), 'utf8').matchAll(/^```c bad(?: loads)?\n(.*?)^```$/gms))
			if (text!.includes('vmlinux.h')) found.push({ name, text: text! });
	for (const folder of ['test/fixtures', 'examples'])
		for (const name of readdirSync(join(root, folder)).filter((file) => file.endsWith('.bpf.c')))
			found.push({ name, text: readFileSync(join(root, folder, name), 'utf8') });
	return found;
}

if (compiler && lab !== '' && headers.every((folder) => existsSync(folder)))
	describe('every repair compiles', () => {
		let checker: Checker;
		let folder: string;
		before(async () => {
			checker = await createChecker({ files: new FilesBelow('/compiled') });
			folder = mkdtempSync(join(tmpdir(), 'bpfls-compiled-'));
		});
		after(() => rmSync(folder, { recursive: true }));

		/** clang's errors, without their places. */
		const errors = (text: string): string[] => {
			const file = join(folder, 'text.bpf.c');
			writeFileSync(file, text);
			const words = ['-target', 'bpf', '-fsyntax-only', '-Wno-everything', '-ferror-limit=0', '-D__TARGET_ARCH_x86'];
			const { stderr } = spawnSync(compiler, [...words, ...headers.map((one) => `-I${one}`), file], { encoding: 'utf8' });
			return [...stderr.matchAll(/ error: (.*)/g)].map((match) => match[1]!);
		};

		for (const { name, text } of texts())
			it(name, () => {
				const { findings } = checker.check(`/compiled/${name}.c`, text, { ...OPTIONS, kernel: releaseOf(text) });
				const repairs = findings.flatMap(({ fixes }) => fixes);
				if (repairs.length === 0) return;
				const known = errors(text);
				for (const { title, edits } of repairs) {
					const changed = applyEdits(text, edits)!;
					assert.deepEqual(
						errors(changed).filter((error) => !known.includes(error)),
						[],
						title,
					);
				}
			}).timeout(300_000);
	});
