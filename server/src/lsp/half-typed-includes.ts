// Headers whose include line is being typed: until it is whole again, what was included before serves. Without them every macro of theirs (`BPF_PROG`) would
// be unknown for so long, and nothing could be said of the functions that use it.

/** A header with the kind of its brackets: `<bpf/bpf_helpers.h>`. */
type Header = string;

interface IncludeLines {
	/** What whole lines include, in order. */
	readonly whole: readonly Header[];
	/** Lines that will include something once they are whole. */
	readonly half: number;
}

const DIRECTIVE = /^[ \t]*#[ \t]*(\w*)([^\n]*)$/gm;
const WHOLE = /^[ \t]*(<[^>\n]+>|"[^"\n]+")/;

/** The include lines of a text. Lines of conditionals count whether they are taken or not: what was whole there before serves as well. */
function includeLines(text: string): IncludeLines {
	const whole: Header[] = [];
	let half = 0;
	for (const [, name = '', rest = ''] of text.matchAll(DIRECTIVE)) {
		const header = name === 'include' ? WHOLE.exec(rest)?.[1] : undefined;
		if (header !== undefined) whole.push(header);
		// A line may name its header by a macro.
		else if (name === 'include' ? !/^[ \t]*\w/.test(rest) : 'include'.startsWith(name) && rest.trim() === '') half++;
	}
	return { whole, half };
}

/** The include lines that each document had when they were whole. */
export class IncludeMemory {
	readonly #known = new Map<string, readonly Header[]>();

	/** The headers that were included by lines which are being typed now, best put before the text; and remembers the lines of a text in which all are whole. */
	standIns(uri: string, text: string): readonly string[] {
		const { whole, half } = includeLines(text);
		const known = this.#known.get(uri) ?? [];
		const gone = known.filter((header) => !whole.includes(header));
		const fresh = whole.filter((header) => !known.includes(header));
		// An editor may have closed the brackets already: `<bpf/bpf_tr>`.
		const cut = fresh.filter((header) => gone.some((one) => isBeginning(header, one)));
		if (half + cut.length === 0) {
			this.#known.set(uri, whole);
			return [];
		}
		return gone.length <= half + cut.length ? gone.map((header) => header.slice(1, -1)) : [];
	}

	forget(uri: string): void {
		this.#known.delete(uri);
	}
}

/** Is the header another one's name up to some letter, in brackets? */
function isBeginning(header: Header, of: Header): boolean {
	return header.length < of.length && of.startsWith(header.slice(0, -1));
}
