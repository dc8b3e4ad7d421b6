// Where an #include leads: the folder of the file that holds it, then the include paths in order.
import path from 'node:path';
import { type FileLog, resolved } from './files.js';
import type { FoundHeader } from './header-effects.js';

/** Who looks for a header, and how. */
export interface HeaderSearch {
	/** `"name"` and not `<name>`. */
	readonly quoted: boolean;
	/** #include_next: only behind the path in which the file was found. */
	readonly next: boolean;
	/** The file that holds the #include. */
	readonly from: { readonly spelled: string; readonly directory: number };
	readonly options: { readonly includePaths: readonly string[]; readonly systemIncludePaths: readonly string[] };
	readonly log: FileLog;
}

/** The header of this name; undefined where there is none. */
export function findHeader(name: string, { quoted, next, from, options, log }: HeaderSearch): FoundHeader | undefined {
	if (name === '') return undefined;
	const attempt = (spelled: string, directory: number): FoundHeader | undefined => {
		const text = log.get(resolved(spelled));
		return text && { text, spelled, directory };
	};
	if (path.isAbsolute(name)) return attempt(name, -1);
	if (quoted && !next && !from.spelled.startsWith('<')) {
		const found = attempt(`${path.dirname(from.spelled)}/${name}`, from.directory);
		if (found) return found;
	}
	const { includePaths, systemIncludePaths } = options;
	const count = includePaths.length + systemIncludePaths.length;
	for (let i = next ? from.directory + 1 : 0; i < count; i++) {
		const folder = i < includePaths.length ? includePaths[i]! : systemIncludePaths[i - includePaths.length]!;
		const found = attempt(`${folder}/${name}`, i);
		if (found) return found;
	}
	return undefined;
}
