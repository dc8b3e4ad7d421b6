// The folders that the suite opens: the examples, a selftest of the kernel with its headers, and two folders with settings of their own.
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/src/report/package-files.js';
import { prepareLab } from '../kernel/lab.js';

/** What makes screenshots calm and the same everywhere. */
const LOOKS = {
	'workbench.colorTheme': 'Default Light Modern',
	'workbench.startupEditor': 'none',
	'workbench.tips.enabled': false,
	'files.autoSave': 'off',
	'editor.minimap.enabled': false,
	'editor.tabSize': 8,
	'editor.cursorBlinking': 'solid',
	'editor.hover.delay': 100,
};

export interface Workspaces {
	readonly examples: string;
	readonly selftests: string;
	/** A `.code-workspace` of two folders beside it, `old-kernel` and `quiet`. */
	readonly folders: string;
	/** For the question of trust, which is asked once for each folder. */
	readonly untrusted: string;
}

function folder(parent: string, name: string, settings: object): string {
	const path = join(parent, name);
	mkdirSync(join(path, '.vscode'), { recursive: true });
	writeFileSync(join(path, '.vscode', 'settings.json'), JSON.stringify(settings));
	return path;
}

/** Selftests that the suite opens. They are copied from the corpus at run time and are no part of this project. */
export const SELFTESTS = ['task_kfunc_success.c', 'task_kfunc_failure.c'];

export function makeWorkspaces(parent: string): Workspaces {
	const source = join(packageRoot(), 'examples');
	const examples = folder(parent, 'examples', LOOKS);
	for (const name of readdirSync(source)) copyFileSync(join(source, name), join(examples, name));

	const lab = prepareLab();
	const selftests = folder(parent, 'selftests', {
		...LOOKS,
		'bpfls.kernel': '6.12',
		'bpfls.includePaths': [lab.programs, ...lab.includePaths],
		'bpfls.defines': lab.defines,
	});
	for (const name of SELFTESTS) copyFileSync(join(lab.programs, name), join(selftests, name));

	const old = folder(parent, 'old-kernel', { 'bpfls.kernel': '6.1' });
	const quiet = folder(parent, 'quiet', { 'bpfls.severities': { 'unreleased-reference': 'warning' } });
	copyFileSync(join(source, 'early-return-leak.bpf.c'), join(old, 'for-6.1.bpf.c'));
	copyFileSync(join(source, 'early-return-leak.bpf.c'), join(quiet, 'only-a-warning.bpf.c'));
	const folders = join(parent, 'folders.code-workspace');
	writeFileSync(folders, JSON.stringify({ folders: [{ path: old }, { path: quiet }], settings: LOOKS }));
	const untrusted = folder(parent, 'untrusted', LOOKS);
	copyFileSync(join(source, 'missing-null-check.bpf.c'), join(untrusted, 'missing-null-check.bpf.c'));
	return { examples, selftests, folders, untrusted };
}
