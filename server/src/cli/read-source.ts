// A source file from disk as text, with everything that may be wrong with it said in words.
import { readFileSync, statSync } from 'node:fs';

export interface SourceText {
	readonly text: string;
	/** The file starts with a byte order mark, which `text` leaves out. */
	readonly byteOrderMark: boolean;
	/** Some bytes were no UTF-8 and stand as U+FFFD: such a file must not be written back. */
	readonly lossy: boolean;
}

/** Reads a file. Throws an Error whose message says to a person why it could not. */
export function readSource(path: string): SourceText {
	let bytes: Buffer;
	try {
		if (statSync(path).isDirectory()) throw new Error('is a folder; name the files to check');
		bytes = readFileSync(path);
	} catch (error) {
		throw new Error(reason(error));
	}
	const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
	const body = byteOrderMark ? bytes.subarray(3) : bytes;
	try {
		return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body), byteOrderMark, lossy: false };
	} catch {
		return { text: body.toString('utf8'), byteOrderMark, lossy: true };
	}
}

function reason(error: unknown): string {
	const code = (error as NodeJS.ErrnoException).code;
	if (code === 'ENOENT') return 'no such file';
	if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
	if (code === 'EISDIR') return 'is a folder; name the files to check';
	return error instanceof Error ? error.message : String(error);
}
