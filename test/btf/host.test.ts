// The catalog of a running kernel: what its BTF says is there, whatever the shipped catalogs list.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBtf } from '../../server/src/btf/btf-blob.js';
import { hostCatalog } from '../../server/src/btf/host.js';
import type { Catalog } from '../../server/src/kernel/catalog.js';
import { blobOf, info } from './blob.js';
import { HOST_BLOB } from './host-blob.js';

describe('the catalog of a running kernel', () => {
	let folder: string;
	let catalog: Catalog;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'btf-'));
		const btf = join(folder, 'vmlinux');
		writeFileSync(btf, HOST_BLOB);
		catalog = hostCatalog(
			{ CONFIG_NET: false },
			{ btf, release: '6.15.3-generic', config: 'CONFIG_BPF_LSM=y\n# CONFIG_SECURITY is not set\n' },
		);
	});
	after(() => rmSync(folder, { recursive: true }));

	it('has the kfuncs of its BTF, with their prototypes and the flags of the shipped catalogs', () => {
		assert.deepEqual(
			[...catalog.kfuncs()].map((kfunc) => kfunc.name),
			['bpf_task_acquire', 'bpf_task_from_pid', 'bpf_task_release'],
		);
		const acquire = catalog.kfunc('bpf_task_acquire');
		assert.deepEqual(acquire?.parameters, [
			{ name: 'p', type: 'struct task_struct *' },
			{ name: 'how', type: 's32' },
		]);
		assert.deepEqual(acquire?.flags, ['KF_ACQUIRE', 'KF_RCU', 'KF_RET_NULL']);
		assert.deepEqual(catalog.releaseKfuncs('task_struct'), ['bpf_task_release']);
	});

	it('has the kfuncs of its loaded modules, and none of a module that is not', () => {
		// struct nf_conn; void bpf_ct_release(struct nf_conn *nfct); with the mark of a kfunc, continuing the kernel's ids and strings.
		const id = readBtf('vmlinux', HOST_BLOB).typeCount;
		const strings = 'nf_conn\0nfct\0bpf_ct_release\0bpf_kfunc\0';
		const name = (text: string) => HOST_BLOB.readUInt32LE(20) + strings.indexOf(text);
		const [struct, pointer, prototype, fn] = [id, id + 1, id + 2, id + 3];
		const words = [
			...[name('nf_conn'), info(4), 8],
			...[0, info(2), struct],
			...[0, info(13, 1), 0, name('nfct'), pointer],
			...[name('bpf_ct_release'), info(12, 1), prototype],
			...[name('bpf_kfunc'), info(17), fn, 0xffffffff],
		];
		const machine = mkdtempSync(join(tmpdir(), 'btf-'));
		try {
			writeFileSync(join(machine, 'vmlinux'), HOST_BLOB);
			writeFileSync(join(machine, 'nf_conntrack'), blobOf(words, strings));
			writeFileSync(join(machine, 'damaged'), HOST_BLOB.subarray(0, 50));
			const loaded = hostCatalog({}, { btf: join(machine, 'vmlinux'), release: '6.15.3', config: '' });
			const release = loaded.kfunc('bpf_ct_release');
			assert.deepEqual(
				[release?.module, release?.flags, release?.parameters],
				['nf_conntrack', ['KF_RELEASE'], [{ name: 'nfct', type: 'struct nf_conn *' }]],
			);
			assert.equal(loaded.availability('bpf_ct_release').state, 'present');
			assert.ok(
				[...loaded.kfuncs()].some(({ name }) => name === 'bpf_ct_release'),
				'it is offered',
			);
			assert.ok(![...catalog.kfuncs()].some(({ name }) => name === 'bpf_ct_release'));
			assert.equal(catalog.availability('bpf_ct_release').state, 'absent');
		} finally {
			rmSync(machine, { recursive: true });
		}
	});

	it('lacks what its BTF lacks, and a function without the mark is no kfunc', () => {
		assert.equal(catalog.kfunc('bpf_cgroup_acquire'), undefined);
		assert.equal(catalog.availability('bpf_cgroup_acquire').state, 'absent');
		assert.equal(catalog.availability('bpf_task_from_vpid').state, 'absent');
		assert.deepEqual(catalog.availability('bpf_task_kptr_get'), { state: 'absent', until: '6.4', replacement: 'bpf_task_acquire' });
		assert.equal(catalog.availability('bpf_task_acquire').state, 'present');
	});

	it('says that it does not know a kfunc that no catalog describes', () => {
		assert.deepEqual(catalog.availability('bpf_kfunc_of_tomorrow'), { state: 'unknown' });
	});

	it('goes by the release and the configuration of the machine', () => {
		assert.equal(catalog.release, '6.15');
		assert.equal(catalog.config('CONFIG_BPF_LSM'), true);
		assert.equal(catalog.config('CONFIG_SECURITY'), false);
		assert.equal(catalog.config('CONFIG_NET'), false);
	});

	it('is none where the machine shows no BTF, or is no Linux', () => {
		assert.throws(() => hostCatalog({}, { btf: join(folder, 'none') }), /none:0: this machine's kernel shows no BTF here/);
		assert.throws(() => hostCatalog({}, { btf: join(folder, 'vmlinux'), release: 'Darwin' }), /'Darwin' is no release of Linux/);
		writeFileSync(join(folder, 'cut'), HOST_BLOB.subarray(0, 100));
		assert.throws(() => hostCatalog({}, { btf: join(folder, 'cut'), release: '6.15' }), /cut/);
	});
});
