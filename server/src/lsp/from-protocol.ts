// The protocol's URIs and positions to paths and offsets. With to-protocol.ts, the only place that converts.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/**
 * The path under which the analysis knows a document. A document that no file holds (untitled, a diff view) gets a path of its own
 * under the working folder, so that its includes are looked up from there.
 */
export function pathOf(uri: string): string {
	try {
		return fileURLToPath(uri);
	} catch {
		return join(process.cwd(), encodeURIComponent(uri));
	}
}

/** The offset of a position; a position outside the text is moved to its nearest end, one that is no position to the start. */
export function offsetOf(document: TextDocument, position: Position | undefined): number {
	const line = Number(position?.line);
	const character = Number(position?.character);
	if (!Number.isFinite(line) || !Number.isFinite(character)) return 0;
	return document.offsetAt({ line, character });
}

/** Start and end as offsets, in order. */
export function offsetsOf(document: TextDocument, range: Range | undefined): { start: number; end: number } {
	const start = offsetOf(document, range?.start);
	const end = offsetOf(document, range?.end);
	return { start: Math.min(start, end), end: Math.max(start, end) };
}
