// The disk as far as one folder goes: a test sees its own files and no header that this machine happens to have.
import { resolve, sep } from 'node:path';
import { DiskFiles, type FileProvider } from '../../server/src/syntax/files.js';

export class FilesBelow implements FileProvider {
	private readonly disk = new DiskFiles();
	private readonly prefix: string;

	constructor(folder: string) {
		this.prefix = resolve(folder) + sep;
	}
	read(path: string): string | undefined {
		return resolve(path).startsWith(this.prefix) ? this.disk.read(path) : undefined;
	}
	version(path: string): string | undefined {
		return resolve(path).startsWith(this.prefix) ? this.disk.version(path) : undefined;
	}
}
