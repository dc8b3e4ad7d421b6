// untrusted-argument: a kfunc or helper that needs a trusted object is given a pointer the verifier cannot vouch for.

import type { Violation } from '../../verifier/violation.js';
import { typedCurrentTask } from '../fix/current-task.js';
import { unlockLater, wrapInReadSection } from '../fix/read-section.js';
import { type Rule, type Words, wordsFor } from '../rule.js';
import { actualWords, argument, callee, fact, quoted, structTag, subject } from '../words.js';

/** The tag of the struct that the parameter wants; other expectations (`ptr_, trusted_ptr_`) name no struct. */
function wantedStruct(violation: Violation): string | undefined {
	const tag = fact(violation, 'expected');
	return tag !== undefined && /^\w*[^\W_]$/.test(tag) ? tag : undefined;
}
function expectedStruct(violation: Violation): string {
	const tag = wantedStruct(violation);
	return tag === undefined ? 'a kernel object' : structTag(tag);
}

const WORDS: Words = {
	walked: (v) =>
		`${subject(v)} was loaded from a field of another object, and nothing keeps what it points to alive, so it cannot be ${argument(v)}. Pass an object that you were given or acquired, or look it up anew (for a task: \`bpf_task_from_pid()\`).`,
	'rcu-lost': (v) =>
		`${subject(v)} was valid only inside the RCU read section, which has ended, so it cannot be ${argument(v)}. Make the call before \`bpf_rcu_read_unlock()\`, or acquire a reference inside the section.`,
	scalar: (v) =>
		`${subject(v)} is a plain number to the verifier, so it cannot be ${argument(v)}, which needs a pointer to ${expectedStruct(v)}. Take the pointer from a source that keeps its type (\`bpf_get_current_task_btf()\` instead of \`bpf_get_current_task()\`, a typed program argument).`,
	stack: (v) =>
		`${subject(v)} is an address on the program’s own stack, and ${argument(v)} needs the kernel’s object, not a copy or a local. Pass the pointer to the object itself.`,
	'map-value': (v) =>
		`${subject(v)} points into a map value, and ${argument(v)} needs a kernel object. Pass the pointer that is stored in the map’s kptr field.`,
	legacy: (v) =>
		`Arguments of ${quoted(v, 'section', 'this kind of program')} are typed but not trusted: nothing says that ${subject(v, 'the object')} stays alive, so it cannot be ${argument(v)}. Attach to \`tp_btf\`, \`lsm\` or an iterator, or look the object up.`,
	untrusted: (v) =>
		`${subject(v)} carries no guarantee that it is still valid, so it cannot be ${argument(v)}. Read it where the verifier can vouch for it: inside \`bpf_rcu_read_lock()\`, or through an acquired reference.`,
	arena: (v) =>
		`${subject(v)} does not point into the arena, as ${argument(v)} has to. Pass memory of \`bpf_arena_alloc_pages()\`, or an \`__arena\` variable.`,
	'pointer-for-number': (v) =>
		`${subject(v)} is a pointer, and ${argument(v)} is a plain number: the kernel does not let its addresses out that way. Pass a number.`,
	context: (v) =>
		`${subject(v)} is not the program’s context, which ${argument(v)} has to be. Pass the context as the program was given it.`,
	memory: (v) =>
		`${subject(v)} is ${actualWords(v, 'no memory')} here, and ${argument(v)} is memory that the function may read and write: a local, a map’s value, a part of the packet. Pass such memory, or make the function \`static\`.`,
	'read-only': (v) =>
		`${subject(v)} is read-only data, and ${argument(v)} is memory that the function may write, whether it does or not. Pass a copy that can be written, or make the function \`static\`.`,
	packet: (v) =>
		`${subject(v)} points into the packet, and ${callee(v)} takes no packet memory here. Copy the bytes into a local variable and pass that.`,
	uninitialised: (v) =>
		`Nothing was put into ${subject(v, 'this variable')} on the way here, so ${argument(v)} is whatever the register happens to hold. Give it a value first.`,
	'constant-string': (v) =>
		`${subject(v)} is no constant text: ${argument(v)} has to be a string literal or a \`const\` array, at a fixed place in it.`,
	offset: (v) =>
		`${subject(v)} does not point to the start of the object, and ${argument(v)} takes it only unmodified. Pass the pointer as it was given.`,
	default: (v) =>
		`${subject(v)} is ${actualWords(v, 'not trusted')} here, and ${argument(v)} needs a trusted pointer${wantedStruct(v) ? ` to ${expectedStruct(v)}` : ''}. Pass an object that the program was given, acquired, or reads under RCU.`,
};

export const untrustedArgument: Rule = {
	id: 'untrusted-argument',
	summary: 'A kfunc or helper that needs a trusted kernel object is given something else: a walked pointer, a stale one, a number.',
	category: 'Call Type Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	message: (violation) => wordsFor(WORDS, violation),
	fixes(violation, context) {
		if (violation.variant === 'scalar') return typedCurrentTask(violation, context);
		// What a read section protects tells the analysis of the repaired text.
		return violation.reference ? [] : [...unlockLater(violation, context), ...wrapInReadSection(violation, context)];
	},
};
