// `npm run demo`: installs, builds, analyses examples/ and prints what is found. Fails only if an example does not give what its header says.
import { join } from 'node:path';
import { ensure, run } from './ensure.mjs';
import { brokenPromises, examples } from './examples.mjs';

const CLI = join('out', 'server', 'src', 'cli.js');

try {
	ensure();
	run(process.execPath, [CLI, 'check', ...examples()]);
	const broken = brokenPromises(CLI);
	if (broken.length > 0) throw new Error(broken.join('\n'));
	console.log(`\nEach example gave what its first lines promise. Try one of your own: node ${CLI} check FILE.bpf.c`);
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
