// The shape of a catalog's file as data, and the check that a file which somebody else made has it: what is read later is then what it says it is.
import { CatalogError } from './error.js';
import { placeOf } from './json-place.js';
import { type CatalogFile, FORMAT } from './schema.js';

/** `text`, `number`, `boolean`; a list of a shape; any keys with values of a shape; rows with fields, those of the second part optional. */
type Shape =
	| 'text'
	| 'number'
	| 'boolean'
	| { readonly list: Shape }
	| { readonly pair: Shape }
	| { readonly table: Shape }
	| { readonly fields: Readonly<Record<string, Shape>>; readonly optional?: Readonly<Record<string, Shape>> };

const TEXTS: Shape = { list: 'text' };
const NUMBERS: Shape = { list: 'number' };
const TEXT_LISTS: Shape = { table: TEXTS };
const PARAMETERS: Shape = { list: { pair: 'text' } };

const VARIANT: Shape = {
	fields: { proto: 'text', returns: 'text', arguments: TEXTS, types: TEXTS },
	optional: {
		returnsStruct: 'text',
		structs: { table: 'text' },
		sizes: { table: 'number' },
		mightSleep: 'boolean',
		gplOnly: 'boolean',
		allowed: 'text',
		config: TEXTS,
		conditions: TEXTS,
	},
};

const CATALOG: Readonly<Record<string, Shape>> = {
	release: 'text',
	full: 'text',
	flags: TEXTS,
	kfuncs: {
		table: {
			fields: { result: 'text', parameters: PARAMETERS, flags: TEXTS, sets: TEXTS, types: TEXTS, source: 'text' },
			optional: { attach: TEXT_LISTS, flagsBySet: TEXT_LISTS, filters: TEXTS, config: TEXTS, module: 'text' },
		},
	},
	sets: { table: { fields: { file: 'text', for: TEXTS, entries: 'number' }, optional: { filters: TEXTS } } },
	helpers: { table: { fields: { id: 'number', variants: { list: VARIANT } }, optional: { except: TEXTS } } },
	programTypes: { table: { fields: { context: 'text' }, optional: { config: TEXTS } } },
	trust: { table: TEXT_LISTS },
	rcu: TEXT_LISTS,
	destructors: { table: { fields: { destructor: 'text', release: 'text' }, optional: { module: 'text' } } },
	lsm: {
		table: {
			fields: { result: 'text', parameters: PARAMETERS },
			optional: { sleepable: 'boolean', untrusted: 'boolean', disabled: 'boolean', config: TEXTS },
		},
	},
	tracepoints: TEXT_LISTS,
	tracepointMarks: { table: { fields: {}, optional: { nullable: NUMBERS, opaque: NUMBERS } } },
	traceEvents: TEXT_LISTS,
	structOps: {
		table: {
			fields: {
				source: 'text',
				members: {
					table: { fields: {}, optional: { nullable: NUMBERS, referenced: NUMBERS, sleepable: 'boolean', unsupported: 'boolean' } },
				},
			},
			optional: { module: 'text', config: TEXTS },
		},
	},
	errorInjection: TEXTS,
	nonSleepableErrorInjection: TEXTS,
	denied: TEXT_LISTS,
	modifyReturn: TEXT_LISTS,
	config: { table: 'text' },
};

/** What a catalog's file holds, in the order of its text. */
export const SECTIONS: readonly string[] = ['format', ...Object.keys(CATALOG)];

type Path = readonly (string | number)[];
interface Misfit {
	readonly path: Path;
	readonly what: string;
}

/**
 * The parsed text of `path` as a catalog. Fields that this version does not know are passed over.
 *
 * @throws CatalogError with the place of the first value that is not what it should be.
 */
export function catalogOf(path: string, text: string, parsed: unknown): CatalogFile {
	const misfit = misfitOf(parsed);
	if (misfit) throw new CatalogError(path, placeOf(text, misfit.path), misfit.what);
	return parsed as CatalogFile;
}

function misfitOf(parsed: unknown): Misfit | undefined {
	if (!isObject(parsed)) return { path: [], what: 'this is no catalog: an object is expected' };
	if (parsed.format !== FORMAT) return { path: ['format'], what: `format ${FORMAT} is expected, not ${JSON.stringify(parsed.format)}` };
	const { traceEvents, ...needed } = CATALOG;
	const found = misfit(parsed, { fields: needed, optional: { traceEvents: traceEvents! } }, []);
	if (found) return found;
	if (!/^\d+\.\d+$/.test(parsed.release as string)) return { path: ['release'], what: `'${parsed.release}' is no release of Linux` };
	return undefined;
}

function misfit(value: unknown, shape: Shape, path: Path): Misfit | undefined {
	const expected = (what: string): Misfit => ({ path, what: `${path.length === 0 ? 'the catalog' : spell(path)} should be ${what}` });
	if (shape === 'text') return typeof value === 'string' ? undefined : expected('a text');
	if (shape === 'number') return typeof value === 'number' ? undefined : expected('a number');
	if (shape === 'boolean') return typeof value === 'boolean' ? undefined : expected('true or false');
	if ('list' in shape || 'pair' in shape) {
		if (!Array.isArray(value)) return expected('a list');
		if ('pair' in shape && value.length !== 2) return expected('a pair');
		return first(value.entries(), 'list' in shape ? shape.list : shape.pair, path);
	}
	if (!isObject(value)) return expected('an object');
	if ('table' in shape) return first(Object.entries(value), shape.table, path);
	for (const name of Object.keys(shape.fields))
		if (!Object.hasOwn(value, name)) return { path, what: `${spell([...path, name])} is missing` };
	for (const [name, inner] of Object.entries({ ...shape.fields, ...shape.optional })) {
		const found = Object.hasOwn(value, name) ? misfit(value[name], inner, [...path, name]) : undefined;
		if (found) return found;
	}
	return undefined;
}

function first(values: Iterable<readonly [string | number, unknown]>, shape: Shape, path: Path): Misfit | undefined {
	for (const [key, value] of values) {
		// Most values are plain, and most are right: their path is spelled only where it is needed.
		if (shape === 'text' && typeof value === 'string') continue;
		const found = misfit(value, shape, [...path, key]);
		if (found) return found;
	}
	return undefined;
}

/** `kfuncs.bpf_task_acquire.flags` */
function spell(path: Path): string {
	return `"${path.join('.')}"`;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
