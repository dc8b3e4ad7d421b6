// The real files that are fuzzed: the examples, the fixtures and, where it lies on this machine, the kernel's corpus. Nothing is fetched for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lab, presentLab } from '../kernel/lab.js';
import { repositoryRoot } from '../support/root.js';

/** A file larger than this is left out, in bytes: the corpus has generated ones, whose analysis says nothing of the round. */
const LARGEST_SUBJECT = 64 * 1024;

export interface Subjects {
	readonly paths: readonly string[];
	/** Where the corpus is there: its include paths and macros are what the server is told. */
	readonly lab: Lab | undefined;
	/** A subject's text, read on first use. */
	text(path: string): string;
}

/** All subjects; the corpus only with `corpus`. */
export function findSubjects(corpus: boolean): Subjects {
	const root = repositoryRoot();
	const lab = corpus ? presentLab() : undefined;
	const folders = [join(root, 'examples'), join(root, 'test/fixtures'), ...(lab ? [lab.programs] : [])];
	const texts = new Map<string, string>();
	const text = (path: string): string => {
		const known = texts.get(path);
		if (known !== undefined) return known;
		const read = readFileSync(path, 'utf8');
		texts.set(path, read);
		return read;
	};
	const paths = folders
		.filter((folder) => existsSync(folder))
		.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
		.filter((path) => path.endsWith('.c') && text(path).length <= LARGEST_SUBJECT);
	return { paths, lab, text };
}
