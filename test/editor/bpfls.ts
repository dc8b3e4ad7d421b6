// The command `bpfls` as a user has it: the npm package, installed into a folder of its own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../server/src/report/package-files.js';

/** Installs the packed command line without network. Gives the folder that has to be on the path. */
export function installBpfls(folder: string): string {
	const packed = process.env.BPFLS_TARBALL ?? readdirSync(packageRoot()).find((name) => /^bpf-language-server-.*\.tgz$/.test(name));
	if (!packed) throw new Error('there is no packed command line: npm run package makes it');
	mkdirSync(folder, { recursive: true });
	const words = ['install', resolve(packageRoot(), packed), '--prefix', folder, '--offline', '--no-audit', '--no-fund', '--loglevel=error'];
	execFileSync('npm', words, { cwd: folder });
	return join(folder, 'node_modules', '.bin');
}
