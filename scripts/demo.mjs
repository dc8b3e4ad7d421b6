// `npm run demo`: installs, builds, analyses examples/ and prints what is found. Fails only if an example does not give what its header says.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensure, ROOT, run } from './ensure.mjs';

const CLI = join('out', 'server', 'src', 'cli.js');

/** The findings that an example's `expect:` line promises, as `rule in program`. */
function promised(file) {
	const line = /^\/\/ expect: (.*)$/m.exec(readFileSync(join(ROOT, file), 'utf8'));
	if (!line) throw new Error(`${file} has no line "// expect: ..."`);
	return line[1] === 'nothing' ? [] : line[1].split(', ');
}

try {
	ensure();
	const files = readdirSync(join(ROOT, 'examples'))
		.filter((name) => name.endsWith('.bpf.c'))
		.sort()
		.map((name) => join('examples', name));
	run(process.execPath, [CLI, 'check', ...files]);

	const json = spawnSync(process.execPath, [CLI, 'check', '--format', 'json', ...files], { cwd: ROOT, encoding: 'utf8' });
	const report = JSON.parse(json.stdout);
	const wrong = report.files.flatMap((file) => {
		const found = file.findings.map((finding) => `${finding.rule} in ${finding.program}`).sort();
		const expected = promised(file.path).sort();
		const same = found.length === expected.length && found.every((one, index) => one === expected[index]);
		return same ? [] : [`${file.path}: expected ${expected.join(', ') || 'nothing'}, found ${found.join(', ') || 'nothing'}`];
	});
	for (const line of wrong) console.error(line);
	if (wrong.length > 0) process.exit(1);
	console.log('\nEach example gave what its first lines promise. Try one of your own: node out/server/src/cli.js check FILE.bpf.c');
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
