// Where a command writes, so that tests can read it and a closed pipe ends nothing in a crash.

export interface Output {
	readonly out: (text: string) => void;
	readonly error: (text: string) => void;
	readonly isTerminal: boolean;
}
