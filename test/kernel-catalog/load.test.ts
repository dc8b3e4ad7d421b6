// A catalog file that is no good gives one clear error with the file and the place.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOf, placeOf } from '../../server/src/kernel/json-place.js';
import { CatalogError, loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';
import { readCatalogFile, readShippedFile } from '../../server/src/kernel/read-catalog.js';
import { repositoryRoot } from '../support/root.js';

const DATA = join(repositoryRoot(), 'server/src/kernel/data');

describe('a catalog file', () => {
	const whole = readFileSync(join(DATA, '6.12.json'), 'utf8');
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

	/** Where and what the error of a file is. */
	function errorOf(text: string, read = (path: string): unknown => loadCatalog('6.12', { file: path })): CatalogError {
		const path = write('other.json', text);
		try {
			read(path);
		} catch (error) {
			assert.ok(error instanceof CatalogError, String(error));
			assert.equal(error.file, path);
			assert.ok(error.message.startsWith(`${path}:${error.offset}: `), error.message);
			return error;
		}
		assert.fail('it was taken');
	}

	it('is read in any layout', () => {
		const path = write('flat.json', JSON.stringify(JSON.parse(whole)));
		const catalog = loadCatalog('6.12', { file: path });
		assert.equal(catalog.kfunc('bpf_task_release')?.flags[0], 'KF_RELEASE');
		assert.equal(catalog.tracepoint('sched_switch')?.parameters.length, 4);
	});

	it('of the package holds what it should, and says the same read in sections', () => {
		for (const release of shippedReleases()) {
			const path = join(DATA, `${release}.json`);
			const file = readCatalogFile(path);
			const { tracepoint, ...sections } = readShippedFile(path);
			assert.deepEqual(sections, file);
			for (const name of Object.keys(file.tracepoints).slice(0, 40)) assert.deepEqual(tracepoint!(name), file.tracepoints[name]);
		}
	});

	it('that is cut names the place where it ends', () => {
		for (const length of [0, 1, 5000, Math.floor(whole.length / 2), whole.length - 5])
			for (const read of [undefined, readShippedFile]) {
				const error = errorOf(whole.slice(0, length), read);
				assert.equal(error.offset, length);
				assert.match(error.message, /the file is cut/);
			}
	});

	it('with a slip in it names the place of that', () => {
		const at = whole.indexOf('"bpf_task_acquire":{') + '"bpf_task_acquire":'.length;
		assert.equal(errorOf(`${whole.slice(0, at)}x${whole.slice(at)}`).offset, at);
		// A shipped file is parsed by sections; the place is that in the file all the same.
		const path = write('slip.json', `${whole.slice(0, at)}x${whole.slice(at)}`);
		const shipped = readShippedFile(path);
		assert.equal(shipped.release, '6.12');
		assert.throws(() => shipped.kfuncs, { message: `${path}:${at}: malformed JSON` });
	});

	it('with a value of another kind names the value', () => {
		const changed = (old: string, text: string): CatalogError => {
			const at = whole.indexOf(old);
			const error = errorOf(whole.replace(old, text));
			assert.ok(at > 0 && error.offset >= at && error.offset < at + text.length + 20, `${error.offset}, not near ${at}: ${error.message}`);
			return error;
		};
		assert.match(
			changed('"bpf_task_acquire":{', '"bpf_task_acquire":5,"other":{').message,
			/"kfuncs\.bpf_task_acquire" should be an object/,
		);
		assert.match(changed('"id":1,"variants":', '"id":"1","variants":').message, /"helpers\.bpf_map_lookup_elem\.id" should be a number/);
		assert.match(changed('"release":"6.12"', '"release":"latest"').message, /'latest' is no release of Linux/);
		assert.match(changed('"format":1', '"format":99').message, /format 1 is expected, not 99/);
		assert.match(errorOf(whole.replace('"trust":', '"trusted":')).message, /:0: "trust" is missing/);
	});

	it('that is something else is refused', () => {
		for (const text of ['[]', '"catalog"', 'null', '{}', '{"format":1,"release":"6.12"}']) assert.equal(errorOf(text).offset, 0);
		assert.throws(() => loadCatalog('6.12', { file: join(folder, 'absent.json') }), /absent\.json:0: cannot be read/);
		assert.ok(loadCatalog('6.12').kfunc('bpf_task_acquire'), 'the shipped one is still there');
	});
});

describe('places in JSON', () => {
	it('are where it stops being JSON', () => {
		for (const [text, offset] of [
			['{"a":1}', undefined],
			[' [1, -2.5e3, "\\u00e9\\n", true, null, {}] ', undefined],
			['', 0],
			['{"a":}', 5],
			['{"a" 1}', 5],
			['{a:1}', 1],
			['[1,]', 3],
			['[1 2]', 3],
			['["ab', 4],
			['["a\\q"]', 3],
			['["a\nb"]', 3],
			['[tru', 4],
			['[trap]', 1],
			['[-x]', 2],
			['{} x', 3],
		] as const)
			assert.equal(faultOf(text), offset, text);
	});

	it('agree with the parser on every cut of a text', () => {
		const text = '{"a":[1,-2.5e3,"\\u00e9\\n"],"b":{"c":true,"d":null}}';
		for (let length = 0; length < text.length; length++) assert.equal(faultOf(text.slice(0, length)), length, text.slice(0, length));
	});

	it('do not overflow on deep nesting', () => {
		assert.equal(typeof faultOf('['.repeat(100_000)), 'number');
	});

	it('are those of values', () => {
		const text = '{"a": {"b": [1, {"c": "x"}]}, "d": 2}';
		assert.equal(placeOf(text, ['a', 'b', 1, 'c']), text.indexOf('"x"'));
		assert.equal(placeOf(text, ['d']), text.indexOf('2'));
		assert.equal(placeOf(text, ['a', 'z']), text.indexOf('{"b"'));
	});
});
