// `--format sarif`: SARIF 2.1.0 for code scanning. The path of a finding goes out as a code flow, its repairs as fixes.

import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileResult, Finding, Severity, TextProblem } from '../rules/finding.js';
import { findRule } from '../rules/registry.js';
import { rulePage } from './package-files.js';
import type { Run } from './run.js';

const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

/** The whole run as one SARIF log. Paths under the working folder are relative to `SRCROOT`, others are absolute file URIs. */
export function sarifReport(run: Run, workingFolder: string): string {
	const rules = [...new Set(run.files.flatMap((file) => file.findings.map((finding) => finding.rule)))].sort();
	const log = {
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {
					driver: {
						name: 'bpfls',
						fullName: 'bpf-language-server',
						semanticVersion: run.version,
						rules: rules.map(ruleObject),
					},
				},
				columnKind: 'utf16CodeUnits',
				originalUriBaseIds: { SRCROOT: { uri: folderUri(workingFolder) } },
				invocations: [
					{
						executionSuccessful: !run.files.some((file) => file.problems.some((problem) => problem.severity === 'error')),
						toolExecutionNotifications: run.files.flatMap((file) =>
							file.problems.map((problem) => notification(file, problem, run, workingFolder)),
						),
					},
				],
				results: run.files.flatMap((file) => file.findings.map((finding) => result(file, finding, rules, run, workingFolder))),
				properties: { kernel: run.kernel },
			},
		],
	};
	return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleObject(id: string): object {
	const rule = findRule(id);
	const page = rulePage(id);
	return {
		id,
		shortDescription: { text: rule?.summary ?? id },
		...(page && { help: helpText(page) }),
		...(rule && { defaultConfiguration: { level: LEVELS[rule.severity] }, properties: { category: rule.category } }),
	};
}

function helpText(page: string): object {
	const markdown = readFileSync(page, 'utf8');
	return { text: markdown, markdown };
}

function result(file: FileResult, finding: Finding, rules: readonly string[], run: Run, base: string): object {
	const location = (at: { path: string; start: number; end: number }, text?: string) => ({
		physicalLocation: physicalLocation(at, run, base),
		...(text !== undefined && { message: { text } }),
	});
	const readable = finding.related.filter((step) => isAbsolute(step.at.path));
	return {
		ruleId: finding.rule,
		ruleIndex: rules.indexOf(finding.rule),
		level: LEVELS[finding.severity],
		message: { text: finding.message },
		locations: [{ ...location(finding.at), ...(finding.program && { logicalLocations: [{ name: finding.program, kind: 'function' }] }) }],
		...(readable.length > 0 && {
			codeFlows: [
				{
					threadFlows: [
						{
							locations: [
								...readable.map((step) => ({ location: location(step.at, step.message) })),
								{ location: location(finding.at, finding.message), importance: 'essential' },
							],
						},
					],
				},
			],
			relatedLocations: readable.map((step, id) => ({ id, ...location(step.at, step.message) })),
		}),
		...(finding.fixes.length > 0 && {
			fixes: finding.fixes.map((fix) => ({
				description: { text: fix.title },
				artifactChanges: [
					{
						artifactLocation: artifact(file.path, base),
						replacements: fix.edits.map((edit) => ({
							deletedRegion: region(file.path, edit.start, edit.end, run),
							insertedContent: { text: edit.newText },
						})),
					},
				],
			})),
		}),
		properties: { verifier: finding.verifier, category: finding.category, program: finding.program },
	};
}

function notification(file: FileResult, problem: TextProblem, run: Run, base: string): object {
	const at = problem.at;
	return {
		level: LEVELS[problem.severity],
		message: { text: problem.message },
		descriptor: { id: problem.code },
		locations: [
			{
				physicalLocation: at && isAbsolute(at.path) ? physicalLocation(at, run, base) : { artifactLocation: artifact(file.path, base) },
			},
		],
	};
}

function physicalLocation(at: { path: string; start: number; end: number }, run: Run, base: string): object {
	return { artifactLocation: artifact(at.path, base), region: region(at.path, at.start, at.end, run) };
}

function region(path: string, from: number, to: number, run: Run): object {
	const { start, end } = run.sources.range(path, from, to);
	return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function artifact(path: string, base: string): object {
	const inside = relative(base, resolve(base, path));
	if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return { uri: pathToFileURL(path).href };
	return { uri: inside.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function folderUri(folder: string): string {
	const uri = pathToFileURL(folder).href;
	return uri.endsWith('/') ? uri : `${uri}/`;
}
