// A value in the verifier's words, for dumps and the fixtures' probes, and in a person's, for hovers.
import type { State } from './state.js';
import { type Base, Flag, isRcu, isTrusted, type Pointer, structOf, typeName, type Value } from './value.js';

/** `trusted_ptr_or_null_task_struct, reference #1 acquired by bpf_task_acquire()`. */
export function describeValue(v: Value, state: State): string {
	switch (v.kind) {
		case 'unknown':
			return v.reason ? `unknown: ${v.reason}` : 'unknown';
		case 'scalar': {
			if (v.was === 'released') return 'scalar (was released)';
			if (v.min === v.max) return `scalar ${v.min}`;
			const low = Number.isFinite(v.min) ? String(v.min) : '';
			const high = Number.isFinite(v.max) ? String(v.max) : '';
			return low || high ? `scalar ${low}..${high}` : 'scalar';
		}
		case 'iterator':
			return `${typeName(v)}, ${v.state}`;
		case 'dynptr-slot':
			return `dynptr (${v.type})`;
		case 'irq-flag':
			return typeName(v);
		case 'pointer': {
			// A referenced pointer is a trusted one; the verifier's own log leaves the word out.
			const implied = v.ref && v.base.is === 'object' && !(v.flags & (Flag.Trusted | Flag.Alloc)) ? 'trusted_' : '';
			let text = implied + typeName(v) + (v.base.is === 'object' ? (structOf(v) ?? '') : '');
			if (v.offset !== 0) text += v.offset > 0 ? `+${v.offset}` : `${v.offset}`;
			if (v.variable) text += '+?';
			const reference = v.ref ? state.references.get(v.ref) : undefined;
			if (reference) text += `, reference #${reference.number} acquired by ${reference.by}()`;
			return text;
		}
	}
}

/** What `valueWords` says of a number that nothing is known of, and of zero, which C's type alone tells from NULL. */
export const ANY_NUMBER = 'any number';
export const ZERO = '0 or NULL';

/** `trusted pointer to struct task_struct, may be NULL`, in Markdown; empty where nothing is known. The reference that it holds is left out. */
export function valueWords(v: Value): string {
	switch (v.kind) {
		case 'unknown':
			return v.reason ? `not known: ${v.reason}` : '';
		case 'scalar':
			if (v.was === 'released') return 'a plain number: its reference was given back';
			if (v.was !== undefined) return 'a plain number to the verifier: it was read from memory that does not hold kernel pointers';
			if (v.min === v.max) return v.min === 0 ? ZERO : `the number ${v.min}`;
			if (isTypeRange(v.min, v.max)) return ANY_NUMBER;
			if (Number.isFinite(v.min) && Number.isFinite(v.max)) return `a number from ${v.min} to ${v.max}`;
			if (Number.isFinite(v.min)) return `a number, at least ${v.min}`;
			if (Number.isFinite(v.max)) return `a number, at most ${v.max}`;
			return ANY_NUMBER;
		case 'iterator':
			return `iterator \`${v.type}\`, ${v.state === 'active' ? 'not at its end yet' : 'at its end'}`;
		case 'dynptr-slot':
			return v.type === 'unknown' ? 'an initialised dynptr' : `an initialised dynptr (${v.type})`;
		case 'irq-flag':
			return 'saved interrupt flags';
		case 'pointer':
			return pointerWords(v);
	}
}

/** All that an integer type of 1, 2 or 4 bytes can hold says nothing of the number. */
function isTypeRange(min: number, max: number): boolean {
	return [8, 16, 32].some((bits) => (min === 0 && max === 2 ** bits - 1) || (min === -(2 ** (bits - 1)) && max === 2 ** (bits - 1) - 1));
}

/** Kinds of which nobody would think that they are NULL. */
const ADDRESSES: ReadonlySet<Base['is']> = new Set(['ctx', 'stack', 'global', 'string', 'map', 'function', 'dynptr']);

function pointerWords(p: Pointer): string {
	const parts = [`${trustWords(p)}${baseWords(p)}`];
	if (p.variable) parts.push('moved by a number that is not constant');
	else if (p.offset !== 0) parts.push(`${Math.abs(p.offset)} bytes ${p.offset > 0 ? 'in' : 'before its start'}`);
	const { base } = p;
	if (p.flags & Flag.MaybeNull) parts.push('**may be NULL**');
	else if (!ADDRESSES.has(base.is)) parts.push('not NULL');
	if (base.is === 'object' && !base.local) {
		if (p.flags & Flag.Untrusted) parts.push('may be read, but kfuncs refuse it');
		else if (!isTrusted({ ...p, flags: p.flags & ~Flag.MaybeNull }) && !isRcu(p))
			parts.push('may be read, but kfuncs that ask for a trusted pointer refuse it');
	}
	if (p.flags & Flag.NonOwning) parts.push('borrowed: usable until the lock is dropped');
	if (p.flags & Flag.ReadOnly) parts.push('read-only');
	if (p.flags & Flag.User) parts.push('in user memory');
	return parts.join(', ');
}

/** What the verifier trusts a kernel object for, as the adjective before it. */
function trustWords(p: Pointer): string {
	if (p.base.is !== 'object' || p.base.local) return '';
	if (p.flags & Flag.Untrusted) return 'untrusted ';
	if (isTrusted({ ...p, flags: p.flags & ~Flag.MaybeNull })) return 'trusted ';
	return isRcu(p) ? 'RCU-protected ' : 'not trusted ';
}

function baseWords(p: Pointer): string {
	const { base } = p;
	switch (base.is) {
		case 'ctx':
			return "the program's context";
		case 'stack':
			return `address of the local \`${base.name}\``;
		case 'global':
			return `address of the global \`${base.symbol.name}\``;
		case 'string':
			return 'a string literal';
		case 'map':
			return `the map \`${base.map.name}\``;
		case 'map_value':
			return `pointer to a value of the map \`${base.map.name}\``;
		case 'map_key':
			return `pointer to a key of the map \`${base.map.name}\``;
		case 'object': {
			const percpu = p.flags & Flag.Percpu ? 'per-CPU ' : '';
			const what = base.tag ? `\`struct ${base.tag}\`` : 'a kernel object';
			return `pointer to ${percpu}${what}${base.local ? ' of the program' : ''}`;
		}
		case 'sock':
		case 'sock_common':
		case 'tcp_sock':
		case 'xdp_sock':
			return `pointer to a socket (\`${base.is}\`)`;
		case 'mem':
			return base.size === undefined ? 'pointer to memory' : `pointer to ${base.size} bytes of memory`;
		case 'buf':
			return 'pointer to a buffer';
		case 'packet':
			return 'pointer to packet data';
		case 'packet_meta':
			return "pointer to the packet's metadata";
		case 'packet_end':
			return "the packet's end";
		case 'function':
			return `the function \`${base.symbol.name}\``;
		case 'dynptr':
			return 'a dynptr';
		case 'arena':
			return 'pointer into the arena';
	}
}
