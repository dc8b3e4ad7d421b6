// `npm run test:newest`: the kernel's own BPF selftests of 7.2 against what the verifier of 7.2 says of them.
//
//   node out/test/newest/run.js [--update]
//     --update   record this run's numbers as those that no later run may fall behind
//
// The verdicts were recorded by compiling the programs with clang 19 and loading them into Debian's 7.2.13, booted under emulation; programs that clang 19
// does not compile, and those of objects that this kernel cannot load for want of a module, are not in the table. A false alarm that is known
// has its reason there, and is asserted.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyse } from '../kernel/corpus-run.js';
import { type Figures, fallenBehind } from '../kernel/figures.js';
import { kernelTree, newestVmlinux } from '../kernel-catalog/fetch-tree.js';
import { repositoryRoot } from '../support/root.js';

const RELEASE = '7.2';
const FOLDER = join(repositoryRoot(), 'test/newest');
const RECORDED = join(FOLDER, 'recorded.json');

interface Row {
	readonly verdict: string;
	readonly message: string;
	/** What we say where that is a known false alarm. */
	readonly ours: string;
}

/** Verdicts by `file program`. */
function readRows(): ReadonlyMap<string, Row> {
	const rows = new Map<string, Row>();
	for (const line of readFileSync(join(FOLDER, `verdicts-${RELEASE}.tsv`), 'utf8')
		.trimEnd()
		.split('\n')
		.slice(1)) {
		const [file, program, verdict = '', message = '', ours = ''] = line.split('\t');
		rows.set(`${file} ${program}`, { verdict, message, ours });
	}
	return rows;
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
	const rows = readRows();
	const tools = join(kernelTree(RELEASE), 'tools');
	const tests = join(tools, 'testing/selftests/bpf');
	const includePaths = [
		dirname(newestVmlinux()),
		tests,
		join(tests, 'libarena/include'),
		join(tools, 'include/uapi'),
		join(tools, 'include'),
		// Its folder bpf is libbpf of that release.
		join(tools, 'lib'),
		'/usr/include/x86_64-linux-gnu',
	];
	const programs = join(tests, 'progs');
	const paths = readdirSync(programs)
		.filter((name) => name.endsWith('.c'))
		.map((name) => join(programs, name));
	const { files } = await analyse(paths, { kernel: RELEASE, includePaths, defines: ['__TARGET_ARCH_x86', 'ENABLE_ATOMICS_TESTS'] });
	const counts: Record<string, number> = {};
	const faults: string[] = [];
	const left = new Set(rows.keys());
	for (const [path, answer] of files) {
		if (answer.thrown !== undefined) faults.push(`${basename(path)}: the analysis failed: ${answer.thrown}`);
		for (const program of answer.programs) {
			const key = `${basename(path, '.c')} ${program.name}`;
			const row = rows.get(key);
			if (!row) continue;
			left.delete(key);
			const said = `${row.verdict} by the kernel, ${program.verdict} by us`;
			counts[said] = (counts[said] ?? 0) + 1;
			const isFalse = row.verdict === 'accept' && program.verdict === 'reject';
			const objection = answer.findings.find((one) => one.program === program.name && one.severity === 'error')?.verifier ?? '';
			if (isFalse && row.ours === '') faults.push(`${key}: FALSE ALARM: ${objection}`);
			if (!isFalse && row.ours !== '')
				faults.push(`${key}: was a false alarm, and is ${program.verdict} now: take the note out of the table`);
		}
	}
	for (const key of left) faults.push(`${key} is not found`);
	const figures: Figures = {
		'accepted.agree': counts['accept by the kernel, accept by us'] ?? 0,
		'rejected.agree': counts['reject by the kernel, reject by us'] ?? 0,
		'bad.misses': counts['reject by the kernel, accept by us'] ?? 0,
	};
	if (values.update) writeFileSync(RECORDED, `${JSON.stringify(figures, undefined, '\t')}\n`);
	else faults.push(...fallenBehind(figures, JSON.parse(readFileSync(RECORDED, 'utf8'))));
	for (const [what, count] of Object.entries(counts).sort()) console.log(`${count} ${what}`);
	for (const fault of faults) console.log(`FAILED ${fault}`);
	const judged = rows.size - left.size;
	console.log(`${Math.max(0, judged - faults.length)} passed, ${faults.length} failed`);
	process.exitCode = faults.length > 0 ? 1 : 0;
}

main().catch((error) => {
	console.error(`newest: ${error instanceof Error ? error.message : error}`);
	process.exitCode = 2;
});
