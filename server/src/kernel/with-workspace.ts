// A catalog with the kfuncs of sources that are open in the editor laid over it: what a person writes right now wins over what a release shipped.
import type { Catalog, Deprecation, Kfunc, TargetPrototype } from './catalog.js';
import { kfuncsOf } from './kernel-side/rows.js';
import type { KernelSource } from './kernel-side/source.js';
import { pointee } from './type-text.js';

/** The kernel-side sources that are open, and catalogs with them. */
export class Workspace {
	private readonly sources = new Map<string, KernelSource>();
	/** For each catalog below, the last one that was made on top of it, with all that it was made of. */
	private readonly layers = new WeakMap<Catalog, { readonly content: string; readonly catalog: Catalog }>();
	private stamp = 0;
	private readonly stamps = new WeakMap<Catalog, { readonly stamp: number; readonly catalog: Catalog }>();

	/**
	 * A source was opened or changed, or (undefined) is open no more.
	 *
	 * @returns whether its kfuncs are others than before, so that programs have to be looked at again.
	 */
	set(path: string, source: KernelSource | undefined): boolean {
		const before = this.sources.get(path);
		if (before?.text === source?.text) return false;
		if (source) this.sources.set(path, source);
		else this.sources.delete(path);
		this.stamp++;
		return !before || !source || gives(before) !== gives(source);
	}

	/**
	 * The catalog with the open sources over it. As long as those say the same of their kfuncs, it is the same object, so that what
	 * was computed by it holds: most edits change a body.
	 */
	over(catalog: Catalog): Catalog {
		if (this.sources.size === 0) return catalog;
		const known = this.stamps.get(catalog);
		if (known?.stamp === this.stamp) return known.catalog;
		const layer = this.layer(catalog);
		this.stamps.set(catalog, { stamp: this.stamp, catalog: layer });
		return layer;
	}

	private layer(catalog: Catalog): Catalog {
		const kfuncs = new Map<string, Kfunc>();
		const destructors = new Map<string, string>();
		for (const source of this.sources.values()) {
			const own = kfuncsOf(source, catalog.release, (name) => this.prototypeElsewhere(name) ?? catalog.kfunc(name));
			for (const [name, kfunc] of own.kfuncs) kfuncs.set(name, kfunc);
			for (const [struct, release] of own.destructors) destructors.set(struct, release);
		}
		const content = JSON.stringify([[...kfuncs], [...destructors]]);
		const known = this.layers.get(catalog);
		if (known?.content === content) return known.catalog;
		const made = kfuncs.size === 0 && destructors.size === 0 ? catalog : layered(catalog, kfuncs, destructors);
		this.layers.set(catalog, { content, catalog: made });
		return made;
	}

	/** The function out of another open source. */
	private prototypeElsewhere(name: string): Kfunc | undefined {
		for (const source of this.sources.values()) {
			const found = source.function(name);
			if (found) return prototypeOf(name, found);
		}
		return undefined;
	}
}

/** Two texts of a source are compared by what they give to one release; which, does not matter. */
const ANY_RELEASE = '0.0';

/** All that a source gives to the others, as one text. */
function gives(source: KernelSource): string {
	const { kfuncs, destructors } = kfuncsOf(source, ANY_RELEASE, prototypeless);
	const functions = source.functions.filter((fn) => fn.annotated).map((fn) => prototypeOf(fn.name, fn));
	return JSON.stringify([[...kfuncs], [...destructors], functions]);
}

function prototypeless(name: string): Kfunc {
	return prototypeOf(name, { result: '', parameters: [] });
}

/** A prototype in the shape of a kfunc of which nothing else is known. */
function prototypeOf(name: string, { result, parameters }: TargetPrototype): Kfunc {
	return {
		name,
		flags: [],
		result,
		parameters: parameters.map((one) => ({ name: one.name, type: one.type })),
		sets: [],
		programTypes: [],
	};
}

/** Everything but kfuncs and their destructors is answered by the catalog below, whatever it is made of. */
function layered(below: Catalog, kfuncs: ReadonlyMap<string, Kfunc>, destructors: ReadonlyMap<string, string>): Catalog {
	const releases = (struct: string): readonly string[] => {
		const registered = destructors.get(struct);
		const own = [...kfuncs.values()].filter(
			(kfunc) => kfunc.flags.includes('KF_RELEASE') && kfunc.parameters[0] !== undefined && pointee(kfunc.parameters[0].type) === struct,
		);
		// What an open source redefines without the flag, or for another type, releases this type no more.
		const kept = below.releaseKfuncs(struct).filter((name) => !kfuncs.has(name));
		return [...new Set([...(registered === undefined ? [] : [registered]), ...own.map((kfunc) => kfunc.name), ...kept])];
	};
	const answers: Partial<Catalog> = {
		kfunc: (name) => kfuncs.get(name) ?? below.kfunc(name),
		// What is defined in front of the person's eyes is there, whatever releases say of its name.
		availability: (name) => (kfuncs.has(name) ? { state: 'present' } : below.availability(name)),
		changes: (name) => (kfuncs.has(name) ? [] : (below.changes?.(name) ?? [])),
		deprecation: (name) => (kfuncs.has(name) ? ownDeprecation(kfuncs.get(name)!, below) : below.deprecation(name)),
		*kfuncs() {
			for (const kfunc of below.kfuncs()) if (!kfuncs.has(kfunc.name)) yield kfunc;
			yield* kfuncs.values();
		},
		releaseKfuncs: releases,
		hasDestructor: (struct) => destructors.has(struct) || below.hasDestructor(struct),
	};
	return Object.assign(Object.create(below) as Catalog, answers);
}

function ownDeprecation(kfunc: Kfunc, below: Catalog): Deprecation | undefined {
	if (!kfunc.flags.includes('KF_DEPRECATED')) return undefined;
	return below.deprecation(kfunc.name) ?? { from: below.release, reason: 'The source that defines it marks it as deprecated.' };
}
