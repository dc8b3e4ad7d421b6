// The recorded verdicts: what the kernel said of each program of its own selftests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/root.js';

/** Why the kernel rejected: the family of the rule. `env` is that kernel's configuration, `other` scalars, bounds, stack, packets and size. */
export type RejectionClass = 'lifetime' | 'null' | 'trust' | 'graph' | 'context' | 'other' | 'env';
export const CLASSES: readonly RejectionClass[] = ['lifetime', 'null', 'trust', 'graph', 'context', 'other', 'env'];
/** The classes in which each miss is listed by name; the others are outside of what the tool promises. */
export const KERNEL_OBJECT_CLASSES: readonly RejectionClass[] = ['lifetime', 'null', 'trust', 'graph', 'context'];

export interface Expected {
	/** Without `.c`. */
	readonly file: string;
	readonly program: string;
	/** `asm`: the program is naked inline assembly, which the tool does not analyse. */
	readonly kind: 'C' | 'asm';
	readonly verdict: 'accept' | 'reject';
	readonly class?: RejectionClass;
	/** Where the compiled instruction that was refused came from; absent where the log names none. */
	readonly line?: { readonly file: string; readonly line: number };
	readonly message: string;
	/** `table`: measured. `annotation`: the file's own expectation, for programs that need a module which the measured kernel lacks. */
	readonly source: 'table' | 'annotation';
}

/** The folder that holds the recorded data. */
export function dataFolder(): string {
	return join(repositoryRoot(), 'test/kernel/data');
}

/** Reads the table; throws with the line's number where a row is malformed. */
export function readVerdicts(path = join(dataFolder(), 'verdicts-6.12.tsv')): Expected[] {
	const rows = readFileSync(path, 'utf8').split('\n').slice(1);
	const result: Expected[] = [];
	for (const [index, row] of rows.entries()) {
		if (row === '') continue;
		const [file, program, kind, verdict, klass, line, message] = row.split('\t');
		if (!file || !program || (kind !== 'C' && kind !== 'asm') || (verdict !== 'accept' && verdict !== 'reject'))
			throw new Error(`${path}:${index + 2}: not a row of verdicts`);
		const at = line?.match(/^(.*):(\d+)$/);
		result.push({
			file,
			program,
			kind,
			verdict,
			...(klass ? { class: klass as RejectionClass } : {}),
			...(at ? { line: { file: at[1]!, line: Number(at[2]) } } : {}),
			message: message ?? '',
			source: 'table',
		});
	}
	return result;
}

/** What a selftest's source says of one of its programs. */
interface Annotated {
	readonly program: string;
	readonly failure: boolean;
	readonly messages: readonly string[];
}

/**
 * The programs of a selftest with their `__success`, `__failure` and `__msg` marks. Read from the source text alone, so that a mistake
 * of the analysis cannot hide a program; good for files that write each program out after a `SEC("...")` at a line's start.
 */
function readAnnotations(text: string): Annotated[] {
	const result: Annotated[] = [];
	for (const section of text.matchAll(/^SEC\("(?!\.|license|maps|version)[^"]*"/gm)) {
		const rest = text.slice(section.index + section[0].length);
		const end = rest.search(/[;{]\s*$/m);
		const header = end < 0 ? rest : rest.slice(0, end);
		const messages = [...header.matchAll(/__msg\("((?:[^"\\]|\\.)*)"\)/g)].map((match) => match[1]!.replace(/\\(.)/g, '$1'));
		const bare = header.replace(/"(?:[^"\\]|\\.)*"/g, '""');
		const name = bare.match(/\bBPF_\w+\s*\(\s*(\w+)/)?.[1] ?? [...bare.matchAll(/(\w+)\s*\(/g)].at(-1)?.[1];
		if (name) result.push({ program: name, failure: /\b__failure\b/.test(bare), messages });
	}
	return result;
}

/**
 * What is expected of every program of a selftest: the table's row where there is one, the file's own annotation where there is none
 * (a program without any mark is one that the selftests load).
 */
export function expectationsOf(file: string, text: string, table: readonly Expected[]): Expected[] {
	const rows = table.filter((row) => row.file === file);
	const known = new Set(rows.map((row) => row.program));
	for (const { program, failure, messages } of readAnnotations(text)) {
		if (known.has(program)) continue;
		rows.push({ file, program, kind: 'C', verdict: failure ? 'reject' : 'accept', message: messages.join(' | '), source: 'annotation' });
	}
	return rows;
}
