// Our answer on every mutant beside the kernel's.
import { readFileSync } from 'node:fs';
import { analyse } from '../kernel/corpus-run.js';
import { type Judged, judge } from '../kernel/judge.js';
import { includePathsOf, writeSource } from './compile.js';
import type { MutantAnswer, Setting } from './verdicts.js';

export interface Compared {
	readonly mutant: MutantAnswer['mutant'];
	readonly batch: MutantAnswer['batch'];
	readonly judged: Judged;
	/** The copy of the file that was checked. */
	readonly source: string;
}

/** Checks each copy once, and holds what is said of its mutants' programs against the kernel's answers. */
export async function compare({ lab, kernel, folder, say }: Setting, answers: readonly MutantAnswer[]): Promise<Compared[]> {
	const sources = new Map([...new Set(answers.map(({ batch }) => batch))].map((batch) => [batch, writeSource(folder, batch)]));
	say(`checking ${sources.size} copies`);
	const options = { kernel: kernel.release, includePaths: includePathsOf(lab), defines: lab.defines };
	const { files } = await analyse([...sources.values()], options);
	return answers.map(({ mutant, batch, answer }) => {
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
		return { mutant, batch, source, judged: judge(expected, files.get(source)!, readFileSync(source, 'utf8').split('\n')) };
	});
}
