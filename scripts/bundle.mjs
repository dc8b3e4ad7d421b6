// Bundles the extension into dist/: client, server and command line as one CommonJS file each, and the grammar as WebAssembly.
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './ensure.mjs';

const require = createRequire(import.meta.url);
const DIST = join(ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);

await build({
	absWorkingDir: ROOT,
	entryPoints: { client: 'client/src/extension.ts', server: 'server/src/server.ts', cli: 'server/src/cli.ts' },
	outdir: DIST,
	bundle: true,
	platform: 'node',
	target: 'node20',
	format: 'cjs',
	// With short names a stack trace says nothing, and giving each function its name back takes a fifteenth of a short run's time.
	minifyWhitespace: true,
	minifySyntax: true,
	// The editor gives `vscode`. The native parser is for checkouts; an extension that runs everywhere carries the portable one.
	external: ['vscode', 'tree-sitter', 'tree-sitter-c'],
	// Its ES module looks for a file URL of itself, which a bundle does not have.
	alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
	logLevel: 'warning',
});

copyFileSync(join(ROOT, 'node_modules/web-tree-sitter/tree-sitter.wasm'), join(DIST, 'tree-sitter.wasm'));
copyFileSync(join(ROOT, 'node_modules/tree-sitter-c/tree-sitter-c.wasm'), join(DIST, 'tree-sitter-c.wasm'));

for (const name of ['client.js', 'server.js', 'cli.js'])
	console.log(`dist/${name}: ${Math.round(statSync(join(DIST, name)).size / 1024)} KiB`);
