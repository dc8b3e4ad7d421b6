// The oracle's report: one fact a line, the kind of fact first, so that it can be searched.
import type { Outcome } from '../kernel/judge.js';
import type { Compared } from './compare.js';
import { KINDS, type Mutant, REPAIRABLE } from './mutants.js';
import type { Repair } from './repair.js';

const OUTCOMES: readonly Outcome[] = ['agree', 'wrong-line', 'false-alarm', 'miss', 'unknown', 'absent'];
/** Causes are shown with so many of their mutants. */
const EXAMPLES = 3;

const CERTAIN_NULL = ' what the compiler left: it took an access through a certain NULL for unreachable';

function short(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}

/** `drop-release task_kfunc_success.c:59 test_x: bpf_task_release(p); -> ;` */
export function named(mutant: Mutant): string {
	const inserted = mutant.before === '' ? 'inserted' : `${short(mutant.before)} ->`;
	return `${mutant.kind} ${mutant.id.split(':')[0]}:${mutant.line} ${mutant.program}: ${inserted} ${short(mutant.edit.newText)}`;
}

function kernels({ judged, excuse }: Compared): string {
	const { verdict, line, message } = judged.expected;
	if (verdict === 'accept') return `  kernel: accepts${excuse ? CERTAIN_NULL : ''}`;
	return `  kernel: ${line ? `${line.file}:${line.line} ` : ''}${message}`;
}

function ours({ judged }: Compared): string {
	if (judged.outcome === 'unknown' || judged.outcome === 'absent') return `  ours: ${judged.outcome}: ${judged.reason}`;
	if (judged.findings.length === 0)
		return judged.program?.verdict === 'reject' ? '  ours: (shown under another program)' : '  ours: accepts';
	return judged.findings.map(({ rule, at, message }) => `  ours: ${at.file}:${at.first} [${rule}] ${message}`).join('\n');
}

/** Everything that differs, one by one: false alarms, misses, wrong lines, and what we did not judge. */
export function differences(all: readonly Compared[], verbose: boolean): string {
	const shown = verbose ? OUTCOMES : OUTCOMES.filter((outcome) => outcome !== 'agree');
	const lines = shown.flatMap((outcome) =>
		all
			.filter(({ judged }) => judged.outcome === outcome)
			.flatMap((one) => [`${outcome.toUpperCase()} ${named(one.mutant)}`, kernels(one), ours(one), `  text: ${one.source}`]),
	);
	return lines.join('\n');
}

/** A verifier's message without what differs from program to program. */
export function family(message: string): string {
	return message
		.replace(/0x[0-9a-f]+/g, 'N')
		.replace(/\b(R|r|fp-?|id=|arg#|#)\d+/g, '$1N')
		.replace(/-?\b\d+\b/g, 'N');
}

function cause({ judged, excuse }: Compared): string {
	const rules = [...new Set(judged.findings.map(({ rule }) => rule))].sort().join('+');
	switch (judged.outcome) {
		case 'false-alarm':
			return `kernel accepts${excuse ? CERTAIN_NULL : ''}, ours: ${rules || '(another program)'}`;
		case 'miss':
			return `kernel: ${family(judged.expected.message)}`;
		case 'wrong-line':
			return `kernel: ${family(judged.expected.message)}, ours: ${rules || '(another program)'}`;
		default:
			return (judged.reason ?? '').replace(/[`'"][^`'"]*[`'"]/g, '...').replace(/\d+/g, 'N');
	}
}

/** The differences by cause, most frequent first. */
export function causes(all: readonly Compared[]): string {
	const groups = new Map<string, Compared[]>();
	for (const one of all) {
		if (one.judged.outcome === 'agree') continue;
		const key = `${one.judged.outcome} ${cause(one)}`;
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	return [...groups]
		.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
		.map(([key, members]) => {
			const examples = members.slice(0, EXAMPLES).map(({ mutant }) => `${mutant.kind} ${mutant.id.split(':')[0]}:${mutant.line}`);
			return `CAUSE ${members.length} × ${key} (${examples.join(', ')}${members.length > EXAMPLES ? ', ...' : ''})`;
		})
		.join('\n');
}

/** Agreement by kind of mutation. */
export function kindTable(all: readonly Compared[]): string {
	const row = (title: string, members: readonly Compared[]): string => {
		const counts = OUTCOMES.map((outcome) => String(members.filter(({ judged }) => judged.outcome === outcome).length).padStart(12));
		const rejected = members.filter(({ judged }) => judged.expected.verdict === 'reject').length;
		return `${title.padEnd(16)}${String(members.length).padStart(6)}${String(rejected).padStart(10)}${counts.join('')}`;
	};
	const head = `${''.padEnd(16)}${'all'.padStart(6)}${'rejected'.padStart(10)}${OUTCOMES.map((outcome) => outcome.padStart(12)).join('')}`;
	const rows = KINDS.map((kind) =>
		row(
			kind,
			all.filter(({ mutant }) => mutant.kind === kind),
		),
	);
	return [head, ...rows, row('all', all)].join('\n');
}

/** The repairs that did not lead to a program that loads, and a table. */
export function repairReport(repairs: readonly Repair[]): string {
	const lines = repairs
		.filter(({ outcome }) => outcome !== 'loads')
		.flatMap(({ mutant, outcome, titles, answer }) => [
			`REPAIR-${outcome.toUpperCase()} ${named(mutant)}`,
			...(titles.length > 0 ? [`  applied: ${titles.join('; ')}`] : []),
			...(answer && outcome === 'rejected'
				? [`  kernel: ${answer.line ? `${answer.line.file}:${answer.line.line} ` : ''}${answer.message}`]
				: []),
		]);
	const outcomes = ['loads', 'rejected', 'refused', 'none', 'silent'] as const;
	lines.push(`${''.padEnd(16)}${outcomes.map((outcome) => outcome.padStart(10)).join('')}`);
	for (const kind of REPAIRABLE) {
		const own = repairs.filter(({ mutant }) => mutant.kind === kind);
		lines.push(
			`${kind.padEnd(16)}${outcomes.map((outcome) => String(own.filter((one) => one.outcome === outcome).length).padStart(10)).join('')}`,
		);
	}
	return lines.join('\n');
}
