// Programs for more than one kernel: ranges of releases, weak declarations with their guards, flavours.
import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseRuns, targetReleases } from '../../server/src/kernel/target.js';
import { normalizeTarget } from '../../server/src/options.js';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult } from '../../server/src/rules/finding.js';
import { targetObjection } from '../../server/src/rules/target.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const FOLDER = join(process.cwd(), 'nowhere');
const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
char LICENSE[] SEC("license") = "GPL";
extern void bpf_task_release(struct task_struct *p) __ksym;
`;

/** A program around `body`, which may use \`task\`; `declarations` stand before it. */
function program(declarations: string, body: string): string {
	return `${HEAD}${declarations}
SEC("tp_btf/task_newtask")
int BPF_PROG(prog, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *p = 0;

${body}
	if (p)
		bpf_task_release(p);
	return 0;
}
`;
}

const WEAK_VPID = 'extern struct task_struct *bpf_task_from_vpid(s32 vpid) __ksym __weak;';
const ACQUIRE = 'extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;';

/** The shipped catalog with one name of it changed, so that answers tell it apart. */
function vendorCatalog(path: string): void {
	const shipped = readFileSync(join(repositoryRoot(), 'server/src/kernel/data/6.12.json'), 'utf8');
	writeFileSync(path, shipped.replace('"bpf_task_from_pid":', '"vendor_task_from_pid":'));
}

describe('targets', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow(FOLDER) });
	});

	function check(text: string, kernel: string): FileResult {
		const options: CheckOptions = { kernel, includePaths: [], defines: ['__TARGET_ARCH_x86'] };
		return checker.check(join(FOLDER, 'a.bpf.c'), text, options);
	}
	function answer(text: string, kernel: string): string {
		const { programs, findings } = check(text, kernel);
		const rules = findings.map((finding) => finding.rule);
		return [programs.map((one) => one.reason ?? one.verdict).join(), ...rules].join(' ');
	}

	it('are releases, ranges from old to new, and this machine', () => {
		const written = ['6.12', 'v6.6 .. 6.12.4', '6.6..6.6', 'host', '7.2..6.6', '6.6..', '..6.6', '6.1..6.6..7.2', 'host..7.2', '6..7', ''];
		assert.deepEqual(
			written.map((each) => normalizeTarget(each)),
			['6.12', '6.6..6.12', '6.6', 'host', ...Array(7).fill(undefined)],
		);
		assert.equal(normalizeTarget('kernels/vendor.json', FOLDER), join(FOLDER, 'kernels', 'vendor.json'));
	});

	it('of a range are both ends and the shipped releases between', () => {
		assert.deepEqual(targetReleases('6.6..7.2'), ['6.6', '6.12', '7.2']);
		assert.deepEqual(targetReleases('6.12..6.18'), ['6.12', '6.18']);
		assert.deepEqual(targetReleases('6.12'), ['6.12']);
		assert.equal(releaseRuns(new Set(['6.1', '6.6', '7.2']), ['6.1', '6.6', '6.12', '7.2']), '6.1 to 6.6, 7.2');
	});

	it('with a range, one finding names the releases that it concerns', () => {
		const text = program(WEAK_VPID, '\tp = bpf_task_from_vpid(1);');
		const { findings, programs } = check(text, '6.6..7.2');
		assert.deepEqual(
			findings.map((finding) => finding.message.slice(finding.message.lastIndexOf('('))),
			['(kernel 6.6 to 6.12)'],
		);
		assert.equal(programs[0]?.verdict, 'reject');
		assert.equal(answer(text, '6.13..7.2'), 'accept');
	});

	it('with a range, a repair is one that holds for every release that asks for it', () => {
		const { findings } = check(program(WEAK_VPID, '\tp = bpf_task_from_vpid(1);'), '6.6..7.2');
		assert.deepEqual(
			findings[0]?.fixes.map((fix) => fix.edits.map((edit) => edit.newText)),
			[['bpf_ksym_exists(bpf_task_from_vpid) ? ', ' : 0']],
		);
	});

	it('guard a call with what the header at hand has', () => {
		const text = program(WEAK_VPID, '\tp = bpf_task_from_vpid(1);').replace(
			'#include <bpf/bpf_tracing.h>',
			'#undef bpf_ksym_exists\n#include <bpf/bpf_tracing.h>',
		);
		const { findings } = check(text, '6.12');
		assert.deepEqual(
			findings[0]?.fixes.map((fix) => fix.edits.map((edit) => edit.newText)),
			[['bpf_task_from_vpid ? ', ' : 0']],
		);
	});

	it('with a range, a comment silences the merged finding', () => {
		const text = program(WEAK_VPID, '\tp = bpf_task_from_vpid(1); // bpfls: ignore[kfunc-unavailable]');
		const { findings, problems } = check(text, '6.6..7.2');
		assert.deepEqual(findings, []);
		assert.deepEqual(
			problems.filter((problem) => problem.code !== 'missing-header'),
			[],
		);
	});

	it('judge a guarded call only where it can run', () => {
		const guarded = program(WEAK_VPID, '\tif (bpf_ksym_exists(bpf_task_from_vpid))\n\t\tp = bpf_task_from_vpid(1);');
		for (const kernel of ['6.1', '6.12', '6.13', '7.2', '6.1..7.3']) assert.equal(answer(guarded, kernel), 'accept', kernel);
		const leaking = program(WEAK_VPID, '\tif (bpf_ksym_exists(bpf_task_from_vpid))\n\t\tbpf_task_from_vpid(1);');
		assert.equal(answer(leaking, '6.12'), 'accept');
		assert.equal(answer(leaking, '7.2'), 'reject unreleased-reference');
	});

	it('object to an unguarded call of a kfunc that is missing, weak or not', () => {
		assert.equal(answer(program(WEAK_VPID, '\tp = bpf_task_from_vpid(1);'), '6.12'), 'reject kfunc-unavailable');
		assert.equal(answer(program(WEAK_VPID.replace(' __weak', ''), '\tp = bpf_task_from_vpid(1);'), '6.12'), 'reject kfunc-unavailable');
	});

	it('say of a kfunc that no release has what it takes, and follow a guard around it', () => {
		const nobody = 'extern struct task_struct *nobodys_task(void) __ksym __weak;';
		const reason = "kfunc 'nobodys_task' is not in the catalog of 6.12: unless a module brings it, the program does not load";
		assert.equal(answer(program(nobody, '\tp = nobodys_task();'), '6.12'), reason);
		assert.match(answer(program(nobody, '\tp = nobodys_task();'), '6.15'), /not in the catalog of 6\.15$/);
		const guarded = program(nobody, '\tif (bpf_ksym_exists(nobodys_task))\n\t\tp = nobodys_task();');
		assert.equal(answer(guarded, '6.12'), 'accept');
	});

	it('know a flavour by the name in front of it', () => {
		const flavours = `extern struct task_struct *bpf_task_acquire___old(struct task_struct *p, int how) __ksym __weak;
extern struct task_struct *bpf_task_acquire___now(struct task_struct *p) __ksym __weak;`;
		const body = `	if (bpf_ksym_exists(bpf_task_acquire___old))
		p = bpf_task_acquire___old(task, 1);
	else if (bpf_ksym_exists(bpf_task_acquire___now))
		p = bpf_task_acquire___now(task);`;
		assert.equal(answer(program(flavours, body), '6.12'), 'accept');
		assert.equal(answer(program(flavours, '\tbpf_task_acquire___now(task);'), '6.12'), 'reject unreleased-reference');
		assert.equal(answer(program(flavours, '\tp = bpf_task_acquire___old(task, 1);'), '6.12'), 'reject kfunc-prototype');
	});

	it('say of a call what changes within a range, and nothing within a release', () => {
		const text = program(ACQUIRE, '\tp = bpf_task_acquire(task);');
		const changed = check(text, '6.2..6.12').findings;
		assert.deepEqual(
			changed.map((finding) => finding.rule),
			['kfunc-changed'],
		);
		assert.match(changed[0]!.message, /from 6\.4 on, .*NULL/);
		assert.equal(answer(text, '6.12'), 'accept');
		assert.equal(answer(text, '6.12..7.2'), 'accept');
	});

	it('may be a catalog of a kernel of one’s own, which stays in force while its file is broken', () => {
		const folder = mkdtempSync(join(tmpdir(), 'target-'));
		try {
			const file = join(folder, 'vendor.json');
			const text = program('extern struct task_struct *vendor_task_from_pid(s32 pid) __ksym;', '\tp = vendor_task_from_pid(1);');
			assert.match(targetObjection(file)!, /vendor\.json:0: cannot be read/);
			vendorCatalog(file);
			assert.equal(targetObjection(file), undefined);
			assert.equal(answer(text, file), 'accept');
			assert.match(answer(text, '6.12'), /not in the catalog of 6\.12/);
			writeFileSync(file, '{"format":1,');
			const { programs, problems } = check(text, file);
			assert.equal(programs[0]?.verdict, 'accept');
			assert.deepEqual(
				problems.filter((problem) => problem.code === 'catalog').map((problem) => problem.message),
				[`${file}:12: the JSON ends too early: the file is cut. The catalog that was read before stays in force.`],
			);
			vendorCatalog(file);
			assert.ok(!check(text, file).problems.some((problem) => problem.code === 'catalog'));
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	/** Verdicts of the verifier of 6.18. */
	it('keep in a map only what the kernel can free', () => {
		const using = (use: string) =>
			program(
				`struct kept { struct mm_struct __kptr *held; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, __u32); __type(value, struct kept); __uint(max_entries, 1); } slots SEC(".maps");`,
				`	__u32 key = 0;
	struct kept *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot || !task->mm)
		return 0;
${use}`,
			);
		assert.equal(answer(using('\tif (slot->held)\n\t\treturn 1;'), '6.18'), 'accept');
		assert.equal(answer(using('\tslot->held = task->mm;'), '6.18'), 'accept');
		assert.equal(answer(using('\tif (slot->held)\n\t\treturn slot->held->map_count;'), '6.18'), 'reject kptr-access');
		assert.equal(answer(using('\tbpf_kptr_xchg(&slot->held, 0);'), '6.18'), 'reject kptr-access');
	});

	it('take addresses of the arena where a kfunc of 7.3 asks for them', () => {
		const given = (value: string) =>
			program(
				`#define __arena __attribute__((address_space(1)))
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, 1024); __uint(max_entries, 10); } arena SEC(".maps");
void __arena *bpf_arena_alloc_pages(void *map, void __arena *addr, __u32 page_cnt, int node_id, __u64 flags) __ksym;
s32 scx_bpf_sub_caps(u64 cgroup_id, u64 caps, struct scx_cmask __arena *out__arena) __ksym;`,
				`	long local = 0;
	void __arena *page = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0);

	if (page)
		scx_bpf_sub_caps(1, 2, ${value});`,
			);
		assert.equal(answer(given('page'), '7.3'), 'accept');
		assert.equal(answer(given('(void __arena *)(clone_flags & 7)'), '7.3'), 'accept');
		assert.equal(answer(given('(void __arena *)&local'), '7.3'), 'reject untrusted-argument');
	});

	it('mend declarations', () => {
		const { findings } = check(
			program(`struct task_struct *bpf_task_from_pid(struct task_struct *pid) __ksym;`, '\tp = bpf_task_from_pid(1);'),
			'6.12',
		);
		assert.deepEqual(
			findings.map((finding) => finding.fixes.map((fix) => fix.edits.map((edit) => edit.newText))),
			[[['extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;']]],
		);
	});

	it('declare what nothing declares', () => {
		const text = `#include <bpf/bpf_helpers.h>
SEC("socket")
int prog(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	return 0;
}
`;
		const { findings } = check(text, '6.12');
		assert.deepEqual(
			findings.map((finding) => [finding.rule, finding.fixes.map((fix) => fix.edits.map((edit) => edit.newText))]),
			[
				['kfunc-undeclared', [['extern void bpf_rcu_read_lock(void) __ksym;\n\n']]],
				['kfunc-undeclared', [['extern void bpf_rcu_read_unlock(void) __ksym;\n\n']]],
			],
		);
	});

	it('read a kptr tag as the release does', () => {
		const slots = (tag: string) => `#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))
struct slot { struct cgroup ${tag} *held; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, __u32); __type(value, struct slot); __uint(max_entries, 1); } slots SEC(".maps");
extern void bpf_cgroup_release(struct cgroup *p) __ksym;`;
		const body = `	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct cgroup *old = slot ? bpf_kptr_xchg(&slot->held, 0) : 0;

	if (old)
		bpf_cgroup_release(old);`;
		assert.equal(answer(program(slots('__kptr_ref'), body), '6.3'), 'accept');
		assert.equal(answer(program(slots('__kptr_ref'), body), '6.4'), 'reject kptr-tag');
		assert.equal(answer(program(slots('__kptr'), body), '6.4'), 'accept');
		assert.equal(answer(program(slots('__kptr'), body), '6.3'), 'reject kptr-tag');
		const fix = check(program(slots('__kptr'), body), '6.3').findings[0]?.fixes[0];
		assert.deepEqual(
			fix?.edits.map((edit) => edit.newText),
			['__kptr_ref'],
		);
	});

	/** Verdicts of the verifiers of 6.1, 6.12 and 6.18 on the same programs. */
	it('load and store a kptr as the release reads its tag', () => {
		const uses = {
			store: '\tif (task->pid == 7)\n\t\treturn 2;\n\tslot->held = task;',
			follow: '\tif (slot->held)\n\t\treturn slot->held->pid;',
			ask: '\tif (slot->held)\n\t\treturn 1;',
		};
		const text = (tag: string, use: keyof typeof uses, beside = '') =>
			program(
				`#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))
struct held { struct task_struct ${tag} *held; ${beside} };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, __u32); __type(value, struct held); __uint(max_entries, 1); } slots SEC(".maps");`,
				`	__u32 key = 0;
	struct held *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
${uses[use]}`,
			);
		for (const [tag, use, release, expected] of [
			['__kptr', 'store', '6.1', 'accept'],
			['__kptr', 'store', '6.12', 'reject kptr-access'],
			['__kptr', 'follow', '6.1', 'accept'],
			['__kptr', 'follow', '6.18', 'accept'],
			['__kptr_ref', 'store', '6.3', 'reject kptr-access'],
			['__kptr_ref', 'store', '6.12', 'accept'],
			['__kptr_ref', 'follow', '6.3', 'accept'],
			['__kptr_ref', 'follow', '6.12', 'reject kptr-tag'],
			['__kptr_ref', 'ask', '6.12', 'accept'],
			['__kptr_untrusted', 'follow', '6.1', 'reject kptr-tag'],
			['__kptr_untrusted', 'follow', '6.12', 'accept'],
			['__kptr_untrusted', 'store', '6.1', 'accept'],
			['__percpu_kptr', 'store', '6.1', 'accept'],
			['__percpu_kptr', 'store', '6.12', 'reject kptr-access'],
			['__percpu_kptr', 'follow', '6.1', 'reject kptr-tag'],
		] as const)
			assert.equal(answer(text(tag, use), release), expected, `${tag} ${use} ${release}`);
		// A tag that the release does not know takes the fields beside it along, up to 6.18 at least.
		const odd = 'struct task_struct __kptr_ref *odd;';
		assert.equal(answer(text('__kptr', 'follow', odd), '6.12'), 'reject kptr-tag');
		assert.equal(answer(text('__kptr', 'store', odd), '6.18'), 'accept');
		assert.equal(answer(text('__kptr', 'store', odd), '7.2'), 'reject kptr-access');
	});
});
