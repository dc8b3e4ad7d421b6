// Our answer on every mutant beside the kernel's.
import { readFileSync } from 'node:fs';
import { analyse } from '../kernel/corpus-run.js';
import { type Judged, judge } from '../kernel/judge.js';
import type { Answer } from './answer.js';
import { type Copy, writeSource } from './compile.js';
import { checkOptions, type MutantAnswer, type Setting, verdicts } from './verdicts.js';

export interface Compared extends MutantAnswer {
	readonly judged: Judged;
	/** The copy of the file that was checked. */
	readonly source: string;
	/** For a false alarm: why the kernel sees less than the source says. */
	readonly excuse?: 'certain-null';
}

/** What makes the compiler keep an access through a pointer that is NULL for certain. */
const KEEPS_NULL_ACCESS = ['-fno-delete-null-pointer-checks'];

/** Checks each copy once, and holds what is said of its mutants' programs against the kernel's answers. */
export async function compare(setting: Setting, answers: readonly MutantAnswer[]): Promise<Compared[]> {
	const { folder, say } = setting;
	const sources = new Map([...new Set(answers.map(({ batch }) => batch))].map((batch) => [batch, writeSource(folder, batch)]));
	say(`checking ${sources.size} copies`);
	const { files } = await analyse([...sources.values()], checkOptions(setting));
	const held = (one: MutantAnswer): Compared => {
		const { mutant, batch, answer } = one;
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
		return { ...one, source, judged: judge(expected, files.get(source)!, lines) };
	};
	return excuse(setting, answers.map(held));
}

/** The kernel's answers on copies that are compiled with further flags. */
async function askAgain(
	setting: Setting,
	about: readonly Compared[],
	flags: readonly string[],
): Promise<(one: Compared) => Answer | undefined> {
	const questions = about.map(({ mutant, batch }) => {
		const copy: Copy = { name: batch.name, text: batch.text, flags };
		return { copy, programs: [mutant.program] };
	});
	const found = new Map<string, Answer>();
	const name = (text: string, program: string): string => `${text}\0${program}`;
	for (const { question, answers } of await verdicts(setting, questions))
		for (const [program, answer] of answers) found.set(name(question.copy.text, program), answer);
	return ({ batch, mutant }) => found.get(name(batch.text, mutant.program));
}

/** Asks about false alarms whether it is the compiler that leaves out what we object to. */
async function excuse(setting: Setting, all: readonly Compared[]): Promise<Compared[]> {
	const alarms = all.filter(({ judged }) => judged.outcome === 'false-alarm');
	const answerOf = await askAgain(setting, alarms, KEEPS_NULL_ACCESS);
	return all.map((one) => (alarms.includes(one) && answerOf(one)?.verdict === 'reject' ? { ...one, excuse: 'certain-null' } : one));
}
