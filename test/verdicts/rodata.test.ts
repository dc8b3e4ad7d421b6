// Branches on read-only global data: the verdicts with initial values are those of a 6.18 kernel, whose loader set nothing.
import assert from 'node:assert';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';

const TEXT = `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

struct limits {
	int level;
	unsigned int quiet : 1, deep : 3;
};

const volatile bool enabled;
const volatile int disabled = -1;
const volatile struct limits limits = { .level = 2, .deep = 5 };
const volatile u8 table[8] = { 1, [5] = 3 };
const volatile int apart SEC(".rodata.apart");
volatile int written;
static const struct limits fixed = { .level = 2, .deep = 5 };
const struct limits replaced __weak = { .level = 2 };

#define LEAKS_IF(name, condition) \\
	SEC("?syscall") \\
	int name(void *ctx) \\
	{ \\
		struct task_struct *task = bpf_task_from_pid(1); \\
\\
		if (!task) \\
			return 0; \\
		if (condition) \\
			return 0; \\
		bpf_task_release(task); \\
		return 0; \\
	}

LEAKS_IF(zero, enabled)
LEAKS_IF(minus_one, disabled == -1)
LEAKS_IF(not_minus_one, disabled >= 0)
LEAKS_IF(field, limits.level > 2)
LEAKS_IF(bit_field, limits.deep != 5)
LEAKS_IF(bit_field_as_set, limits.deep == 5)
LEAKS_IF(element, table[5] == 0)
LEAKS_IF(some_element, table[bpf_get_prandom_u32() & 7] == 7)
LEAKS_IF(other_section, apart)
LEAKS_IF(no_constant, written)
LEAKS_IF(folded_field, fixed.deep != 5)
LEAKS_IF(weak_field, replaced.level != 2)
`;

const CASES = [
	{ program: 'zero', initial: 'accept', any: 'reject' },
	{ program: 'minus_one', initial: 'reject', any: 'reject' },
	{ program: 'not_minus_one', initial: 'accept', any: 'reject' },
	{ program: 'field', initial: 'accept', any: 'reject' },
	{ program: 'bit_field', initial: 'accept', any: 'reject' },
	{ program: 'bit_field_as_set', initial: 'reject', any: 'reject' },
	{ program: 'element', initial: 'accept', any: 'reject' },
	{ program: 'some_element', initial: 'reject', any: 'reject' },
	{ program: 'other_section', initial: 'accept', any: 'reject' },
	{ program: 'no_constant', initial: 'reject', any: 'reject' },
	{ program: 'folded_field', initial: 'accept', any: 'accept' },
	{ program: 'weak_field', initial: 'accept', any: 'reject' },
] as const;

describe('read-only global data', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker();
	});
	const verdict = (program: string, rodata?: 'any' | 'initial') => {
		const options = { kernel: '6.12', includePaths: [], defines: [], ...(rodata && { rodata }) };
		return checker.check('/program.bpf.c', TEXT, options).programs.find(({ name }) => name === program)?.verdict;
	};
	for (const { program, initial, any } of CASES) {
		it(`${program}: ${initial} with initial values, ${any} with any`, () => {
			assert.strictEqual(verdict(program, 'initial'), initial);
			assert.strictEqual(verdict(program, 'any'), any);
			assert.strictEqual(verdict(program), any);
		});
	}
});
