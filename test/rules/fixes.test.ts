// Repairs: each that is offered mends its finding and brings no new one, keeps the layout, and the preferred ones together leave a clean file.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult, Fix } from '../../server/src/rules/finding.js';
import { applyEdits } from '../../server/src/rules/fix/edits.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const options: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };

const HEAD = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

`;

/** How many findings a text has, by rule. */
function counts(result: FileResult): Map<string, number> {
	const found = new Map<string, number>();
	for (const { rule } of result.findings) found.set(rule, (found.get(rule) ?? 0) + 1);
	return found;
}

describe('repairs', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow('/repairs') });
	});

	const apply = (text: string, fix: Fix): string => {
		const changed = applyEdits(text, fix.edits);
		assert.ok(changed !== undefined, `${fix.title}: its edits overlap`);
		return changed;
	};

	/** Applies the preferred repair of the first finding. */
	const repaired = (text: string): string => {
		const { findings } = checker.check('/repairs.bpf.c', text, options);
		assert.ok(findings.length > 0, 'nothing found');
		const fix = findings[0]!.fixes.find((one) => one.preferred);
		assert.ok(fix, `no preferred repair for: ${findings[0]!.message}`);
		return apply(text, fix);
	};

	/** One function's body before and after. */
	const mends = (what: string, program: string, expected: string): void => {
		it(what, () => {
			assert.equal(repaired(HEAD + program), HEAD + expected);
			assert.deepEqual(checker.check('/repairs.bpf.c', HEAD + expected, options).findings, []);
		});
	};

	mends(
		'insert the release before the return that leaks',
		`SEC("tc")
int one(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (task->pid > 7)
		return 1; /* too large */
	bpf_task_release(task);
	return 0;
}
`,
		`SEC("tc")
int one(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (task->pid > 7) {
		bpf_task_release(task);
		return 1; /* too large */
	}
	bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'insert it before each of several returns, in spaces where the file has spaces',
		`SEC("tc")
int two(struct __sk_buff *skb) {
    struct task_struct *task;

    task = bpf_task_from_pid(1);
    if (!task)
        return 0;
    if (task->pid > 7) {
        return 1;
    }
    return 2;
}
`,
		`SEC("tc")
int two(struct __sk_buff *skb) {
    struct task_struct *task;

    task = bpf_task_from_pid(1);
    if (!task)
        return 0;
    if (task->pid > 7) {
        bpf_task_release(task);
        return 1;
    }
    bpf_task_release(task);
    return 2;
}
`,
	);

	mends(
		'compute a returned value before the release',
		`SEC("tc")
int value(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	return task->pid;
}
`,
		`SEC("tc")
int value(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	int ret = task->pid;
	bpf_task_release(task);
	return ret;
}
`,
	);

	mends(
		'check a value that may be NULL at the exit',
		`SEC("tc")
int unchecked(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	return 0;
}
`,
		`SEC("tc")
int unchecked(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task)
		bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'keep a result that nobody holds',
		`SEC("tc")
int dropped(struct __sk_buff *skb)
{
	bpf_task_from_pid(1);
	return 0;
}
`,
		`SEC("tc")
int dropped(struct __sk_buff *skb)
{
	struct task_struct *acquired = bpf_task_from_pid(1);
	if (acquired)
		bpf_task_release(acquired);
	return 0;
}
`,
	);

	mends(
		'check before a release',
		`SEC("tc")
int unproven(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	bpf_task_release(task);
	return 0;
}
`,
		`SEC("tc")
int unproven(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task)
		bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'leave where a lookup found nothing, with the value that lets a packet pass',
		`struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} packets SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *packet = bpf_map_lookup_elem(&packets, &key);

	*packet += 1;
	return XDP_PASS;
}
`,
		`struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 1);
} packets SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	__u32 key = 0;
	__u64 *packet = bpf_map_lookup_elem(&packets, &key);

	if (!packet)
		return XDP_PASS;
	*packet += 1;
	return XDP_PASS;
}
`,
	);

	mends(
		'release what is held where a check leaves',
		`SEC("tc")
int held(struct __sk_buff *skb)
{
	struct task_struct *one, *two;

	one = bpf_task_from_pid(1);
	if (!one)
		return 0;
	two = bpf_task_from_pid(2);
	__sink(two->pid);
	bpf_task_release(two);
	bpf_task_release(one);
	return 0;
}
`.replace('__sink(two->pid);', 'skb->mark = two->pid;'),
		`SEC("tc")
int held(struct __sk_buff *skb)
{
	struct task_struct *one, *two;

	one = bpf_task_from_pid(1);
	if (!one)
		return 0;
	two = bpf_task_from_pid(2);
	if (!two) {
		bpf_task_release(one);
		return 0;
	}
	skb->mark = two->pid;
	bpf_task_release(two);
	bpf_task_release(one);
	return 0;
}
`,
	);

	mends(
		'drop the second release',
		`SEC("tc")
int twice(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_task_release(task);
	bpf_task_release(task);
	return 0;
}
`,
		`SEC("tc")
int twice(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'release after the last use',
		`SEC("tc")
int late(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_task_release(task);
	skb->mark = task->pid;
	return 0;
}
`,
		`SEC("tc")
int late(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	skb->mark = task->pid;
	bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'release on the exit where a goto joins the paths',
		`SEC("tc")
int ladder(struct __sk_buff *skb)
{
	struct task_struct *task;
	int ret = 0;

	task = bpf_task_from_pid(1);
	if (!task)
		goto out;
	if (skb->len > 7) {
		ret = 1;
		goto out;
	}
	bpf_task_release(task);
out:
	return ret;
}
`,
		`SEC("tc")
int ladder(struct __sk_buff *skb)
{
	struct task_struct *task;
	int ret = 0;

	task = bpf_task_from_pid(1);
	if (!task)
		goto out;
	if (skb->len > 7) {
		ret = 1;
		bpf_task_release(task);
		goto out;
	}
	bpf_task_release(task);
out:
	return ret;
}
`,
	);

	mends(
		'close a read section before the return that leaves it open',
		`void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int open(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	if (skb->len > 7)
		return 1;
	bpf_rcu_read_unlock();
	return 0;
}
`,
		`void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int open(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	if (skb->len > 7) {
		bpf_rcu_read_unlock();
		return 1;
	}
	bpf_rcu_read_unlock();
	return 0;
}
`,
	);

	mends(
		'destroy an iterator before the return in its loop',
		`SEC("tc")
int walk(struct __sk_buff *skb)
{
	struct bpf_iter_num it;
	int *number;

	bpf_iter_num_new(&it, 0, 10);
	while ((number = bpf_iter_num_next(&it))) {
		if (*number == skb->len)
			return 1;
	}
	bpf_iter_num_destroy(&it);
	return 0;
}
`,
		`SEC("tc")
int walk(struct __sk_buff *skb)
{
	struct bpf_iter_num it;
	int *number;

	bpf_iter_num_new(&it, 0, 10);
	while ((number = bpf_iter_num_next(&it))) {
		if (*number == skb->len) {
			bpf_iter_num_destroy(&it);
			return 1;
		}
	}
	bpf_iter_num_destroy(&it);
	return 0;
}
`,
	);

	const MAP = `struct slot {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct slot);
	__uint(max_entries, 1);
} slots SEC(".maps");

`;

	mends(
		'release the old value behind an exchange',
		`${MAP}SEC("tc")
int swap(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	bpf_kptr_xchg(&slot->task, NULL);
	return 0;
}
`,
		`${MAP}SEC("tc")
int swap(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	struct task_struct *old = bpf_kptr_xchg(&slot->task, NULL);
	if (old)
		bpf_task_release(old);
	return 0;
}
`,
	);

	mends(
		'replace a kfunc that left the kernel',
		`${MAP}struct task_struct *bpf_task_kptr_get(struct task_struct **pp) __ksym;

SEC("tc")
int get(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	struct task_struct *kept = bpf_task_kptr_get(&slot->task);
	if (kept)
		bpf_task_release(kept);
	return 0;
}
`,
		`${MAP}extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int get(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	struct task_struct *kept;
	bpf_rcu_read_lock();
	kept = slot->task;
	if (kept)
		kept = bpf_task_acquire(kept);
	bpf_rcu_read_unlock();
	if (kept)
		bpf_task_release(kept);
	return 0;
}
`,
	);

	mends(
		'keep a field that is loaded twice in a local',
		`void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

${MAP}SEC("tc")
int twice_loaded(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	bpf_rcu_read_lock();
	if (slot->task) {
		bpf_printk("a task");
		skb->mark = slot->task->pid;
	}
	bpf_rcu_read_unlock();
	return 0;
}
`,
		`void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

${MAP}SEC("tc")
int twice_loaded(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	bpf_rcu_read_lock();
	struct task_struct *task = slot->task;
	if (task) {
		bpf_printk("a task");
		skb->mark = task->pid;
	}
	bpf_rcu_read_unlock();
	return 0;
}
`,
	);

	mends(
		'take the current task with its type',
		`SEC("tp_btf/task_newtask")
int BPF_PROG(current, struct task_struct *child, u64 clone_flags)
{
	struct task_struct *me = (struct task_struct *)bpf_get_current_task();
	struct task_struct *held = bpf_task_acquire(me);

	if (held)
		bpf_task_release(held);
	return 0;
}
`,
		`SEC("tp_btf/task_newtask")
int BPF_PROG(current, struct task_struct *child, u64 clone_flags)
{
	struct task_struct *me = bpf_get_current_task_btf();
	struct task_struct *held = bpf_task_acquire(me);

	if (held)
		bpf_task_release(held);
	return 0;
}
`,
	);

	mends(
		'release before the jump that leaves the scope',
		`SEC("tc")
int jumps(struct __sk_buff *skb)
{
	int i;

	bpf_for(i, 0, 10) {
		struct task_struct *task = bpf_task_from_pid(i);

		if (!task)
			continue;
		if (task->pid == skb->len)
			break;
		bpf_task_release(task);
	}
	return 0;
}
`,
		`SEC("tc")
int jumps(struct __sk_buff *skb)
{
	int i;

	bpf_for(i, 0, 10) {
		struct task_struct *task = bpf_task_from_pid(i);

		if (!task)
			continue;
		if (task->pid == skb->len) {
			bpf_task_release(task);
			break;
		}
		bpf_task_release(task);
	}
	return 0;
}
`,
	);

	mends(
		'release in the branch that was forgotten',
		`SEC("tc")
int forgotten(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		bpf_task_release(task);
	return 0;
}
`,
		`SEC("tc")
int forgotten(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		bpf_task_release(task);
	else
		bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'release before the holder is overwritten',
		`SEC("tc")
int again(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task && task->pid == skb->len)
		task = NULL;
	if (task)
		bpf_task_release(task);
	return 0;
}
`,
		`SEC("tc")
int again(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task && task->pid == skb->len) {
		bpf_task_release(task);
		task = NULL;
	}
	if (task)
		bpf_task_release(task);
	return 0;
}
`,
	);

	mends(
		'move the release in front of a tail call',
		`struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 1);
} programs SEC(".maps");

SEC("tc")
int tail(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_tail_call(skb, &programs, 0);
	bpf_task_release(task);
	return 0;
}
`,
		`struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 1);
} programs SEC(".maps");

SEC("tc")
int tail(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_task_release(task);
	bpf_tail_call(skb, &programs, 0);
	return 0;
}
`,
	);

	mends(
		'acquire what a map is to keep',
		`${MAP}SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *old;
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	old = bpf_kptr_xchg(&slot->task, task);
	if (old)
		bpf_task_release(old);
	return 0;
}
`,
		`${MAP}SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *old;
	__u32 key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);

	if (!slot)
		return 0;
	struct task_struct *acquired = bpf_task_acquire(task);
	if (!acquired)
		return 0;
	old = bpf_kptr_xchg(&slot->task, acquired);
	if (old)
		bpf_task_release(old);
	return 0;
}
`,
	);

	it('offers no release where nothing is held yet, nor where what is held is still needed', () => {
		const text = `${HEAD}SEC("tc")
int early(struct __sk_buff *skb)
{
	struct task_struct *task;
	struct task_struct *other = bpf_task_from_pid(2);

	if (!other)
		return 1;
	if (skb->len > 7) {
		bpf_task_release(other);
		return 0;
	}
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_printk("%d", task->pid);
	bpf_printk("%d", other->pid);
	return 0;
}
`;
		const { findings } = checker.check('/repairs.bpf.c', text, options);
		assert.deepEqual(
			findings.map(({ fixes }) => fixes.map(({ title }) => title)),
			[
				[
					'Release it with `bpf_task_release(other)` before each of 2 exits',
					'Release it with `bpf_task_release(other)` on one shared exit',
				],
				['Release it with `bpf_task_release(task)` before this exit'],
			],
		);
	});

	it('offers to leave through the release that is there already', () => {
		const text = `${HEAD}SEC("tc")
int tail(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		return 0;
	bpf_task_release(task);
	return 0;
}
`;
		const [finding] = checker.check('/repairs.bpf.c', text, options).findings;
		assert.deepEqual(
			finding!.fixes.map(({ title, preferred }) => [title, preferred]),
			[
				['Release it with `bpf_task_release(task)` before this exit', true],
				['Leave through a new label `out`, behind which it is released', false],
			],
		);
		assert.equal(
			apply(text, finding!.fixes[1]!).slice(HEAD.length),
			`SEC("tc")
int tail(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		goto out;
out:
	bpf_task_release(task);
	return 0;
}
`,
		);
	});

	it('offers both the release at each exit and the one shared exit', () => {
		const text = `${HEAD}SEC("tc")
int both(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		return 0;
	return 0;
}
`;
		const [finding] = checker.check('/repairs.bpf.c', text, options).findings;
		const titles = finding!.fixes.map((fix) => `${fix.preferred ? '* ' : ''}${fix.title}`);
		assert.deepEqual(titles, [
			'* Release it with `bpf_task_release(task)` before each of 2 exits',
			'Release it with `bpf_task_release(task)` on one shared exit',
		]);
		assert.equal(
			apply(text, finding!.fixes[1]!).slice(HEAD.length),
			`SEC("tc")
int both(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (skb->len > 7)
		goto out;
out:
	if (task)
		bpf_task_release(task);
	return 0;
}
`,
		);
	});
});

/** The texts that repairs are tried on: the bad examples of the rule pages, and the fixtures. */
function texts(): { readonly name: string; readonly text: string }[] {
	const root = repositoryRoot();
	const pages = join(root, 'docs', 'rules');
	const fixtures = join(root, 'test', 'fixtures');
	const found: { name: string; text: string }[] = [];
	for (const name of readdirSync(pages).filter((file) => file.endsWith('.md')))
		for (const [, text] of readFileSync(join(pages, name), 'utf8').matchAll(/^```c bad\n(.*?)^```$/gms)) found.push({ name, text: text! });
	for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.bpf.c')))
		found.push({ name, text: readFileSync(join(fixtures, name), 'utf8') });
	return found;
}

describe('every repair that is offered', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow('/repairs') });
	});

	for (const { name, text } of texts())
		it(`${name}: mends its finding and brings no new one`, () => {
			const before = checker.check(`/${name}.c`, text, options);
			const known = counts(before);
			for (const finding of before.findings) {
				assert.ok(finding.fixes.filter((fix) => fix.preferred).length <= 1);
				for (const fix of finding.fixes) {
					const changed = applyEdits(text, fix.edits);
					assert.ok(changed !== undefined, `${fix.title}: its edits overlap`);
					const after = checker.check(`/${name}.c`, changed, options);
					const now = counts(after);
					assert.ok((now.get(finding.rule) ?? 0) < known.get(finding.rule)!, `${fix.title}: the finding stays`);
					for (const [rule, count] of now) assert.ok(count <= (known.get(rule) ?? 0), `${fix.title}: brings ${rule}`);
				}
			}
		});
});
