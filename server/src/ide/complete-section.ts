// Completion within SEC("..."): sections with what their programs are for, and behind the slash what they can attach to.
import type { SectionRule } from '../kernel/catalog.js';
import type { View } from '../rules/checker.js';
import { attachPoints, targetBtf } from './attach-points.js';
import { type Cursor, isClosed } from './cursor.js';
import type { Suggestion, Suggestions } from './suggestion.js';

/** Sections that hold no programs. */
const DATA_SECTIONS: readonly (readonly [string, string])[] = [
	['.maps', 'Map definitions.'],
	['license', 'The licence; helpers that are GPL only ask for a compatible one.'],
	['.struct_ops.link', 'An implementation of a kernel structure, attached by a link.'],
	['.struct_ops', 'An implementation of a kernel structure, registered when it is loaded.'],
	['.rodata', 'Data that programs only read.'],
	['.data', 'Data with initial values.'],
	['.bss', 'Data that begins as zero.'],
];

/** What programs are most often written for comes first; the rest follows in libbpf's order. */
const COMMON = [
	...['tp_btf', 'fentry', 'fexit', 'kprobe', 'kretprobe', 'tracepoint', 'raw_tp', 'lsm', 'xdp', 'tc'],
	...['struct_ops', 'iter', 'syscall', 'uprobe', 'uretprobe', 'usdt', 'ksyscall', 'fmod_ret', 'perf_event'],
];

/** @param btf The BTF file of the settings. Undefined where the cursor is in no section. */
export function completeSection(view: View, cursor: Cursor, btf: string | undefined): Suggestions | undefined {
	const { string, offset, call } = cursor;
	if (!string || call?.name !== 'SEC') return undefined;
	const start = string.start + string.text.indexOf('"') + 1;
	// Without its quote the literal runs to the line's end: what can be a section's text is replaced.
	const rest = isClosed(string) ? string.end - 1 - offset : /^[\w./?:+*-]*/.exec(view.layout.text.slice(offset, string.end))![0].length;
	const typed = view.layout.text.slice(start, offset).replace(/^\?/, '');
	const mark = view.layout.text[start] === '?' ? 1 : 0;
	const rules = view.catalog.sections;
	const targeted = rules
		.filter((rule) => rule.match !== 'exact' && typed.startsWith(`${rule.prefix}/`))
		.sort((a, b) => b.prefix.length - a.prefix.length)[0];
	const range = { start: start + mark, end: offset + rest };
	if (targeted) {
		const sought = typed.slice(targeted.prefix.length + 1);
		const { points, incomplete } = attachPoints(targeted, sought, view.catalog, targetBtf(btf));
		const documentation = sectionWords(view, targeted);
		const items = points.map(({ name, words, goesOn }): Suggestion => {
			const text = `${targeted.prefix}/${name}`;
			return {
				kind: 'target',
				label: name,
				newText: text,
				filter: text,
				rank: 0,
				...(words ? { detail: words } : {}),
				...(goesOn ? { goesOn } : {}),
				documentation,
			};
		});
		return { ...range, items, incomplete };
	}
	const ofVariable = isVariable(cursor);
	const place = ({ prefix }: SectionRule) => (COMMON.includes(prefix) ? COMMON.indexOf(prefix) : COMMON.length);
	const programs = [...rules]
		.sort((a, b) => place(a) - place(b))
		.map((rule): Suggestion => {
			const open = rule.match !== 'exact';
			return {
				kind: 'section',
				label: open ? `${rule.prefix}/` : rule.prefix,
				newText: open ? `${rule.prefix}/` : rule.prefix,
				detail: [rule.programType, ...(rule.sleepable ? ['may sleep'] : [])].join(', '),
				documentation: sectionWords(view, rule),
				goesOn: open,
				rank: ofVariable ? 2 : 1,
			};
		});
	const data = DATA_SECTIONS.map(
		([text, words]): Suggestion => ({ kind: 'section', label: text, newText: text, documentation: words, rank: ofVariable ? 1 : 2 }),
	);
	return { ...range, items: ofVariable ? [...data, ...programs] : [...programs, ...data] };
}

/** `} name SEC(` and `char name[] SEC(` are sections of variables; a program's stands before its type. */
function isVariable({ tokens, call }: Cursor): boolean {
	const before = call && tokens[call.token - 1];
	return before !== undefined && ![';', '}', '{', ')'].includes(before.text);
}

function sectionWords(view: View, rule: SectionRule): string {
	const words = view.catalog.words('program-type', rule.programType);
	const attach = rule.attachType ? `, attach type \`BPF_${rule.attachType}\`` : '';
	const sleep = rule.sleepable ? '\n\nThe program may sleep.' : '';
	return `${words ?? ''}\n\nProgram type \`BPF_PROG_TYPE_${rule.programType}\`${attach}.${sleep}`.trim();
}
