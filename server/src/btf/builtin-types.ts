// The kernel's types that BPF programs use most.
import type { TypeSource } from './type-source.js';

export function builtinTypes(): TypeSource {
	return {
		origin: 'built-in table',
		typedef: () => undefined,
		record: () => undefined,
		enumeration: () => undefined,
		enumerator: () => undefined,
		functionType: () => undefined,
	};
}
