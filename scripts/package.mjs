// `npm run package`: the .vsix of the extension, without network.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ensure, ROOT, runNode } from './ensure.mjs';

/** What a person downloads stays small; more than this, in bytes, means that something slipped in. */
const LARGEST_VSIX = 3 * 1024 * 1024;
const VSIX = 'bpf-language-server.vsix';

try {
	ensure();
	const words = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository', '--out', VSIX];
	if (runNode('node_modules/@vscode/vsce/vsce', ...words) !== 0) throw new Error('vsce failed');
	const { size } = statSync(join(ROOT, VSIX));
	console.log(`${VSIX}: ${size} bytes`);
	if (size > LARGEST_VSIX) throw new Error(`${VSIX} is larger than ${LARGEST_VSIX} bytes`);
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
