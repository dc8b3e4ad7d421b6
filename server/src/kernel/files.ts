// The catalog's data files: where they lie, and how one is read.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CatalogError } from './error.js';
import { faultOf } from './json-place.js';

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

/** Reads a file. Throws CatalogError. */
export function readBytes(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new CatalogError(path, 0, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
	}
}

/** Reads a file as text. Throws CatalogError. */
export function readText(path: string): string {
	return readBytes(path).toString('utf8');
}

/**
 * Parses JSON that was read from `path`.
 *
 * @param base the offset in the file at which `text` stands.
 * @throws CatalogError with the offset of what is wrong.
 */
export function parseJson(path: string, text: string, base = 0): unknown {
	try {
		return JSON.parse(text);
	} catch {
		const fault = faultOf(text) ?? 0;
		throw new CatalogError(path, base + fault, fault >= text.length ? 'the JSON ends too early: the file is cut' : 'malformed JSON');
	}
}

/** Reads a JSON file. Throws CatalogError. */
export function readJson(path: string): unknown {
	return parseJson(path, readText(path));
}
