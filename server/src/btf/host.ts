// The kernel that this machine runs, as a catalog: which kfuncs it has and with what prototype, out of its BTF and that of its loaded modules;
// their flags, and everything else, out of the shipped catalogs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Catalog, Kfunc } from '../kernel/catalog.js';
import { CatalogError, loadCatalog, shippedReleases } from '../kernel/load.js';
import { declaredParameters } from '../kernel/loaded-catalog.js';
import { compareReleases } from '../kernel/release.js';
import { KERNEL_BTF, openBtf } from './btf-file.js';
import type { BtfTypes } from './btf-types.js';
import type { FunctionType } from './ctype.js';
import { typeText } from './type-text.js';

export interface HostOptions {
	/** The kernel's BTF, with that of modules beside it. */
	readonly btf?: string;
	/** As `uname -r` gives it. */
	readonly release?: string;
	/** The kernel's configuration as text; read from where kernels show it unless given. */
	readonly config?: string;
}

interface Described {
	readonly type: FunctionType;
	readonly module?: string;
}

/**
 * The catalog of this machine's kernel.
 *
 * @param overrides options of the configuration that differ from the kernel's own.
 * @throws CatalogError where the machine shows no BTF or no release that is Linux's; BtfError where the BTF is damaged.
 */
export function hostCatalog(overrides: Readonly<Record<string, boolean>> = {}, options: HostOptions = {}): Catalog {
	const path = options.btf ?? KERNEL_BTF;
	const text = options.release ?? release();
	const number = /^(\d+\.\d+)/.exec(text)?.[1];
	if (!existsSync(path)) throw new CatalogError(path, 0, "this machine's kernel shows no BTF here");
	if (number === undefined) throw new CatalogError(path, 0, `'${text}' is no release of Linux`);
	const config = { ...parseConfig(options.config ?? readConfig(text)), ...overrides };
	const base = loadCatalog(number, { config });
	const newer = shippedReleases().find((each) => compareReleases(each, number) > 0);
	return withBtf(base, newer === undefined ? undefined : loadCatalog(newer, { config }), openAll(path), number);
}

/** The kernel's own BTF first, then that of each module; a module that cannot be read is as one that is not loaded. */
function openAll(path: string): readonly { readonly types: BtfTypes; readonly module?: string }[] {
	const folder = dirname(path);
	const modules = readdirSync(folder).filter((name) => name !== basename(path));
	return [
		{ types: openBtf(path) },
		...modules.sort().flatMap((module) => {
			try {
				return [{ types: openBtf(join(folder, module), path), module }];
			} catch {
				return [];
			}
		}),
	];
}

function withBtf(
	base: Catalog,
	newer: Catalog | undefined,
	blobs: readonly { readonly types: BtfTypes; readonly module?: string }[],
	number: string,
): Catalog {
	const tagged = blobs.map(({ types }) => new Set(types.kfuncs()));
	// BTF marks kfuncs since 6.9, and only where pahole was new enough; without marks every function that the catalog lists counts.
	const marks = tagged[0]!.size > 0;
	const find = (name: string): Described | undefined => {
		for (const [index, { types, module }] of blobs.entries()) {
			if (marks && !tagged[index]!.has(name)) continue;
			const type = types.functionType(name);
			if (type) return { type, ...(module === undefined ? {} : { module }) };
		}
		return undefined;
	};
	const known = new Map<string, Kfunc | undefined>();
	const kfunc = (name: string): Kfunc | undefined => {
		if (!known.has(name)) {
			const found = find(name);
			const row = base.kfunc(name) ?? newer?.kfunc(name);
			known.set(name, found && row && describe(row, found));
		}
		return known.get(name);
	};
	const own: Partial<Catalog> = {
		kfunc,
		*kfuncs() {
			const names = marks ? tagged.flatMap((one) => [...one]) : [...base.kfuncs()].map((each) => each.name);
			for (const name of [...new Set(names)].sort()) {
				const each = kfunc(name);
				if (each) yield each;
			}
		},
		availability(name) {
			if (kfunc(name)) return { state: 'present' };
			// What BTF has and no catalog describes is there, but nobody knows its flags.
			if (find(name)) return { state: 'unknown' };
			const past = base.availability(name);
			return past.state === 'absent' ? past : { state: 'absent' };
		},
	};
	return Object.assign(Object.create(base, { release: { value: number } }) as Catalog, own);
}

/** The catalog's row with the prototype that this kernel has. Its conditions are met: it is there. */
function describe(row: Kfunc, { type, module }: Described): Kfunc {
	const { config: _met, module: _other, ...rest } = row;
	const written = type.parameters.map((parameter, index) => ({
		name: parameter.name ?? `arg${index + 1}`,
		type: typeText(parameter.type),
	}));
	const parameters = row.flags.includes('KF_IMPLICIT_ARGS') ? declaredParameters(written, (each) => each.type) : written;
	return { ...rest, result: typeText(type.result), parameters, exactPrototype: true, ...(module === undefined ? {} : { module }) };
}

/** The configuration of the kernel with this release; empty where the machine does not show it. */
function readConfig(text: string): string {
	try {
		return gunzipSync(readFileSync('/proc/config.gz')).toString('utf8');
	} catch {
		try {
			return readFileSync(`/boot/config-${text}`, 'utf8');
		} catch {
			return '';
		}
	}
}

/** Options that are set; where a configuration is known at all, one that it does not name is not set. */
function parseConfig(text: string): Record<string, boolean> {
	const out: Record<string, boolean> = {};
	for (const line of text.split('\n')) {
		const equals = line.indexOf('=');
		if (line.startsWith('CONFIG_') && equals > 0) out[line.slice(0, equals)] = line.slice(equals + 1) !== 'n';
		else if (line.startsWith('# CONFIG_') && line.endsWith(' is not set')) out[line.slice(2, -' is not set'.length)] = false;
	}
	return out;
}
