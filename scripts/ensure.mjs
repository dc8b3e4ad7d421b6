// Installs what package-lock.json names if node_modules is missing or holds something else, then builds. For a fresh clone and for every run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;

/** Runs a command in the package's folder with its output passed through. Gives its exit status. */
export function run(command, words, environment = {}) {
	const done = spawnSync(command, words, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } });
	if (done.error) throw done.error;
	return done.status ?? 1;
}

/** Runs a tool of node_modules by this Node. */
export function runNode(script, ...words) {
	return run(process.execPath, [join(ROOT, script), ...words]);
}

function readJson(path) {
	try {
		return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
	} catch {
		return undefined;
	}
}

/** True if every package of the lock file is there in its version; optional ones (other platforms' binaries) may be missing. */
function isInstalled() {
	const wanted = readJson('package-lock.json')?.packages ?? {};
	const present = readJson('node_modules/.package-lock.json')?.packages ?? {};
	return Object.entries(wanted).every(([path, entry]) => {
		if (path === '') return true;
		const found = present[path];
		return found ? found.version === entry.version && existsSync(join(ROOT, path)) : entry.optional === true;
	});
}

/** No package of ours needs its install script: native parsers ship prebuilt, and scripts that never run need no approval. */
function install() {
	console.log('Installing the packages of package-lock.json ...');
	const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	const npm = process.env.npm_execpath;
	const status = npm?.endsWith('.js')
		? run(process.execPath, [npm, ...words])
		: spawnSync(`npm ${words.join(' ')}`, { cwd: ROOT, stdio: 'inherit', shell: true }).status;
	if (status !== 0) throw new Error('npm ci failed');
}

/** Installs if need be and builds. Throws if one of them fails. */
export function ensure() {
	if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) throw new Error(`Node ${OLDEST_NODE} or newer is needed`);
	if (!isInstalled()) install();
	if (runNode('node_modules/typescript/bin/tsc', '-p', '.') !== 0) throw new Error('the build failed');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	try {
		ensure();
	} catch (error) {
		console.error(error.message);
		process.exit(1);
	}
}
