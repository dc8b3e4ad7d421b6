// The text of a main file in pieces, of which an edit makes one new and leaves the others what they are. What is made of a piece counts its offsets in
// the piece itself, and so stands for it wherever the piece lies; a version of the file knows where that is.
import { type Chunk, chunkAt, FileText, lexChunk } from './file-text.js';
import { KeptRuns } from './kept-run.js';
import type { LexedToken } from './lexer.js';
import type { FileRange, MainFile, SourceFile } from './token.js';
import type { Problem } from './unit.js';

/** Files of which the pieces of the last version are kept: the open documents, about. */
const KEPT_FILES = 8;
/** Pieces that an edit took out and that are kept, since the next one may bring them back: all files together. */
const KEPT_PIECES = 64;
/** What was made of them may have so many tokens, some hundred bytes each, all together: a macro makes tens of thousands of a line. */
const KEPT_TOKENS = 100_000;

/** One chunk of a main file, by its text: as long as an edit does not touch it, it is one and the same in all versions. */
export class Piece implements SourceFile {
	readonly text: string;
	readonly chunk: Chunk;
	private lexed: readonly LexedToken[] | undefined;
	readonly problems: Problem[] = [];
	readonly runs = new KeptRuns();

	/** `found`: the chunk as it lies in a version of the file. */
	constructor(
		readonly path: string,
		found: Chunk,
	) {
		const { start, end, source } = found;
		// A copy: a part of a string would hold the whole version in memory.
		this.text = ` ${source.text.slice(start, end)}`.slice(1);
		const at = { source: this, start: 0, end: end - start };
		this.chunk = found.kind === 'text' ? { ...found, ...at } : { ...found, ...at, body: found.body - start };
	}

	get tokens(): readonly LexedToken[] {
		return (this.lexed ??= lexChunk(this.chunk, this.problems));
	}
}

/** One version of a main file. Ranges in its pieces are ranges in it. */
class Version implements MainFile {
	constructor(
		readonly path: string,
		readonly text: string,
		private readonly offsets: ReadonlyMap<SourceFile, number>,
	) {}

	offsetOf(file: SourceFile): number | undefined {
		const offset = this.offsets.get(file);
		if (offset !== undefined || file instanceof Piece) return offset;
		// The file may include itself.
		return file.path === this.path ? 0 : undefined;
	}

	range({ file, start, end }: FileRange): FileRange | undefined {
		const offset = this.offsetOf(file);
		return offset === undefined ? undefined : { file: this, start: start + offset, end: end + offset };
	}
}

/** A version's text as the preprocessor walks it. */
export class MainText extends FileText {
	override readonly source: MainFile;

	constructor(
		source: MainFile,
		readonly pieces: readonly Piece[],
	) {
		super(
			source,
			pieces.map(({ chunk }) => chunk),
		);
		this.source = source;
	}

	protected override lexed({ source }: Chunk): readonly LexedToken[] {
		const piece = source as Piece;
		const { tokens } = piece;
		for (const problem of piece.problems) this.problems.push(problem);
		return tokens;
	}
}

/** The main files of one engine. */
export class MainTexts {
	private readonly latest = new Map<string, MainText>();
	/** Pieces that no latest version holds, by path and text. */
	private readonly spare = new Map<string, { readonly piece: Piece; readonly tokens: number }>();
	private spareTokens = 0;

	/** The text in pieces, those of the version before where it is the same around them. */
	make(path: string, text: string): MainText {
		const before = this.latest.get(path);
		const pieces = before ? this.changed(before, text) : this.cut(path, text, 0, []);
		const offsets = new Map<SourceFile, number>();
		let at = 0;
		for (const piece of pieces) {
			offsets.set(piece, at);
			at += piece.text.length;
		}
		for (const piece of before?.pieces ?? []) if (!offsets.has(piece)) this.spareOne(piece);
		const made = new MainText(new Version(path, text, offsets), pieces);
		this.latest.delete(path);
		this.latest.set(path, made);
		if (this.latest.size > KEPT_FILES) this.latest.delete(this.latest.keys().next().value!);
		return made;
	}

	/** Lets go of a file. */
	forget(path: string): void {
		this.latest.delete(path);
		for (const [key, { piece }] of this.spare) if (piece.path === path) this.takeSpare(key);
	}

	/** Lets go of all files. */
	clear(): void {
		this.latest.clear();
		this.spare.clear();
		this.spareTokens = 0;
	}

	private changed(before: MainText, text: string): Piece[] {
		const { pieces, source } = before;
		if (text === source.text) return [...pieces];
		const prefix = commonPrefix(source.text, text);
		let same = 0;
		let at = 0;
		while (same < pieces.length && at + pieces[same]!.text.length <= prefix) at += pieces[same++]!.text.length;
		// Where a piece ends is decided by what follows it.
		if (same > 0) at -= pieces[--same]!.text.length;
		const suffix = text.length - commonSuffix(source.text, text);
		let last = pieces.length;
		let rest = text.length;
		while (last > same + 1 && rest - pieces[last - 1]!.text.length >= Math.max(suffix, at + 1)) rest -= pieces[--last]!.text.length;
		for (const piece of pieces.slice(same, last)) this.spareOne(piece);
		// The text is cut in order, and so are the pieces that were there.
		return this.cut(source.path, text, at, pieces.slice(0, same), (offset) => {
			while (rest < offset && last < pieces.length) rest += pieces[last++]!.text.length;
			return rest === offset && last < pieces.length ? pieces.slice(last) : undefined;
		});
	}

	/** Cuts the text from `from` on; where `rest` knows what comes, that is it. */
	private cut(path: string, text: string, from: number, pieces: Piece[], rest?: (offset: number) => readonly Piece[] | undefined): Piece[] {
		const whole = { path, text };
		for (let at = from; at < text.length; ) {
			const known = at > from ? rest?.(at) : undefined;
			if (known) return [...pieces, ...known];
			const chunk = chunkAt(whole, at, true);
			const spared = this.spare.size > 0 ? this.takeSpare(keyOf(path, text.slice(chunk.start, chunk.end))) : undefined;
			pieces.push(spared?.chunk.kind === chunk.kind ? spared : new Piece(path, chunk));
			at = chunk.end;
		}
		return pieces;
	}

	private spareOne(piece: Piece): void {
		const key = keyOf(piece.path, piece.text);
		this.takeSpare(key);
		const { tokens } = piece.runs;
		this.spare.set(key, { piece, tokens });
		this.spareTokens += tokens;
		while (this.spare.size > KEPT_PIECES || (this.spareTokens > KEPT_TOKENS && this.spare.size > 1)) {
			this.takeSpare(this.spare.keys().next().value!);
		}
	}

	/** The piece of this key, which is none of those that are spare any more. */
	private takeSpare(key: string): Piece | undefined {
		const found = this.spare.get(key);
		if (!found) return undefined;
		this.spare.delete(key);
		this.spareTokens -= found.tokens;
		return found.piece;
	}
}

/** Parts of texts that are compared at once: V8 compares strings by machine words, and each by a call. */
const COMPARED = 4096;

/** How many UTF-16 units two texts begin with alike. */
function commonPrefix(a: string, b: string): number {
	const most = Math.min(a.length, b.length);
	let at = 0;
	while (at < most && a.slice(at, at + COMPARED) === b.slice(at, at + COMPARED)) at += COMPARED;
	while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
	return Math.min(at, most);
}

/** How many UTF-16 units two texts end with alike. */
function commonSuffix(a: string, b: string): number {
	const most = Math.min(a.length, b.length);
	let found = 0;
	const part = (text: string) => text.slice(text.length - Math.min(found + COMPARED, most), text.length - found);
	while (found < most && part(a) === part(b)) found += COMPARED;
	while (found < most && a.charCodeAt(a.length - 1 - found) === b.charCodeAt(b.length - 1 - found)) found++;
	return Math.min(found, most);
}

function keyOf(path: string, text: string): string {
	return `${path}\0${text}`;
}
