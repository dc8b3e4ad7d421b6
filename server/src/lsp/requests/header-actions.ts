// Repairs for a header that is missing: the folder in which it lies, as a line of compile_flags.txt, or the setting for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CodeAction, CodeActionKind, type WorkspaceEdit } from 'vscode-languageserver';
import type { TextProblem } from '../../rules/finding.js';
import type { Analysis } from '../session.js';
import { problemDiagnostic } from '../to-protocol.js';

/** How many folders above the file are looked into. */
const LEVELS = 4;
/** Folders in one of those that are looked into; a folder with more is no project's top. */
const MOST_FOLDERS = 200;
/** Folders that are offered; more to choose from helps nobody. */
const MOST_OFFERS = 3;
/** Where headers lie in the folders of a project. */
const INSIDE = ['', 'include', 'src', 'headers', 'usr/include'];

const FLAGS = 'compile_flags.txt';

/** The repairs of a problem `missing-header`; none for another. Folders nearby are looked into, a bounded number, and only now that somebody asks. */
export function headerActions(problem: TextProblem, analysis: Analysis): CodeAction[] {
	const { at } = problem;
	if (problem.code !== 'missing-header' || at?.path !== analysis.path) return [];
	const written = analysis.document.getText().slice(at.start, at.end);
	const name = /^["<](.+)[">]$/.exec(written.trim())?.[1];
	if (name === undefined) return [];
	const diagnostics = [problemDiagnostic(problem, analysis)];
	const actions: CodeAction[] = [];
	for (const folder of foldersWith(name, dirname(analysis.path))) {
		const edit = flagsEdit(folder, analysis);
		if (!edit) break;
		const { flag, ...changes } = edit;
		actions.push({ title: `Find ${name} by \`${flag}\` in ${FLAGS}`, kind: CodeActionKind.QuickFix, diagnostics, edit: changes });
	}
	if (actions.length === 1) actions[0]!.isPreferred = true;
	// Only our own extension runs in an editor of which we know how it opens a setting.
	if (analysis.abilities.status) {
		const command = { title: 'Open the setting', command: 'workbench.action.openSettings', arguments: ['bpfls.includePaths'] };
		actions.push({ title: 'Name the folder of headers in the settings', kind: CodeActionKind.QuickFix, diagnostics, command });
	}
	return actions;
}

/** Folders near the file in which a header of that name lies, nearest first. */
function foldersWith(name: string, start: string): string[] {
	const found = new Set<string>();
	let at = start;
	for (let level = 0; level < LEVELS && found.size < MOST_OFFERS; level++) {
		for (const folder of [at, ...foldersIn(at)])
			for (const inside of INSIDE) if (existsSync(join(folder, inside, name))) found.add(join(folder, inside));
		if (dirname(at) === at) break;
		at = dirname(at);
	}
	return [...found].slice(0, MOST_OFFERS);
}

function foldersIn(folder: string): string[] {
	try {
		const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
		return inside.length > MOST_FOLDERS ? [] : inside.map((entry) => join(folder, entry.name));
	} catch {
		return [];
	}
}

/** The edit that names the folder in the compile_flags.txt that counts for the file; undefined where a compile_commands.json does, or the client cannot make files. */
function flagsEdit(folder: string, { path, abilities }: Analysis): (WorkspaceEdit & { readonly flag: string }) | undefined {
	const start = dirname(path);
	for (let at = start; ; at = dirname(at)) {
		if (existsSync(join(at, 'compile_commands.json')) || existsSync(join(at, 'build', 'compile_commands.json'))) return undefined;
		if (existsSync(join(at, FLAGS))) return { ...append(join(at, FLAGS), `-I${from(at, folder)}`), flag: `-I${from(at, folder)}` };
		if (dirname(at) === at) break;
	}
	if (!abilities.documentChanges || !abilities.createFiles) return undefined;
	const uri = pathToFileURL(join(start, FLAGS)).href;
	// Without such a file the usual folders are looked into; with it, those that it names.
	const usual = [start, join(start, 'include'), join(dirname(start), 'include')].filter((one) => one === start || existsSync(one));
	const newText = [...new Set([...usual, folder])].map((one) => `-I${from(start, one)}\n`).join('');
	const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
	return {
		flag: `-I${from(start, folder)}`,
		documentChanges: [
			{ kind: 'create', uri, options: { ignoreIfExists: true } },
			{ textDocument: { uri, version: null }, edits: [{ range, newText }] },
		],
	};
}

/** The folder as seen from another, with slashes. */
function from(base: string, folder: string): string {
	return relative(base, folder).split(sep).join('/') || '.';
}

function append(file: string, line: string): WorkspaceEdit {
	const text = readFileSync(file, 'utf8');
	const lines = text.split('\n');
	const end = { line: lines.length - 1, character: lines.at(-1)!.length };
	const newText = `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
	return { changes: { [pathToFileURL(file).href]: [{ range: { start: end, end }, newText }] } };
}
