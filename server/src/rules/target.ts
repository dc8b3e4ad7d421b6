// The kernels that a target means, each as the catalog that answers for it.
import { BtfError } from '../btf/btf-error.js';
import { hostCatalog } from '../btf/host.js';
import type { Catalog, KfuncChange } from '../kernel/catalog.js';
import { CatalogError, loadCatalog, ownCatalog } from '../kernel/load.js';
import { isCatalogFile, targetReleases } from '../kernel/target.js';

type Config = Readonly<Record<string, boolean>>;

const cache = new Map<string, readonly Catalog[]>();

/**
 * One catalog for each release that is looked at for a target (`6.12`, `host`, `6.6..7.2`, the path of a catalog file), oldest first. Those
 * of a range also tell what changes within it.
 *
 * @param config options of the kernel's configuration that differ from those of the catalogs.
 * @throws CatalogError or BtfError where a catalog, or this machine's BTF, cannot be read.
 */
export function targetCatalogs(target: string, config: Config = {}): readonly Catalog[] {
	// A file may change under our hands.
	if (isCatalogFile(target)) return [ownCatalog(target, config).catalog];
	const key = JSON.stringify([target, config]);
	const known = cache.get(key);
	if (known) return known;
	const plain = targetReleases(target).map((release) => (release === 'host' ? hostCatalog(config) : loadCatalog(release, { config })));
	const catalogs = plain.length === 1 ? plain : plain.map((catalog) => withChanges(catalog, plain));
	cache.set(key, catalogs);
	return catalogs;
}

/** The catalog that describes a target where one answer is wanted: that of its newest release. Throws as `targetCatalogs` does. */
export function targetCatalog(target: string, config: Config = {}): Catalog {
	return targetCatalogs(target, config).at(-1)!;
}

/** Why a target cannot be used on this machine; undefined where it can. */
export function targetObjection(target: string): string | undefined {
	try {
		targetCatalogs(target);
		return undefined;
	} catch (error) {
		if (error instanceof CatalogError || error instanceof BtfError) return error.message;
		throw error;
	}
}

/** What is wrong with a target that is in force all the same: a catalog file broke after it had been read; undefined where nothing is. */
export function targetTrouble(target: string): string | undefined {
	const trouble = isCatalogFile(target) ? ownCatalog(target).trouble : undefined;
	return trouble && `${trouble.message}. The catalog that was read before stays in force.`;
}

/** The target as people call it: a catalog file by the release that it is of. Throws as `targetCatalogs` does. */
export function targetName(target: string): string {
	return isCatalogFile(target) ? targetCatalog(target).release : target;
}

function withChanges(catalog: Catalog, all: readonly Catalog[]): Catalog {
	const known = new Map<string, readonly KfuncChange[]>();
	const changes = (name: string): readonly KfuncChange[] => {
		let found = known.get(name);
		if (!found) known.set(name, (found = changesOf(name, all)));
		return found;
	};
	return Object.assign(Object.create(catalog) as Catalog, { changes });
}

/** What is different about a kfunc from one release that is looked at to the next that has it. */
function changesOf(name: string, all: readonly Catalog[]): KfuncChange[] {
	const out: KfuncChange[] = [];
	let before: { readonly catalog: Catalog; readonly flags: readonly string[]; readonly shape: string } | undefined;
	for (const catalog of all) {
		const kfunc = catalog.kfunc(name);
		if (!kfunc) continue;
		// The flag went when what it says became so for every kfunc: that is no change of this one.
		const flags = kfunc.flags.filter((flag) => flag !== 'KF_TRUSTED_ARGS' && flag !== 'KF_IMPLICIT_ARGS');
		const shape = [kfunc.result, ...kfunc.parameters.map((parameter) => parameter.type)].join(', ');
		if (before) {
			const gained = flags.filter((flag) => !before!.flags.includes(flag));
			const lost = before.flags.filter((flag) => !flags.includes(flag));
			if (gained.length > 0 || lost.length > 0 || shape !== before.shape) {
				const recorded = catalog.history(name).find((row) => row.from !== undefined && row.flags?.join() === kfunc.flags.join());
				out.push({
					release: recorded?.from ?? catalog.release,
					gained,
					lost,
					prototype: shape !== before.shape,
					...(recorded?.note === undefined ? {} : { note: recorded.note }),
				});
			}
		}
		before = { catalog, flags, shape };
	}
	return out;
}
