// `npm run test:sched-ext`: the kernel's own sched_ext schedulers and their tests, against what the verifier of that release said of them.
//
// The schedulers are those of a 7.2 tree, fetched as for `npm run test:catalog`. Their verdicts were recorded by compiling them with clang 19 and loading
// them into Debian's 7.2.13, booted under emulation. They are judged twice: with no vmlinux.h, as somebody finds it who has just opened a
// file, and with the one that Debian ships. A difference that is known has its reason in the table, and is asserted.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult } from '../../server/src/rules/finding.js';
import { kernelTree, newestVmlinux } from '../kernel-catalog/fetch-tree.js';
import { repositoryRoot } from '../support/root.js';

const RELEASE = '7.2';

interface Row {
	readonly verdict: string;
	/** `file:line`; empty for what was accepted. */
	readonly line: string;
	readonly message: string;
	/** What we say where it is something else, a verdict or `reject@file:line`, and why. */
	readonly ours: string;
	readonly reason: string;
}

/** Verdicts by `file program`. */
function readRows(): ReadonlyMap<string, Row> {
	const path = join(repositoryRoot(), `test/sched-ext/verdicts-${RELEASE}.tsv`);
	const rows = new Map<string, Row>();
	for (const line of readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)) {
		const [file, program, verdict = '', at = '', message = '', ours = '', reason = ''] = line.split('\t');
		rows.set(`${file} ${program}`, { verdict, line: at, message, ours, reason });
	}
	return rows;
}

function lineAt(text: string, offset: number): number {
	return text.slice(0, offset).split('\n').length;
}

/** What is wrong with a program's judgement; nothing where it agrees, or differs as recorded. */
function fault(row: Row, result: FileResult, name: string, text: string): string | undefined {
	const { verdict, reason } = result.programs.find((program) => program.name === name) ?? { verdict: 'missing' };
	const [wanted, line = row.line] = row.ours ? row.ours.split('@') : [row.verdict];
	if (verdict !== wanted) return `the kernel says ${row.verdict}, we say ${verdict}${reason ? ` (${reason})` : ''}, expected was ${wanted}`;
	if (verdict !== 'reject') return undefined;
	const lines = result.findings
		.filter(({ program }) => program === name)
		.map(({ at }) => `${basename(at.path)}:${at.path === result.path ? lineAt(text, at.start) : '?'}`);
	return lines.includes(line) ? undefined : `refused at ${lines.join(', ')}, by the kernel at ${row.line}: ${row.message}`;
}

async function main(): Promise<void> {
	const rows = readRows();
	const tools = join(kernelTree(RELEASE), 'tools');
	const tests = join(tools, 'testing/selftests/sched_ext');
	const folders = [join(tools, 'sched_ext'), tests];
	const headers = [
		join(tools, 'sched_ext/include'),
		join(tools, 'sched_ext/include/bpf-compat'),
		tests,
		join(tests, 'include'),
		join(tools, 'include/uapi'),
		join(tools, 'include'),
		// Its folder bpf is libbpf of that release; Debian's own is older than these programs.
		join(tools, 'lib'),
	];
	const settings: [string, readonly string[]][] = [['built-in types', headers]];
	try {
		settings.push(["Debian's vmlinux.h", [dirname(newestVmlinux()), ...headers]]);
	} catch (error) {
		console.log(`NOT COMPARED with a vmlinux.h: ${error instanceof Error ? error.message : String(error)}`);
	}
	let passed = 0;
	let failed = 0;
	for (const [name, includePaths] of settings) {
		const checker = await createChecker({ filesStay: true });
		const counts: Record<string, number> = {};
		const left = new Set(rows.keys());
		for (const path of folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))) {
			if (!path.endsWith('.bpf.c')) continue;
			const text = readFileSync(path, 'utf8');
			const result = checker.check(path, text, { kernel: RELEASE, includePaths, defines: ['__TARGET_ARCH_x86'] });
			for (const program of result.programs) {
				const key = `${basename(path, '.bpf.c')} ${program.name}`;
				const row = rows.get(key);
				if (!row) continue;
				left.delete(key);
				const said = `${row.verdict} by the kernel, ${program.verdict} by us`;
				counts[said] = (counts[said] ?? 0) + 1;
				const wrong = fault(row, result, program.name, text);
				if (wrong !== undefined) console.log(`FAILED ${name}: ${key}: ${wrong}`);
				if (wrong === undefined) passed++;
				else failed++;
			}
		}
		for (const key of left) console.log(`FAILED ${name}: ${key} is not found`);
		failed += left.size;
		console.log(
			`${name}: ${Object.entries(counts)
				.map(([what, count]) => `${count} ${what}`)
				.join('; ')}`,
		);
	}
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error) => {
	console.error(`sched-ext: ${error instanceof Error ? error.message : error}`);
	process.exitCode = 2;
});
