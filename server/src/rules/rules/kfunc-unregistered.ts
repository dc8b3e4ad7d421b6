// kfunc-unregistered: a set of kfuncs, or a kfunc, that no program can ever call, because nothing registers it.
import type { IdSetHolder, KernelSource, KfuncSet } from '../../kernel/kernel-side/source.js';
import type { Fix } from '../finding.js';
import type { KernelSideFinding, KernelSideRule } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** Nothing but the set's own macros and its structs names it, and no other file can. */
function isOwn(set: KfuncSet): boolean {
	return !set.usedElsewhere && set.opener.name !== 'BTF_SET8_START_GLOBAL';
}

function isIdle(holder: IdSetHolder): boolean {
	return holder.isStatic && !holder.modifyReturn && !holder.handedOn && holder.programTypes.length === 0;
}

function idleSet(set: KfuncSet): KernelSideFinding | undefined {
	if (!isOwn(set)) return undefined;
	const [holder] = set.holders;
	// A set that nobody registers may serve a filter.
	if (!holder && set.asked) return undefined;
	if (!holder)
		return {
			at: set.at,
			message: `No \`struct btf_kfunc_id_set\` of this file names the set \`${set.name}\`, so its kfuncs are never registered and no program can call them. Name it in one and pass that to \`register_btf_kfunc_id_set()\`.`,
		};
	if (!set.holders.every(isIdle)) return undefined;
	return {
		at: holder.at,
		message: `\`${holder.name}\` is never registered, so no program can call the kfuncs of \`${set.name}\`. Call \`register_btf_kfunc_id_set()\` with it, once for each program type, when the subsystem or module starts.`,
		related: [{ at: set.at, message: 'the set whose kfuncs nobody can call' }],
	};
}

/**
 * Does the file have the look of a module that defines and lists its kfuncs by itself? The kernel's own files define some for the sets of others, and a
 * macro out of sight may list them.
 */
function isWholeModule({ file, sets }: KernelSource): boolean {
	return sets.length > 0 && sets.every((set) => set.complete) && file.find('MODULE_LICENSE') >= 0;
}

/** The edit that lists a function in the file's set. Where it has several, only the author knows for which programs the function is. */
function listIn({ sets, text }: KernelSource, name: string): Fix[] {
	const [set, ...others] = sets;
	if (!set?.closer || others.length > 0) return [];
	const start = set.closer.start;
	const indent = /[ \t]*$/.exec(text.slice(0, start))![0];
	const newline = text.includes('\r\n') ? '\r\n' : '\n';
	const newText = `BTF_ID_FLAGS(func, ${name})${newline}${indent}`;
	return [{ title: `List \`${name}\` in \`${set.name}\``, preferred: true, edits: [{ start, end: start, newText }] }];
}

export const kfuncUnregistered: KernelSideRule = {
	id: 'kfunc-unregistered',
	summary: 'Kfuncs are defined or listed and never registered, so no program can call them.',
	category: 'Policy',
	severity: 'warning',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		for (const set of source.sets) {
			const finding = idleSet(set);
			if (finding) yield finding;
		}
		if (!isWholeModule(source)) return;
		const listed = new Set([...source.sets.flatMap((set) => set.entries), ...catalog.kfuncs()].map((one) => one.name));
		for (const fn of source.functions) {
			if (!fn.defined || !fn.annotated || fn.usedElsewhere || listed.has(fn.name)) continue;
			yield {
				at: fn.at,
				message: `${functionName(fn.name)} is marked as a kfunc and no set lists it, so no program can call it. Add \`BTF_ID_FLAGS(func, ${fn.name})\` to a set.`,
				fixes: listIn(source, fn.name),
			};
		}
	},
};
