// One catalog out of one kernel tree: what each reader finds, put together.
import type { CatalogFile } from '../schema.js';
import { FORMAT } from '../schema.js';
import { deciders, readHelpers } from './helpers.js';
import { readErrorInjection, readLsmHooks } from './hooks.js';
import { Kbuild } from './kbuild.js';
import { KFUNC_FOLDERS, programHooks, readKfuncs } from './kfuncs.js';
import { readModules } from './modules.js';
import { readStructOps, structOpsVariables } from './struct-ops.js';
import { readTracepointMarks, readTracepoints, TRACE_FOLDERS, TRACE_NEEDLES } from './tracepoints.js';
import { KernelTree } from './tree.js';
import { readIdSet, readTrust } from './trust.js';

export interface Generated {
	readonly catalog: CatalogFile;
	/** What could not be read: shown to whoever runs the generator. */
	readonly notes: readonly string[];
	/** The kfunc entries of the kernel's own sources as they are written; see `Kfuncs.written`. */
	readonly entries: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a kernel tree.
 *
 * @param root the folder that holds the tree's Makefile.
 * @param config the text of a kernel configuration, for the options that entities name.
 * @throws CatalogError where `root` is no kernel tree or a file that every release has is missing.
 */
export function generate(root: string, config?: string): Generated {
	const tree = new KernelTree(root);
	const { release, full } = tree.release();
	const notes: string[] = [];
	const sources = tree.list(KFUNC_FOLDERS, ['.c']);
	const found = tree.search(sources, [
		'BTF_ID_FLAGS',
		'__bpf_kfunc',
		'register_btf_id_dtor_kfuncs',
		'bpf_func_proto',
		'BTF_ID_LIST',
		'ALLOW_ERROR_INJECTION(',
		'struct bpf_struct_ops ',
		'struct bpf_verifier_ops ',
	]);
	const kbuild = new Kbuild(tree);
	const hooks = programHooks(tree);
	const headers = deciders(tree);
	const kfuncs = readKfuncs(
		tree,
		kbuild,
		{
			ids: [...new Set([...found.get('BTF_ID_FLAGS')!, ...found.get('register_btf_id_dtor_kfuncs')!])].sort(),
			definitions: found.get('__bpf_kfunc')!,
			sources,
		},
		hooks,
		headers,
		structOpsVariables(tree, found.get('struct bpf_struct_ops ')!),
	);
	const modules = readModules(tree, kbuild, hooks, headers);
	notes.push(
		`${[...kfuncs.written.values()].flat().length} of ${plainSearch(tree, found.get('BTF_ID_FLAGS')!)} BTF_ID_FLAGS(func, ...) entries, ${Object.keys(kfuncs.kfuncs).length} kfuncs`,
	);
	for (const name of kfuncs.missingPrototypes) notes.push(`no prototype of ${name}`);
	const helpers = readHelpers(
		tree,
		[
			...new Set([...found.get('bpf_func_proto')!, ...found.get('struct bpf_struct_ops ')!, ...found.get('struct bpf_verifier_ops ')!]),
		].sort(),
		found.get('BTF_ID_LIST')!,
	);
	notes.push(`${Object.keys(modules.kfuncs).length} kfuncs of test modules`);
	notes.push(`${Object.keys(helpers.helpers).length} helpers`, ...helpers.notes);
	const verifier = tree.required('kernel/bpf/verifier.c');
	const rcu = Object.fromEntries(readIdSet(verifier, 'rcu_protected_types').map((each) => [each.name, each.when]));
	const events = tree.search(tree.list(TRACE_FOLDERS, ['.h']), TRACE_NEEDLES);
	const { tracepoints, traceEvents } = readTracepoints(tree, [...new Set([...events.values()].flat())].sort());
	notes.push(`${Object.keys(tracepoints).length} tracepoints, ${Object.values(traceEvents).flat().length} events`);
	const catalog: CatalogFile = {
		format: FORMAT,
		release,
		full,
		flags: [...tree.required('include/linux/btf.h').macros.keys()].filter((name) => name.startsWith('KF_')),
		// A name that the kernel itself has is the kernel's, whatever a module calls its own.
		kfuncs: { ...modules.kfuncs, ...kfuncs.kfuncs },
		sets: { ...modules.sets, ...kfuncs.sets },
		helpers: helpers.helpers,
		programTypes: helpers.programTypes,
		trust: readTrust(verifier),
		rcu,
		destructors: { ...modules.destructors, ...kfuncs.destructors },
		lsm: readLsmHooks(tree),
		tracepoints,
		tracepointMarks: readTracepointMarks(tree.required('kernel/bpf/btf.c')),
		traceEvents,
		structOps: { ...modules.structOps, ...readStructOps(tree, kbuild, found.get('struct bpf_struct_ops ')!) },
		errorInjection: [...new Set([...readErrorInjection(tree, found.get('ALLOW_ERROR_INJECTION(')!), ...modules.errorInjection])].sort(),
		nonSleepableErrorInjection: readIdSet(verifier, 'btf_non_sleepable_error_inject').map((each) => each.name),
		denied: Object.fromEntries(readIdSet(verifier, 'btf_id_deny').map((each) => [each.name, each.when])),
		modifyReturn: { ...modules.modifyReturn, ...kfuncs.modifyReturn },
		config: {},
	};
	return { catalog: { ...catalog, config: config ? readConfig(config, namedOptions(catalog)) : {} }, notes, entries: kfuncs.written };
}

/** The entries as a search without any understanding of C counts them: lines that hold the words. What is read is held against it. */
function plainSearch(tree: KernelTree, paths: readonly string[]): number {
	let lines = 0;
	for (const path of paths) for (const line of tree.text(path)!.split('\n')) if (line.includes('BTF_ID_FLAGS(func,')) lines++;
	return lines;
}

/** Options that decide what the verifier lets a program do, besides those that rows name. */
const VERIFIER_OPTIONS = [
	'CONFIG_BPF',
	'CONFIG_BPF_EVENTS',
	'CONFIG_BPF_JIT',
	'CONFIG_BPF_JIT_ALWAYS_ON',
	'CONFIG_BPF_KPROBE_OVERRIDE',
	'CONFIG_BPF_LSM',
	'CONFIG_BPF_STREAM_PARSER',
	'CONFIG_BPF_SYSCALL',
	'CONFIG_CC_IS_CLANG',
	'CONFIG_CGROUP_BPF',
	'CONFIG_DEBUG_INFO_BTF',
	'CONFIG_DEBUG_INFO_BTF_MODULES',
	'CONFIG_FUNCTION_ERROR_INJECTION',
	'CONFIG_NET',
	'CONFIG_PAHOLE_HAS_BTF_TAG',
	'CONFIG_SECURITY',
	'CONFIG_X86_64',
];

/** The options that conditions in the catalog name. */
function namedOptions(catalog: CatalogFile): Set<string> {
	const out = new Set(VERIFIER_OPTIONS);
	const visit = (value: unknown): void => {
		if (typeof value === 'string') {
			for (const part of value.split('||')) {
				const name = part.startsWith('!') ? part.slice(1) : part;
				if (name.startsWith('CONFIG_')) out.add(name);
			}
		} else if (Array.isArray(value)) for (const each of value) visit(each);
		else if (value && typeof value === 'object') for (const each of Object.values(value)) visit(each);
	};
	visit(catalog);
	return out;
}

/** The values of the wanted options in a `.config`. */
export function readConfig(text: string, wanted: ReadonlySet<string>): Record<string, string> {
	const out: Record<string, string> = {};
	for (const option of wanted) out[option] = 'n';
	for (const line of text.split('\n')) {
		const equals = line.indexOf('=');
		if (!line.startsWith('CONFIG_') || equals < 0) continue;
		const name = line.slice(0, equals);
		if (wanted.has(name)) out[name] = line.slice(equals + 1).trim();
	}
	return out;
}
