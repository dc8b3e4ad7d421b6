// Kernel trees for the checks of other releases than the corpus's: out of Debian's signed packages, unpacked once beside the corpus.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KFUNC_FOLDERS } from '../../server/src/kernel/generate/kfuncs.js';
import { TRACE_FOLDERS } from '../../server/src/kernel/generate/tracepoints.js';
import { labFolder } from '../kernel/lab.js';

/** What the generator and the checks read of a tree; the whole is half as large again. */
const PARTS = [
	'Makefile',
	...new Set([
		...KFUNC_FOLDERS,
		...TRACE_FOLDERS.map((folder) => folder.split('/')[0]!),
		'include',
		'tools/lib/bpf',
		'tools/testing/selftests/bpf',
		'tools/testing/selftests/sched_ext',
		'tools/sched_ext',
		'tools/include',
	]),
];
/** Lists the parts that were unpacked, so that a longer list is fetched again. */
const UNPACKED = '.unpacked';
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
	const marker = join(folder, UNPACKED);
	if (existsSync(marker) && readFileSync(marker, 'utf8') === PARTS.join('\n')) return folder;
	mkdirSync(folder, { recursive: true });
	const scratch = mkdtempSync(join(labFolder(), 'kernels', 'unpack-'));
	try {
		const name = `linux-source-${release}`;
		unpack(archive(name, scratch), name, scratch);
		writeFileSync(join(scratch, name, UNPACKED), PARTS.join('\n'));
		rmSync(folder, { recursive: true });
		renameSync(join(scratch, name), folder);
	} finally {
		rmSync(scratch, { recursive: true });
	}
	return folder;
}

/**
 * The vmlinux.h of Debian's newest kernel, whichever release that is by now.
 *
 * @throws Error that says why it cannot be had.
 */
export function newestVmlinux(): string {
	const folder = join(labFolder(), 'kernels', 'vmlinux');
	const header = join(folder, 'vmlinux.h');
	if (existsSync(header)) return header;
	const scratch = mkdtempSync(join(labFolder(), 'kernels', 'unpack-'));
	try {
		unpackPackage('linux-bpf-dev', scratch);
		const found = readdirSync(scratch, { recursive: true, encoding: 'utf8' }).find((entry) => basename(entry) === 'vmlinux.h');
		if (found === undefined) throw new Error('the package linux-bpf-dev holds no vmlinux.h');
		mkdirSync(folder, { recursive: true });
		renameSync(join(scratch, found), header);
	} finally {
		rmSync(scratch, { recursive: true });
	}
	return header;
}

/** The source archive: that of the installed package, else out of a package that is downloaded. */
function archive(name: string, scratch: string): string {
	const installed = `/usr/src/${name}.tar.xz`;
	if (existsSync(installed)) return installed;
	unpackPackage(name, scratch);
	return join(scratch, 'usr', 'src', `${name}.tar.xz`);
}

/** Downloads a package of whichever suite has it, and unpacks it there. */
function unpackPackage(name: string, folder: string): void {
	if (!existsSync('/usr/bin/apt-get')) throw new Error(`${name} is a Debian package, and this machine has no apt-get`);
	// A fresh machine has no lists yet.
	if (!knows(name, []) && process.getuid?.() === 0) run('apt-get', ['update', '-qq'], folder);
	const options = knows(name, []) ? [] : newerSuites(name);
	process.stderr.write(`fetching ${name}\n`);
	run('apt-get', [...options, 'download', '-qq', name], folder);
	const found = readdirSync(folder).find((entry) => entry.startsWith(name) && entry.endsWith('.deb'));
	if (!found) throw new Error(`apt-get brought no ${name}`);
	run('dpkg-deb', ['-x', found, '.'], folder);
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
