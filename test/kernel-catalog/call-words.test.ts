// Words and tables on calls: they name what the catalogs have, and leave nothing of it out.
import assert from 'node:assert/strict';
import { builtinTypes } from '../../server/src/btf/builtin-types.js';
import { argumentWords, callFlags, iteratorTargets, mapTypes } from '../../server/src/kernel/call-words.js';
import { loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';
import { MAP_TYPES } from '../../server/src/program/map.js';

const catalogs = shippedReleases().map((release) => loadCatalog(release));
const newest = catalogs.at(-1)!;

describe('words on calls', () => {
	it('say something of every kind of argument that a helper takes', () => {
		const kinds = new Set(catalogs.flatMap((catalog) => [...catalog.helpers()].flatMap((helper) => helper.arguments)));
		assert.ok(kinds.size > 30);
		assert.deepEqual(
			[...kinds].filter((kind) => argumentWords(kind) === ''),
			[],
		);
	});

	it('tell what a mark adds', () => {
		assert.match(argumentWords('ARG_PTR_TO_BTF_ID_SOCK_COMMON|OBJ_RELEASE'), /socket.*takes the reference over/);
		assert.match(argumentWords('ARG_PTR_TO_CTX_OR_NULL'), /context.*May be NULL/);
		assert.equal(argumentWords('ARG_OF_TOMORROW'), '');
	});

	it('name flags of functions and arguments that some release has', () => {
		const functions = new Map<string, number>();
		for (const catalog of catalogs) {
			for (const { name, parameters } of catalog.kfuncs()) functions.set(name, Math.max(functions.get(name) ?? 0, parameters.length));
			for (const helper of catalog.helpers())
				functions.set(helper.name, Math.max(functions.get(helper.name) ?? 0, helper.arguments.length));
		}
		let flagged = 0;
		for (const [name, count] of functions)
			for (let index = 0; index < count; index++)
				for (const { words } of callFlags(name, index)) {
					assert.notEqual(words, '', name);
					flagged++;
				}
		assert.ok(flagged > 60, `${flagged} flags`);
		assert.deepEqual(callFlags('bpf_map_update_elem', 4), [], 'it has four arguments');
		assert.deepEqual(callFlags('constructor', 0), []);
	});

	it('know map types by release', () => {
		const known = new Set(MAP_TYPES);
		for (const { name, words } of mapTypes(newest.release)) assert.ok(known.has(name) && words !== '', name);
		const names = (release: string) => mapTypes(release).map(({ name }) => name);
		assert.ok(names('6.9').includes('ARENA') && !names('6.8').includes('ARENA'));
		assert.ok(names('6.2').includes('CGRP_STORAGE') && !names('6.1').includes('CGRP_STORAGE'));
	});

	it('know iterators by release', () => {
		const names = (release: string) => iteratorTargets(release).map(({ name }) => name);
		assert.ok(names('6.1').includes('cgroup'));
		assert.ok(names('6.16').includes('dmabuf') && !names('6.15').includes('dmabuf'));
		// The built-in types have the contexts of those that programs use most.
		assert.ok(names('6.1').some((name) => builtinTypes().record(`bpf_iter__${name}`) !== undefined));
	});

	it('list what programs attach to', () => {
		for (const catalog of catalogs) {
			assert.ok(catalog.tracepoints().includes('task_newtask'));
			assert.ok(catalog.lsmHooks().includes('file_open'));
			assert.ok(catalog.structOpsMembers('tcp_congestion_ops').includes('ssthresh'));
			assert.deepEqual(catalog.structOpsMembers('constructor'), []);
		}
	});
});
