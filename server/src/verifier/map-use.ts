// May this type of program use this map at all? check_map_prog_compatibility() of kernel/bpf/verifier.c, 6.12: some special fields are not
// for programs that may run anywhere, and some types of maps not for programs that may sleep. Asked once for each map that a program mentions,
// whatever it then does with it.
import type { CType } from '../btf/ctype.js';
import type { Range } from '../flow/ir.js';
import { mayBeSleepable } from '../kernel/semantics.js';
import type { GlobalSymbol, Unit } from '../program/model.js';
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
	const { programType, sleepable, text } = machine.program.section;
	if (programType === undefined || machine.mentioned.has(symbol)) return;
	machine.mentioned.add(symbol);
	for (const type of valueTypes(machine.unit, symbol)) {
		for (const field of specialFields(type, readingOf(machine))) {
			if (machine.semantics.timersAnywhere && (field.kind === 'timer' || field.kind === 'workqueue')) continue;
			for (const { types, words } of REFUSED[field.kind] ?? []) {
				if (!types.has(programType)) continue;
				machine.reporter.report(state, {
					rule: 'special-field',
					at: machine.place(state, at),
					variant: 'program-type',
					verifier: words,
					facts: { map: symbol.name, field: field.name, programType, section: text },
				});
				return;
			}
		}
	}
	if (!sleepable || !symbol.map?.type || mayBeSleepable(machine.catalog.release, symbol.map.type)) return;
	machine.reporter.report(state, {
		rule: 'program-structure',
		at: machine.place(state, at),
		variant: 'sleepable-map',
		verifier: 'Sleepable programs can only use array, hash, ringbuf and local storage maps',
		facts: { map: symbol.name, type: symbol.map.type, section: text },
	});
}

/** What lies in the map that a global is or is part of: libbpf makes one map of each section. The values of a map of maps are other maps. */
function valueTypes(unit: Unit, symbol: GlobalSymbol): readonly CType[] {
	if (symbol.map) return symbol.map.value ? [symbol.map.value] : [];
	return bySection(unit).get(symbol.section) ?? [];
}

const sections = new WeakMap<Unit, ReadonlyMap<string, readonly CType[]>>();

function bySection(unit: Unit): ReadonlyMap<string, readonly CType[]> {
	let known = sections.get(unit);
	if (!known) {
		const types = new Map<string, CType[]>();
		for (const { section, type, extern, map } of unit.globals) {
			if (extern || map) continue;
			const list = types.get(section);
			if (list) list.push(type);
			else types.set(section, [type]);
		}
		sections.set(unit, (known = types));
	}
	return known;
}
