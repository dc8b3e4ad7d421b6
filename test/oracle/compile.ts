// Compiling copies of the corpus's files with clang, as many at a time as there are processors.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { clangArguments, type Lab } from '../kernel/lab.js';

/** A changed text of a file of the corpus. */
export interface Copy {
	/** The file's name without folder. */
	readonly name: string;
	readonly text: string;
	/** Further words for the compiler. */
	readonly flags?: readonly string[];
}
export interface Compiled<C extends Copy> {
	readonly copy: C;
	/** The object, or clang's errors. */
	readonly object?: string;
	readonly errors?: string;
}

const COMPILER = 'clang-19';

/** The corpus's include folders, and the one that the copied files stood in. */
export function includePathsOf(lab: Lab): readonly string[] {
	return [...lab.includePaths, lab.programs];
}

/** Names texts by their content. */
export function digest(...parts: readonly string[]): string {
	return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 24);
}

/** What besides a text decides how its object looks: the compiler and its arguments. */
export function compilerName(lab: Lab): string {
	const version = execFileSync(COMPILER, ['--version'], { encoding: 'utf8' }).split('\n')[0]!;
	return [version, ...clangArguments(lab)].join(' ');
}

/** Where a copy is written under `folder`: it keeps its name, which the kernel's log repeats. */
export function sourcePath(folder: string, { name, text, flags = [] }: Copy): string {
	return join(folder, digest(name, text, ...flags), name);
}

export function writeSource(folder: string, copy: Copy): string {
	const path = sourcePath(folder, copy);
	mkdirSync(join(path, '..'), { recursive: true });
	writeFileSync(path, copy.text);
	return path;
}

/** Compiles every copy under `folder`; the results are in the order of the copies. Throws if there is no compiler. */
export async function compile<C extends Copy>(
	lab: Lab,
	folder: string,
	copies: readonly C[],
	watch: (done: number) => void,
): Promise<Compiled<C>[]> {
	const results: Compiled<C>[] = [];
	let next = 0;
	let done = 0;
	const work = async (): Promise<void> => {
		for (let index = next++; index < copies.length; index = next++) {
			const copy = copies[index]!;
			const source = writeSource(folder, copy);
			const object = source.replace(/\.c$/, '.o');
			const errors = await clang([...clangArguments(lab), `-I${lab.programs}`, ...(copy.flags ?? []), '-c', source, '-o', object]);
			results[index] = errors === undefined ? { copy, object } : { copy, errors };
			watch(++done);
		}
	};
	await Promise.all(Array.from({ length: availableParallelism() }, work));
	return results;
}

/** Runs clang; gives its errors, or undefined where there are none. */
function clang(words: readonly string[]): Promise<string | undefined> {
	return new Promise((resolve, reject) => {
		const child = spawn(COMPILER, words, { stdio: ['ignore', 'ignore', 'pipe'] });
		let errors = '';
		child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
			errors += chunk;
		});
		child.on('error', reject);
		child.on('close', (status) => resolve(status === 0 ? undefined : errors));
	});
}
