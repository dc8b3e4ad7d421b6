// Places in JSON text: where it stops being JSON, and where a value stands in it. JSON.parse() tells neither reliably, and whoever has to mend
// a file of a megabyte wants the place.

/** Deeper than any catalog nests; what is deeper counts as faulty there. */
const DEEPEST = 64;

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = ['true', 'false', 'null'] as const;

/** Stops the reading of a text at its first fault. */
class Fault {
	constructor(readonly offset: number) {}
}

class Reader {
	at = 0;

	/** @param found is told of each value that begins, by the keys and indexes that lead to it. */
	constructor(
		private readonly text: string,
		private readonly found: (path: readonly (string | number)[], offset: number) => void = () => {},
	) {}

	whole(): void {
		this.value([]);
		this.space();
		if (this.at < this.text.length) throw new Fault(this.at);
	}

	private value(path: readonly (string | number)[]): void {
		this.space();
		this.found(path, this.at);
		const first = this.text[this.at];
		if (path.length > DEEPEST) throw new Fault(this.at);
		if (first === '{')
			this.items('}', () => {
				const key = JSON.parse(this.match(STRING, () => this.textBreak())) as string;
				this.space();
				this.expect(':');
				this.value([...path, key]);
			});
		else if (first === '[') {
			let index = 0;
			this.items(']', () => this.value([...path, index++]));
		} else if (first === '"') this.match(STRING, () => this.textBreak());
		else if (first !== undefined && (first === '-' || (first >= '0' && first <= '9'))) {
			this.match(NUMBER, () => this.at + 1);
			// The end of the text may stand between a number and its fraction or exponent.
			if (/^[.eE][+-]?$/.test(this.text.slice(this.at, this.at + 3))) throw new Fault(this.text.length);
		} else this.word();
	}

	private items(close: string, item: () => void): void {
		this.at++;
		this.space();
		if (this.text[this.at] === close) {
			this.at++;
			return;
		}
		for (;;) {
			this.space();
			item();
			this.space();
			if (this.text[this.at] === close) {
				this.at++;
				return;
			}
			this.expect(',');
		}
	}

	private word(): void {
		const word = WORDS.find((each) => this.text.startsWith(each, this.at));
		if (word === undefined) {
			// A word that the end of the text cuts is wrong there and not at its start.
			const rest = this.text.slice(this.at);
			throw new Fault(rest !== '' && WORDS.some((each) => each.startsWith(rest)) ? this.text.length : this.at);
		}
		this.at += word.length;
	}

	private space(): void {
		SPACE.lastIndex = this.at;
		SPACE.exec(this.text);
		this.at = SPACE.lastIndex;
	}

	private expect(character: string): void {
		if (this.text[this.at] !== character) throw new Fault(this.at);
		this.at++;
	}

	private match(pattern: RegExp, fault: () => number): string {
		pattern.lastIndex = this.at;
		const found = pattern.exec(this.text);
		// Where nothing of the kind begins, that is the place; else it is inside.
		if (!found) throw new Fault(this.text[this.at] === '"' || this.text[this.at] === '-' ? fault() : this.at);
		this.at = pattern.lastIndex;
		return found[0];
	}

	/** Where the string that begins here goes wrong: at a control character, at a bad escape, or with the end of the text. */
	private textBreak(): number {
		for (let at = this.at + 1; at < this.text.length; at++) {
			const character = this.text[at]!;
			if (character === '"' || character < ' ') return at;
			if (character !== '\\') continue;
			const escaped = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.text.slice(at, at + 6));
			if (!escaped) return /^\\(?:u[0-9a-fA-F]{0,3})?$/.test(this.text.slice(at)) ? this.text.length : at;
			at += escaped[0].length - 1;
		}
		return this.text.length;
	}
}

/** The UTF-16 offset at which `text` stops being JSON, its length where it ends too early; undefined where it is JSON. */
export function faultOf(text: string): number | undefined {
	try {
		new Reader(text).whole();
		return undefined;
	} catch (error) {
		if (error instanceof Fault) return error.offset;
		throw error;
	}
}

/** The UTF-16 offset of the value under these keys and indexes in `text`, which is JSON; that of the last that is there where one is missing. */
export function placeOf(text: string, wanted: readonly (string | number)[]): number {
	let best = 0;
	let length = -1;
	new Reader(text, (path, offset) => {
		// A key that stands twice counts where it stands last, as JSON.parse() takes it.
		if (path.length >= length && path.length <= wanted.length && path.every((key, index) => key === wanted[index])) {
			best = offset;
			length = path.length;
		}
	}).whole();
	return best;
}
