// Our answer on every mutant beside the kernel's.
import { readFileSync } from 'node:fs';
import { loadCatalog } from '../../server/src/kernel/load.js';
import { analyse } from '../kernel/corpus-run.js';
import { type Judged, judge } from '../kernel/judge.js';
import { effectOf } from './calls.js';
import { type Copy, includePathsOf, writeSource } from './compile.js';
import { type MutantAnswer, type Setting, verdicts } from './verdicts.js';

export interface Compared {
	readonly mutant: MutantAnswer['mutant'];
	readonly batch: MutantAnswer['batch'];
	readonly judged: Judged;
	/** The copy of the file that was checked. */
	readonly source: string;
	/**
	 * For a false alarm: the kernel rejects the mutant too if the compiler is told that NULL may be read through. Without that word it takes
	 * such an access as proof that nobody comes there, and leaves the path out.
	 */
	readonly certainNull?: boolean;
}

/** Makes clang keep accesses through NULL. */
const KEEP_NULL = '-fno-delete-null-pointer-checks';

/** Checks each copy once, and holds what is said of its mutants' programs against the kernel's answers. */
export async function compare(setting: Setting, answers: readonly MutantAnswer[]): Promise<Compared[]> {
	const { lab, kernel, folder, say } = setting;
	const sources = new Map([...new Set(answers.map(({ batch }) => batch))].map((batch) => [batch, writeSource(folder, batch)]));
	say(`checking ${sources.size} copies`);
	const options = { kernel: kernel.release, includePaths: includePathsOf(lab), defines: lab.defines };
	const { files } = await analyse([...sources.values()], options);
	const all = answers.map(({ mutant, batch, answer }): Compared => {
		const source = sources.get(batch)!;
		const expected = {
			file: mutant.id.split(':')[0]!.replace(/\.c$/, ''),
			program: mutant.program,
			kind: 'C' as const,
			verdict: answer.verdict as 'accept' | 'reject',
			message: answer.message,
			source: 'table' as const,
			...(answer.line ? { line: answer.line } : {}),
		};
		const lines = readFileSync(source, 'utf8').split('\n');
		return { mutant, batch, source, judged: mergedCalls(kernel.release, judge(expected, files.get(source)!, lines), lines) };
	});
	return markCertainNull(setting, all);
}

/**
 * The compiler makes one call out of equal calls at the ends of branches, and keeps the line of one of them or none, so that the log shows
 * the line before. Where a call of the same function stands there as on our line, we mean the same.
 */
function mergedCalls(release: string, judged: Judged, lines: readonly string[]): Judged {
	const { line } = judged.expected;
	if (judged.outcome !== 'wrong-line' || line === undefined) return judged;
	const catalog = loadCatalog(release);
	const called = (index: number): string[] =>
		(lines[index - 1] ?? '').match(/\w+(?=\s*\()/g)?.filter((name) => effectOf(catalog, name) !== undefined) ?? [];
	const theirs = [...called(line.line), ...called(line.line + 1)];
	const same = judged.findings.some(({ at }) => at.file === line.file && called(at.first).some((name) => theirs.includes(name)));
	return same ? { ...judged, outcome: 'agree' } : judged;
}

/** Asks again about false alarms, with what the compiler would otherwise have left out. */
async function markCertainNull(setting: Setting, all: readonly Compared[]): Promise<Compared[]> {
	const alarms = all.filter(({ judged }) => judged.outcome === 'false-alarm');
	const questions = alarms.map(({ mutant, batch }) => {
		const copy: Copy = { name: batch.name, text: batch.text, flags: [KEEP_NULL] };
		return { copy, programs: [mutant.program] };
	});
	const results = await verdicts(setting, questions);
	const rejected = new Set(
		results.flatMap(({ question, answers }) =>
			[...answers].flatMap(([program, { verdict }]) => (verdict === 'reject' ? [`${question.copy.text}\0${program}`] : [])),
		),
	);
	return all.map((one) =>
		one.judged.outcome === 'false-alarm' && rejected.has(`${one.batch.text}\0${one.mutant.program}`) ? { ...one, certainNull: true } : one,
	);
}
