// Each #include of the main file with the header that it brought.
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { View } from '../rules/checker.js';

export interface IncludeLink {
	/** The header's name with its quotes or brackets; UTF-16 offsets, `end` exclusive. */
	readonly start: number;
	readonly end: number;
	/** The header's absolute path. */
	readonly path: string;
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")/gm;

/** Links to headers that were read for this unit: one that is missing, compiled out or built in has none. */
export function includeLinks({ unit, layout, includePaths }: View): readonly IncludeLink[] {
	const { translation } = unit;
	const read = new Set(translation.files.map((file) => file.path));
	const own = dirname(translation.main.path);
	return [...layout.text.matchAll(INCLUDE)].flatMap((match) => {
		const spelled = match[1]!;
		const name = spelled.slice(1, -1);
		const folders = spelled.startsWith('"') ? [own, ...includePaths] : includePaths;
		const candidates = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
		// The first folder that has it wins, and what won was read.
		const path = candidates.map((candidate) => resolve(candidate)).find((candidate) => read.has(candidate));
		const end = match.index + match[0].length;
		return path === undefined ? [] : [{ start: end - spelled.length, end, path }];
	});
}
