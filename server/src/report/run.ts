// One run's results as every report format reads them.
import type { FileResult } from '../rules/finding.js';
import type { Sources } from './sources.js';

/** A file's result, with what `--fix` did to the file. */
export interface CheckedFile extends FileResult {
	/** Titles of the fixes that were applied, in order. */
	readonly fixed?: readonly string[];
	/** Titles of the fixes that were tried and taken back. */
	readonly takenBack?: readonly string[];
}

export interface Run {
	/** The target kernel, `6.12`. */
	readonly kernel: string;
	/** The release whose catalog answers, where there is none for the target itself. */
	readonly catalog?: string;
	/** In the order of the command line. */
	readonly files: readonly CheckedFile[];
	readonly sources: Sources;
	/** How a path is shown: the checked file as the user named it. */
	readonly show: (path: string) => string;
	/** The tool's own version. */
	readonly version: string;
}
