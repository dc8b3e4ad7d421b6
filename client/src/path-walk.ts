// The way that leads to a finding, walked step by step: what is shown at each line and where one stands. Knows nothing of the editor's API.

export interface PathPosition {
	readonly line: number;
	readonly character: number;
}
export interface PathRange {
	readonly start: PathPosition;
	readonly end: PathPosition;
}

/** The server's answer to `bpfls/path`. */
export interface FindingPath {
	readonly rule: string;
	readonly message: string;
	/** The finding's own place comes last. */
	readonly steps: readonly { readonly location: { readonly uri: string; readonly range: PathRange }; readonly message: string }[];
}

/** What stands behind a line of a document. */
export interface LineNote {
	readonly line: number;
	readonly text: string;
	/** One of its steps is where one stands. */
	readonly current: boolean;
}

/** Longest text behind a line; the whole of it is in the diagnostic. */
const NOTE_LENGTH = 90;

export class PathWalk {
	#index = 0;

	constructor(readonly path: FindingPath) {}

	get step() {
		return this.path.steps[this.#index]!;
	}

	/** "2/4: because held is not NULL here" */
	get label(): string {
		return this.#labelOf(this.#index);
	}

	/** Goes on by a number of steps; the end of the path leads to its beginning. */
	move(by: number): void {
		const { length } = this.path.steps;
		this.#index = (((this.#index + by) % length) + length) % length;
	}

	/** Does the path pass through a document? */
	touches(uri: string): boolean {
		return this.path.steps.some(({ location }) => location.uri === uri);
	}

	/** The ranges of a document's steps, and the one where one stands. */
	ranges(uri: string): { readonly passed: readonly PathRange[]; readonly current: PathRange | undefined } {
		const here = this.step.location;
		const passed = this.path.steps
			.filter(({ location }) => location.uri === uri && location !== here)
			.map(({ location }) => location.range);
		return { passed, current: here.uri === uri ? here.range : undefined };
	}

	/** The notes of a document, one for each line that the path touches, in the order of the lines. */
	notes(uri: string): LineNote[] {
		const notes = new Map<number, LineNote>();
		this.path.steps.forEach(({ location }, index) => {
			if (location.uri !== uri) return;
			const { line } = location.range.end;
			const known = notes.get(line);
			const label = this.#labelOf(index);
			notes.set(line, {
				line,
				text: known ? `${known.text}  ${label}` : label,
				current: index === this.#index || known?.current === true,
			});
		});
		return [...notes.values()].sort((a, b) => a.line - b.line);
	}

	#labelOf(index: number): string {
		const { steps } = this.path;
		const plain = steps[index]!.message.replace(/`/g, '').replace(/^taken (?=because )/, '');
		// The finding's own message is a paragraph; its first clause says what is wrong.
		const short = index === steps.length - 1 ? plain.split(/[;.](?:\s|$)/, 1)[0]! : plain;
		return `${index + 1}/${steps.length}: ${short.length > NOTE_LENGTH ? `${short.slice(0, NOTE_LENGTH - 1)}…` : short}`;
	}
}
