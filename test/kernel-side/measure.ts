// Prints what the rules for kernel-side source find in a kernel tree, and holds the reader of open sources against the release's catalog:
//   node out/test/kernel-side/measure.js KERNEL_SOURCE_DIR RELEASE
// Exits with 1 where a kfunc is read differently than the catalog has it. Findings are for a person to judge: the kernel has mistakes too.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Kfunc } from '../../server/src/kernel/catalog.js';
import { kfuncsOf } from '../../server/src/kernel/kernel-side/rows.js';
import { type KernelSource, readKernelSource } from '../../server/src/kernel/kernel-side/source.js';
import { loadCatalog } from '../../server/src/kernel/load.js';
import { createChecker } from '../../server/src/rules/create-checker.js';

const FOLDERS = ['kernel', 'net', 'fs', 'drivers', 'mm', 'block', 'security', 'crypto', 'io_uring', 'lib', 'arch'];
const TESTS = join('tools', 'testing', 'selftests', 'bpf');

function sourcesBelow(root: string, folders: readonly string[]): KernelSource[] {
	const out: KernelSource[] = [];
	const walk = (folder: string): void => {
		for (const entry of readdirSync(folder, { withFileTypes: true })) {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) walk(path);
			else if (entry.isFile() && path.endsWith('.c')) {
				const source = readKernelSource(path, readFileSync(path, 'utf8'));
				if (source) out.push(source);
			}
		}
	};
	for (const folder of folders) walk(join(root, folder));
	return out;
}

/** The parts of a kfunc that a source says of it. */
function said({ flags, result, parameters }: Kfunc): string {
	return JSON.stringify([flags, result, parameters.map(({ name, type }) => [name, type])]);
}

/** Where the sources, taken together, say otherwise than the catalog. */
function differences(sources: readonly KernelSource[], release: string): { readonly kfuncs: number; readonly lines: string[] } {
	const catalog = loadCatalog(release);
	const lines: string[] = [];
	const types = new Map<string, Set<string>>();
	// The kernel lists kfuncs of one file in the sets of another.
	const defined = new Map(sources.flatMap((source) => source.functions.filter((fn) => fn.defined).map((fn) => [fn.name, fn] as const)));
	const elsewhere = (name: string): Kfunc | undefined => {
		const fn = defined.get(name);
		return fn ? { name, flags: [], result: fn.result, parameters: fn.parameters, sets: [], programTypes: [] } : catalog.kfunc(name);
	};
	for (const source of sources)
		for (const [name, kfunc] of kfuncsOf(source, release, elsewhere).kfuncs) {
			const known = catalog.kfunc(name);
			if (!known) lines.push(`${name}: the catalog has none`);
			else if (said(known) !== said(kfunc)) lines.push(`${name}: ${said(kfunc)}, the catalog: ${said(known)}`);
			types.set(name, new Set([...(types.get(name) ?? []), ...kfunc.programTypes]));
		}
	for (const [name, found] of types) {
		const [ours, theirs] = [[...found], [...(catalog.kfunc(name)?.programTypes ?? [])]].map((each) => each.sort().join(' '));
		if (ours !== theirs) lines.push(`${name}: program types ${ours}, the catalog: ${theirs}`);
	}
	return { kfuncs: types.size, lines };
}

async function main([root, release]: readonly string[]): Promise<number> {
	if (root === undefined || release === undefined) {
		console.error('usage: node out/test/kernel-side/measure.js KERNEL_SOURCE_DIR RELEASE');
		return 2;
	}
	const sources = sourcesBelow(root, FOLDERS);
	const checker = await createChecker();
	let findings = 0;
	const all = [...sources, ...sourcesBelow(root, [TESTS])];
	for (const { path, text } of all)
		for (const { rule, message, at } of checker.check(path, text, { kernel: release, includePaths: [], defines: [] }).findings) {
			findings++;
			console.log(`${relative(root, path)}:${text.slice(0, at.start).split('\n').length}: [${rule}] ${message}`);
		}
	const { kfuncs, lines } = differences(sources, release);
	for (const line of lines) console.log(line);
	const entries = all.flatMap((source) => source.sets.flatMap((set) => set.entries)).length;
	console.log(
		`${all.length} files with ${entries} entries: ${findings} findings; ${kfuncs} kfuncs against the catalog of ${release}: ${lines.length} differences`,
	);
	return lines.length > 0 ? 1 : 0;
}

void main(process.argv.slice(2)).then((status) => {
	process.exitCode = status;
});
