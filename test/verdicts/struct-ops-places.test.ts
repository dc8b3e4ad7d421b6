// Which member of a struct_ops may call a kfunc: each verdict measured on Debian's 7.2.13, booted under emulation. Before 7.2 the kernel asked at run time.
import assert from 'node:assert';
import { createChecker } from '../../server/src/rules/create-checker.js';

const program = (member: string, parameters: string, call: string, struct = 'sched_ext_ops'): string => `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

extern bool scx_bpf_dsq_insert___v2___compat(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags) __ksym;
extern bool scx_bpf_dsq_move_to_local___v2___compat(u64 dsq_id, u64 enq_flags) __ksym;
extern void scx_bpf_kick_cpu(s32 cpu, u64 flags) __ksym;

SEC("struct_ops/here")
int BPF_PROG(here, ${parameters})
{
	${call};
	return 0;
}

SEC(".struct_ops.link")
struct ${struct} ops = { .${member} = (void *)here };
`;

const INSERT = 'scx_bpf_dsq_insert___v2___compat(p, SCX_DSQ_LOCAL, SCX_SLICE_DFL, 0)';
const MOVE = 'scx_bpf_dsq_move_to_local___v2___compat(SCX_DSQ_GLOBAL, 0)';

describe('kfuncs by the member of a struct_ops', () => {
	const cases: readonly [string, string, string, verdict: string, release?: string, struct?: string][] = [
		['select_cpu', 'struct task_struct *p, s32 prev, u64 flags', INSERT, 'accept'],
		['running', 'struct task_struct *p', INSERT, 'reject'],
		['running', 'struct task_struct *p', INSERT, 'accept', '7.1'],
		['dispatch', 's32 cpu, struct task_struct *prev', MOVE, 'accept'],
		['tick', 'struct task_struct *p', MOVE, 'reject'],
		['tick', 'struct task_struct *p', 'scx_bpf_kick_cpu(0, 0)', 'accept'],
		['ssthresh', 'struct sock *sk', 'scx_bpf_kick_cpu(0, 0)', 'reject', '7.2', 'tcp_congestion_ops'],
	];
	for (const [member, parameters, call, wanted, release = '7.2', struct = 'sched_ext_ops'] of cases)
		it(`${release}: ${call.replace(/\(.*/, '()')} in ${struct}.${member} is judged ${wanted}`, async () => {
			const checker = await createChecker({ files: { read: () => undefined } });
			const text = program(member, parameters, call, struct);
			const { programs, findings } = checker.check('/places.bpf.c', text, { kernel: release, includePaths: [], defines: [] });
			assert.deepStrictEqual(
				programs.map(({ verdict, reason }) => [verdict, reason]),
				[[wanted, undefined]],
			);
			assert.deepStrictEqual(
				findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule),
				wanted === 'reject' ? ['kfunc-not-allowed'] : [],
			);
		});
});
