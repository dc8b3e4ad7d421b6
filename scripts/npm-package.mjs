// The npm package: the bundled command line with its data and nothing else. It depends on no other package, so installing it runs and builds nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './ensure.mjs';
import { brokenPromises } from './examples.mjs';

const CONTENT = [
	'dist/cli.js',
	'dist/tree-sitter.wasm',
	'dist/tree-sitter-c.wasm',
	'docs/rules',
	'docs/editors.md',
	'docs/pictures',
	'server/src/kernel/data',
	'server/src/kernel/words',
	'README.md',
	'LICENSE',
];
/** What a user's npm has to know; the rest of the manifest is about building and about the extension. */
const FIELDS = ['name', 'version', 'description', 'license', 'keywords', 'bin'];

function npm(cwd, ...words) {
	const done = spawnSync('npm', [...words, '--loglevel=error'], { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
	if (done.status !== 0) throw new Error(`npm ${words[0]} failed\n${done.stderr}`);
	return done.stdout;
}

/** Writes the tarball into the package's folder. Gives its name. The bundle has to be there. */
export function packNpm() {
	const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-npm-'));
	try {
		for (const path of CONTENT) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
		const small = Object.fromEntries(FIELDS.map((field) => [field, manifest[field]]));
		writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...small, engines: { node: manifest.engines.node } }, null, 2)}\n`);
		return npm(folder, 'pack', '--pack-destination', ROOT).trim().split('\n').at(-1);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Installs a tarball into an empty folder, as a user does, without network. Gives the folder of its commands. */
export function installNpm(tarball, folder) {
	mkdirSync(folder, { recursive: true });
	npm(folder, 'install', join(ROOT, tarball), '--prefix', folder, '--offline', '--no-audit', '--no-fund');
	return join(folder, 'node_modules', '.bin');
}

/** Tries the installed command on the examples. Throws an Error that says what is wrong. */
export function tryNpm(tarball) {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-install-'));
	try {
		const command = join(installNpm(tarball, folder), 'bpfls');
		const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
		if (!tarball.includes(stdout.trim().split(' ').at(-1))) throw new Error(`${tarball} installs a bpfls that calls itself ${stdout}`);
		const broken = brokenPromises(join(folder, 'node_modules/bpf-language-server/dist/cli.js'));
		if (broken.length > 0) throw new Error(`the installed command line:\n${broken.join('\n')}`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
