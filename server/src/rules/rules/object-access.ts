// object-access: a kernel object is written, or read outside of its members.
import type { Violation } from '../../verifier/violation.js';
import { typedCurrentTask } from '../fix/current-task.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { code, fact, structName, subject } from '../words.js';

/** What is accessed, in quotes: the expression, or the member. */
function target(violation: Violation): string {
	const text = fact(violation, 'variable') ?? fact(violation, 'member') ?? fact(violation, 'field');
	return text === undefined ? 'this place' : code(text);
}
/** " (8 bytes at offset 4, the member ends at 8)", as much as is known. */
function numbers(violation: Violation): string {
	const { size, offset, memberEnd } = violation.facts;
	if (size === undefined || offset === undefined) return '';
	return ` (${size} bytes at offset ${offset}${memberEnd === undefined ? '' : `, the member ends at ${memberEnd}`})`;
}

const WORDS: Words = {
	write: (v) =>
		`${target(v)} lies inside the kernel’s ${structName(v)}, which this program may only read. Keep the value in a map or a local variable; where a kfunc exists that makes the change, call it.`,
	beyond: (v) => `This access${numbers(v)} reaches past ${target(v)} of ${structName(v)}. Access no more than the member holds.`,
	'read-only': (v) => `${target(v)} is in memory that this program may only read. Keep the value elsewhere.`,
	user: (v) =>
		`${subject(v)} points to user memory, which cannot be read like the kernel’s. Use \`bpf_probe_read_user()\` or \`bpf_copy_from_user()\`.`,
	'scalar-pointer': (v) =>
		`${subject(v)} is a plain number to the verifier and cannot be followed as a pointer. Use \`bpf_probe_read_kernel()\` or \`BPF_CORE_READ()\`, or start from a typed pointer.`,
	default: (v) =>
		`The kernel does not allow this access to ${structName(v)}${numbers(v)}: objects of the kernel are read-only, member by member.`,
};

export const objectAccess: Rule = {
	id: 'object-access',
	summary: 'A kernel object is written to, read past a member, or reached through a number.',
	category: 'Memory Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) => (violation.variant === 'scalar-pointer' ? typedCurrentTask(violation, context) : []),
};
