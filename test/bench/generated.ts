// A large file of programs, as a scheduler or a profiler has them: for measuring, in our own words, with what such programs do.

/** Programs and lines of the large file. */
export const LARGE = { programs: 60, lines: 5000 } as const;

const HEAD = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

struct account {
	u64 started;
	u64 total;
	u32 switches;
	u32 cpu;
	char comm[16];
};

struct stash {
	struct task_struct __kptr *task;
	u64 stored;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u32);
	__type(value, struct account);
} accounts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, struct stash);
} stashes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

u32 watched;
u64 limits[64];
u64 totals[64];
`;

/** One program with the static functions that it calls, about 80 lines; `n` makes its names its own. */
function program(n: number): string {
	const weights = Array.from(
		{ length: 8 },
		(_, k) =>
			`	if (account->switches > limits[${(n + k) % 64}])\n		weight += ${k * 3 + 1};\n	else if (account->cpu == ${k})\n		weight -= ${k};\n`,
	).join('');
	return `
static int weigh_${n}(struct account *account, u64 now)
{
	u64 age = now - account->started;
	int weight = 0;

${weights}	if (age > limits[${n % 64}])
		weight = 0;
	return weight;
}

static int emit_${n}(struct task_struct *task, struct account *account)
{
	struct account *event;

	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return -1;
	event->started = account->started;
	event->total = account->total + ${n};
	event->switches = account->switches;
	event->cpu = bpf_get_smp_processor_id();
	bpf_probe_read_kernel_str(event->comm, sizeof(event->comm), task->comm);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(follow_${n}, struct task_struct *task, u64 clone_flags)
{
	u64 now = bpf_ktime_get_ns();
	u32 pid = task->pid, slot = ${n % 64};
	struct task_struct *held, *old;
	struct account *account;
	struct stash *stash;
	int weight = 0;

	account = bpf_map_lookup_elem(&accounts, &pid);
	if (!account)
		return 0;
	weight = weigh_${n}(account, now);
	for (int i = 0; i < ${8 + (n % 8)}; i++)
		totals[i] += weight;
	if (weight > ${n})
		emit_${n}(task, account);
	stash = bpf_map_lookup_elem(&stashes, &slot);
	if (!stash)
		return 0;
	held = bpf_task_acquire(task);
	if (!held)
		return 0;
	bpf_rcu_read_lock();
	if (held->real_parent && held->real_parent->pid == watched)
		stash->stored = now;
	bpf_rcu_read_unlock();
	old = bpf_kptr_xchg(&stash->task, held);
	if (old)
		bpf_task_release(old);
	return 0;
}
`;
}

/** A file of `programs` programs that are all fine, padded with comments to `lines` lines. */
export function largeFile(programs: number = LARGE.programs, lines: number = LARGE.lines): string {
	const text = HEAD + Array.from({ length: programs }, (_, n) => program(n)).join('');
	const missing = lines - text.split('\n').length;
	return missing > 0 ? `${text}${Array.from({ length: missing }, (_, n) => `/* ${n} */\n`).join('')}` : text;
}
