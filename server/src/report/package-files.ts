// Files that ship with the package and are read when somebody asks for them: the rules' pages, the version.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE_NAME = 'bpf-language-server';

let root: string | undefined;

/**
 * The package's folder, found upward from this file: right for the built tree, for a bundle in dist/ and for an unpacked extension. A build
 * into a folder outside finds it by way of the package's dependencies, which are linked there.
 */
export function packageRoot(): string {
	if (root !== undefined) return root;
	for (let folder = __dirname; ; folder = dirname(folder)) {
		const modules = join(folder, 'node_modules');
		const candidates = existsSync(modules) ? [folder, dirname(realpathSync(modules))] : [folder];
		for (const candidate of candidates) if (manifestName(join(candidate, 'package.json')) === PACKAGE_NAME) return (root = candidate);
		if (dirname(folder) === folder) return (root = __dirname);
	}
}

function manifestName(path: string): string | undefined {
	try {
		return JSON.parse(readFileSync(path, 'utf8')).name;
	} catch {
		return undefined;
	}
}

/** The tool's version as its manifest says. */
export function packageVersion(): string {
	try {
		return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
	} catch {
		return 'unknown';
	}
}

/** The page of a rule, an absolute path; undefined where none ships. */
export function rulePage(rule: string): string | undefined {
	if (!/^[a-z][a-z0-9-]*$/.test(rule)) return undefined;
	const path = join(packageRoot(), 'docs', 'rules', `${rule}.md`);
	return existsSync(path) ? path : undefined;
}
