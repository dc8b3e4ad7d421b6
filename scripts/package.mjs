// `npm run package`: the .vsix of the extension and the npm package of the command line, without network, and a trial of what is in them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure, ROOT, runNode } from './ensure.mjs';
import { brokenPromises } from './examples.mjs';
import { packNpm, tryNpm } from './npm-package.mjs';

/** What a person downloads stays small; more than this, in bytes, means that something slipped in. */
const LARGEST_VSIX = 3 * 1024 * 1024;
const VSIX = 'bpf-language-server.vsix';
const VSCE = 'node_modules/@vscode/vsce/vsce';

/** Runs the packed command line from a folder with the packed files alone: no native parser, no node_modules. */
function tryPacked() {
	const listed = spawnSync(process.execPath, [join(ROOT, VSCE), 'ls', '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' }).stdout;
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-packed-'));
	try {
		for (const file of listed.split('\n').filter((line) => line !== '')) cpSync(join(ROOT, file), join(folder, file));
		const broken = brokenPromises(join(folder, 'dist', 'cli.js'));
		if (broken.length > 0) throw new Error(`the packed command line:\n${broken.join('\n')}`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

try {
	ensure();
	const words = [
		'package',
		'--no-dependencies',
		'--no-rewrite-relative-links',
		'--allow-missing-repository',
		'--readme-path',
		'client/README.md',
		'--out',
		VSIX,
	];
	if (runNode(VSCE, ...words) !== 0) throw new Error('vsce failed');
	const { size } = statSync(join(ROOT, VSIX));
	if (size > LARGEST_VSIX) throw new Error(`${VSIX} has ${size} bytes, more than ${LARGEST_VSIX}`);
	tryPacked();
	console.log(`${VSIX}: ${size} bytes, tried on the examples`);
	const tarball = packNpm();
	tryNpm(tarball);
	console.log(`${tarball}: ${statSync(join(ROOT, tarball)).size} bytes, installed and tried on the examples`);
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
