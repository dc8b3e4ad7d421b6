// How a file is compiled: compile_commands.json, compile_flags.txt, and what is sensible where there is neither.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DiskFiles, type FileProvider, SteadyFiles } from './files.js';
import type { UnitOptions } from './translation-unit.js';
import type { Problem } from './unit.js';

/** What the caller asks for on top; it comes before what the files say. */
export interface CompileRequest {
	readonly includePaths: readonly string[];
	readonly defines: readonly string[];
	/** The folder in which compile_commands.json lies; without it the search goes upward from the file. */
	readonly compileCommands?: string;
}

export interface CompileOptions {
	readonly options: Omit<UnitOptions, 'files'>;
	readonly problems: readonly Problem[];
	/** The file that the options came from, if any. */
	readonly source?: string;
}

/** How far up the tree compile_commands.json and compile_flags.txt are looked for. */
const SEARCH_DEPTH = 32;
/** How far up a vmlinux.h is looked for. */
const VMLINUX_DEPTH = 4;
/** Where projects keep a vmlinux.h, below one of the file's ancestors. */
const VMLINUX_FOLDERS = [
	'',
	'include',
	'headers',
	'bpf',
	'src',
	'vmlinux',
	'vmlinux/x86',
	'vmlinux/arm64',
	'.output',
	'build',
	'libbpf',
	'common',
];
const TRIPLES: Record<string, string> = {
	x64: 'x86_64-linux-gnu',
	arm64: 'aarch64-linux-gnu',
	riscv64: 'riscv64-linux-gnu',
	s390x: 's390x-linux-gnu',
};
/** libbpf's names of architectures, for `__TARGET_ARCH_x`. */
const TARGETS: Record<string, string> = { x64: 'x86', arm64: 'arm64', riscv64: 'riscv', s390x: 's390', loong64: 'loongarch' };

interface Parsed {
	includePaths: string[];
	systemIncludePaths: string[];
	defines: string[];
	undefines: string[];
	forcedIncludes: string[];
}
interface Entry {
	readonly directory: string;
	readonly file: string;
	readonly args: readonly string[];
}

/**
 * Finds the options for a file. Never throws: a malformed file is a problem, and the defaults serve.
 * `files` lets an open buffer of compile_flags.txt count; the disk by default.
 */
export function findCompileOptions(file: string, request: CompileRequest, files: FileProvider = new DiskFiles()): CompileOptions {
	const problems: Problem[] = [];
	const folder = path.dirname(path.resolve(file));
	const found = request.compileCommands
		? { path: path.join(path.resolve(request.compileCommands), 'compile_commands.json'), json: true }
		: search(folder, files);
	let parsed: Parsed | undefined;
	if (found) {
		if (found.json) {
			const entry = choose(readDatabase(found.path, files, problems), path.resolve(file));
			if (entry) parsed = parseArguments(entry.args, entry.directory);
		} else {
			const text = files.read(found.path) ?? '';
			parsed = parseArguments(
				text
					.split(/\r?\n/)
					.map((line) => line.trim())
					.filter((line) => line && !line.startsWith('#')),
				path.dirname(found.path),
			);
		}
	}
	const given = request.includePaths.map((each) => path.resolve(each));
	const triple = TRIPLES[process.arch];
	const defines = [...(parsed?.defines ?? []), ...request.defines];
	const target = TARGETS[process.arch];
	if (target && !defines.some((each) => each.startsWith('__TARGET_ARCH_'))) defines.push(`__TARGET_ARCH_${target}`);
	const includePaths = unique([
		...given,
		...(parsed?.includePaths ?? []),
		...(parsed ? [] : [folder, path.join(folder, 'include'), path.join(path.dirname(folder), 'include')]),
	]);
	const vmlinux = includePaths.some((each) => exists(files, path.join(each, 'vmlinux.h'))) ? [] : vmlinuxFolders(folder, files);
	return {
		options: {
			includePaths: unique([...includePaths, ...vmlinux]),
			systemIncludePaths: unique([
				...(parsed?.systemIncludePaths ?? []),
				'/usr/local/include',
				'/usr/include',
				...(triple ? [`/usr/include/${triple}`] : []),
			]),
			defines,
			undefines: parsed?.undefines ?? [],
			forcedIncludes: parsed?.forcedIncludes ?? [],
		},
		problems,
		...(found ? { source: found.path } : {}),
	};
}

function unique(list: readonly string[]): string[] {
	return [...new Set(list)];
}

function exists(files: FileProvider, file: string): boolean {
	return files.version ? files.version(file) !== undefined : files.read(file) !== undefined;
}

interface Found {
	readonly path: string;
	readonly json: boolean;
}

/** What was found from a folder on upward, among files that stay as they are. */
const searches = new WeakMap<SteadyFiles, Map<string, Found | undefined>>();

function search(folder: string, files: FileProvider): Found | undefined {
	if (!(files instanceof SteadyFiles)) return searchUpward(folder, files);
	let known = searches.get(files);
	if (!known) searches.set(files, (known = new Map()));
	if (!known.has(folder)) known.set(folder, searchUpward(folder, files));
	return known.get(folder);
}

function searchUpward(folder: string, files: FileProvider): Found | undefined {
	let at = folder;
	for (let i = 0; i < SEARCH_DEPTH; i++) {
		for (const name of ['compile_commands.json', 'build/compile_commands.json', 'compile_flags.txt']) {
			const candidate = path.join(at, name);
			if (exists(files, candidate)) return { path: candidate, json: name.endsWith('.json') };
		}
		const parent = path.dirname(at);
		if (parent === at) return undefined;
		at = parent;
	}
	return undefined;
}

/** Folders above the file that hold a vmlinux.h, nearest first. */
function vmlinuxFolders(folder: string, files: FileProvider): string[] {
	let at = folder;
	for (let i = 0; i < VMLINUX_DEPTH; i++) {
		const found = VMLINUX_FOLDERS.map((name) => path.join(at, name)).find((each) => exists(files, path.join(each, 'vmlinux.h')));
		if (found) return [found];
		const parent = path.dirname(at);
		if (parent === at) break;
		at = parent;
	}
	return [];
}

const databases = new WeakMap<FileProvider, Map<string, { version: string; entries: Entry[]; problems: Problem[] }>>();

/** The entries of a compile_commands.json; parsed once for each version of the file. */
function readDatabase(file: string, files: FileProvider, problems: Problem[]): Entry[] {
	let known = databases.get(files);
	if (!known) {
		known = new Map();
		databases.set(files, known);
	}
	const version = files.version?.(file);
	const cached = known.get(file);
	if (cached && version !== undefined && cached.version === version) {
		problems.push(...cached.problems);
		return cached.entries;
	}
	const text = files.read(file);
	const complaints: Problem[] = [];
	const complain = (message: string): void => {
		const at = { file: { path: file, text: text ?? '' }, start: 0, end: Math.min(1, text?.length ?? 0) };
		complaints.push({ severity: 'warning', code: 'compile-commands', message, at });
	};
	const entries: Entry[] = [];
	if (text === undefined) complain(`${file} cannot be read`);
	else {
		try {
			const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
			if (!Array.isArray(json)) complain(`${file} is no list of compile commands`);
			else for (const each of json) entries.push(...readEntry(each, path.dirname(file)));
		} catch (error) {
			complain(`${file} is no JSON: ${(error as Error).message}`);
		}
	}
	if (version !== undefined) known.set(file, { version, entries, problems: complaints });
	problems.push(...complaints);
	return entries;
}

function readEntry(json: unknown, base: string): Entry[] {
	if (typeof json !== 'object' || json === null) return [];
	const { directory, file, command, arguments: list } = json as Record<string, unknown>;
	if (typeof file !== 'string') return [];
	const folder = typeof directory === 'string' ? path.resolve(base, directory) : base;
	const args = Array.isArray(list)
		? list.filter((each): each is string => typeof each === 'string')
		: typeof command === 'string'
			? splitCommand(command)
			: [];
	return [{ directory: folder, file: path.resolve(folder, file), args: args.slice(1) }];
}

/** The entry of the file itself; for a file that is not listed, one that compiles for BPF, in the same folder if there is one. */
function choose(entries: readonly Entry[], file: string): Entry | undefined {
	const own = entries.find((entry) => entry.file === file);
	if (own) return own;
	const bpf = entries.filter((entry) =>
		entry.args.some((arg, i) => /^--target=bpf/.test(arg) || (arg === '-target' && entry.args[i + 1]?.startsWith('bpf'))),
	);
	return bpf.find((entry) => path.dirname(entry.file) === path.dirname(file)) ?? bpf[0];
}

/** Splits a shell command into words: quotes and backslashes, no expansions. */
export function splitCommand(command: string): string[] {
	const out: string[] = [];
	let word = '';
	let open = false;
	let quote = '';
	for (let i = 0; i < command.length; i++) {
		const ch = command[i]!;
		if (quote) {
			if (ch === quote) quote = '';
			else if (ch === '\\' && quote === '"' && /["\\$`]/.test(command[i + 1] ?? '')) word += command[++i];
			else word += ch;
		} else if (ch === '"' || ch === "'") {
			quote = ch;
			open = true;
		} else if (ch === '\\' && i + 1 < command.length) {
			word += command[++i];
			open = true;
		} else if (/\s/.test(ch)) {
			if (open || word) out.push(word);
			word = '';
			open = false;
		} else word += ch;
	}
	if (open || word) out.push(word);
	return out;
}

/** Reads the preprocessor's part of a compiler's arguments. Relative paths count from `directory`. */
function parseArguments(args: readonly string[], directory: string): Parsed {
	const out: Parsed = { includePaths: [], systemIncludePaths: [], defines: [], undefines: [], forcedIncludes: [] };
	const take = (flag: string, list: string[], isPath: boolean, i: number): number => {
		const joined = args[i]!.slice(flag.length).replace(/^=/, '');
		const value = joined || args[i + 1];
		if (value) list.push(isPath ? path.resolve(directory, value) : value);
		return joined ? i : i + 1;
	};
	for (let i = 0; i < args.length; i++) {
		const arg = args[i]!;
		if (arg.startsWith('-I')) i = take('-I', out.includePaths, true, i);
		else if (arg.startsWith('-iquote')) i = take('-iquote', out.includePaths, true, i);
		else if (arg.startsWith('-isystem')) i = take('-isystem', out.systemIncludePaths, true, i);
		else if (arg.startsWith('-idirafter')) i = take('-idirafter', out.systemIncludePaths, true, i);
		else if (arg === '-include') i = take('-include', out.forcedIncludes, false, i);
		else if (arg.startsWith('-D')) i = take('-D', out.defines, false, i);
		else if (arg.startsWith('-U')) i = take('-U', out.undefines, false, i);
		else if (arg.startsWith('@')) {
			// A response file holds more arguments.
			try {
				const more = splitCommand(readFileSync(path.resolve(directory, arg.slice(1)), 'utf8'));
				const inner = parseArguments(
					more.filter((each) => !each.startsWith('@')),
					directory,
				);
				for (const key of Object.keys(out) as (keyof Parsed)[]) out[key].push(...inner[key]);
			} catch {
				// Not there; the rest still counts.
			}
		}
	}
	return out;
}
