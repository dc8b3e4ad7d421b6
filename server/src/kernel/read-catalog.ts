// Reads a catalog's file. One of somebody else's is read and checked as a whole; a shipped one is cut into its sections, and a section is parsed
// when somebody asks for it: most questions are about a few of them.
import { parseJson, readBytes, readText } from './files.js';
import { lazily } from './lazily.js';
import type { CatalogFile, TracepointRow } from './schema.js';
import { catalogOf, SECTIONS } from './shape.js';

/** Reads and checks a file in whatever layout. Throws CatalogError with the place of what is wrong. */
export function readCatalogFile(path: string): CatalogFile {
	const text = readText(path);
	return catalogOf(path, text, parseJson(path, text));
}

/** Reads a file that ships with the package: its sections are parsed on demand. Throws CatalogError. */
export function readShippedFile(path: string): CatalogFile {
	const bytes = readBytes(path);
	const sections = cut(bytes);
	if (!sections) return readCatalogFile(path);
	const section = (name: string): unknown => {
		const { start, end } = sections.get(name)!;
		return parseJson(path, bytes.toString('utf8', start, end), start);
	};
	const makers = Object.fromEntries(SECTIONS.map((name) => [name, () => section(name)])) as unknown as {
		[K in keyof CatalogFile]-?: () => CatalogFile[K];
	};
	return lazily<CatalogFile>({ ...makers, tracepoint: () => (name) => tracepointIn(path, bytes, sections.get('tracepoints')!, name) });
}

/** Bytes of the file. */
interface Section {
	readonly start: number;
	/** Exclusive. */
	readonly end: number;
}

/** The values of a file in the generator's own layout, where each section begins a line and closes on one; undefined for another layout. */
function cut(bytes: Buffer): ReadonlyMap<string, Section> | undefined {
	const out = new Map<string, Section>();
	let at = 0;
	const stands = (expected: string): boolean => bytes.toString('latin1', at, at + expected.length) === expected;
	const take = (expected: string): boolean => {
		const fits = stands(expected);
		if (fits) at += expected.length;
		return fits;
	};
	if (!take('{\n')) return undefined;
	for (const [index, name] of SECTIONS.entries()) {
		if ((index > 0 && !take(',\n')) || !take(`${JSON.stringify(name)}:`)) return undefined;
		const start = at;
		const close = stands('{\n') ? '\n}' : stands('[\n') ? '\n]' : undefined;
		const found = close === undefined ? endOfLine(bytes, at) : bytes.indexOf(close, at, 'latin1');
		if (found < 0) return undefined;
		at = close === undefined ? found : found + close.length;
		out.set(name, { start, end: at });
	}
	return take('\n}\n') && at === bytes.length ? out : undefined;
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;

/** Behind the value on this line, whose comma does not belong to it; -1 without a line's end. */
function endOfLine(bytes: Buffer, from: number): number {
	const line = bytes.indexOf(LINE_FEED, from);
	return line > 0 && bytes[line - 1] === COMMA ? line - 1 : line;
}

/** Tracepoints are four fifths of a catalog and a program asks for one of them: rows are found in the text. */
function tracepointIn(path: string, bytes: Buffer, { start, end }: Section, name: string): TracepointRow | undefined {
	const key = `\n${JSON.stringify(name)}:`;
	const found = bytes.indexOf(key, start, 'utf8');
	if (found < 0 || found >= end) return undefined;
	const row = found + Buffer.byteLength(key);
	return parseJson(path, bytes.toString('utf8', row, endOfLine(bytes, row)), row) as TracepointRow;
}
