// The examples and what their first lines promise, for the demo and for trying out a packed extension.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure.mjs';

/** The examples' paths, relative to the package. */
export function examples() {
	return readdirSync(join(ROOT, 'examples'))
		.filter((name) => name.endsWith('.bpf.c'))
		.sort()
		.map((name) => join('examples', name));
}

/** The findings that an example's `expect:` line promises, as `rule in program at line N`. */
function promised(file) {
	const line = /^\/\/ expect: (.*)$/m.exec(readFileSync(join(ROOT, file), 'utf8'));
	if (!line) throw new Error(`${file} has no line "// expect: ..."`);
	return line[1] === 'nothing' ? [] : line[1].split(', ').sort();
}

/** Checks the examples by a command line program, run by this Node.js or another one. Gives one line for each that does not give what it promises, and one for a complaint. */
export function brokenPromises(cli, node = process.execPath) {
	const json = spawnSync(node, [cli, 'check', '--format', 'json', ...examples()], { cwd: ROOT, encoding: 'utf8' });
	if (json.status === 2 || json.stdout === '') throw new Error(`${cli} could not check the examples\n${json.stderr}`);
	const broken = JSON.parse(json.stdout).files.flatMap((file) => {
		const found = file.findings.map((finding) => `${finding.rule} in ${finding.program} at line ${finding.range.start.line}`).sort();
		const expected = promised(file.path);
		const same = found.length === expected.length && found.every((one, index) => one === expected[index]);
		return same ? [] : [`${file.path}: expected ${expected.join(', ') || 'nothing'}, found ${found.join(', ') || 'nothing'}`];
	});
	return json.stderr === '' ? broken : [...broken, `the command line wrote: ${json.stderr.trim()}`];
}
