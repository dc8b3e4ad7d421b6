// A finding as every reader of results sees it: terminal, JSON, SARIF, editor. Offsets are UTF-16 into the named file's text.

export type Severity = 'error' | 'warning' | 'info' | 'hint';
export type Category =
	| 'Resource Lifetime Safety'
	| 'Register Type Safety'
	| 'Call Type Safety'
	| 'Execution Context Safety'
	| 'Memory Safety'
	| 'Program Structure'
	| 'Policy';

export interface TextRange {
	readonly path: string;
	readonly start: number;
	readonly end: number;
}
export interface Related {
	readonly at: TextRange;
	readonly message: string;
}
export interface TextEdit {
	/** Always in the checked file. */
	readonly start: number;
	readonly end: number;
	readonly newText: string;
}
export interface Fix {
	readonly title: string;
	readonly preferred: boolean;
	readonly edits: readonly TextEdit[];
}
/** Repairs on their way. */
export interface Proving {
	/** Does one step of the work, of a program's analysis each. Gives true when no step is left: then the repairs are there. */
	advance(): boolean;
}
export interface Finding {
	readonly rule: string;
	readonly category: Category;
	readonly severity: Severity;
	readonly message: string;
	readonly verifier: string;
	readonly program: string;
	readonly at: TextRange;
	readonly related: readonly Related[];
	/** Made when they are first asked for, which takes as long as it takes. */
	readonly fixes: readonly Fix[];
	/** Makes the repairs in steps; absent where they are there. */
	readonly proving?: Proving;
	/** Editors strike it through. */
	readonly deprecated?: boolean;
}
export interface ProgramVerdict {
	readonly name: string;
	readonly section: string;
	readonly verdict: 'accept' | 'reject' | 'unknown';
	readonly reason?: string;
	readonly at: TextRange;
}
/** A problem of the text or of the set-up, not of the program: a header that is missing, an unreadable file. */
export interface TextProblem {
	readonly severity: Severity;
	readonly code: string;
	readonly message: string;
	readonly at?: TextRange;
}
export interface FileResult {
	readonly path: string;
	readonly problems: readonly TextProblem[];
	readonly programs: readonly ProgramVerdict[];
	readonly findings: readonly Finding[];
}
