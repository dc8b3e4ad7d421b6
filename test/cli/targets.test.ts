// `--kernel` on the command line: what it takes, what it says of what it does not take, and what JSON carries.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/root.js';
import { bpfls, checkJson, withFiles } from './run-cli.js';

const PROGRAM = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
SEC("socket") int section(void *ctx) { bpf_rcu_read_lock(); bpf_rcu_read_unlock(); return 0; }
`;

describe('--kernel', () => {
	it('takes a range, which JSON carries as it is', () => {
		const { status, report } = checkJson({ 'a.bpf.c': PROGRAM }, '--kernel', '6.6..7.2');
		assert.equal(report.kernel, '6.6..7.2');
		assert.equal(report.files[0]?.programs[0]?.verdict, 'accept');
		assert.equal(status, 0);
	});

	for (const target of ['7.2..6.6', 'newest', '6.6..', '6.6..host', ''])
		it(`says of '${target}' what it takes instead`, () => {
			const { status, error } = withFiles({ 'a.bpf.c': PROGRAM }, (folder) => bpfls(['check', `--kernel=${target}`, 'a.bpf.c'], folder));
			assert.equal(status, 2);
			assert.match(
				error,
				target === ''
					? /--kernel wants a value/
					: /a release like 6\.12, a range like 6\.6\.\.6\.12 from old to new, host, or a catalog file/,
			);
		});

	it("takes this machine's kernel, where it shows BTF, and says so where it does not", () => {
		const { status, report, error } = withFiles({ 'a.bpf.c': PROGRAM }, (folder) => {
			const outcome = bpfls(['check', '--format', 'json', '--kernel', 'host', 'a.bpf.c'], folder);
			return { ...outcome, report: outcome.out === '' ? undefined : (JSON.parse(outcome.out) as { kernel: string }) };
		});
		if (existsSync('/sys/kernel/btf/vmlinux')) assert.equal(report?.kernel, 'host');
		else assert.deepEqual([status, /shows no BTF/.test(error)], [2, true]);
	});

	it('takes a catalog file, and names the place of what is wrong with one', () => {
		const shipped = readFileSync(join(repositoryRoot(), 'server/src/kernel/data/6.1.json'), 'utf8');
		withFiles({ 'a.bpf.c': PROGRAM, 'vendor.json': shipped, 'cut.json': shipped.slice(0, 1000) }, (folder) => {
			const { status, out } = bpfls(['check', '--format', 'json', '--kernel', 'vendor.json', 'a.bpf.c'], folder);
			const { kernel, catalog } = JSON.parse(out) as { kernel: string; catalog: string };
			assert.deepEqual([status, kernel, catalog], [1, '6.1', 'vendor.json']);
			const cut = bpfls(['check', '--kernel', 'cut.json', 'a.bpf.c'], folder);
			assert.equal(cut.status, 2);
			assert.match(cut.error, /cut\.json:1000: the JSON ends too early: the file is cut/);
			assert.match(bpfls(['kfunc', 'bpf_task_acquire', '--kernel', 'vendor.json'], folder).out, /Linux 6\.1 does not have it yet/);
		});
	});

	it('of bpfls kfunc shows both ends of a range', () => {
		const { out, status } = bpfls(['kfunc', 'bpf_task_from_vpid', '--kernel', '6.12..7.2']);
		assert.equal(status, 0);
		assert.match(out, /^=== Linux 6\.12\n[\s\S]*it comes with 6\.13[\s\S]*=== Linux 7\.2\n\nstruct task_struct \*bpf_task_from_vpid\(/);
	});
});
