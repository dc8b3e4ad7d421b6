// `npm run catalog -- KERNEL_SOURCE_DIR [--out FILE] [--config KERNEL_CONFIG_FILE] [--check]`: writes the catalog of a kernel tree, or holds
// the shipped one against the tree.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogError } from '../error.js';
import { packageFolder, readText } from '../files.js';
import { generate } from './generate.js';
import { writeCatalog } from './write.js';

const USAGE = 'usage: npm run catalog -- KERNEL_SOURCE_DIR [--out FILE] [--config KERNEL_CONFIG_FILE] [--check]';

/** Runs the generator on command line arguments. Gives the exit status: 0 done, 1 the shipped catalog differs from the tree,
 * 2 it could not be done. */
export function main(args: readonly string[]): number {
	let root: string | undefined;
	let out: string | undefined;
	let config: string | undefined;
	let check = false;
	for (let i = 0; i < args.length; i++) {
		const arg = args[i]!;
		if (arg === '--out') out = args[++i];
		else if (arg === '--config') config = args[++i];
		else if (arg === '--check') check = true;
		else if (root === undefined && !arg.startsWith('-')) root = arg;
		else {
			process.stderr.write(`${USAGE}\n`);
			return 2;
		}
	}
	if (root === undefined) {
		process.stderr.write(`${USAGE}\n`);
		return 2;
	}
	try {
		const { catalog, notes } = generate(root, config === undefined ? undefined : readFileSync(config, 'utf8'));
		const text = writeCatalog(catalog);
		for (const note of notes) process.stderr.write(`${note}\n`);
		if (check) return compare(catalog.release, text, out ?? join(packageFolder('data'), `${catalog.release}.json`));
		if (out === undefined) process.stdout.write(text);
		else writeFileSync(out, text);
		return 0;
	} catch (error) {
		if (!(error instanceof CatalogError) && !(error instanceof Error && 'code' in error)) throw error;
		process.stderr.write(`${error.message}\n`);
		return 2;
	}
}

/** Prints the lines in which a shipped file and the tree differ; the configuration is not part of a tree and does not count. */
function compare(release: string, text: string, path: string): number {
	const rows = (whole: string): string[] => whole.slice(0, whole.indexOf('\n"config":')).split('\n');
	const shipped = new Set(rows(readText(path)));
	const found = new Set(rows(text));
	let differences = 0;
	for (const [sign, mine, other] of [
		['-', shipped, found],
		['+', found, shipped],
	] as const)
		for (const row of mine)
			if (!other.has(row)) {
				differences++;
				process.stdout.write(`${sign} ${row}\n`);
			}
	process.stdout.write(`the catalog of ${release}: ${differences === 0 ? 'as the tree has it' : `${differences} lines differ`}\n`);
	return differences === 0 ? 0 : 1;
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
