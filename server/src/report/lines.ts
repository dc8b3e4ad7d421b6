// Offsets to lines and columns. Offsets and columns count UTF-16 units, as the editor protocol and JavaScript strings do.

export interface LineColumn {
	/** Starts at 1. */
	readonly line: number;
	/** Starts at 1, in UTF-16 units. */
	readonly column: number;
}

/** The lines of one text. `\n`, `\r\n` and a lone `\r` end a line. */
export class Lines {
	readonly #starts: number[] = [0];

	constructor(readonly text: string) {
		for (let i = 0; i < text.length; i++) {
			const unit = text.charCodeAt(i);
			if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1);
		}
	}

	get count(): number {
		return this.#starts.length;
	}

	/** Line and column of an offset; an offset outside the text is moved to its nearest end. */
	at(offset: number): LineColumn {
		const clamped = Math.max(0, Math.min(offset, this.text.length));
		let low = 0;
		let high = this.#starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.#starts[middle]! <= clamped) low = middle;
			else high = middle - 1;
		}
		return { line: low + 1, column: clamped - this.#starts[low]! + 1 };
	}

	/** The offset at which a line (from 1) starts; the text's length for a line after the last. */
	start(line: number): number {
		return this.#starts[line - 1] ?? this.text.length;
	}

	/** A line's text (from 1) without its end. */
	line(line: number): string {
		if (line < 1 || line > this.count) return '';
		return this.text.slice(this.start(line), this.start(line + 1)).replace(/[\r\n]+$/, '');
	}
}
