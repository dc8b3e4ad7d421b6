// A catalog file that is no good gives one clear error with the file and the place.
import assert from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogError, loadCatalog } from '../../server/src/kernel/load.js';
import { repositoryRoot } from '../support/root.js';

describe('a catalog file of one’s own', () => {
	const shipped = join(repositoryRoot(), 'server/src/kernel/data/6.12.json');
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'catalog-'));
	});
	after(() => rmSync(folder, { recursive: true }));

	function write(name: string, text: string): string {
		const path = join(folder, name);
		writeFileSync(path, text);
		return path;
	}

	it('is read in any layout', () => {
		const path = write('flat.json', JSON.stringify(JSON.parse(readFileSync(shipped, 'utf8'))));
		const catalog = loadCatalog('6.12', { file: path });
		assert.strictEqual(catalog.kfunc('bpf_task_release')?.flags[0], 'KF_RELEASE');
		assert.strictEqual(catalog.tracepoint('sched_switch')?.parameters.length, 4);
	});

	it('gives the file and the offset where it is cut', () => {
		const whole = readFileSync(shipped, 'utf8');
		for (const length of [0, 1, 5000, whole.length - 5]) {
			const path = write(`cut-${length}.json`, whole.slice(0, length));
			assert.throws(
				() => loadCatalog('6.12', { file: path }),
				(error: unknown) =>
					error instanceof CatalogError && error.file === path && error.offset <= length && error.message.startsWith(`${path}:`),
			);
		}
	});

	it('is refused where it is something else', () => {
		for (const text of ['[]', '"catalog"', 'null', '{}', '{"format":99}', '{"format":1,"release":"6.12"}'])
			assert.throws(() => loadCatalog('6.12', { file: write('other.json', text) }), CatalogError);
		assert.throws(() => loadCatalog('6.12', { file: join(folder, 'absent.json') }), /absent\.json:0: cannot be read/);
		assert.ok(loadCatalog('6.12').kfunc('bpf_task_acquire'), 'the shipped one is still there');
	});
});
