// Opens BTF files and keeps them: a kernel's BTF has several megabytes and changes when another kernel is booted.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BtfBlob, isSplitBtf, readBtf } from './btf-blob.js';
import { BtfError } from './btf-error.js';
import { BtfTypes } from './btf-types.js';

/** The running kernel's own BTF. */
export const KERNEL_BTF = '/sys/kernel/btf/vmlinux';

/** A vmlinux with debug information may have a gigabyte; BTF itself has some megabytes. What is larger than this is not read. */
const LARGEST_FILE = 1 << 30;

interface Opened {
	readonly stamp: string;
	readonly blob: BtfBlob;
	readonly types: BtfTypes;
}

const opened = new Map<string, Opened>();

/**
 * The types of a BTF file: raw BTF, or an ELF object with a `.BTF` section. A module's split BTF is read upon `base`, else upon the `vmlinux` beside
 * it, else upon the running kernel's. The answer is kept until the file changes. Throws BtfError where the file cannot be read or is malformed.
 */
export function openBtf(path: string, base?: string): BtfTypes {
	return open(path, base, 0).types;
}

function open(path: string, base: string | undefined, depth: number): Opened {
	let stamp: string;
	try {
		const stat = statSync(path);
		if (!stat.isFile()) throw new BtfError(path, 'not a file');
		if (stat.size > LARGEST_FILE) throw new BtfError(path, 'the file is too large for BTF');
		stamp = `${stat.mtimeMs} ${stat.size} ${base ?? ''}`;
	} catch (error) {
		throw unreadable(path, error);
	}
	const known = opened.get(path);
	if (known?.stamp === stamp) return known;
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(path);
	} catch (error) {
		throw unreadable(path, error);
	}
	const under = base ?? (isSplitBtf(bytes) ? baseBeside(path) : undefined);
	const baseBlob = under === undefined || depth > 0 ? undefined : open(under, undefined, depth + 1).blob;
	const blob = readBtf(path, bytes, baseBlob);
	const entry = { stamp, blob, types: new BtfTypes(blob) };
	opened.set(path, entry);
	return entry;
}

function baseBeside(path: string): string {
	const beside = join(dirname(path), 'vmlinux');
	try {
		return beside !== path && statSync(beside).isFile() ? beside : KERNEL_BTF;
	} catch {
		return KERNEL_BTF;
	}
}

function unreadable(path: string, error: unknown): BtfError {
	if (error instanceof BtfError) return error;
	const code = (error as NodeJS.ErrnoException).code ?? String(error);
	return new BtfError(path, code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`);
}
