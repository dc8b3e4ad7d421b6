// Programs whose paths double with each line: what they cost must grow with their length alone.
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';

/** Lengths of the chain that are measured; each has 2 to its power of paths. */
export const CHAIN_LENGTHS = [100, 200, 400] as const;
/** Each length is analysed this often; the best time counts, since the others hold what else the machine did. */
const ROUNDS = 3;

/** A program that holds a reference over a chain of `length` independent conditions. */
export function chain(length: number): string {
	const lines = Array.from({ length }, (_, i) => `\tif (flags[${i}])\n\t\tsum += ${i + 1};\n`).join('');
	return `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int flags[${length}];
long total;

SEC("tp_btf/task_newtask")
int BPF_PROG(chain, struct task_struct *task, unsigned long clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);
	long sum = 0;

	if (!held)
		return 0;
${lines}	bpf_task_release(held);
	total = sum;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
`;
}

/** Processor time in milliseconds for each length, and whether the analysis came to an end. */
export async function timeChains(options: CheckOptions): Promise<{ length: number; milliseconds: number; verdict: string }[]> {
	const checker = await createChecker();
	const bare = { kernel: options.kernel, includePaths: [], defines: [] };
	checker.check('/chain.bpf.c', chain(20), bare);
	return CHAIN_LENGTHS.map((length) => {
		let best = Number.POSITIVE_INFINITY;
		let verdict = '';
		for (let round = 0; round < ROUNDS; round++) {
			const began = process.cpuUsage();
			// Another constant each round, so that no round is answered from the last one.
			const { programs } = checker.check('/chain.bpf.c', chain(length).replace('long sum = 0', `long sum = ${round}`), bare);
			const { user, system } = process.cpuUsage(began);
			best = Math.min(best, (user + system) / 1000);
			verdict = programs[0]?.verdict ?? 'none';
		}
		return { length, milliseconds: best, verdict };
	});
}
