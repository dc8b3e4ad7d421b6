// Kernel trees for the catalog's checks: out of Debian's signed source packages, unpacked once beside the corpus.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KFUNC_FOLDERS } from '../../server/src/kernel/generate/kfuncs.js';
import { TRACE_FOLDERS } from '../../server/src/kernel/generate/tracepoints.js';
import { labFolder } from '../kernel/lab.js';

/** What the generator reads of a tree; the whole is half as large again. */
const PARTS = [
	'Makefile',
	...new Set([
		...KFUNC_FOLDERS,
		...TRACE_FOLDERS.map((folder) => folder.split('/')[0]!),
		'include',
		'tools/lib/bpf',
		'tools/testing/selftests/bpf',
	]),
];
/** Generated headers of one driver, a third of all drivers' text, declare nothing that a catalog holds. */
const LEFT_OUT = '*/amd/include/*';
/** Where Debian keeps releases that the machine's own suite does not have. */
const NEWER_SUITES = ['testing', 'sid', 'experimental'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * The folder of a release's tree, fetched where it is not there yet (150 MB from the package archive).
 *
 * @throws Error that says why it cannot be had.
 */
export function kernelTree(release: string): string {
	const folder = join(labFolder(), 'kernels', release);
	if (existsSync(join(folder, 'Makefile'))) return folder;
	mkdirSync(folder, { recursive: true });
	const scratch = mkdtempSync(join(labFolder(), 'kernels', 'unpack-'));
	try {
		unpack(archive(release, scratch), `linux-source-${release}`, scratch);
		rmSync(folder, { recursive: true });
		renameSync(join(scratch, `linux-source-${release}`), folder);
	} finally {
		rmSync(scratch, { recursive: true });
	}
	return folder;
}

/** The source archive: that of the installed package, else out of a package that is downloaded. */
function archive(release: string, scratch: string): string {
	const name = `linux-source-${release}`;
	const installed = `/usr/src/${name}.tar.xz`;
	if (existsSync(installed)) return installed;
	if (!existsSync('/usr/bin/apt-get')) throw new Error(`${name} is a Debian package, and this machine has no apt-get`);
	// A fresh machine has no lists yet.
	if (!knows(name, []) && process.getuid?.() === 0) run('apt-get', ['update', '-qq'], scratch);
	const options = knows(name, []) ? [] : newerSuites(name);
	process.stderr.write(`fetching ${name}\n`);
	run('apt-get', [...options, 'download', '-qq', name], scratch);
	const found = readdirSync(scratch).find((entry) => entry.startsWith(name) && entry.endsWith('.deb'));
	if (!found) throw new Error(`apt-get brought no ${name}`);
	run('dpkg-deb', ['-x', found, '.'], scratch);
	return join(scratch, 'usr', 'src', `${name}.tar.xz`);
}

function unpack(path: string, name: string, scratch: string): void {
	process.stderr.write(`unpacking ${name}\n`);
	const patterns = PARTS.map((part) => (part === 'Makefile' ? `${name}/${part}` : `${name}/${part}/*`));
	// A release may lack a folder that another one has.
	const { status, stderr } = spawnSync('tar', ['xf', path, '-C', scratch, `--exclude=${LEFT_OUT}`, '--wildcards', ...patterns], {
		encoding: 'utf8',
	});
	if (status !== 0 && !/Not found in archive/.test(stderr)) throw new Error(`tar: ${stderr.trim().slice(-500)}`);
	if (!existsSync(join(scratch, name, 'Makefile'))) throw new Error(`${path} holds no ${name}`);
}

function knows(name: string, options: readonly string[]): boolean {
	return /Candidate: \S*\d/.test(spawnSync('apt-cache', [...options, 'policy', name], { encoding: 'utf8' }).stdout ?? '');
}

/** Options with which apt looks into the newer suites of the archive that the machine uses anyway, in a folder of its own. */
function newerSuites(name: string): string[] {
	const folder = join(labFolder(), 'kernels', 'suites');
	for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
	const sources = join(folder, 'sources.list');
	const uris = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' }).split('\n');
	const archive = uris.find((uri) => /\/debian\/?$/.test(uri));
	if (archive === undefined) throw new Error(`no package archive of Debian is set up here, so ${name} cannot be fetched`);
	writeFileSync(sources, NEWER_SUITES.map((suite) => `deb [signed-by=${KEYRING}] ${archive} ${suite} main\n`).join(''));
	const options = [
		`Dir::Etc::sourcelist=${sources}`,
		'Dir::Etc::sourceparts=-',
		`Dir::State::lists=${folder}/lists`,
		`Dir::Cache=${folder}/cache`,
	].flatMap((option) => ['-o', option]);
	run('apt-get', [...options, 'update', '-qq'], folder);
	if (!knows(name, options)) throw new Error(`no suite of ${NEWER_SUITES.join(', ')} has ${name} any more`);
	return options;
}

function run(command: string, args: readonly string[], cwd: string): void {
	const { status, stderr, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
	if (error) throw new Error(`${command}: ${error.message}`);
	if (status !== 0) throw new Error(`${command} failed: ${stderr.trim().slice(-500)}`);
}
