// Programs of a shape that could cost more than their length: loops in loops, subprograms as deep as the kernel allows, many programs in one file.
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FRAME_LIMIT } from '../../server/src/verifier/machine.js';

/** Loops inside one another. */
const LOOPS = 6;
/** Programs in one file. */
const PROGRAMS = 500;

const HEAD = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int limits[${LOOPS}];
long total;

char LICENSE[] SEC("license") = "GPL";
`;

function program(name: string, body: string): string {
	return `
SEC("tp_btf/task_newtask")
int BPF_PROG(${name}, struct task_struct *task, unsigned long clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
${body}	bpf_task_release(held);
	return 0;
}
`;
}

/** A reference is held over loops in loops, each with a condition of its own. */
export function nestedLoops(): string {
	let body = '\ttotal++;\n';
	for (let depth = LOOPS - 1; depth >= 0; depth--) {
		const name = `i${depth}`;
		body = `\tfor (int ${name} = 0; ${name} < 8; ${name}++) {\n\t\tif (limits[${depth}] < ${name})\n\t\t\tcontinue;\n${body}\t}\n`;
	}
	return HEAD + program('loops', body);
}

/** A chain of subprograms as deep as the kernel allows, each called twice on conditions. */
export function frames(): string {
	const depth = FRAME_LIMIT - 1;
	let text = '';
	for (let k = depth - 1; k >= 1; k--) {
		const inner =
			k === depth - 1
				? `\ttotal += value;\n`
				: `\tif (value & ${k})\n\t\tcall${k + 1}(task, value + 1);\n\telse\n\t\tcall${k + 1}(task, value);\n`;
		text += `\nstatic __noinline void call${k}(struct task_struct *task, long value)\n{\n\tif (task->pid == ${k})\n\t\ttotal++;\n${inner}}\n`;
	}
	return HEAD + text + program('deep', '\tcall1(held, total);\n');
}

export function manyPrograms(): string {
	return HEAD + Array.from({ length: PROGRAMS }, (_, k) => program(`one${k}`, `\tif (held->pid == ${k})\n\t\ttotal++;\n`)).join('');
}

export interface Shape {
	readonly what: string;
	readonly milliseconds: number;
	readonly verdicts: string;
}

/** Processor time in milliseconds of one whole check of each, by a checker that has not seen it. */
export async function timeShapes(options: CheckOptions): Promise<Shape[]> {
	const checker = await createChecker();
	const bare = { kernel: options.kernel, includePaths: [], defines: ['__TARGET_ARCH_x86'] };
	const shapes = [
		{ what: `${LOOPS} loops in one another`, text: nestedLoops() },
		{ what: `${FRAME_LIMIT} frames of subprograms`, text: frames() },
		{ what: `${PROGRAMS} programs in one file`, text: manyPrograms() },
	];
	checker.check('/warm.bpf.c', HEAD + program('warm', ''), bare);
	return shapes.map(({ what, text }) => {
		const began = process.cpuUsage();
		const { programs } = checker.check('/shape.bpf.c', text, bare);
		const { user, system } = process.cpuUsage(began);
		const verdicts = [...new Set(programs.map(({ verdict, reason }) => (reason ? `${verdict}: ${reason}` : verdict)))].join(', ');
		return { what, milliseconds: (user + system) / 1000, verdicts };
	});
}
