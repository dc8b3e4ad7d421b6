// kptr-access: a kernel pointer kept in a map value is reached in a way that the kernel does not allow.
import type { Violation } from '../../verifier/violation.js';
import { exchangeInstead } from '../fix/store-kptr.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, code, fact, quoted, structTag, subject, typeWords } from '../words.js';

function field(violation: Violation): string {
	return quoted(violation, 'field', quoted(violation, 'variable', 'the kptr field'));
}
function typed(violation: Violation, key: string, otherwise: string): string {
	const tag = fact(violation, key);
	if (tag === undefined) return otherwise;
	// A value that is no object comes under the kernel's type name: `scalar`, `fp`.
	const words = typeWords(tag);
	return words === code(tag) ? structTag(tag) : words;
}

const WORDS: Words = {
	store: (v) =>
		`${field(v)} holds a referenced kptr, which may not be written directly: the old value would leak. Exchange it with \`bpf_kptr_xchg()\` and release the value that comes out.`,
	'load-size': (v) =>
		`${field(v)} is a kptr of 8 bytes and is accessed with ${fact(v, 'size') ?? 'another size'}; the kernel reads a kptr only as a whole. Access the whole pointer.`,
	offset: (v) =>
		`This access hits the middle of the kptr ${field(v)}; a kptr is read and exchanged only at its own address. Use the address of the field itself.`,
	'variable-offset': (v) =>
		`A kptr must be reached at an offset that the verifier knows, and the offset of ${field(v)} is computed at run time. Use a constant index or field.`,
	'missing-tag': (v) =>
		`${subject(v, 'This field')} has no kptr tag, so the kernel sees plain bytes where ${argument(v)} needs a kptr. Declare the field as \`struct X __kptr *name\` (and build with a clang that keeps the tag).`,
	'no-destructor': (v) =>
		`The target kernel has no way to free a ${typed(v, 'struct', 'object of this type')} that a map holds, so ${field(v)} is no kptr to it but a plain number. Keep an object of a type with a destructor (a task, a cgroup, a cpumask), or a number by which it can be looked up.`,
	'xchg-type': (v) =>
		`${field(v)} takes pointers to ${typed(v, 'expected', 'its declared type')}, and ${typed(v, 'actual', 'a different type')} is stored into it. Store an object of the field’s type.`,
	'untrusted-store': (v) =>
		`${subject(v, 'The stored value')} does not own the object it points to, and a kptr field must. Acquire a reference, and store that with \`bpf_kptr_xchg()\`.`,
	target: (v) =>
		`${argument(v)} must be the address of a kptr field in a map value or an object of the program, and ${subject(v, 'this')} is none. Pass \`&value->field\`.`,
	access: (v) =>
		`${field(v)} is a kptr and cannot be accessed like this: only plain loads, and exchanges by \`bpf_kptr_xchg()\`, may touch it.`,
	default: (v) =>
		`The kernel does not allow this access to ${field(v)}: a kptr in a map is loaded as a whole and changed only by \`bpf_kptr_xchg()\`.`,
};

export const kptrAccess: Rule = {
	id: 'kptr-access',
	summary: 'A kernel pointer in a map value is stored, loaded or addressed in a way that the kernel does not allow.',
	category: 'Register Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes: (violation, context) => (violation.variant === 'store' ? exchangeInstead(violation, context) : []),
};
