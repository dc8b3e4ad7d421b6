// The one error of the catalog: what could not be read, and where.

/** A catalog, or the kernel tree that one is made of, could not be read. */
export class CatalogError extends Error {
	constructor(
		/** The file as it was asked for. */
		readonly file: string,
		/** UTF-16 offset of what is wrong; 0 for the file as a whole. */
		readonly offset: number,
		what: string,
	) {
		super(`${file}:${offset}: ${what}`);
		this.name = 'CatalogError';
	}
}
