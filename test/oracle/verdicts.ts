// What the kernel says of copies of the corpus's files: from memory, or compiled and loaded.
import type { CheckOptions } from '../../server/src/rules/checker.js';
import type { Lab } from '../kernel/lab.js';
import type { Answer } from './answer.js';
import { type Batch, batchesOf, batchOf, split } from './batches.js';
import { type Copy, compile, includePathsOf } from './compile.js';
import type { MutatedFile } from './corpus.js';
import type { Kernel, Request } from './kernel.js';
import type { Memory } from './memory.js';
import type { Mutant } from './mutants.js';

export interface Setting {
	readonly lab: Lab;
	readonly kernel: Kernel;
	readonly memory: Memory;
	/** For sources and objects of this run. */
	readonly folder: string;
	readonly say: (text: string) => void;
}
/** How bpfls is asked: for the kernel at hand, and for a loader that sets none of the program's constants, as load.c is one. */
export function checkOptions({ lab, kernel }: Setting): CheckOptions {
	return { kernel: kernel.release, includePaths: includePathsOf(lab), defines: lab.defines, rodata: 'initial' };
}
/** A copy with the programs in it to ask about. */
export interface Question<C extends Copy = Copy> {
	readonly copy: C;
	readonly programs: readonly string[];
}

/**
 * Answers by program for each question, in order; undefined where the copy does not compile (then `failed` is told, which may give
 * other questions in its place, and those answers come at the end).
 */
export async function verdicts<C extends Copy>(
	setting: Setting,
	questions: readonly Question<C>[],
	failed: (question: Question<C>, errors: string) => readonly Question<C>[] = () => [],
): Promise<{ readonly question: Question<C>; readonly answers: ReadonlyMap<string, Answer> }[]> {
	const { lab, kernel, memory, folder, say } = setting;
	const objects = new Map<Question<C>, string>();
	const all: Question<C>[] = [];
	let round = [...questions];
	while (round.length > 0) {
		const open = round.filter(({ copy, programs }) => programs.some((program) => !memory.answer(copy, program)));
		all.push(...round.filter((question) => !open.includes(question)));
		if (open.length > 0) say(`compiling ${open.length} copies`);
		const compiled = await compile(
			lab,
			folder,
			open.map((question) => question.copy),
			(done) => done % 100 === 0 && say(`${done} compiled`),
		);
		round = [];
		for (const [index, { object, errors }] of compiled.entries()) {
			const question = open[index]!;
			if (object === undefined) round.push(...failed(question, errors ?? ''));
			else {
				objects.set(question, object);
				all.push(question);
			}
		}
	}
	const asked: { readonly question: Question<C>; readonly request: Request }[] = [];
	for (const [question, object] of objects) {
		for (const program of question.programs)
			if (!memory.answer(question.copy, program)) asked.push({ question, request: { object, program } });
	}
	const copies = new Map(asked.map(({ question, request }) => [request, question.copy]));
	if (asked.length > 0)
		await kernel.ask([...copies.keys()], (request, answer) => memory.keep(copies.get(request)!, request.program, answer));
	return all.map((question) => {
		const known = question.programs.flatMap((program): [string, Answer][] => {
			const answer = memory.answer(question.copy, program);
			return answer ? [[program, answer]] : [];
		});
		return { question, answers: new Map(known) };
	});
}

export interface MutantAnswer {
	readonly mutant: Mutant;
	readonly batch: Batch;
	readonly answer: Answer;
}
export interface MutantAnswers {
	readonly answers: readonly MutantAnswer[];
	/** Why mutants have no answer: the file as it is, or the mutant, does not compile or load; nobody answered. */
	readonly without: { readonly refused: number; readonly original: number; readonly silent: number };
}

/** Loads every mutant, and every file as it is: mutants of programs that this kernel refuses anyway say nothing. */
export async function loadMutants(setting: Setting, files: readonly MutatedFile[]): Promise<MutantAnswers> {
	const { memory } = setting;
	let refused = 0;
	const batches = files.flatMap((file) => {
		const mutants = file.mutants.filter((mutant) => !memory.isRefused(batchOf(file, [mutant])));
		refused += file.mutants.length - mutants.length;
		return batchesOf({ ...file, mutants });
	});
	const originals: Question<Batch>[] = files.map((file) => ({
		copy: batchOf(file, []),
		programs: [...new Set(file.mutants.map((one) => one.program))],
	}));
	const questions = batches.map(questionOf);
	const results = await verdicts<Batch>(setting, [...originals, ...questions], ({ copy }, errors) => {
		if (copy.mutants.length > 1) return split(copy, errors).map(questionOf);
		if (copy.mutants.length === 1) {
			memory.keepRefused(copy);
			refused++;
		}
		return [];
	});
	const good = new Set(
		results
			.filter(({ question }) => question.copy.mutants.length === 0)
			.flatMap(({ question, answers }) =>
				[...answers].flatMap(([program, { verdict }]) => (verdict === 'accept' ? [`${question.copy.name}\0${program}`] : [])),
			),
	);
	const answers: MutantAnswer[] = [];
	let original = 0;
	let silent = 0;
	for (const { question, answers: known } of results) {
		for (const mutant of question.copy.mutants) {
			const answer = known.get(mutant.program);
			if (!good.has(`${question.copy.name}\0${mutant.program}`)) original++;
			else if (!answer || answer.verdict === 'none') silent++;
			else answers.push({ mutant, batch: question.copy, answer });
		}
	}
	answers.sort((a, b) => (a.mutant.id < b.mutant.id ? -1 : 1));
	return { answers, without: { refused, original, silent } };
}

function questionOf(batch: Batch): Question<Batch> {
	return { copy: batch, programs: batch.mutants.map((mutant) => mutant.program) };
}
