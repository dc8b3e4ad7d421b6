// The repairs that we offer for mutants, applied: does the kernel load what comes out?

import { fixAll } from '../../server/src/report/fix-all.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult } from '../../server/src/rules/finding.js';
import type { Answer } from './answer.js';
import { batchOf } from './batches.js';
import type { Compared } from './compare.js';
import { type Copy, sourcePath } from './compile.js';
import { type Mutant, REPAIRABLE } from './mutants.js';
import { checkOptions, type Question, type Setting, verdicts } from './verdicts.js';

export interface Repair {
	readonly mutant: Mutant;
	/** `none`: no repair was offered for any finding in the program, or none held. `refused`: clang does not compile the repaired text. */
	readonly outcome: 'loads' | 'rejected' | 'none' | 'refused' | 'silent';
	readonly titles: readonly string[];
	readonly text: string;
	readonly answer?: Answer;
}

interface Repaired extends Copy {
	readonly compared: readonly Compared[];
	readonly titles: readonly string[];
}

/** Repairs every mutant that lost a release, a check or an unlock and that both the kernel and we reject. */
export async function repair(setting: Setting, all: readonly Compared[]): Promise<Repair[]> {
	const { folder, say } = setting;
	const wanted = all.filter(
		({ mutant, judged }) =>
			REPAIRABLE.includes(mutant.kind) &&
			judged.expected.verdict === 'reject' &&
			(judged.outcome === 'agree' || judged.outcome === 'wrong-line'),
	);
	const checker = await createChecker();
	const options = checkOptions(setting);
	const repairs: Repair[] = [];
	/** The repaired copy, asked about those programs only for which a repair was offered. */
	const repaired = (members: readonly Compared[], text: string): Question<Repaired>[] => {
		const { name } = members[0]!.batch;
		const path = sourcePath(folder, { name, text });
		const programs = new Set(members.map(({ mutant }) => mutant.program));
		const check = (changed: string): FileResult => {
			const result = checker.check(path, changed, options);
			return { ...result, findings: result.findings.filter((finding) => programs.has(finding.program)) };
		};
		const outcome = fixAll(text, check);
		const before = countByProgram(check(text).findings);
		const after = countByProgram(outcome.result.findings);
		const fixable: Compared[] = [];
		for (const one of members) {
			const { program } = one.mutant;
			if ((after.get(program) ?? 0) < (before.get(program) ?? 0)) fixable.push(one);
			else repairs.push({ mutant: one.mutant, outcome: 'none', titles: [], text });
		}
		if (fixable.length === 0) return [];
		const copy = { name, text: outcome.text, compared: fixable, titles: outcome.applied };
		return [{ copy, programs: fixable.map(({ mutant }) => mutant.program) }];
	};
	say(`repairing ${wanted.length} mutants`);
	const batches = groupBy(wanted);
	const questions = [...batches].flatMap(([text, members]) => repaired(members, text));
	const results = await verdicts<Repaired>(setting, questions, ({ copy }) => {
		if (copy.compared.length > 1) return copy.compared.flatMap((one) => repaired([one], batchOf(one.batch.file, [one.mutant]).text));
		repairs.push({ mutant: copy.compared[0]!.mutant, outcome: 'refused', titles: copy.titles, text: copy.text });
		return [];
	});
	for (const { question, answers } of results) {
		for (const { mutant } of question.copy.compared) {
			const answer = answers.get(mutant.program);
			const { titles, text } = question.copy;
			const outcome = !answer || answer.verdict === 'none' ? 'silent' : answer.verdict === 'accept' ? 'loads' : 'rejected';
			repairs.push({ mutant, outcome, titles, text, ...(answer ? { answer } : {}) });
		}
	}
	return repairs.sort((a, b) => (a.mutant.id < b.mutant.id ? -1 : 1));
}

function countByProgram(findings: FileResult['findings']): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { program } of findings) counts.set(program, (counts.get(program) ?? 0) + 1);
	return counts;
}

function groupBy(all: readonly Compared[]): Map<string, Compared[]> {
	const groups = new Map<string, Compared[]>();
	for (const one of all) groups.set(one.batch.text, [...(groups.get(one.batch.text) ?? []), one]);
	return groups;
}
