// The mutants of the corpus: which files have any, and which of their mutants a run takes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalog } from '../../server/src/kernel/load.js';
import { buildUnit } from '../../server/src/program/unit.js';
import { SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';
import { CORPUS_RELEASE, type Lab } from '../kernel/lab.js';
import { readVerdicts } from '../kernel/verdicts.js';
import { KINDS, type Kind, type Mutant, mutantsOf } from './mutants.js';
import { ordered } from './order.js';

export interface MutatedFile {
	/** Without folder: `task_kfunc_success.c`. */
	readonly name: string;
	readonly text: string;
	readonly mutants: readonly Mutant[];
	/** Its programs are loaded together with the others of their struct_ops map, so that mutants must not share a file. */
	readonly single: boolean;
}

export interface Selection {
	/** Files' names; `*` stands for anything. Empty: all. */
	readonly files: readonly RegExp[];
	readonly kinds: readonly Kind[];
	/** At most so many mutants, spread evenly over the kinds. */
	readonly limit: number;
	/** Another seed, another choice. */
	readonly seed: string;
}

/** Every mutant of the files that are asked for. Throws if the corpus is not there. */
export async function readCorpus(lab: Lab, files: readonly RegExp[]): Promise<MutatedFile[]> {
	const engine = new SyntaxEngine({ parser: await createParser() });
	const catalog = loadCatalog(CORPUS_RELEASE);
	const accepted = acceptedPrograms();
	const found: MutatedFile[] = [];
	for (const name of readdirSync(lab.programs).sort()) {
		const candidates = accepted.get(name);
		if (!candidates || (files.length > 0 && !files.some((pattern) => pattern.test(name)))) continue;
		const path = join(lab.programs, name);
		const text = readFileSync(path, 'utf8');
		const unit = buildUnit(engine.unit(path, text, { includePaths: lab.includePaths, defines: lab.defines }), catalog);
		const mutants = mutantsOf(unit, catalog, name, candidates);
		if (mutants.length > 0) found.push({ name, text, mutants, single: unit.programs.some((program) => program.structOps) });
	}
	return found;
}

/** The C programs that the kernel accepts as they are, by file. */
function acceptedPrograms(): Map<string, Set<string>> {
	const found = new Map<string, Set<string>>();
	for (const { file, program, kind, verdict } of readVerdicts()) {
		if (kind !== 'C' || verdict !== 'accept') continue;
		const name = `${file}.c`;
		found.set(name, (found.get(name) ?? new Set()).add(program));
	}
	return found;
}

/** What a run takes: in turn one mutant of each kind, until the limit is reached. The same for the same seed and limit. */
export function select(corpus: readonly MutatedFile[], { kinds, limit, seed }: Selection): MutatedFile[] {
	const all = corpus.flatMap((file) => file.mutants);
	const queues = KINDS.filter((kind) => kinds.includes(kind)).map((kind) =>
		ordered(
			all.filter((mutant) => mutant.kind === kind),
			(mutant) => `${seed}:${mutant.id}`,
		),
	);
	const chosen = new Set<Mutant>();
	for (let round = 0; chosen.size < limit && queues.some((queue) => queue.length > round); round++) {
		for (const queue of queues) if (queue[round] && chosen.size < limit) chosen.add(queue[round]!);
	}
	return corpus
		.map((file) => ({ ...file, mutants: file.mutants.filter((mutant) => chosen.has(mutant)) }))
		.filter((file) => file.mutants.length > 0);
}
