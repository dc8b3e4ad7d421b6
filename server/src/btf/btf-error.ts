// The one error that reading BTF can give.

/** A BTF file that cannot be read or is malformed. `offset` is in bytes from the file's start, absent where the file could not be opened. */
export class BtfError extends Error {
	constructor(
		readonly path: string,
		readonly reason: string,
		readonly offset?: number,
	) {
		super(offset === undefined ? `${path}: ${reason}` : `${path}: ${reason} (at byte ${offset})`);
		this.name = 'BtfError';
	}
}
