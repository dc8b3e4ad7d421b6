// Tracepoints: their prototypes out of the trace headers, and which of their arguments may be NULL or no pointer at all.
import type { TracepointMarksRow, TracepointRow } from '../schema.js';
import { parameters } from './declaration.js';
import { expand } from './expand.js';
import type { KernelFile, KernelTree, MacroDefinition, TokenText } from './tree.js';

/** Folders whose headers declare tracepoints. */
export const TRACE_FOLDERS = [
	'include',
	'kernel',
	'mm',
	'net',
	'fs',
	'block',
	'io_uring',
	'lib',
	'security',
	'virt',
	'arch/x86',
	'drivers',
	'sound',
];

/** Macros that declare a class of events: the class stands first, its prototype second. */
const CLASSES = ['DECLARE_EVENT_CLASS', 'DECLARE_EVENT_SYSCALL_CLASS'];
/** Macros that declare an event of a class: class, name, prototype. */
const MEMBERS = [
	'DEFINE_EVENT',
	'DEFINE_EVENT_FN',
	'DEFINE_EVENT_PRINT',
	'DEFINE_EVENT_CONDITION',
	'DEFINE_EVENT_WRITABLE',
	'DEFINE_EVENT_SYSCALL',
];
/** Macros that declare an event by itself: name, prototype. */
const EVENTS = [
	'TRACE_EVENT',
	'TRACE_EVENT_FN',
	'TRACE_EVENT_FN_COND',
	'TRACE_EVENT_CONDITION',
	'TRACE_EVENT_FLAGS',
	'TRACE_EVENT_WRITABLE',
	'TRACE_EVENT_SYSCALL',
];
const BARE = ['DECLARE_TRACE', 'DECLARE_TRACE_CONDITION', 'DECLARE_TRACE_WRITABLE', 'DECLARE_TRACE_SYSCALL', 'DECLARE_TRACE_EVENT'];
const ALL = new Set([...CLASSES, ...MEMBERS, ...EVENTS, ...BARE]);

/** What headers are searched for: whatever declares a tracepoint holds one of these. */
export const TRACE_NEEDLES = ['TRACE_EVENT', 'DEFINE_EVENT', 'DECLARE_TRACE', 'DECLARE_EVENT_CLASS'];

/** The prototypes of all tracepoints, by name, without the leading `void *`, and the events by system. `paths` are the headers that declare any. */
export function readTracepoints(
	tree: KernelTree,
	paths: readonly string[],
): { readonly tracepoints: Record<string, TracepointRow>; readonly traceEvents: Record<string, readonly string[]> } {
	const out: Record<string, TracepointRow> = {};
	const events = new Map<string, Set<string>>();
	const suffix = bareSuffix(tree);
	for (const path of paths) {
		const file = tree.required(path);
		const text = expandOwn(file);
		const classes = new Map<string, TracepointRow>();
		const system = file.macros
			.get('TRACE_SYSTEM')
			?.at(-1)
			?.body.map((token) => token.text)
			.join('');
		const declare = (name: string): void => {
			if (!system) return;
			const known = events.get(system);
			if (known) known.add(name);
			else events.set(system, new Set([name]));
		};
		for (let at = 0; at + 1 < text.length; at++) {
			const macro = text.text(at);
			if (!ALL.has(macro) || text.text(at + 1) !== '(') continue;
			const args = text.split(at + 1);
			const first = args[0] && text.text(args[0].start);
			if (!first) continue;
			const prototype = args.find((range) => text.text(range.start) === 'TP_PROTO' || text.text(range.start) === 'PARAMS');
			const rows = prototype ? rowOf(text, prototype.start + 1) : undefined;
			if (CLASSES.includes(macro)) {
				if (rows) classes.set(first, rows);
			} else if (MEMBERS.includes(macro)) {
				const name = args[1] && text.text(args[1].start);
				const found = rows ?? classes.get(first);
				if (name && found) {
					out[name] = found;
					declare(name);
				}
			} else if (rows) {
				out[BARE.includes(macro) && macro !== 'DECLARE_TRACE_EVENT' ? `${first}${suffix}` : first] = rows;
				if (EVENTS.includes(macro)) declare(first);
			}
			at = text.close(at + 1);
		}
	}
	const sorted = [...events].map(([system, names]) => [system, [...names].sort()] as const);
	return { tracepoints: out, traceEvents: Object.fromEntries(sorted) };
}

/** What the kernel appends to the name of a tracepoint that has no event: `_tp` since `DECLARE_TRACE` pastes it. */
function bareSuffix(tree: KernelTree): string {
	const definition = tree.file('include/linux/tracepoint.h')?.macros.get('DECLARE_TRACE')?.[0];
	return definition?.body.some((token) => token.text === '_tp') ? '_tp' : '';
}

/** Expands the file's own wrappers around the trace macros (`DEFINE_WRITEBACK_EVENT(name)`), and nothing else. */
function expandOwn(file: KernelFile): TokenText {
	const wrappers = new Set<string>();
	for (const [name, definitions] of file.macros)
		if (!ALL.has(name) && definitions.some((definition) => definition.body.some((token) => ALL.has(token.text)))) wrappers.add(name);
	// Parameters and arguments of wrappers may be macros of the file too: `#define EXT4_PROTO struct inode *inode`.
	for (let grown = true; grown; ) {
		grown = false;
		for (const [name, definitions] of file.macros)
			if (
				!wrappers.has(name) &&
				!ALL.has(name) &&
				definitions.some((definition) => definition.body.some((token) => wrappers.has(token.text)))
			) {
				wrappers.add(name);
				grown = true;
			}
	}
	return wrappers.size === 0 ? file : expand(file, (name) => (wrappers.has(name) ? widest(file.macros.get(name)!) : undefined));
}

/** Of a macro that conditionals define twice, the definition that declares something: the other one does nothing (`DEFINE_EVENT_NOP`). */
function widest(definitions: readonly MacroDefinition[]): MacroDefinition {
	return definitions.findLast((definition) => definition.body.some((token) => ALL.has(token.text))) ?? definitions.at(-1)!;
}

/** The parameters in the parentheses at `open`; some headers put the prototype's macro around itself. */
function rowOf(text: TokenText, open: number): TracepointRow {
	if (text.text(open + 1) === 'TP_PROTO' && text.text(open + 2) === '(') return rowOf(text, open + 2);
	return parameters(text, open).flatMap((each) => [each.type, each.name]);
}

/** Arguments that may be NULL or an error in disguise: `raw_tp_null_args` of kernel/bpf/btf.c; empty for releases that have no such table. */
export function readTracepointMarks(btf: KernelFile): Record<string, TracepointMarksRow> {
	const out: Record<string, TracepointMarksRow> = {};
	for (let i = 0; i + 3 < btf.length; i++) {
		if (btf.text(i) !== 'raw_tp_null_args' || btf.text(i + 1) !== '[') continue;
		const equals = btf.close(i + 1) + 1;
		if (btf.text(equals) !== '=' || btf.text(equals + 1) !== '{') continue;
		for (const range of btf.split(equals + 1)) {
			if (btf.text(range.start) !== '{') continue;
			const [name, mask] = btf.split(range.start);
			if (!name || !mask) continue;
			const marks = marksOf(btf.words(mask));
			out[btf.text(name.start).slice(1, -1)] = marks;
		}
	}
	return out;
}

/** Four bits an argument: 1 says that it may be NULL, 2 that it may be an error number. */
function marksOf(words: readonly string[]): TracepointMarksRow {
	let mask = 0n;
	for (const word of words) {
		const digits = word.replace(/[uUlL]+$/, '');
		if (/^(?:0[xX][\da-fA-F]+|\d+)$/.test(digits)) mask |= BigInt(digits);
	}
	const nullable: number[] = [];
	const opaque: number[] = [];
	for (let argument = 0; mask >> BigInt(argument * 4) !== 0n; argument++) {
		const bits = (mask >> BigInt(argument * 4)) & 0xfn;
		if ((bits & 1n) !== 0n) nullable.push(argument);
		if ((bits & 2n) !== 0n) opaque.push(argument);
	}
	return { ...(nullable.length > 0 ? { nullable } : {}), ...(opaque.length > 0 ? { opaque } : {}) };
}
