// kfuncs of a kernel tree: BTF sets with their entries and flags, what the sets are registered for, and prototypes.
import { posix } from 'node:path';
import type { CatalogParameter } from '../catalog.js';
import type { KfuncRow, SetRow } from '../schema.js';
import { prototypes } from './declaration.js';
import { expand } from './expand.js';
import { type Allowed, KfuncFilters } from './filters.js';
import type { Kbuild } from './kbuild.js';
import type { StructOpsVariable } from './struct-ops.js';
import { type KernelFile, type KernelTree, type MacroDefinition, TokenText } from './tree.js';

/** Where kfuncs live. */
export const KFUNC_FOLDERS = ['kernel', 'net', 'fs', 'drivers', 'mm', 'block', 'security', 'crypto', 'io_uring', 'lib', 'arch'];

const OPENERS = ['BTF_KFUNCS_START', 'BTF_SET8_START', 'BTF_SET8_START_GLOBAL'];
const CLOSERS = ['BTF_KFUNCS_END', 'BTF_SET8_END'];

interface Entry {
	readonly name: string;
	readonly flags: readonly string[];
	readonly when: readonly string[];
}
interface IdSet {
	readonly name: string;
	readonly file: KernelFile;
	readonly entries: readonly Entry[];
	/** The second words of the `BTF_ID_FLAGS(func, ...)` that stand in the text; a macro's counts once however often it is used. */
	readonly written: readonly string[];
}

interface Found {
	readonly flags: readonly string[];
	/** Set to the flags that it has there. */
	readonly sets: Map<string, readonly string[]>;
	readonly types: Map<string, Allowed>;
	readonly filters: Set<string>;
	config: readonly string[];
	readonly source: string;
}

export interface Kfuncs {
	readonly kfuncs: Record<string, KfuncRow>;
	readonly sets: Record<string, SetRow>;
	/** Functions that programs may modify the return of: name to flags. */
	readonly modifyReturn: Record<string, readonly string[]>;
	/** struct to destructor and release kfunc. */
	readonly destructors: Record<string, { readonly destructor: string; readonly release: string }>;
	/** The entries as a plain search finds them: by file, the word behind `func`, which is a parameter's name in a macro. */
	readonly written: ReadonlyMap<string, readonly string[]>;
	readonly missingPrototypes: readonly string[];
}

/**
 * Reads every kfunc of the tree.
 *
 * @param files the .c files that hold `BTF_ID_FLAGS` or `BTF_ID(func`, `__bpf_kfunc` or a registration, relative to the tree.
 * @param hooks program types that share a hook: see `programHooks`.
 * @param headers headers whose inline functions filters call.
 * @param structOps what filters compare a program's struct_ops with.
 */
export function readKfuncs(
	tree: KernelTree,
	kbuild: Kbuild,
	files: { readonly ids: readonly string[]; readonly definitions: readonly string[]; readonly sources: readonly string[] },
	hooks: ReadonlyMap<string, readonly string[]>,
	headers: readonly KernelFile[],
	structOps: readonly StructOpsVariable[],
): Kfuncs {
	const kfuncs = new Map<string, Found>();
	const filterRunner = new KfuncFilters(headers, structOps);
	const sets: Record<string, SetRow> = {};
	const modifyReturn: Record<string, readonly string[]> = {};
	const destructors: Record<string, { destructor: string; release: string }> = {};
	const written = new Map<string, readonly string[]>();
	const setsOf = new Map(files.ids.map((path) => [path, readSets(tree, tree.file(path)!)]));
	const membersOf = (idSets: readonly IdSet[]) => idSets.map((set): [string, string[]] => [set.name, set.entries.map(({ name }) => name)]);
	const allMembers = membersOf([...setsOf.values()].flat());
	for (const [path, idSets] of setsOf) {
		const file = tree.file(path)!;
		// A filter may ask for sets of other files, and stand in another file of the folder; a name of its own comes first.
		const members = new Map([...allMembers, ...membersOf(idSets)]);
		const beside = files.ids
			.filter((other) => other !== path && posix.dirname(other) === posix.dirname(path))
			.map((other) => tree.file(other)!);
		const build = kbuild.conditions(path);
		for (const [struct, destructor] of readDestructors(file)) destructors[struct] = { destructor, release: releaseOf(destructor) };
		for (const set of idSets) {
			if (set.written.length > 0) written.set(path, [...(written.get(path) ?? []), ...set.written]);
			const uses = registrations(file, set.name);
			const name = sets[set.name] ? `${set.name}@${path}` : set.name;
			const filters = [...new Set(uses.flatMap((use) => (use.filter ? [use.filter] : [])))];
			sets[name] = {
				file: path,
				for: [...new Set(uses.map((use) => use.type))].sort(),
				...(filters.length > 0 ? { filters } : {}),
				entries: set.entries.length,
			};
			const callable = uses.filter((use) => use.type !== 'FMODRET');
			for (const entry of set.entries) {
				if (callable.length < uses.length) modifyReturn[entry.name] = entry.flags;
				if (uses.length > 0 && callable.length === 0) continue;
				const config = [...new Set([...build, ...entry.when])];
				let known = kfuncs.get(entry.name);
				if (!known) {
					known = { flags: entry.flags, sets: new Map(), types: new Map(), filters: new Set(), config, source: path };
					kfuncs.set(entry.name, known);
				}
				known.sets.set(name, entry.flags);
				for (const use of callable)
					for (const type of use.type === 'UNSPEC' ? ['*'] : (hooks.get(use.type) ?? [use.type])) {
						const allowed = use.filter ? filterRunner.allowed([file, ...beside], use.filter, entry.name, type, members) : 'all';
						if (allowed === 'all') known.types.set(type, 'all');
						else if (allowed.length > 0 && known.types.get(type) !== 'all')
							known.types.set(type, [...new Set([...(known.types.get(type) ?? []), ...allowed])].sort());
					}
				for (const filter of filters) known.filters.add(filter);
				// In two sets, each under its own condition: the function exists under either, so only what both ask for is said.
				known.config = known.config.filter((option) => config.includes(option));
			}
		}
	}
	const found = findPrototypes(tree, kfuncs, files);
	const rows: Record<string, KfuncRow> = {};
	const missing: string[] = [];
	for (const [name, kfunc] of kfuncs) {
		const prototype = found.get(name);
		if (!prototype) missing.push(name);
		const flagSets = new Set([...kfunc.sets.values()].map((flags) => flags.join('|')));
		const attach = [...kfunc.types].flatMap(([type, allowed]): [string, readonly string[]][] =>
			allowed === 'all' ? [] : [[type, allowed]],
		);
		rows[name] = {
			result: prototype?.result ?? '',
			parameters: (prototype?.parameters ?? []).map((each): [string, string] => [each.type, each.name]),
			flags: kfunc.flags,
			...(flagSets.size > 1 ? { flagsBySet: Object.fromEntries(kfunc.sets) } : {}),
			sets: [...kfunc.sets.keys()],
			types: [...kfunc.types.keys()].sort(),
			...(attach.length > 0 ? { attach: Object.fromEntries(attach) } : {}),
			...(kfunc.filters.size > 0 ? { filters: [...kfunc.filters] } : {}),
			...(kfunc.config.length > 0 ? { config: kfunc.config } : {}),
			source: prototype?.source ?? kfunc.source,
		};
	}
	return { kfuncs: rows, sets, modifyReturn, destructors, written, missingPrototypes: missing };
}

/** The sets that a file opens, with macros in them expanded. */
function readSets(tree: KernelTree, file: KernelFile): IdSet[] {
	const out: IdSet[] = [];
	const counted = new Set<MacroDefinition>();
	for (let i = 0; i < file.length; i++) {
		if (!OPENERS.includes(file.text(i)) || file.text(i + 1) !== '(') continue;
		const name = file.text(i + 2);
		const start = file.close(i + 1) + 1;
		let end = start;
		while (end < file.length && !CLOSERS.includes(file.text(end))) end++;
		const raw = new TokenText(file.tokens.slice(start, end), file.when.slice(start, end));
		const lookup = tree.macros(file, file.tokens[end]?.start);
		const used = new Set<MacroDefinition>();
		const body = expand(raw, (word) => {
			if (word === 'BTF_ID_FLAGS' || word === 'BTF_ID' || word.startsWith('KF_')) return undefined;
			const definition = lookup(word);
			if (definition) used.add(definition);
			return definition;
		});
		const written = entriesIn(raw);
		for (const definition of used)
			if (!counted.has(definition)) {
				counted.add(definition);
				// A plain search of the .c files sees a macro's body only where the file itself holds it.
				if (definition.body[0]?.file.path === file.path) written.push(...entriesIn(new TokenText(definition.body, [])));
			}
		const entries: Entry[] = [];
		for (const at of body.calls('BTF_ID_FLAGS')) {
			const args = body.split(at + 1).map((range) => body.words(range));
			if (args[0]?.[0] !== 'func' || !args[1]?.[0]) continue;
			const flags = (args[2] ?? []).filter((word) => word !== '|' && word !== '(' && word !== ')' && word !== '0');
			entries.push({ name: args[1][0], flags, when: body.when[at] ?? [] });
		}
		out.push({ name, file, entries, written });
		i = end;
	}
	return out;
}

function entriesIn(text: TokenText): string[] {
	const out: string[] = [];
	for (const at of text.calls('BTF_ID_FLAGS')) if (text.text(at + 2) === 'func') out.push(text.text(at + 4));
	return out;
}

/** What `set` is registered for in its file: directly, or by way of the `struct btf_kfunc_id_set` that names it. */
function registrations(file: KernelFile, set: string): { type: string; filter?: string }[] {
	const holders = new Map<string, string | undefined>();
	for (let i = 0; i < file.length; i++) {
		if (file.text(i) !== 'btf_kfunc_id_set' || file.text(i + 2) !== '=' || file.text(i + 3) !== '{') continue;
		let own = false;
		let filter: string | undefined;
		for (const range of file.split(i + 3)) {
			const words = file.words(range);
			if (words[0] !== '.') continue;
			if (words[1] === 'set') own = words.at(-1) === set;
			if (words[1] === 'filter') filter = words.at(-1);
			// Before 6.0 each property had a set of its own.
			if (words[1]?.endsWith('_set') && words.at(-1) === set) own = true;
		}
		if (own) holders.set(file.text(i + 1), filter);
	}
	const out: { type: string; filter?: string }[] = [];
	for (const name of ['register_btf_kfunc_id_set', 'register_btf_fmodret_id_set'])
		for (const at of file.calls(name)) {
			const args = file.split(at + 1).map((range) => file.words(range));
			const holder = args.at(-1)?.at(-1);
			if (holder === undefined || !holders.has(holder)) continue;
			const filter = holders.get(holder);
			const prefix = 'BPF_PROG_TYPE_';
			const type = name === 'register_btf_fmodret_id_set' ? 'FMODRET' : args[0]!.at(-1)!;
			out.push({ type: type.startsWith(prefix) ? type.slice(prefix.length) : type, ...(filter ? { filter } : {}) });
		}
	return out;
}

/** Pairs of a struct and its destructor, out of the id lists that the file registers as destructors. */
export function readDestructors(file: KernelFile): [string, string][] {
	if (file.find('register_btf_id_dtor_kfuncs') < 0) return [];
	const out: [string, string][] = [];
	for (const list of file.calls('BTF_ID_LIST')) {
		let at = file.close(list + 1) + 1;
		let struct: string | undefined;
		while (file.text(at) === 'BTF_ID' && file.text(at + 1) === '(') {
			const [kind, name] = file.split(at + 1).map((range) => file.words(range)[0]);
			if (kind === 'struct') struct = name;
			else if (kind === 'func' && struct && name) {
				out.push([struct, name]);
				struct = undefined;
			}
			at = file.close(at + 1) + 1;
		}
	}
	return out;
}

/** The kfunc that a destructor stands for: `X_dtor` is X with the type that a destructor is called by. */
export function releaseOf(destructor: string): string {
	const suffix = '_dtor';
	return destructor.endsWith(suffix) ? destructor.slice(0, -suffix.length) : destructor;
}

function findPrototypes(
	tree: KernelTree,
	kfuncs: ReadonlyMap<string, { readonly source: string }>,
	files: { readonly definitions: readonly string[]; readonly sources: readonly string[] },
): Map<string, { result: string; parameters: readonly CatalogParameter[]; source: string }> {
	const out = new Map<string, { result: string; parameters: readonly CatalogParameter[]; source: string }>();
	const bySource = new Map<string, Set<string>>();
	for (const [name, kfunc] of kfuncs) bySource.set(kfunc.source, (bySource.get(kfunc.source) ?? new Set()).add(name));
	const take = (path: string, wanted: ReadonlySet<string>, declarations: boolean): void => {
		const file = tree.file(path);
		if (!file) return;
		for (const [name, prototype] of prototypes(file, wanted))
			if (!out.has(name) && (prototype.defined || declarations))
				out.set(name, { result: prototype.result, parameters: prototype.parameters, source: path });
	};
	const open = (): Set<string> => new Set([...kfuncs.keys()].filter((name) => !out.has(name)));
	for (const [path, names] of bySource) take(path, names, false);
	for (const path of files.definitions) if (open().size > 0) take(path, open(), false);
	// What is left is an ordinary function of the kernel: look where it is defined, then where it is declared.
	for (const declarations of [false, true]) {
		const wanted = open();
		if (wanted.size === 0) break;
		const places = tree.search(
			declarations ? tree.list(['include', 'kernel', 'net'], ['.h']) : files.sources,
			[...wanted].map((name) => `${name}(`),
		);
		for (const [needle, paths] of places) for (const path of paths) if (open().has(needle.slice(0, -1))) take(path, open(), declarations);
	}
	return out;
}

/**
 * Program types that share a kfunc hook with a type: a set that is registered for one serves all. Source: bpf_prog_type_to_kfunc_hook()
 * in kernel/bpf/btf.c of the tree.
 */
export function programHooks(tree: KernelTree): Map<string, readonly string[]> {
	const file = tree.required('kernel/bpf/btf.c');
	const byHook = new Map<string, string[]>();
	const at = [...file.calls('bpf_prog_type_to_kfunc_hook')].find((i) => file.text(file.close(i + 1) + 1) === '{');
	if (at === undefined) return new Map();
	const open = file.close(at + 1) + 1;
	const end = file.close(open);
	let types: string[] = [];
	for (let i = open; i < end; i++) {
		if (file.text(i) === 'case') types.push(file.text(i + 1).slice('BPF_PROG_TYPE_'.length));
		else if (file.text(i) === 'default') types = [];
		else if (file.text(i) === 'return') {
			const hook = file.text(i + 1);
			byHook.set(hook, [...(byHook.get(hook) ?? []), ...types]);
			types = [];
		}
	}
	const out = new Map<string, readonly string[]>();
	for (const members of byHook.values()) for (const type of members) out.set(type, members);
	return out;
}
