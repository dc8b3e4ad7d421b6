// The generator on a small tree in the kernel's forms: what it must find, and how it says that a tree is none.
import assert from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../server/src/kernel/generate/generate.js';
import { writeCatalog } from '../../server/src/kernel/generate/write.js';
import { CatalogError, loadCatalog } from '../../server/src/kernel/load.js';
import { writeSmallTree } from './small-tree.js';

describe('the generator', () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'kernel-'));
		writeSmallTree(join(folder, 'tree'));
	});
	after(() => rmSync(folder, { recursive: true }));

	const config = 'CONFIG_NET=y\nCONFIG_CGROUPS=y\nCONFIG_PRINT=m\n# CONFIG_OTHER is not set\nCONFIG_BPF_SYSCALL=y\n';

	it('finds kfuncs with flags, conditions, programs and prototypes', () => {
		const { catalog, notes } = generate(join(folder, 'tree'));
		assert.strictEqual(catalog.release, '6.99');
		assert.strictEqual(catalog.full, '6.99.4-rc1');
		assert.deepStrictEqual(Object.keys(catalog.kfuncs), ['thing_acquire', 'thing_release', 'thing_one', 'thing_two']);
		assert.deepStrictEqual(catalog.kfuncs.thing_acquire, {
			result: 'struct thing *',
			parameters: [
				['struct thing *', 'thing'],
				['u32', 'len__sz'],
			],
			flags: ['KF_ACQUIRE', 'KF_RCU'],
			sets: ['thing_ids_set'],
			types: ['LSM', 'TRACING'],
			attach: { TRACING: ['TRACE_ITER'] },
			filters: ['thing_filter'],
			config: ['CONFIG_BPF_SYSCALL'],
			source: 'kernel/bpf/helpers.c',
		});
		assert.deepStrictEqual(catalog.kfuncs.thing_release?.config, ['CONFIG_BPF_SYSCALL', 'CONFIG_CGROUPS']);
		assert.deepStrictEqual(catalog.kfuncs.thing_two?.parameters, [
			['int (*)(void * ctx)', 'callback'],
			['const char *', 'name'],
		]);
		assert.deepStrictEqual(catalog.destructors, { thing: { destructor: 'thing_release_dtor', release: 'thing_release' } });
		assert.deepStrictEqual(catalog.flags, ['KF_ACQUIRE', 'KF_RELEASE', 'KF_RCU']);
		assert.ok(notes.includes('3 of 4 BTF_ID_FLAGS(func, ...) entries, 4 kfuncs'), notes.join('\n'));
	});

	it('finds who is given which helper', () => {
		const { helpers } = generate(join(folder, 'tree')).catalog;
		assert.deepStrictEqual(helpers.bpf_look_up?.variants, [
			{
				proto: 'look_up_proto',
				returns: 'RET_PTR_TO_BTF_ID|PTR_MAYBE_NULL',
				returnsStruct: 'thing',
				arguments: ['ARG_PTR_TO_FIXED_SIZE_MEM|MEM_RDONLY'],
				sizes: { 0: 8 },
				types: ['XDP', 'TRACING', 'LSM'],
			},
		]);
		assert.deepStrictEqual(helpers.bpf_send?.except, ['TRACING:TRACE_ITER']);
		assert.deepStrictEqual(
			helpers.bpf_send?.variants.map((variant) => [variant.proto, variant.conditions]),
			[
				['send_twice_proto', ['!sleepable']],
				['send_proto', ['sleepable']],
			],
		);
		assert.deepStrictEqual(
			helpers.bpf_print?.variants.map((variant) => [variant.proto, variant.types, variant.config]),
			[
				['look_up_proto', ['XDP'], ['CONFIG_PRINT']],
				['send_twice_proto', ['TRACING', 'LSM'], ['CONFIG_OTHER']],
				['look_up_proto', ['TRACING', 'LSM'], ['!CONFIG_OTHER', 'CONFIG_PRINT']],
			],
		);
	});

	it('finds trust lists, hooks, tracepoints, struct_ops and error injection', () => {
		const { catalog } = generate(join(folder, 'tree'));
		assert.deepStrictEqual(catalog.trust, { rcu: { thing: ['mask', 'sets', 'parent'] } });
		assert.deepStrictEqual(catalog.rcu, { cgroup: ['CONFIG_CGROUPS'], thing: [] });
		assert.deepStrictEqual(catalog.lsm.thing_open, {
			result: 'int',
			parameters: [
				['struct thing *', 'thing'],
				['const char *', 'name'],
			],
			sleepable: true,
		});
		assert.deepStrictEqual(catalog.lsm.thing_free, { result: 'void', parameters: [], config: ['CONFIG_SECURITY_THING'] });
		assert.strictEqual(Object.keys(catalog.lsm).length, 2);
		assert.deepStrictEqual(catalog.tracepoints, {
			thing_made: ['struct thing *', 't', 'int', 'n'],
			thing_gone: ['const struct thing *', 't', 'void (*)(int)', 'how'],
			thing_seen: ['struct thing *', 't'],
		});
		assert.deepStrictEqual(catalog.traceEvents, { things: ['thing_gone', 'thing_made'] }, 'a bare tracepoint is no event');
		assert.deepStrictEqual(catalog.tracepointMarks, { thing_made: { nullable: [0], opaque: [1] } });
		assert.deepStrictEqual(catalog.structOps.thing_ops?.members, {
			start: { nullable: [1], referenced: [0], sleepable: false },
			wait: { sleepable: true },
		});
		assert.deepStrictEqual(catalog.errorInjection, ['should_fail_thing']);
	});

	it("marks what the tree's test modules register, and leaves a name to the kernel where both have it", () => {
		const root = join(folder, 'with-module');
		const path = 'tools/testing/selftests/bpf/thing_mod/thing_mod.c';
		writeSmallTree(root, {
			[path]: `
__bpf_kfunc void mod_use(struct thing *thing) { }
__bpf_kfunc void thing_release(int other) { }
BTF_KFUNCS_START(mod_ids)
BTF_ID_FLAGS(func, mod_use, KF_RCU)
BTF_ID_FLAGS(func, thing_release)
BTF_KFUNCS_END(mod_ids)
static const struct btf_kfunc_id_set mod_set = { .owner = THIS_MODULE, .set = &mod_ids };
static int mod_init(void) { return register_btf_kfunc_id_set(BPF_PROG_TYPE_XDP, &mod_set); }
MODULE_LICENSE("GPL");
`,
		});
		const { catalog } = generate(root);
		assert.deepStrictEqual(catalog.kfuncs.mod_use, {
			result: 'void',
			parameters: [['struct thing *', 'thing']],
			flags: ['KF_RCU'],
			sets: ['mod_ids'],
			types: ['XDP'],
			source: path,
			module: 'thing_mod',
		});
		assert.strictEqual(catalog.kfuncs.thing_release?.module, undefined);
		assert.deepStrictEqual(catalog.kfuncs.thing_release?.flags, generate(join(folder, 'tree')).catalog.kfuncs.thing_release?.flags);
	});

	it('writes a file that can be loaded, sorted, with one entity a line', () => {
		const text = writeCatalog(generate(join(folder, 'tree'), config).catalog);
		assert.deepStrictEqual(text.split('\n').filter((line) => line.startsWith('"thing_') && line.includes('"sets"')).length, 4);
		const path = join(folder, 'small.json');
		writeFileSync(path, text);
		const catalog = loadCatalog('6.12', { file: path });
		assert.strictEqual(catalog.release, '6.99');
		assert.strictEqual(catalog.helper('bpf_print', 'TRACING')?.proto, 'look_up_proto');
		assert.strictEqual(
			loadCatalog('6.12', { file: path, config: { CONFIG_OTHER: true } }).helper('bpf_print', 'TRACING')?.proto,
			'send_twice_proto',
		);
		assert.strictEqual(catalog.helper('bpf_send', 'TRACING', 'TRACE_ITER'), undefined);
		assert.strictEqual(catalog.helper('bpf_send', 'TRACING', 'TRACE_FENTRY', true)?.proto, 'send_proto');
		assert.ok(catalog.isRcuProtected('cgroup'));
		assert.deepStrictEqual(catalog.releaseKfuncs('thing'), ['thing_release']);
	});

	it('names what is missing in a tree that is none', () => {
		assert.throws(
			() => generate(join(folder, 'nowhere')),
			(error: unknown) => error instanceof CatalogError && error.message.includes('this is no kernel source tree'),
		);
		const half = join(folder, 'half');
		writeSmallTree(half, { 'include/linux/bpf_types.h': undefined });
		assert.throws(() => generate(half), /bpf_types\.h:0: not found in the kernel tree/);
		const empty = join(folder, 'empty');
		writeSmallTree(empty, { 'include/uapi/linux/bpf.h': '' });
		assert.throws(() => generate(empty), /the list of helpers/);
		const unversioned = join(folder, 'unversioned');
		writeSmallTree(unversioned, { Makefile: '' });
		assert.throws(() => generate(unversioned), /VERSION and PATCHLEVEL are missing/);
	});

	it('names the file that is cut, and what in it has no end', () => {
		const broken = join(folder, 'cut');
		const files = ['kernel/bpf/verifier.c', 'kernel/bpf/btf.c', 'include/trace/events/thing.h', 'net/thing_ops.c', 'kernel/bpf/helpers.c'];
		for (const file of files) {
			const whole = readFileSync(join(folder, 'tree', file), 'utf8');
			let refused = 0;
			for (let length = 1; length < whole.length; length += 37) {
				writeSmallTree(broken, { [file]: whole.slice(0, length) });
				try {
					// A cut between two declarations leaves a file that is short and whole.
					assert.equal(generate(broken).catalog.release, '6.99');
				} catch (error) {
					assert.ok(error instanceof CatalogError, String(error));
					assert.equal(error.file, join(broken, file));
					assert.ok(error.offset < length && error.message.startsWith(`${error.file}:${error.offset}: `), error.message);
					refused++;
				}
			}
			assert.ok(refused > 0, file);
			const open = whole.lastIndexOf('{');
			writeSmallTree(broken, { [file]: whole.slice(0, open + 2) });
			if (open > 0) assert.throws(() => generate(broken), new RegExp(`${file}:\\d+: .*(?:the file is cut|never ends)`));
			writeSmallTree(broken, { [file]: whole });
		}
	});

	it('names a comment, a conditional and a bracket without an end by their place', () => {
		const path = 'kernel/bpf/helpers.c';
		const whole = readFileSync(join(folder, 'tree', path), 'utf8');
		const root = join(folder, 'open');
		for (const [tail, what] of [
			['/* and so', 'this comment never ends'],
			['#ifdef CONFIG_CUT\n', 'a conditional that does not end: the file is cut'],
			['static int cut(int a', "'(' is never closed: the file is cut"],
		] as const) {
			writeSmallTree(root, { [path]: `${whole}${tail}` });
			const offset = whole.length + (tail.startsWith('static') ? tail.indexOf('(') : 0);
			assert.throws(() => generate(root), { message: `${join(root, path)}:${offset}: ${what}` });
		}
		writeSmallTree(root, {
			[path]: `${whole}#ifdef CONFIG_A\nstatic int f(void)\n{\n#else\nstatic int g(void)\n{\n#endif\n\treturn 0;\n}\n`,
		});
		assert.equal(generate(root).catalog.release, '6.99', 'alternatives that open the same bracket open it once');
	});
});
