// Small pieces of sentences out of a violation's facts. Each holds when the fact is missing.
import type { Violation } from '../verifier/violation.js';

/** A fact as text, or undefined. */
export function fact(violation: Violation, key: string): string | undefined {
	const value = violation.facts[key];
	return value === undefined || value === '' ? undefined : String(value);
}

/** Program text in a sentence: `v->task`. White space is folded, and what is too long to read is cut. */
export function code(text: string): string {
	const MAX_QUOTED = 60;
	const flat = text.replace(/\s+/g, ' ').trim();
	return `\`${flat.length > MAX_QUOTED ? `${flat.slice(0, MAX_QUOTED - 1)}…` : flat}\``;
}

/** The fact in code quotes, or other words for it. */
export function quoted(violation: Violation, key: string, otherwise: string): string {
	const text = fact(violation, key);
	return text === undefined ? otherwise : code(text);
}

/** `bpf_task_acquire()` in quotes, or "the call". */
export function callee(violation: Violation, otherwise = 'the called function'): string {
	const name = fact(violation, 'callee');
	return name === undefined ? otherwise : functionName(name);
}

/** A function's name in a sentence. A kfunc behind a macro with a hidden argument goes by the macro's name, which is what people write. */
export function functionName(name: string): string {
	return `\`${name.replace(/^(bpf_\w+)_impl$/, '$1')}()\``;
}

/** `struct task_struct` in quotes, or other words. A tag alone gets its keyword. */
export function structName(violation: Violation, otherwise = 'a kernel object'): string {
	const tag = fact(violation, 'struct') ?? violation.reference?.struct;
	return tag === undefined ? otherwise : structTag(tag);
}

/** A tag with its keyword, in quotes. */
export function structTag(tag: string): string {
	return /^(struct|union|enum) |\W/.test(tag) ? code(tag) : code(`struct ${tag}`);
}

/** The value that the violation is about: the variable in quotes, or other words. */
export function subject(violation: Violation, otherwise = 'this value'): string {
	return quoted(violation, 'variable', otherwise);
}

/** "argument 1 of `bpf_task_acquire()`", as much of it as is known. */
export function argument(violation: Violation): string {
	const number = fact(violation, 'argument');
	const name = fact(violation, 'parameter');
	const which = number === undefined ? 'an argument' : name === undefined ? `argument ${number}` : `argument ${number} (\`${name}\`)`;
	return `${which} of ${callee(violation)}`;
}

/** The kernel's terse type name in words; the name itself where it has none. */
export function typeWords(type: string): string {
	const known: Readonly<Record<string, string>> = {
		scalar: 'a plain number',
		fp: 'an address on the program’s stack',
		ctx: 'the program’s context',
		map_ptr: 'a map',
		map_value: 'a map value',
		map_value_or_null: 'a map value that may be NULL',
		mem: 'a piece of memory',
		mem_or_null: 'a piece of memory that may be NULL',
		ringbuf_mem: 'a ring buffer record',
		ringbuf_mem_or_null: 'a ring buffer record that may be NULL',
		pkt: 'packet data',
		ptr_: 'a kernel pointer without trust',
		trusted_ptr_: 'a trusted kernel pointer',
		rcu_ptr_: 'a kernel pointer under RCU',
		untrusted_ptr_: 'an untrusted kernel pointer',
		trusted_ptr_or_null_: 'a kernel pointer that may be NULL',
		rcu_ptr_or_null_: 'a kernel pointer under RCU that may be NULL',
		ptr_or_null_: 'a kernel pointer that may be NULL',
		func: 'a function',
	};
	return known[type] ?? code(type);
}

/** What `actual` (or `type`) says the value is, in words. */
export function actualWords(violation: Violation, otherwise: string): string {
	const actual = fact(violation, 'actual');
	if (actual !== undefined) return typeWords(actual);
	const type = fact(violation, 'type');
	return type === undefined ? otherwise : typeWords(type);
}

/** First letter upper case. */
export function sentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `bpf_task_release()` of the violation's reference, in quotes: what gives it back. */
export function releaser(violation: Violation): string {
	const name = releaseFunction(violation) ?? violation.reference?.releasedBy[0];
	return name === undefined ? 'its release function' : functionName(name);
}

/** The function that gave, or would give, the object back, out of the facts. `release` may also hold a kernel release (`6.4`); that is none. */
export function releaseFunction(violation: Violation): string | undefined {
	const name = fact(violation, 'release');
	return name !== undefined && /^[A-Za-z_]\w*$/.test(name) ? name : undefined;
}

/** " (from `bpf_task_acquire()`)", or nothing. */
export function fromWords(violation: Violation): string {
	const by = violation.reference?.by;
	return by === undefined || by === '' ? '' : ` from ${functionName(by)}`;
}

/** The reference's holder in quotes, or the object's type, or other words. */
export function holder(violation: Violation): string {
	const held = violation.reference?.heldBy ?? fact(violation, 'variable');
	if (held !== undefined) return code(held);
	const struct = violation.reference?.struct ?? fact(violation, 'struct');
	return struct === undefined ? 'the reference' : `the reference to ${structTag(struct)}`;
}

/** The program's type in words people use: `tp_btf` out of its section, or the type's name. */
export function programKind(violation: Violation): string {
	const section = fact(violation, 'section') ?? violation.program.section.text;
	const type = fact(violation, 'programType') ?? violation.program.section.programType;
	if (section) return type ? `a \`${type}\` program (\`SEC("${section}")\`)` : `a program in \`SEC("${section}")\``;
	return type ? `a \`${type}\` program` : 'this program';
}
