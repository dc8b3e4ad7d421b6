// Kernel-side C that defines or registers kfuncs, read from its tokens: sets with their entries and flags, what they are registered for, and the functions.
//
// The file is not preprocessed: its headers are rarely at hand, and annotations such as __bpf_kfunc would be gone. Every branch of a conditional
// is read, so that a kfunc of another configuration is one too.
import { type Token, TokenKind } from '../../syntax/token.js';
import type { CatalogParameter } from '../catalog.js';
import { functionAt, parameters, resultBefore } from '../generate/declaration.js';
import { expand } from '../generate/expand.js';
import { readDestructors } from '../generate/kfuncs.js';
import { type KernelFile, readKernelText, TokenText } from '../generate/tree.js';

/** UTF-16 offsets into the file's text, `end` exclusive. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

export interface Named extends Span {
	readonly name: string;
}

/** One `BTF_ID_FLAGS(func, name, flags)` of a set. */
export interface KfuncEntry {
	readonly name: string;
	/** The function's name in the entry. */
	readonly at: Span;
	readonly flags: readonly Named[];
	/** The offset of the closing parenthesis; absent where a macro wrote the entry, so that its text is not the set's own. */
	readonly close?: number;
	readonly set: KfuncSet;
	/** Options of the configuration under which it stands. */
	readonly when: readonly string[];
}

/** One `struct btf_kfunc_id_set` that names a set. */
export interface IdSetHolder {
	readonly name: string;
	readonly at: Span;
	/** Another file cannot name it. */
	readonly isStatic: boolean;
	readonly filter?: string;
	/** What it is registered for, as in `BPF_PROG_TYPE_X` without the prefix; `UNSPEC` for every program type. */
	readonly programTypes: readonly string[];
	/** Registered for programs that modify returns: its functions are no kfuncs by that. */
	readonly modifyReturn: boolean;
	/** It is named in a place that is none of these, so that more may happen to it. */
	readonly handedOn: boolean;
}

/** One set of ids between BTF_KFUNCS_START and BTF_KFUNCS_END, or between BTF_SET8_START and BTF_SET8_END. */
export interface KfuncSet {
	readonly name: string;
	readonly at: Span;
	/** The opening macro's name. */
	readonly opener: Named;
	/** Absent in a set that nobody has closed yet. */
	readonly closer?: Named;
	readonly entries: readonly KfuncEntry[];
	/** False where a macro that the file does not define may bring more entries. */
	readonly complete: boolean;
	readonly holders: readonly IdSetHolder[];
	/** The set is named outside of the structs of `holders`: in an array of such, by a function of the file. More than is seen here may happen to it. */
	readonly usedElsewhere: boolean;
	/** The file asks whether the set holds a kfunc, as filters do. */
	readonly asked: boolean;
}

export interface KernelParameter extends CatalogParameter {
	/** The whole declaration of the parameter. */
	readonly at: Span;
	/** Its name; absent where it has none. */
	readonly nameAt?: Span;
}

/** A function that the file defines or declares at its top level. */
export interface KernelFunction {
	readonly name: string;
	readonly at: Span;
	/** The offset of the first word of its definition or declaration. */
	readonly start: number;
	/** Behind the body's closing brace, or behind the last word of a declaration. */
	readonly end: number;
	readonly defined: boolean;
	/** `__bpf_kfunc` stands before it, or a macro of the file that brings it. */
	readonly annotated: boolean;
	readonly isStatic: boolean;
	readonly result: string;
	readonly parameters: readonly KernelParameter[];
	/** The kernel-doc comment right before it, with its marks. */
	readonly documentation?: string;
	/** Return statements whose value may be the literal NULL; none in a body that does nothing else, which is a placeholder. */
	readonly nullReturns: readonly Span[];
	/** The name occurs in the file apart from this place and from sets: it is called, or listed for another purpose. */
	readonly usedElsewhere: boolean;
}

/** A mark that begins or ends the part of a file in which kfuncs are defined. */
export interface RegionMark extends Named {
	readonly opens: boolean;
}

/** One file as far as kfuncs go. */
export interface KernelSource {
	readonly path: string;
	readonly text: string;
	readonly file: KernelFile;
	readonly sets: readonly KfuncSet[];
	/** In order of the text; a definition and a declaration of one name are two. */
	readonly functions: readonly KernelFunction[];
	readonly regions: readonly RegionMark[];
	/** Pairs of a struct and its destructor, where the file registers such. */
	readonly destructors: readonly (readonly [struct: string, destructor: string])[];
	/** Flags that the file itself defines. */
	isMacro(name: string): boolean;
	/** The definition of a function, else its declaration. */
	function(name: string): KernelFunction | undefined;
}

const OPENERS = new Set(['BTF_KFUNCS_START', 'BTF_SET8_START', 'BTF_SET8_START_GLOBAL']);
const CLOSERS = new Set(['BTF_KFUNCS_END', 'BTF_SET8_END']);
const ANNOTATION = '__bpf_kfunc';
/** Source: include/linux/btf.h, 6.12. */
const REGION_MARKS: Readonly<Record<string, boolean>> = {
	__bpf_kfunc_start_defs: true,
	__bpf_hook_start: true,
	__bpf_kfunc_end_defs: false,
	__bpf_hook_end: false,
};
/** A text without any of these words is no kernel-side source of kfuncs: most C files are sorted out by this search. */
const MARKS = ['BTF_KFUNCS_START', 'BTF_SET8_START', 'register_btf_kfunc_id_set', ANNOTATION];
const PROGRAM_TYPE = 'BPF_PROG_TYPE_';
/** Texts of which the answer is kept: one text is asked about several times between two edits. */
const KEPT_SOURCES = 8;
const recent = new Map<string, { readonly text: string; readonly source: KernelSource | undefined }>();

/**
 * Reads a text as kernel-side source of kfuncs.
 *
 * @param path names the text in nothing but the tokens: whether it is such a source is judged by what it holds.
 * @returns undefined for any other text, and for a BPF program that only speaks of kfuncs. Never throws.
 */
export function readKernelSource(path: string, text: string): KernelSource | undefined {
	if (!MARKS.some((mark) => text.includes(mark))) return undefined;
	const known = recent.get(path);
	if (known?.text === text) return known.source;
	const file = readKernelText(path, text);
	const source = isKernelSide(file) ? sourceOf(path, text, file) : undefined;
	recent.delete(path);
	recent.set(path, { text, source });
	if (recent.size > KEPT_SOURCES) recent.delete(recent.keys().next().value!);
	return source;
}

function sourceOf(path: string, text: string, file: KernelFile): KernelSource {
	const functions = readFunctions(file, text);
	return {
		path,
		text,
		file,
		sets: readSets(file),
		functions,
		regions: readRegions(file),
		destructors: readDestructors(file),
		isMacro: (name) => file.macros.has(name),
		function: (name) => functions.find((one) => one.name === name && one.defined) ?? functions.find((one) => one.name === name),
	};
}

/** Does a set, a registration or an annotated function stand in the tokens, and no BPF program? */
function isKernelSide(file: KernelFile): boolean {
	let found = false;
	for (let i = 0; i < file.length; i++) {
		const word = file.text(i);
		if (word === 'SEC' && file.text(i + 1) === '(' && file.tokens[i + 2]?.kind === TokenKind.String) return false;
		found ||= word === ANNOTATION || ((OPENERS.has(word) || word === 'register_btf_kfunc_id_set') && file.text(i + 1) === '(');
	}
	return found;
}

function span(token: Token, last: Token = token): Span {
	return { start: token.start, end: last.end };
}

function readSets(file: KernelFile): KfuncSet[] {
	const sets: KfuncSet[] = [];
	const holders = readHolders(file);
	for (let i = 0; i < file.length; i++) {
		const opener = file.tokens[i]!;
		const name = file.tokens[i + 2];
		if (!OPENERS.has(opener.text) || file.text(i + 1) !== '(' || name?.kind !== TokenKind.Identifier) continue;
		const start = file.close(i + 1) + 1;
		const end = setEnd(file, start);
		const closer = CLOSERS.has(file.text(end)) ? file.tokens[end] : undefined;
		const own = holders.filter((holder) => holder.set === name.text);
		const entries: KfuncEntry[] = [];
		const body = setBody(file, { start, end });
		const set: KfuncSet = {
			name: name.text,
			at: span(name),
			opener: { name: opener.text, ...span(opener) },
			...(closer ? { closer: { name: closer.text, ...span(closer) } } : {}),
			entries,
			complete: isComplete(body),
			holders: own,
			...usesOf(file, name, own),
		};
		entries.push(...readEntries(body, new Set(file.tokens.slice(start, end)), set));
		sets.push(set);
		i = end - 1;
	}
	return sets;
}

/** Where a set ends: at its closing macro, or where something begins that no set holds (the set is being written). */
function setEnd(file: KernelFile, start: number): number {
	for (let at = start; at < file.length; at++) {
		const word = file.text(at);
		if (CLOSERS.has(word) || OPENERS.has(word) || word === '{' || word === '=' || word === 'static' || word === 'struct') return at;
		if (word === '(') at = file.close(at);
	}
	return file.length;
}

/** What stands in a set, the file's own macros expanded. */
function setBody(file: KernelFile, range: { start: number; end: number }): TokenText {
	const before = file.tokens[range.end]?.start ?? Number.POSITIVE_INFINITY;
	return expand(new TokenText(file.tokens.slice(range.start, range.end), file.when.slice(range.start, range.end)), (word) =>
		word === 'BTF_ID_FLAGS' || word.startsWith('KF_')
			? undefined
			: file.macros.get(word)?.findLast((definition) => definition.offset < before),
	);
}

/** Does the set hold nothing but entries? */
function isComplete(body: TokenText): boolean {
	for (const at of body.topLevel()) {
		const word = body.tokens[at]!;
		if (word.kind === TokenKind.Identifier && !['BTF_ID_FLAGS', 'BTF_ID', 'BTF_ID_UNUSED'].includes(word.text)) return false;
	}
	return true;
}

/** @param own the set's tokens as they are written, to tell them from those that a macro brought. */
function readEntries(body: TokenText, own: ReadonlySet<Token>, set: KfuncSet): KfuncEntry[] {
	const entries: KfuncEntry[] = [];
	for (const at of body.calls('BTF_ID_FLAGS')) {
		const [kind, name, flags] = body.split(at + 1);
		const word = name && body.tokens[name.start];
		if (!kind || body.text(kind.start) !== 'func' || word?.kind !== TokenKind.Identifier) continue;
		const close = body.tokens[body.close(at + 1)];
		const spelled = close !== undefined && own.has(close) && own.has(word) && own.has(body.tokens[at]!);
		const words = flags ? body.tokens.slice(flags.start, flags.end).filter((token) => token.kind === TokenKind.Identifier) : [];
		entries.push({
			name: word.text,
			at: span(word),
			flags: words.map((token) => ({ name: token.text, ...span(token) })),
			...(spelled ? { close: close.start } : {}),
			set,
			when: body.when[at] ?? [],
		});
	}
	return entries;
}

/** The structs that hold sets, with what the file registers them for. */
function readHolders(file: KernelFile): (IdSetHolder & { readonly set: string })[] {
	const out: (IdSetHolder & { set: string })[] = [];
	for (let i = 0; i < file.length; i++) {
		const name = file.tokens[i + 1];
		if (file.text(i) !== 'btf_kfunc_id_set' || name?.kind !== TokenKind.Identifier || file.text(i + 2) !== '=' || file.text(i + 3) !== '{')
			continue;
		let filter: string | undefined;
		const sets: string[] = [];
		for (const range of file.split(i + 3)) {
			const words = file.words(range);
			if (words[0] !== '.') continue;
			if (words[1] === 'filter') filter = words.at(-1);
			// Before 6.0 each property had a set of its own.
			else if (words[1] === 'set' || words[1]?.endsWith('_set')) sets.push(words.at(-1)!);
		}
		const use = registrations(file, i + 1);
		for (const set of sets)
			out.push({ set, name: name.text, at: span(name), isStatic: isStatic(file, i), ...(filter ? { filter } : {}), ...use });
	}
	return out;
}

/** Does `static` stand in the declaration that holds the position? */
function isStatic(file: KernelFile, at: number): boolean {
	for (let i = at; i >= 0 && ![';', '}', '{', ')'].includes(file.text(i)); i--) if (file.text(i) === 'static') return true;
	return false;
}

/** What becomes of the struct whose name stands at `definition`. */
function registrations(file: KernelFile, definition: number): Pick<IdSetHolder, 'programTypes' | 'modifyReturn' | 'handedOn'> {
	const name = file.text(definition);
	const programTypes: string[] = [];
	let modifyReturn = false;
	let handedOn = false;
	for (let i = 0; i < file.length; i++) {
		if (file.text(i) !== name || i === definition) continue;
		const open = enclosing(file, i);
		const call = open < 0 ? '' : file.text(open - 1);
		const type =
			open < 0
				? ''
				: (file
						.split(open)
						.map((range) => file.words(range))[0]
						?.at(-1) ?? '');
		if (call === 'register_btf_fmodret_id_set') modifyReturn = true;
		else if (call === 'register_btf_kfunc_id_set' && type.startsWith(PROGRAM_TYPE)) programTypes.push(type.slice(PROGRAM_TYPE.length));
		else handedOn = true;
	}
	return { programTypes: [...new Set(programTypes)], modifyReturn, handedOn };
}

/** The parenthesis in which the position directly stands; -1 for none. */
function enclosing(file: KernelFile, at: number): number {
	let depth = 0;
	for (let i = at - 1; i >= 0; i--) {
		const word = file.text(i);
		if (word === ')' || word === ']' || word === '}') depth++;
		else if (word === '(' || word === '[' || word === '{') {
			if (depth === 0) return word === '(' ? i : -1;
			depth--;
		} else if (word === ';' && depth === 0) return -1;
	}
	return -1;
}

/** In what places the set is named that are neither its own macros nor one of its holders. */
function usesOf(file: KernelFile, name: Token, holders: readonly IdSetHolder[]): Pick<KfuncSet, 'usedElsewhere' | 'asked'> {
	let usedElsewhere = false;
	let asked = false;
	for (let i = 0; i < file.length; i++) {
		if (file.text(i) !== name.text || file.tokens[i] === name) continue;
		const call = file.text(i - 1) === '&' ? file.text(i - 3) : file.text(i - 2);
		if (OPENERS.has(call) || CLOSERS.has(call)) continue;
		if (call === 'btf_id_set8_contains') asked = true;
		else if (!isInHolder(file, i, holders)) usedElsewhere = true;
	}
	return { usedElsewhere, asked };
}

function isInHolder(file: KernelFile, at: number, holders: readonly IdSetHolder[]): boolean {
	for (let i = at; i > 2 && file.text(i) !== ';'; i--)
		if (file.text(i) === '{') {
			const { start } = file.tokens[i - 2]!;
			return file.text(i - 1) === '=' && holders.some((holder) => holder.at.start === start);
		}
	return false;
}

function readFunctions(file: KernelFile, text: string): KernelFunction[] {
	const uses = new Map<string, number>();
	for (let i = 0; i < file.length; i++) {
		const token = file.tokens[i]!;
		if (token.kind !== TokenKind.Identifier) continue;
		if (file.text(i - 2) === 'func' && file.text(i - 3) === '(' && file.text(i - 4) === 'BTF_ID_FLAGS') continue;
		uses.set(token.text, (uses.get(token.text) ?? 0) + 1);
	}
	const out: KernelFunction[] = [];
	for (const at of file.topLevel()) {
		const what = file.text(at + 1) === '(' ? functionAt(file, at) : undefined;
		if (!what) continue;
		const name = file.tokens[at]!;
		const first = firstOfDeclaration(file, at);
		const before = file.tokens.slice(first, at).map((token) => token.text);
		const body = what === 'definition' ? file.find('{', file.close(at + 1)) : -1;
		const documentation = commentBefore(text, file.tokens[first - 1]?.end ?? 0, file.tokens[first]!.start);
		out.push({
			name: name.text,
			at: span(name),
			start: file.tokens[first]!.start,
			end: (file.tokens[body < 0 ? file.close(at + 1) : file.close(body)] ?? file.tokens.at(-1)!).end,
			defined: what === 'definition',
			annotated: before.some((word) => word === ANNOTATION || bringsAnnotation(file, word)),
			isStatic: before.includes('static'),
			result: resultBefore(file, at),
			parameters: readParameters(file, at + 1),
			...(documentation === undefined ? {} : { documentation }),
			nullReturns: body < 0 ? [] : readNullReturns(file, body),
			usedElsewhere: (uses.get(name.text) ?? 0) > 1,
		});
	}
	return out;
}

/** Is the word a macro of the file with the annotation in it? */
function bringsAnnotation(file: KernelFile, word: string): boolean {
	return file.macros.get(word)?.some((definition) => definition.body.some((token) => token.text === ANNOTATION)) ?? false;
}

/** The position of the first word of the declaration whose name stands at `name`. */
function firstOfDeclaration(file: KernelFile, name: number): number {
	let first = name;
	for (let i = name - 1; i >= 0; i--) {
		const word = file.text(i);
		if (word === ')') {
			// An attribute with arguments belongs to the declaration; a macro that ends without a semicolon does not.
			const open = file.open(i);
			if (open < 1 || !/^__(?!bpf_)[a-z]/.test(file.text(open - 1))) break;
			i = open - 1;
		} else if (word === ';' || word === '}' || word === '{' || word === ',') break;
		first = i;
	}
	return first;
}

/** The kernel-doc comment that ends the text between two tokens. */
function commentBefore(text: string, from: number, to: number): string | undefined {
	const between = text.slice(from, to);
	const start = between.lastIndexOf('/**');
	if (start < 0) return undefined;
	const end = between.indexOf('*/', start + 3);
	return end >= 0 && between.slice(end + 2).trim() === '' ? between.slice(start, end + 2) : undefined;
}

function readParameters(file: KernelFile, open: number): KernelParameter[] {
	const ranges = file.split(open);
	return parameters(file, open).map((parameter, index) => {
		const range = ranges[index]!;
		const words = file.tokens.slice(range.start, range.end);
		const name = words.findLast((token) => token.kind === TokenKind.Identifier && token.text === parameter.name);
		return {
			...parameter,
			at: span(words[0] ?? file.tokens[open]!, words.at(-1) ?? file.tokens[open]!),
			...(name ? { nameAt: span(name) } : {}),
		};
	});
}

/** `return NULL;` and `return c ? x : NULL;` in the body that opens at `open`. */
function readNullReturns(file: KernelFile, open: number): Span[] {
	const out: Span[] = [];
	const end = file.close(open);
	if (end === open + 4 && file.text(open + 1) === 'return') return out;
	for (let i = open; i < end; i++) {
		if (file.text(i) !== 'return') continue;
		const stop = file.find(';', i, end);
		if (stop < 0) break;
		const words = file.words({ start: i + 1, end: stop });
		const choice = words.includes('?') && (words.at(-1) === 'NULL' || (words[words.indexOf('?') + 1] === 'NULL' && words.includes(':')));
		if (choice || (words.length === 1 && words[0] === 'NULL')) out.push(span(file.tokens[i]!, file.tokens[stop - 1]!));
	}
	return out;
}

function readRegions(file: KernelFile): RegionMark[] {
	const out: RegionMark[] = [];
	for (const at of file.topLevel()) {
		const token = file.tokens[at]!;
		const opens = Object.hasOwn(REGION_MARKS, token.text) ? REGION_MARKS[token.text] : undefined;
		if (opens !== undefined && file.text(at + 1) === '(') out.push({ name: token.text, ...span(token), opens });
	}
	return out;
}
