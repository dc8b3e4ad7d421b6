// A kernel source tree as the generator reads it: files as tokens, each with the configuration under which it is compiled.
//
// A kernel file cannot be preprocessed fully without a configured tree, so every branch of every conditional is kept and its
// condition goes along with the tokens.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { FileText } from '../../syntax/file-text.js';
import type { Token } from '../../syntax/token.js';
import { CatalogError } from '../error.js';
import { readBytes, readText } from '../files.js';

/** All of these hold where a token is compiled: `CONFIG_CGROUPS`, `!CONFIG_X`, `CONFIG_A||CONFIG_B`. */
export type Condition = readonly string[];
export const ALWAYS: Condition = [];

export interface MacroDefinition {
	readonly name: string;
	/** Absent for an object-like macro. `...` is kept as the last name. */
	readonly parameters?: readonly string[];
	readonly body: readonly Token[];
	readonly when: Condition;
	/** Where in its file it is defined. */
	readonly offset: number;
}

/** A range of tokens, `end` exclusive. */
export interface Range {
	readonly start: number;
	readonly end: number;
}

/** A sequence of tokens with their conditions; what a file holds, or what a macro gave. */
export class TokenText {
	constructor(
		readonly tokens: readonly Token[],
		readonly when: readonly Condition[],
	) {}

	text(at: number): string {
		return this.tokens[at]?.text ?? '';
	}

	get length(): number {
		return this.tokens.length;
	}

	/** The next position of a token with this text at or behind `from`; -1 where there is none before `to`. */
	find(text: string, from = 0, to = this.tokens.length): number {
		for (let i = from; i < to; i++) if (this.tokens[i]!.text === text) return i;
		return -1;
	}

	/** The position of the bracket that closes the one at `open`; `to` if none does. */
	close(open: number, to = this.tokens.length): number {
		let depth = 0;
		for (let i = open; i < to; i++) {
			const text = this.tokens[i]!.text;
			if (text === '(' || text === '{' || text === '[') depth++;
			else if (text === ')' || text === '}' || text === ']') {
				depth--;
				if (depth === 0) return i;
			}
		}
		return to;
	}

	/** The position of the bracket that opens the one at `close`; -1 if none does. */
	open(close: number): number {
		let depth = 0;
		for (let i = close; i >= 0; i--) {
			const text = this.tokens[i]!.text;
			if (text === ')' || text === '}' || text === ']') depth++;
			else if (text === '(' || text === '{' || text === '[') {
				depth--;
				if (depth === 0) return i;
			}
		}
		return -1;
	}

	/** The stretches between the commas of the bracket at `open`; none for `()`. */
	split(open: number): Range[] {
		return this.splitRange(open + 1, this.close(open), ',');
	}

	/** The stretches of `start..end` between separators that stand in no inner bracket. */
	splitRange(start: number, end: number, separator: string): Range[] {
		const out: Range[] = [];
		let from = start;
		let depth = 0;
		for (let i = start; i < end; i++) {
			const text = this.tokens[i]!.text;
			if (text === '(' || text === '{' || text === '[') depth++;
			else if (text === ')' || text === '}' || text === ']') depth--;
			else if (text === separator && depth === 0) {
				out.push({ start: from, end: i });
				from = i + 1;
			}
		}
		if (from < end || out.length > 0) out.push({ start: from, end });
		return out;
	}

	/** The texts of a range. */
	words(range: Range): string[] {
		const out: string[] = [];
		for (let i = range.start; i < range.end; i++) out.push(this.tokens[i]!.text);
		return out;
	}

	/** Every position outside of all brackets, in order. */
	*topLevel(): Generator<number> {
		for (let i = 0; i < this.tokens.length; i++) {
			yield i;
			const text = this.tokens[i]!.text;
			if (text === '(' || text === '{' || text === '[') i = this.close(i) - 1;
		}
	}

	/** Every position at which `name(` stands, outside of brackets or within. */
	*calls(name: string): Generator<number> {
		for (let i = 0; i + 1 < this.tokens.length; i++) if (this.tokens[i]!.text === name && this.tokens[i + 1]!.text === '(') yield i;
	}
}

/** One file of the tree. */
export class KernelFile extends TokenText {
	constructor(
		/** Relative to the tree's root, with slashes. */
		readonly path: string,
		tokens: readonly Token[],
		when: readonly Condition[],
		/** Macros that the file itself defines; several where conditionals choose. */
		readonly macros: ReadonlyMap<string, readonly MacroDefinition[]>,
		/** As written between the brackets or quotes. */
		readonly includes: readonly string[],
		/** The conditions of those that stand under any. */
		readonly includeWhen: ReadonlyMap<string, Condition> = new Map(),
		/** What the text lacks to be whole, and the offset of what began and does not end: a file that was cut. */
		readonly fault?: { readonly offset: number; readonly what: string },
	) {
		super(tokens, when);
	}
}

interface Branch {
	/** Of the `#if`. */
	readonly offset: number;
	readonly outer: Condition;
	/** The brackets of one alternative are counted: another one may open or close the same. */
	counts: boolean;
	/** Conditions of the earlier branches of this chain, not yet negated. */
	readonly earlier: string[][];
	own: string[];
	dead: boolean;
}

/** Reads a file's tokens; every branch is kept, except those under a constant zero. */
export function readKernelText(path: string, text: string): KernelFile {
	const file = new FileText({ path, text });
	const tokens: Token[] = [];
	const when: Condition[] = [];
	const macros = new Map<string, MacroDefinition[]>();
	const includes: string[] = [];
	const includeWhen = new Map<string, Condition>();
	const branches: Branch[] = [];
	const brackets: Token[] = [];
	let current: Condition = ALWAYS;
	let dead = false;
	const settle = (): void => {
		const top = branches.at(-1);
		dead = branches.some((branch) => branch.dead);
		current = top ? [...top.outer, ...top.earlier.map(negate), ...top.own].filter((c, i, all) => c !== '' && all.indexOf(c) === i) : ALWAYS;
	};
	file.chunks.forEach((chunk, index) => {
		if (chunk.kind === 'text') {
			if (dead) return;
			const counts = branches.every((branch) => branch.counts);
			for (const token of file.tokensOf(index)) {
				tokens.push(token);
				when.push(current);
				if (!counts) continue;
				if (token.text === '(' || token.text === '{' || token.text === '[') brackets.push(token);
				else if (token.text === ')' || token.text === '}' || token.text === ']') brackets.pop();
			}
			return;
		}
		const words = file.tokensOf(index);
		switch (chunk.name) {
			case 'if':
			case 'ifdef':
			case 'ifndef': {
				const own =
					chunk.name === 'if'
						? condition(words)
						: chunk.name === 'ifdef'
							? named(words[0]?.text ?? '')
							: [negate(named(words[0]?.text ?? ''))];
				const unbuilt = own.includes('0');
				branches.push({ offset: chunk.start, counts: true, outer: current, earlier: [], own, dead: unbuilt });
				settle();
				break;
			}
			case 'elif':
			case 'else': {
				const top = branches.at(-1);
				if (!top) break;
				const always = top.own.length === 1 && top.own[0] === '1';
				top.counts &&= top.dead;
				top.earlier.push(top.own.filter((c) => c !== '0'));
				top.own = chunk.name === 'elif' ? condition(words) : [];
				top.dead = always || top.own.includes('0');
				settle();
				break;
			}
			case 'endif': {
				const top = branches.pop();
				if (top) settle();
				break;
			}
			case 'include': {
				const text = words.map((word) => word.text).join('');
				if (dead || text.length <= 2) break;
				includes.push(text.slice(1, -1));
				if (current.length > 0) includeWhen.set(text.slice(1, -1), current);
				break;
			}
			case 'define': {
				if (dead) break;
				const definition = define(words, current);
				if (definition) macros.set(definition.name, [...(macros.get(definition.name) ?? []), definition]);
				break;
			}
			default:
				break;
		}
	});
	return new KernelFile(path, tokens, when, macros, includes, includeWhen, faultOf(file, branches, brackets));
}

/** What begins and does not end; where the text was cut inside of a comment or literal, that. */
function faultOf(file: FileText, branches: readonly Branch[], brackets: readonly Token[]): KernelFile['fault'] {
	const open = file.problems.find((problem) => problem.code.startsWith('unterminated'));
	if (open) return { offset: open.at.start, what: open.message };
	const branch = branches.at(-1);
	if (branch) return { offset: branch.offset, what: 'a conditional that does not end: the file is cut' };
	const bracket = brackets.at(-1);
	return bracket && { offset: bracket.start, what: `'${bracket.text}' is never closed: the file is cut` };
}

function define(words: readonly Token[], when: Condition): MacroDefinition | undefined {
	const name = words[0]?.text;
	if (name === undefined) return undefined;
	if (words[1]?.text !== '(' || words[1].space) return { name, body: words.slice(1), when, offset: words[0]!.start };
	const parameters: string[] = [];
	let at = 2;
	while (at < words.length && words[at]!.text !== ')') {
		if (words[at]!.text !== ',') parameters.push(words[at]!.text);
		at++;
	}
	return { name, parameters, body: words.slice(at + 1), when, offset: words[0]!.start };
}

/** `X` of an `#ifdef X`. Only the kernel's configuration is a condition; what else a header may define is taken as given. */
function named(word: string): string[] {
	return word.startsWith('CONFIG_') ? [word] : [];
}

/** The conjuncts of an `#if`'s expression; what does not speak of the configuration is dropped. */
function condition(words: readonly Token[]): string[] {
	const texts = words.map((word) => word.text);
	const conjuncts: string[][] = [[]];
	let depth = 0;
	for (const text of texts) {
		if (text === '(') depth++;
		if (text === ')') depth--;
		if (text === '&&' && depth === 0) conjuncts.push([]);
		else conjuncts.at(-1)!.push(text);
	}
	const out: string[] = [];
	for (const conjunct of conjuncts) {
		if (conjunct.length === 1 && (conjunct[0] === '0' || conjunct[0] === '1')) {
			out.push(conjunct[0]);
			continue;
		}
		// `defined(CONFIG_X)`, `IS_ENABLED(CONFIG_X)` and their negations and disjunctions, down to names and operators.
		const kept = conjunct.filter((text) => text === '!' || text === '||' || text.startsWith('CONFIG_'));
		const known = conjunct.every(
			(text) =>
				text.startsWith('CONFIG_') ||
				['!', '||', '(', ')', 'defined', 'IS_ENABLED', 'IS_BUILTIN', 'IS_MODULE', 'IS_REACHABLE'].includes(text),
		);
		if (known && kept.some((text) => text.startsWith('CONFIG_'))) out.push(kept.join(''));
	}
	return out;
}

function negate(conjuncts: readonly string[]): string {
	const real = conjuncts.filter((c) => c !== '1' && c !== '');
	if (real.length === 0) return '';
	if (real.length === 1 && !real[0]!.includes('||')) return real[0]!.startsWith('!') ? real[0]!.slice(1) : `!${real[0]!}`;
	// De Morgan, where each part is a plain name.
	if (real.every((c) => !c.includes('||'))) return real.map((c) => negate([c])).join('||');
	return '';
}

/** A kernel source tree on disk. Files are read and lexed once. */
export class KernelTree {
	private readonly files = new Map<string, KernelFile | undefined>();

	/** Throws CatalogError if `root` is no kernel source tree. */
	constructor(readonly root: string) {
		for (const part of ['Makefile', 'kernel/bpf/verifier.c', 'include/uapi/linux/bpf.h'])
			try {
				statSync(join(root, part));
			} catch {
				throw new CatalogError(join(root, part), 0, 'not found: this is no kernel source tree');
			}
	}

	/** VERSION.PATCHLEVEL of the tree's Makefile, and the full release with SUBLEVEL. */
	release(): { release: string; full: string } {
		const path = join(this.root, 'Makefile');
		const values = new Map<string, string>();
		for (const line of readText(path).split('\n', 40)) {
			const [name, value] = line.split('=', 2);
			if (value !== undefined) values.set(name!.trim(), value.trim());
		}
		const version = values.get('VERSION');
		const patch = values.get('PATCHLEVEL');
		if (!version || !patch) throw new CatalogError(path, 0, 'VERSION and PATCHLEVEL are missing');
		const release = `${version}.${patch}`;
		return { release, full: `${release}.${values.get('SUBLEVEL') || '0'}${values.get('EXTRAVERSION') ?? ''}` };
	}

	/** The raw text of a file, or undefined where it is not there. */
	text(path: string): string | undefined {
		try {
			return readFileSync(join(this.root, path), 'utf8');
		} catch {
			return undefined;
		}
	}

	/** The file, undefined where it is not there. Throws CatalogError where it is cut. */
	file(path: string): KernelFile | undefined {
		if (this.files.has(path)) return this.files.get(path);
		const text = this.text(path);
		const file = text === undefined ? undefined : readKernelText(path, text);
		if (file?.fault) throw new CatalogError(join(this.root, path), file.fault.offset, file.fault.what);
		this.files.set(path, file);
		return file;
	}

	/** A file that the release must have. Throws CatalogError where it is missing. */
	required(path: string): KernelFile {
		const file = this.file(path);
		if (!file) throw new CatalogError(join(this.root, path), 0, 'not found in the kernel tree');
		return file;
	}

	/** Paths below `folders` whose name ends in one of `endings`, sorted. */
	list(folders: readonly string[], endings: readonly string[]): string[] {
		const out: string[] = [];
		const walk = (folder: string): void => {
			let entries: import('node:fs').Dirent[];
			try {
				entries = readdirSync(join(this.root, folder), { withFileTypes: true });
			} catch {
				return;
			}
			for (const entry of entries) {
				const path = posix.join(folder.split(sep).join('/'), entry.name);
				if (entry.isDirectory()) walk(path);
				else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) out.push(path);
			}
		};
		for (const folder of folders) walk(folder);
		return out.sort();
	}

	/** Which of `paths` hold which of `needles`: a plain search of bytes, so that only files of interest are lexed. */
	search(paths: readonly string[], needles: readonly string[]): Map<string, string[]> {
		const found = new Map<string, string[]>(needles.map((needle) => [needle, []]));
		for (const path of paths) {
			const bytes = readBytes(join(this.root, path));
			for (const needle of needles) if (bytes.includes(needle)) found.get(needle)!.push(path);
		}
		return found;
	}

	/**
	 * The macros that a file sees: its own, then those of the headers that it includes by itself.
	 *
	 * @param before an offset in the file: definitions behind it do not count.
	 */
	macros(file: KernelFile, before = Number.POSITIVE_INFINITY): (name: string) => MacroDefinition | undefined {
		return (name) => {
			const own = file.macros.get(name)?.findLast((definition) => definition.offset < before);
			if (own) return own;
			for (const include of file.includes) {
				const found = this.header(include, file.path)?.get(name);
				if (found) return found.at(-1);
			}
			return undefined;
		};
	}

	/** The headers of the tree that a file includes by itself. */
	included(file: KernelFile): KernelFile[] {
		return file.includes.map((include) => this.headerFile(include, file.path)).filter((each) => each !== undefined);
	}

	private header(include: string, from: string): ReadonlyMap<string, readonly MacroDefinition[]> | undefined {
		return this.headerFile(include, from)?.macros;
	}

	private headerFile(include: string, from: string): KernelFile | undefined {
		for (const path of [
			posix.join(posix.dirname(from), include),
			`include/${include}`,
			`include/uapi/${include}`,
			`arch/x86/include/${include}`,
		]) {
			const file = this.file(path);
			if (file) return file;
		}
		return undefined;
	}
}
