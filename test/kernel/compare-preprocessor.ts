// Holds the preprocessor and the parser against clang on a folder of C files: the token streams must be equal, and no function may hold a
// node that was not understood. A command, no test: `npm run test:preprocessor` takes the corpus of the kernel suite with its include paths;
// `node out/test/kernel/compare-preprocessor.js --source DIR --include DIR...` takes any folder.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { lex } from '../../server/src/syntax/lexer.js';
import { DiskFiles, SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';
import { unknownNodes } from '../../server/src/syntax/unknown-nodes.js';
import { prepareLab } from './lab.js';

const USAGE = `compare-preprocessor --source FILE_OR_DIR... [--include DIR]... [--define NAME[=VALUE]]... [--clang clang-19] [--no-clang] [--verbose]`;

interface Options {
	sources: string[];
	includes: string[];
	defines: string[];
	clang: string;
	compare: boolean;
	verbose: boolean;
}

function options(argv: string[]): Options {
	const out: Options = { sources: [], includes: [], defines: [], clang: 'clang-19', compare: true, verbose: false };
	for (let i = 0; i < argv.length; i++) {
		const value = (): string => {
			const next = argv[++i];
			if (next === undefined) throw new Error(USAGE);
			return next;
		};
		switch (argv[i]) {
			case '--source':
				out.sources.push(value());
				break;
			case '--include':
				out.includes.push(value());
				break;
			case '--define':
				out.defines.push(value());
				break;
			case '--clang':
				out.clang = value();
				break;
			case '--no-clang':
				out.compare = false;
				break;
			case '--verbose':
				out.verbose = true;
				break;
			default:
				throw new Error(USAGE);
		}
	}
	return out;
}

/** The tokens of clang's output; its #pragma lines are no tokens. Undefined where clang refuses the file. */
function clangTokens(file: string, opts: Options, systemPaths: string[]): string[] | undefined {
	const args = ['-E', '-P', '-Wno-everything', '--target=bpfel', '-std=gnu11', '-O2', '-nostdinc'];
	for (const define of opts.defines) args.push(`-D${define}`);
	for (const folder of opts.includes) args.push(`-I${folder}`);
	for (const folder of systemPaths) args.push('-isystem', folder);
	const run = spawnSync(opts.clang, [...args, file], { maxBuffer: 1 << 30, encoding: 'utf8' });
	if (run.status !== 0) return undefined;
	const text = run.stdout.replace(/^[ \t]*#pragma.*$/gm, '');
	return lex({ path: file, text }, 0, text.length).map((token) => token.text);
}

function systemPaths(clang: string): string[] {
	const run = spawnSync(clang, ['--target=bpfel', '-E', '-v', '-x', 'c', '/dev/null'], { encoding: 'utf8' });
	const match = /#include <\.\.\.> search starts here:\n([\s\S]*?)End of search list/.exec(run.stderr ?? '');
	return match
		? match[1]!
				.trim()
				.split('\n')
				.map((line) => line.trim())
		: [];
}

async function main(): Promise<number> {
	const opts = options(process.argv.slice(2));
	if (opts.sources.length === 0) {
		const lab = prepareLab();
		opts.sources.push(lab.programs);
		opts.includes.push(...lab.includePaths);
		opts.defines.push(...lab.defines);
	}
	const system = systemPaths(opts.clang);
	const engine = new SyntaxEngine({ parser: await createParser() });
	const files = opts.sources.flatMap((source) =>
		statSync(source).isDirectory()
			? readdirSync(source)
					.filter((name) => name.endsWith('.c'))
					.sort()
					.map((name) => path.join(source, name))
			: [source],
	);
	const disk = new DiskFiles();
	const counts = { files: 0, refused: 0, equal: 0, different: 0, slices: 0, functions: 0, unknown: 0, error: 0, tokens: 0 };
	let milliseconds = 0;
	for (const file of files) {
		const expected = opts.compare ? clangTokens(file, opts, system) : undefined;
		if (opts.compare && !expected) {
			counts.refused++;
			continue;
		}
		counts.files++;
		const begin = performance.now();
		const unit = engine.unit(file, readFileSync(file, 'utf8'), {
			includePaths: opts.includes,
			systemIncludePaths: system,
			defines: opts.defines,
			files: disk,
		});
		const report: string[] = [];
		for (const slice of unit.mainSlices) {
			counts.slices++;
			const tree = slice.parse();
			if (tree.kind === 'function-definition') counts.functions++;
			for (const node of unknownNodes(tree)) {
				counts.unknown++;
				report.push(
					`  unknown: ${node.kind} at ${slice.tokens
						.slice(node.first, node.last + 1)
						.map((token) => token.text)
						.join(' ')
						.slice(0, 160)}`,
				);
			}
		}
		milliseconds += performance.now() - begin;
		const broken = engine.parseErrors();
		counts.error += broken.length;
		for (const text of broken) report.push(`  ERROR or MISSING in: ${text.slice(0, 300)}`);
		for (const problem of unit.problems) if (problem.severity === 'error') report.push(`  problem: ${problem.code} ${problem.message}`);
		if (expected) {
			let at = 0;
			let different = false;
			for (const token of unit.tokens()) {
				if (token.text !== expected[at]) {
					different = true;
					report.push(
						`  token ${at}: ours '${token.text}' clang '${expected[at]}' after ${expected.slice(Math.max(0, at - 12), at).join(' ')}`,
					);
					break;
				}
				at++;
			}
			if (!different && at !== expected.length) {
				different = true;
				report.push(`  ours ends at token ${at} of ${expected.length}`);
			}
			counts.tokens += expected.length;
			if (different) counts.different++;
			else counts.equal++;
		}
		if (report.length) {
			console.log(file);
			for (const line of opts.verbose ? report : report.slice(0, 4)) console.log(line);
		}
	}
	console.log(
		`files ${counts.files} (clang refuses ${counts.refused}), equal token streams ${counts.equal}, different ${counts.different}, tokens ${counts.tokens}`,
	);
	console.log(
		`slices ${counts.slices}, functions ${counts.functions}, trees with ERROR or MISSING ${counts.error}, unknown nodes ${counts.unknown}, ` +
			`${Math.round(milliseconds)} ms in the syntax layer`,
	);
	// A file counts as one check, the trees of all files as another.
	const parsed = counts.unknown || counts.error ? 0 : 1;
	console.log(`${counts.equal + parsed} passed, ${counts.different + (1 - parsed)} failed`);
	return counts.different || !parsed ? 1 : 0;
}

main().then(
	(status) => {
		process.exitCode = status;
	},
	(error) => {
		console.error(String(error));
		process.exitCode = 2;
	},
);
