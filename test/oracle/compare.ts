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
	/** For a false alarm: why the kernel sees less than the source says. */
	readonly excuse?: Excuse;
}

/**
 * `certain-null`: an access through a pointer that is NULL for certain proves to the compiler that nobody comes there, and it leaves the
 * path out. `constant`: a `const volatile` variable that no loader sets keeps its initial value, and the verifier leaves out what that
 * rules out. In both cases the kernel rejects the mutant when the compiler is told otherwise.
 */
export type Excuse = 'certain-null' | 'constant';
const EXCUSES: Readonly<Record<Excuse, readonly string[]>> = {
	'certain-null': ['-fno-delete-null-pointer-checks'],
	constant: ['-Dconst='],
};

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
	return excuse(setting, all);
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

/** Asks again about false alarms, with what was left out put back. */
async function excuse(setting: Setting, all: readonly Compared[]): Promise<Compared[]> {
	const excuses = new Map<string, Excuse>();
	const name = (text: string, program: string): string => `${text}\0${program}`;
	for (const [kind, flags] of Object.entries(EXCUSES) as [Excuse, readonly string[]][]) {
		const left = all.filter(
			({ judged, batch, mutant }) => judged.outcome === 'false-alarm' && !excuses.has(name(batch.text, mutant.program)),
		);
		const questions = left.map(({ mutant, batch }) => {
			const copy: Copy = { name: batch.name, text: batch.text, flags };
			return { copy, programs: [mutant.program] };
		});
		for (const { question, answers } of await verdicts(setting, questions)) {
			for (const [program, { verdict }] of answers) if (verdict === 'reject') excuses.set(name(question.copy.text, program), kind);
		}
	}
	return all.map((one) => {
		const found = one.judged.outcome === 'false-alarm' ? excuses.get(name(one.batch.text, one.mutant.program)) : undefined;
		return found ? { ...one, excuse: found } : one;
	});
}
