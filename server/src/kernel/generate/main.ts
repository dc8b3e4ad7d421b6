// `npm run catalog -- KERNEL_SOURCE_DIR [--out FILE] [--config KERNEL_CONFIG_FILE]`: writes the catalog of a kernel tree.
import { readFileSync, writeFileSync } from 'node:fs';
import { CatalogError } from '../error.js';
import { generate } from './generate.js';
import { writeCatalog } from './write.js';

const USAGE = 'usage: npm run catalog -- KERNEL_SOURCE_DIR [--out FILE] [--config KERNEL_CONFIG_FILE]';

/** Runs the generator on command line arguments. Gives the exit status: 0 written, 2 it could not be done. */
export function main(args: readonly string[]): number {
	let root: string | undefined;
	let out: string | undefined;
	let config: string | undefined;
	for (let i = 0; i < args.length; i++) {
		const arg = args[i]!;
		if (arg === '--out') out = args[++i];
		else if (arg === '--config') config = args[++i];
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
		if (out === undefined) process.stdout.write(text);
		else writeFileSync(out, text);
		for (const note of notes) process.stderr.write(`${note}\n`);
		return 0;
	} catch (error) {
		if (!(error instanceof CatalogError) && !(error instanceof Error && 'code' in error)) throw error;
		process.stderr.write(`${error.message}\n`);
		return 2;
	}
}

if (require.main === module) process.exitCode = main(process.argv.slice(2));
