// Reading files for the preprocessor: from the disk or from open editor buffers, cached by content.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileText } from './file-text.js';
import { readText } from './read-text.js';

/** A source file above this size is not C that a person edits or a tool generates from BTF; it is refused. In bytes. */
export const FILE_SIZE_LIMIT = 64 * 1024 * 1024;

export interface FileProvider {
	/** The file's text, or undefined if there is no such readable file. Never throws. */
	read(path: string): string | undefined;
	/**
	 * Something that changes when the file does; undefined if there is no such file. Without this method each look at a file reads it.
	 */
	version?(path: string): string | undefined;
	/** What was said of a file once is said of it for good. */
	readonly steady?: boolean;
	/** Something says that files changed: what a provider remembers of them does not count any more. */
	recheck?(): void;
}

/** Files of the disk. A folder, an unreadable or an oversized file is undefined; bytes that are no UTF-8 become U+FFFD. */
export class DiskFiles implements FileProvider {
	read(path: string): string | undefined {
		try {
			const stat = statSync(path, { throwIfNoEntry: false });
			if (!stat?.isFile() || stat.size > FILE_SIZE_LIMIT) return undefined;
			return readText(path);
		} catch {
			return undefined;
		}
	}
	version(path: string): string | undefined {
		try {
			const stat = statSync(path, { throwIfNoEntry: false });
			return stat?.isFile() ? `${stat.mtimeMs}:${stat.size}` : undefined;
		} catch {
			return undefined;
		}
	}
}

/** How long a look at a file of the disk holds while a person types, in milliseconds. */
const VERSION_HOLDS = 300;

/**
 * Files of the disk for a server. A keystroke asks for the versions of all headers, and for those at all places where they were not found: within a moment each
 * of them is looked at once.
 */
export class WatchedFiles extends DiskFiles {
	private versions = new Map<string, string | undefined>();
	private since = 0;

	override version(path: string): string | undefined {
		const now = performance.now();
		if (now - this.since > VERSION_HOLDS) {
			this.recheck();
			this.since = now;
		}
		const known = this.versions.get(path);
		if (known !== undefined || this.versions.has(path)) return known;
		const version = super.version(path);
		this.versions.set(path, version);
		return version;
	}
	recheck(): void {
		this.versions = new Map();
	}
}

/** Files as they were when they were first asked for. For one analysis, or for a command that ends: a header is looked for at the same places again and again. */
export class SteadyFiles implements FileProvider {
	readonly steady = true;
	private readonly versions = new Map<string, string | undefined>();

	constructor(private readonly below: FileProvider) {}

	read(path: string): string | undefined {
		return this.below.read(path);
	}
	version(path: string): string | undefined {
		const known = this.versions.get(path);
		if (known !== undefined || this.versions.has(path)) return known;
		// A provider without versions is asked for its text; that is what a version stands for.
		const version = this.below.version ? this.below.version(path) : this.below.read(path);
		this.versions.set(path, version);
		return version;
	}
}

/** How many header texts the cache keeps; a unit reads a few hundred at most. */
const CACHE_LIMIT = 2000;

/** Headers by path, re-read when their version changes, and kept where their content is the same. */
export class FileCache {
	private readonly byPath = new Map<string, { version: string | undefined; text: FileText }>();

	clear(): void {
		this.byPath.clear();
	}

	/** The file, or undefined where it cannot be read. */
	get(files: FileProvider, path: string): FileText | undefined {
		const version = files.version?.(path);
		if (files.version && version === undefined) return undefined;
		const known = this.byPath.get(path);
		if (known && version !== undefined && known.version === version) return known.text;
		const content = files.read(path);
		if (content === undefined) return undefined;
		if (known && known.text.source.text === content) {
			known.version = version;
			return known.text;
		}
		const text = new FileText({ path, text: content });
		if (this.byPath.size >= CACHE_LIMIT) this.byPath.delete(this.byPath.keys().next().value!);
		this.byPath.set(path, { version, text });
		return text;
	}
}

/** Paths whose resolved form is remembered: each header is looked for at the same places by each file. */
const RESOLVED_LIMIT = 10_000;
const resolutions = new Map<string, string>();

/** `path.resolve` of one path. */
export function resolved(spelled: string): string {
	let path = resolutions.get(spelled);
	if (path === undefined) {
		path = resolve(spelled);
		if (resolutions.size >= RESOLVED_LIMIT) resolutions.clear();
		resolutions.set(spelled, path);
	}
	return path;
}

/** Paths that were looked at, with the version that was found; undefined for a file that was not there. */
export type Sightings = Map<string, string | undefined>;

/**
 * What one run asked of the file system, to tell later whether it would see the same again: each path with the version that was found,
 * undefined for a file that was not there.
 */
export class FileLog {
	private readonly seen: Sightings = new Map();
	/** Is told of every look at a file while it is set. */
	watch: Sightings | undefined;

	constructor(
		private readonly files: FileProvider,
		private readonly cache: FileCache,
	) {}

	get(path: string): FileText | undefined {
		const text = this.cache.get(this.files, path);
		if (!this.seen.has(path)) this.seen.set(path, this.stamp(path, text));
		this.watch?.set(path, this.seen.get(path));
		return text;
	}

	/** Does this run see what another one saw? If so, it has looked at all of it. */
	sees(sightings: Sightings): boolean {
		for (const [path, stamp] of sightings) {
			const now = this.seen.has(path) ? this.seen.get(path) : stampOf(this.files, path);
			if (now !== stamp) return false;
		}
		for (const [path, stamp] of sightings) {
			this.seen.set(path, stamp);
			this.watch?.set(path, stamp);
		}
		return true;
	}

	/** Every path that was looked at gives, by this provider, what it gave. */
	fresh(files: FileProvider): boolean {
		if (files === this.files && files.steady) return true;
		for (const [path, stamp] of this.seen) if (stampOf(files, path) !== stamp) return false;
		return true;
	}

	private stamp(path: string, text: FileText | undefined): string | undefined {
		return text && !this.files.version ? text.source.text : stampOf(this.files, path);
	}
}

function stampOf(files: FileProvider, path: string): string | undefined {
	return files.version ? files.version(path) : files.read(path);
}
