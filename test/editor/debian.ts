// Programs that the suites need and Debian has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Installs packages unless the files that they bring are there. Throws an Error that names them where that is not possible. */
export function needPackages(packages: Readonly<Record<string, string>>): void {
	const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
	if (missing.length === 0) return;
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
		throw new Error(`these are needed: apt-get install ${missing.join(' ')}`);
	process.stderr.write(`installing ${missing.join(' ')}\n`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	for (const words of [
		['update', '-qq'],
		['install', '-y', '-qq', '--no-install-recommends', ...missing],
	]) {
		const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8' });
		if (status !== 0) throw new Error(`apt-get ${words[0]} failed:\n${stderr}`);
	}
}
