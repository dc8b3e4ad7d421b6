// Own words on kfuncs, helpers, flags, parameter suffixes and program types.

export type WordKind = 'kfunc' | 'helper' | 'flag' | 'suffix' | 'program-type';

/** One or two sentences; undefined where there are none. */
export function words(_kind: WordKind, _name: string): string | undefined {
	return undefined;
}
