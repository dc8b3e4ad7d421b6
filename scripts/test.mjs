// `npm test`: installs, builds, checks the style, runs the tests, and ends with one line that counts them.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensure, ROOT, runNode } from './ensure.mjs';

/** The built test of every source: leftovers of deleted ones in out/ are not run. */
function testFiles() {
	return readdirSync(join(ROOT, 'test'), { recursive: true })
		.map(String)
		.filter((name) => name.endsWith('.test.ts'))
		.map((name) => join(ROOT, 'out', 'test', name.replace(/\.ts$/, '.js')))
		.sort();
}

/** Runs the tests in this process. Gives how many passed and failed. */
function runTests(pattern) {
	const require = createRequire(import.meta.url);
	const Mocha = require('mocha');
	const { timeout } = JSON.parse(require('node:fs').readFileSync(join(ROOT, '.mocharc.json'), 'utf8'));
	const mocha = new Mocha({ timeout, ...(pattern && { grep: pattern }) });
	for (const file of testFiles()) mocha.addFile(file);
	return new Promise((resolve) => {
		const runner = mocha.run(() => resolve({ passed: runner.stats.passes, failed: runner.stats.failures }));
	});
}

let passed = 0;
let failed = 0;
try {
	ensure();
	const style = runNode('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', 'server', 'client', 'test', 'scripts');
	if (style === 0) passed++;
	else failed++;
	const grep = process.argv.indexOf('--grep');
	const tests = await runTests(grep > 0 ? process.argv[grep + 1] : undefined);
	passed += tests.passed;
	failed += tests.failed;
} catch (error) {
	console.error(error);
	failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
