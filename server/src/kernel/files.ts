// The catalog's data files: where they lie, and how one is read.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CatalogError } from './error.js';

let kernelFolder: string | undefined;

/**
 * A folder of data that ships with the package. It stays at one place, beside the sources: compiled and bundled code finds it from where it
 * runs upwards, or, where it was compiled to a folder outside, by way of the package's dependencies. Throws CatalogError if it is not there.
 */
export function packageFolder(name: 'data' | 'words'): string {
	kernelFolder ??= findKernelFolder();
	return join(kernelFolder, name);
}

function findKernelFolder(): string {
	const inPackage = join('server', 'src', 'kernel');
	for (let at = __dirname; ; at = dirname(at)) {
		const candidates = [join(at, inPackage)];
		const modules = join(at, 'node_modules');
		if (existsSync(modules)) candidates.push(join(dirname(realpathSync(modules)), inPackage));
		for (const candidate of candidates) if (existsSync(join(candidate, 'data', 'history.json'))) return candidate;
		if (dirname(at) === at) break;
	}
	throw new CatalogError(join(__dirname, inPackage, 'data'), 0, 'the folder with the shipped catalogs is not there');
}

/** Reads a file as text. Throws CatalogError. */
export function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new CatalogError(path, 0, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** Parses JSON that was read from `path`. Throws CatalogError with the offset of what is wrong. */
export function parseJson(path: string, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const position = /position (\d+)/.exec(message)?.[1];
		throw new CatalogError(path, position === undefined ? text.length : Number(position), 'malformed or truncated JSON');
	}
}

/** Reads a JSON file. Throws CatalogError. */
export function readJson(path: string): unknown {
	return parseJson(path, readText(path));
}
