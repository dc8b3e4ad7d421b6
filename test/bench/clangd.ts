// clangd's diagnostics after the same keystrokes, measured in the same way: from sending the change to the diagnostics of that version.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { createProtocolConnection, type PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { clangArguments, type Lab } from '../kernel/lab.js';
import type { Keystroke } from './edits.js';
import { peakBytesOf, type ServerTimes } from './server-session.js';

const CLANGD = 'clangd-19';

/** The same as `timeServer` for clangd; undefined where it is not installed. */
export async function timeClangd(path: string, lab: Lab, strokes: readonly Keystroke[]): Promise<ServerTimes | undefined> {
	if (spawnSync(CLANGD, ['--version']).status !== 0) return undefined;
	const uri = pathToFileURL(path).href;
	const text = readFileSync(path, 'utf8');
	const document = TextDocument.create(uri, 'c', 0, text);
	const began = performance.now();
	// In memory and without an index of the workspace, as this server works.
	const child = spawn(CLANGD, ['--log=error', '--background-index=false', '--pch-storage=memory'], { stdio: ['pipe', 'pipe', 'ignore'] });
	const connection = createProtocolConnection(child.stdout, child.stdin);
	const waiting = new Map<number, () => void>();
	connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => waiting.get(params.version ?? -1)?.());
	connection.listen();
	/** Sends and waits for the diagnostics of a version. */
	const until = async (version: number, send: () => Promise<void>): Promise<void> => {
		const arrived = new Promise<void>((resolve) => waiting.set(version, resolve));
		await send();
		await arrived;
		waiting.delete(version);
	};
	const change = (version: number, contentChange: object) =>
		until(version, () =>
			connection.sendNotification('textDocument/didChange', {
				textDocument: { uri, version },
				contentChanges: [contentChange],
				wantDiagnostics: true,
			}),
		);
	try {
		const capabilities = { textDocument: { publishDiagnostics: { versionSupport: true } } };
		const initializationOptions = { fallbackFlags: clangArguments(lab) };
		await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities, initializationOptions });
		await connection.sendNotification('initialized', {});
		const textDocument = { uri, languageId: 'c', version: 1, text };
		await until(1, () => connection.sendNotification('textDocument/didOpen', { textDocument }));
		const startToDiagnostics = performance.now() - began;
		const times: number[] = [];
		let version = 1;
		for (const { offset, character } of strokes) {
			const start = document.positionAt(offset);
			const sent = performance.now();
			await change(++version, { range: { start, end: start }, text: character });
			times.push(performance.now() - sent);
			await change(++version, { text });
		}
		return { startToDiagnostics, keystrokes: times, peakBytes: peakBytesOf(child.pid!) };
	} finally {
		connection.dispose();
		child.kill();
	}
}
