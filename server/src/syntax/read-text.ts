// Reading text files in pieces: a header of megabytes passes through one small buffer. Memory for all of it at once would come from the system's allocator,
// which keeps what it once had to give out in such portions.
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Bytes that are read at a time. */
const PIECE = 64 * 1024;

/** The file's text; bytes that are no UTF-8 become U+FFFD. Throws what the file system throws. */
export function readText(path: string): string {
	const file = openSync(path, 'r');
	try {
		const piece = Buffer.allocUnsafeSlow(PIECE);
		const decoder = new StringDecoder('utf8');
		let text = '';
		for (;;) {
			const length = readSync(file, piece, 0, PIECE, null);
			if (length === 0) return text + decoder.end();
			text += decoder.write(piece.subarray(0, length));
		}
	} finally {
		closeSync(file);
	}
}
