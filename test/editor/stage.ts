// What all suites share: the running VS Code, the browser and the folders. Set once by the run before any suite starts.
import { cpSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { VsCode } from './vscode.js';
import { Window } from './window.js';
import type { Workspaces } from './workspaces.js';

export interface Stage {
	readonly code: VsCode;
	readonly browser: Browser;
	readonly workspaces: Workspaces;
	/** Where screenshots go. */
	readonly screenshots: string;
	/** A folder for whatever a suite writes. */
	readonly home: string;
	/** Where the command `bpfls` is. */
	readonly bin: string;
}

let current: Stage | undefined;

export function setStage(stage: Stage): void {
	current = stage;
}

export function stage(): Stage {
	if (!current) throw new Error('these tests run by npm run test:editor');
	return current;
}

/** A window of its own on a folder of its own, with a file of it opened: what is typed in one window is no matter of the next. */
export async function openWindow(original: string, file: string, trust = true): Promise<Window> {
	const { code, browser, screenshots, home } = stage();
	const workspace = original.endsWith('.code-workspace') ? original : join(mkdtempSync(join(home, 'window-')), basename(original));
	if (workspace !== original) cpSync(original, workspace, { recursive: true });
	const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	const window = new Window(page, screenshots);
	await window.open(code.address(workspace, file), trust);
	return window;
}
