// The language server over standard input and output, timed: the start, one keystroke after another, and what memory it took.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { TestClient, USUAL } from '../lsp/client.js';
import type { Keystroke } from './edits.js';

export interface ServerTimes {
	/** From the process's start to the first diagnostics of the document, in milliseconds. */
	readonly startToDiagnostics: number;
	/** From sending each keystroke to the diagnostics of that version, in milliseconds. */
	readonly keystrokes: readonly number[];
	/** VmHWM of the server at the end, in bytes; undefined where the system does not tell. */
	readonly peakBytes: number | undefined;
}

/** VmHWM of a process in bytes. */
export function peakBytesOf(pid: number): number | undefined {
	try {
		const match = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB/m);
		return match ? Number(match[1]) * 1024 : undefined;
	} catch {
		return undefined;
	}
}

/** Starts a server by the command line's script, opens the file, makes each keystroke and takes it back again, and ends the server. */
export async function timeServer(server: string, path: string, options: CheckOptions, strokes: readonly Keystroke[]): Promise<ServerTimes> {
	const uri = pathToFileURL(path).href;
	const text = readFileSync(path, 'utf8');
	const document = TextDocument.create(uri, 'c', 0, text);
	const began = performance.now();
	const client = new TestClient(server);
	try {
		const { kernel, includePaths, defines } = options;
		await client.initialize(USUAL, { initializationOptions: { settings: { kernel, includePaths, defines } } });
		await client.open(uri, text);
		await client.diagnostics(uri, 1);
		const startToDiagnostics = performance.now() - began;
		const times: number[] = [];
		let version = 1;
		for (const { offset, character } of strokes) {
			const start = document.positionAt(offset);
			const sent = performance.now();
			await client.change(uri, ++version, { range: { start, end: start }, text: character });
			await client.diagnostics(uri, version);
			times.push(performance.now() - sent);
			const end = character === '\n' ? { line: start.line + 1, character: 0 } : { line: start.line, character: start.character + 1 };
			await client.change(uri, ++version, { range: { start, end }, text: '' });
			await client.diagnostics(uri, version);
		}
		return { startToDiagnostics, keystrokes: times, peakBytes: peakBytesOf(client.process.pid!) };
	} finally {
		await client.close();
	}
}
