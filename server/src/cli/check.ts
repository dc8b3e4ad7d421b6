// `bpfls check`: each file read, checked, fixed if asked, and reported; one bad file never stops the others.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isCatalogFile } from '../kernel/target.js';
import { displayPath, parseKernelConfig } from '../options.js';
import { palette, useColor } from '../report/color.js';
import { fixAll } from '../report/fix-all.js';
import { githubReport } from '../report/github.js';
import { jsonReport } from '../report/json.js';
import { packageVersion } from '../report/package-files.js';
import { prettyReport } from '../report/pretty.js';
import type { CheckedFile, Run } from '../report/run.js';
import { sarifReport } from '../report/sarif.js';
import { Sources } from '../report/sources.js';
import { atOnce, type Checker, type CheckOptions } from '../rules/checker.js';
import type { FileResult, TextProblem } from '../rules/finding.js';
import { targetCatalogs, targetName } from '../rules/target.js';
import { tuneForMany } from '../tuning.js';
import { type CheckCommand, UsageError } from './arguments.js';
import type { Output } from './output.js';
import { readSource, type SourceText } from './read-source.js';

/** Problems after which a file counts as not checked: exit status 2. */
const UNCHECKED_CODES = new Set(['unreadable-file', 'unwritable-file', 'internal-error']);

/** Checks the files and prints the report. Gives the exit status. Throws a UsageError for options that name unreadable files. */
export function runCheck(command: CheckCommand, checker: Checker, output: Output): number {
	const options = checkOptions(command);
	const sources = new Sources();
	const shown = new Map(command.files.map((file) => [resolve(file), file]));
	const results: CheckedFile[] = [];
	for (const [position, file] of command.files.entries()) {
		if (position === 1) tuneForMany();
		const path = resolve(file);
		try {
			const source = readSource(path);
			if (command.dump) output.out(atOnce(checker.dump(path, source.text, command.dump, options)));
			else results.push(checkFile(command, checker, options, path, source, sources));
		} catch (error) {
			results.push(unreadable(path, (error as Error).message));
			if (command.dump) output.error(`bpfls: ${file}: ${(error as Error).message}\n`);
		}
	}
	if (!command.dump) {
		const show = (path: string) => shown.get(path) ?? displayPath(path, process.cwd());
		const kernel = targetName(options.kernel);
		const inexact = targetCatalogs(options.kernel).filter((catalog) => !catalog.exact);
		const catalog = isCatalogFile(options.kernel)
			? displayPath(options.kernel, process.cwd())
			: [...new Set(inexact.map((one) => one.dataRelease))].join(' and ');
		const run: Run = { kernel, ...(catalog !== '' && { catalog }), files: results, sources, show, version: packageVersion() };
		output.out(report(command, run, output));
	}
	return exitStatus(results);
}

function exitStatus(results: readonly FileResult[]): number {
	if (results.some((result) => result.problems.some((problem) => UNCHECKED_CODES.has(problem.code)))) return 2;
	return results.some((result) => result.findings.some((finding) => finding.severity === 'error')) ? 1 : 0;
}

function checkOptions(command: CheckCommand): CheckOptions {
	return {
		kernel: command.kernel,
		includePaths: command.includePaths.map((folder) => resolve(folder)),
		defines: command.defines,
		rodata: command.rodata,
		...(command.compileCommands !== undefined && { compileCommands: resolve(command.compileCommands) }),
		...(command.btf !== undefined && { btf: readable(command.btf) }),
		...(command.kernelConfigFile !== undefined && {
			kernelConfig: parseKernelConfig(readFileSync(readable(command.kernelConfigFile), 'utf8')),
		}),
	};
}

function readable(file: string): string {
	try {
		readFileSync(file).subarray(0, 0);
		return resolve(file);
	} catch {
		throw new UsageError(`cannot read ${file}`);
	}
}

function checkFile(
	command: CheckCommand,
	checker: Checker,
	options: CheckOptions,
	path: string,
	source: SourceText,
	sources: Sources,
): CheckedFile {
	const problems: TextProblem[] = [];
	let result: CheckedFile;
	let text = source.text;
	if (source.lossy) {
		const start = text.indexOf('\ufffd');
		const message = `the file is not valid UTF-8${command.fix ? ' and is left as it is' : ''}`;
		problems.push({ severity: 'warning', code: 'invalid-utf8', message, at: { path, start, end: start + 1 } });
	}
	if (command.fix && !source.lossy) {
		const outcome = fixAll(text, (changed) => checker.check(path, changed, options));
		result = { ...outcome.result, fixed: outcome.applied, takenBack: outcome.takenBack };
		if (outcome.text !== text) {
			try {
				writeFileSync(path, (source.byteOrderMark ? '\ufeff' : '') + outcome.text);
				text = outcome.text;
			} catch {
				problems.push({ severity: 'error', code: 'unwritable-file', message: 'the fixes could not be written: permission denied' });
				result = checker.check(path, text, options);
			}
		}
	} else result = checker.check(path, text, options);
	sources.set(path, text);
	return problems.length === 0 ? result : { ...result, problems: [...problems, ...result.problems] };
}

function unreadable(path: string, message: string): FileResult {
	return { path, problems: [{ severity: 'error', code: 'unreadable-file', message }], programs: [], findings: [] };
}

function report(command: CheckCommand, run: Run, output: Output): string {
	switch (command.format) {
		case 'json':
			return jsonReport(run);
		case 'sarif':
			return sarifReport(run, process.cwd());
		case 'github':
			return githubReport(run);
		default:
			return prettyReport(run, palette(useColor(command.color, output.isTerminal, process.env)));
	}
}
