// kfunc-no-release: a kfunc acquires objects of a type that no kfunc releases.
import type { Catalog } from '../../kernel/catalog.js';
import type { KernelSource, KfuncEntry } from '../../kernel/kernel-side/source.js';
import { hasFlag, type KernelSideContext, type KernelSideRule, kfuncEntries, kfuncsOfOthers, pointedTo } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** The result and the parameters' types of a kfunc, from the file or, where another file defines it, from the catalog. */
function prototypeOf(name: string, source: KernelSource, catalog: Catalog) {
	return source.function(name) ?? catalog.kfunc(name);
}

/** What the releases among some entries take; undefined where one of them is defined out of sight. */
function releasedTypes(entries: readonly KfuncEntry[], source: KernelSource, catalog: Catalog): Set<string> | undefined {
	const out = new Set<string>();
	for (const entry of entries) {
		if (!hasFlag(entry, 'KF_RELEASE')) continue;
		const prototype = prototypeOf(entry.name, source, catalog);
		if (!prototype) return undefined;
		for (const { type } of prototype.parameters) {
			// A `void *` takes whatever the verifier says that the program owns.
			if (/^(?:const )?void \*$/.test(type)) out.add('void');
			const target = pointedTo(type);
			if (target !== undefined) out.add(target);
		}
	}
	return out;
}

function releasedByOthers(type: string, context: KernelSideContext): boolean {
	for (const kfunc of kfuncsOfOthers(context))
		if (kfunc.flags.includes('KF_RELEASE') && kfunc.parameters.some((parameter) => pointedTo(parameter.type) === type)) return true;
	return false;
}

export const kfuncNoRelease: KernelSideRule = {
	id: 'kfunc-no-release',
	summary: 'A kfunc acquires a reference to a type that no kfunc releases.',
	category: 'Resource Lifetime Safety',
	severity: 'warning',
	since: '0.1.0',
	fixable: false,
	*check(context) {
		const { source, catalog } = context;
		const entries = kfuncEntries(source);
		const released = releasedTypes(entries, source, catalog);
		if (!released) return;
		const told = new Set<string>();
		for (const entry of entries) {
			if (!hasFlag(entry, 'KF_ACQUIRE') || told.has(entry.name)) continue;
			const type = pointedTo(prototypeOf(entry.name, source, catalog)?.result ?? '');
			if (type === undefined || released.has(type) || released.has('void') || releasedByOthers(type, context)) continue;
			told.add(entry.name);
			yield {
				at: entry.at,
				message: `${functionName(entry.name)} acquires a reference to \`${type}\`, and no kfunc with \`KF_RELEASE\` takes one, neither in this file nor in the target kernel: every program that calls it leaks. Define a kfunc that takes \`${type} *\` and list it with \`KF_RELEASE\`.`,
				kernel: 'Unreleased reference',
			};
		}
	},
};
