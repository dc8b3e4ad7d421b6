// The texts that findings point into, for frames and line numbers: the checked file as it was checked, other files as they are on disk.
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Lines } from './lines.js';

export interface Position {
	readonly line: number;
	readonly column: number;
}
export interface PositionRange {
	readonly start: Position;
	readonly end: Position;
}

/** What the whole report of one run needs to know besides the results. */
export class Sources {
	readonly #lines = new Map<string, Lines | undefined>();

	/** `read` gives a file's text, undefined where it cannot be read. */
	constructor(readonly read: (path: string) => string | undefined = readText) {}

	/** Names the text of a file: what was checked, where the disk may hold something else by now. */
	set(path: string, text: string): void {
		this.#lines.set(path, new Lines(text));
	}

	/** The lines of a file; undefined for built-in text and for what cannot be read. */
	lines(path: string): Lines | undefined {
		if (!this.#lines.has(path)) {
			const text = isAbsolute(path) ? this.read(path) : undefined;
			this.#lines.set(path, text === undefined ? undefined : new Lines(text));
		}
		return this.#lines.get(path);
	}

	/** A range in lines and columns from 1. Text that nobody can read (a built-in header) stands at its first character. */
	range(path: string, start: number, end: number): PositionRange {
		const lines = this.lines(path);
		if (!lines) return { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
		return { start: lines.at(start), end: lines.at(end) };
	}
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}
