// A value in the verifier's words, for hovers, dumps and probes.
import type { State } from './state.js';
import { Flag, structOf, typeName, type Value } from './value.js';

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
