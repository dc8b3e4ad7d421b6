// Packages of the npm registry that only tests use: fetched when a test wants them, and known by their hash.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Fetches a part of a package, once.
 *
 * @param name With its version: `name@1.2.3`.
 * @param integrity Its hash as the registry tells it: `sha512-...`.
 * @param part A folder of the package.
 * @param folder Where that folder comes to lie.
 * @param prepare Is done to the folder before it is there for good.
 * @throws where the registry does not answer, or its package is another one.
 */
export function fetchPackage(
	name: string,
	integrity: string,
	part: string,
	folder: string,
	prepare: (folder: string) => void = () => {},
): void {
	if (existsSync(folder)) return;
	mkdirSync(dirname(folder), { recursive: true });
	const scratch = mkdtempSync(join(dirname(folder), 'fetch-'));
	try {
		execFileSync('npm', ['pack', name, '--loglevel=error'], { cwd: scratch });
		const archive = join(scratch, readdirSync(scratch).find((entry) => entry.endsWith('.tgz'))!);
		const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
		if (found !== integrity) throw new Error(`${name} has the hash ${found}`);
		execFileSync('tar', ['xzf', archive, '-C', scratch, `package/${part}`]);
		const unpacked = join(scratch, 'package', part);
		prepare(unpacked);
		renameSync(unpacked, folder);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}
