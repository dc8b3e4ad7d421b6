// One run's results as every report format reads them.
import type { FileResult } from '../rules/finding.js';
import type { Sources } from './sources.js';

export interface Run {
	/** The target kernel, `6.12`. */
	readonly kernel: string;
	/** In the order of the command line. */
	readonly files: readonly FileResult[];
	readonly sources: Sources;
	/** How a path is shown: the checked file as the user named it. */
	readonly show: (path: string) => string;
	/** The tool's own version. */
	readonly version: string;
}
