// May this type of program use this map at all? check_map_prog_compatibility() of kernel/bpf/verifier.c, 6.12: some special fields are not
// for programs that may run anywhere. Asked once for each map that a program mentions, whatever it then does with it.
import type { CType } from '../btf/ctype.js';
import type { Range } from '../flow/ir.js';
import type { GlobalSymbol } from '../program/model.js';
import { readingOf } from './kptr-tag.js';
import type { Machine } from './machine.js';
import { type SpecialKind, specialFields } from './records.js';
import type { State } from './state.js';

/** is_tracing_prog_type(): programs that may run in any context. */
const TRACING = new Set(['KPROBE', 'TRACEPOINT', 'PERF_EVENT', 'RAW_TRACEPOINT', 'RAW_TRACEPOINT_WRITABLE']);
const SOCKET_FILTER = new Set(['SOCKET_FILTER']);

/** Which fields are refused to which programs; the words are the verifier's own. */
const REFUSED: Readonly<Partial<Record<SpecialKind, readonly { readonly types: ReadonlySet<string>; readonly words: string }[]>>> = {
	list_head: [{ types: TRACING, words: 'tracing progs cannot use bpf_{list_head,rb_root} yet' }],
	rb_root: [{ types: TRACING, words: 'tracing progs cannot use bpf_{list_head,rb_root} yet' }],
	spin_lock: [
		{ types: SOCKET_FILTER, words: 'socket filter progs cannot use bpf_spin_lock yet' },
		{ types: TRACING, words: 'tracing progs cannot use bpf_spin_lock yet' },
	],
	timer: [{ types: TRACING, words: 'tracing progs cannot use bpf_timer yet' }],
	workqueue: [{ types: TRACING, words: 'tracing progs cannot use bpf_wq yet' }],
};

export function checkMapUse(machine: Machine, state: State, symbol: GlobalSymbol, at: Range): void {
	const { programType } = machine.program.section;
	if (programType === undefined || machine.mentioned.has(symbol)) return;
	machine.mentioned.add(symbol);
	const type: CType | undefined = symbol.map ? (symbol.map.value ?? symbol.map.inner?.value) : symbol.type;
	for (const field of specialFields(type, readingOf(machine))) {
		for (const { types, words } of REFUSED[field.kind] ?? []) {
			if (!types.has(programType)) continue;
			machine.reporter.report(state, {
				rule: 'special-field',
				at: machine.place(state, at),
				variant: 'program-type',
				verifier: words,
				facts: { map: symbol.name, field: field.name, programType, section: machine.program.section.text },
			});
			return;
		}
	}
}
