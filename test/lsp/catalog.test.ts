// A setting that points at a catalog file: while the file is no catalog, what was in force stays so, and one message says what is wrong where.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/root.js';
import { TestClient, USUAL } from './client.js';

/** `bpf_task_from_vpid()` came after 6.12. */
const PROGRAM = `#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";
struct task_struct;
extern struct task_struct *bpf_task_from_vpid(int vpid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
SEC("syscall")
int find(void *ctx)
{
	struct task_struct *task = bpf_task_from_vpid(1);

	if (task)
		bpf_task_release(task);
	return 0;
}
`;

describe('a catalog file in the settings', () => {
	const shipped = readFileSync(join(repositoryRoot(), 'server/src/kernel/data/6.12.json'), 'utf8');
	let client: TestClient;
	let folder: string;
	let version = 0;
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), 'setting-'));
		client = new TestClient();
		client.settings = () => ({ kernel: '7.2' });
		await client.initialize({ ...USUAL, workspace: { ...USUAL.workspace, configuration: true } });
	});
	after(async () => {
		await client.close();
		rmSync(folder, { recursive: true });
	});

	/** The codes of problems and findings of the program, checked anew. */
	async function codes(): Promise<unknown[]> {
		const uri = pathToFileURL(join(folder, 'find.bpf.c')).href;
		version++;
		if (version === 1) await client.open(uri, PROGRAM, version);
		else await client.change(uri, version, { text: PROGRAM });
		return (await client.diagnostics(uri, version)).map((one) => one.code).filter((code) => code !== 'missing-header');
	}

	async function configure(kernel: string): Promise<void> {
		client.settings = () => ({ kernel });
		await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
	}

	it('that is cut leaves the target as it was, and says where it is cut', async () => {
		const file = join(folder, 'vendor.json');
		writeFileSync(file, shipped.slice(0, 4000));
		assert.deepEqual(await codes(), []);
		await configure('vendor.json');
		assert.deepEqual(await codes(), [], 'the programs are checked for 7.2 as before');
		const said = client.logged.filter((message) => message.includes(file));
		assert.deepEqual(said, [
			`bpfls.kernel: ${file}:4000: the JSON ends too early: the file is cut. The programs are checked for 7.2 as before.`,
		]);
	});

	it('is in force once it is whole', async () => {
		writeFileSync(join(folder, 'vendor.json'), shipped);
		await configure('./vendor.json');
		assert.deepEqual(await codes(), ['kfunc-unavailable']);
	});

	it('that breaks later stays in force as it was read, which the document says', async () => {
		writeFileSync(join(folder, 'vendor.json'), shipped.replace('"bpf_task_release":', 'oops'));
		assert.deepEqual((await codes()).sort(), ['catalog', 'kfunc-unavailable']);
		writeFileSync(join(folder, 'vendor.json'), shipped);
		assert.deepEqual(await codes(), ['kfunc-unavailable']);
	});
});
