// What programs can attach to, section by section: tracepoints and hooks of the catalog, kernel functions out of BTF.
import { BtfError } from '../btf/btf-error.js';
import { KERNEL_BTF, openBtf } from '../btf/btf-file.js';
import type { BtfTypes } from '../btf/btf-types.js';
import { iteratorTargets } from '../kernel/call-words.js';
import type { Catalog, SectionRule } from '../kernel/catalog.js';

export interface AttachPoint {
	readonly name: string;
	readonly words?: string;
	/** More has to follow: it is the first part of a name. */
	readonly goesOn?: true;
}

/** The kernel's functions come from here: the BTF file of the settings, else the running kernel's. Undefined where there is none that can be read. */
export function targetBtf(path: string | undefined): BtfTypes | undefined {
	try {
		return openBtf(path ?? KERNEL_BTF);
	} catch (error) {
		if (error instanceof BtfError) return undefined;
		throw error;
	}
}

/** As many functions are offered at once: BTF names tens of thousands. */
const MOST_FUNCTIONS = 200;

/** The targets of a section that begin with, or else hold, what is typed. `incomplete`: there are more. */
export function attachPoints(
	rule: SectionRule,
	typed: string,
	catalog: Catalog,
	btf: BtfTypes | undefined,
): { readonly points: readonly AttachPoint[]; readonly incomplete: boolean } {
	const all = (points: readonly AttachPoint[]) => ({ points, incomplete: false });
	const { programType, attachType, sleepable } = rule;
	if (programType === 'RAW_TRACEPOINT' || attachType === 'TRACE_RAW_TP') return all(catalog.tracepoints().map((name) => ({ name })));
	if (programType === 'LSM') return all(hooks(catalog, sleepable));
	if (attachType === 'TRACE_ITER') return all(iteratorTargets(catalog.release));
	if (programType === 'STRUCT_OPS') return all(members(catalog));
	if (programType === 'TRACEPOINT') return traceEvents(typed, catalog, btf);
	if (!btf) return all([]);
	if (rule.prefix === 'ksyscall' || rule.prefix === 'kretsyscall') return all(btf.functionNames().flatMap(systemCall));
	if (attachType === 'MODIFY_RETURN' || (rule.attachBtf && sleepable)) {
		const fits = (name: string) => (sleepable ? catalog.isSleepableTarget(name) : catalog.isModifiableTarget(name)) === true;
		return some(btf, typed, (name) => fits(name) && !catalog.isDeniedTarget(name));
	}
	const ofFunctions = rule.attachBtf || /^kret?probe|^kprobe/.test(rule.prefix);
	return ofFunctions && programType !== 'EXT' ? some(btf, typed, (name) => !catalog.isDeniedTarget(name)) : all([]);
}

function hooks(catalog: Catalog, sleepable: boolean): AttachPoint[] {
	return catalog.lsmHooks().flatMap((name) => {
		const hook = catalog.lsmHook(name);
		return hook && !hook.disabled && (hook.sleepable || !sleepable) ? [{ name }] : [];
	});
}

function members(catalog: Catalog): AttachPoint[] {
	return catalog.structOpsStructs().flatMap((struct) =>
		catalog
			.structOpsMembers(struct)
			.filter((member) => catalog.structOps(struct, member)?.unsupported !== true)
			.map((name) => ({ name, words: `Of struct ${struct}.` })),
	);
}

/** The name that `ksyscall/` takes: the kernel's function without the prefix of its architecture. */
function systemCall(name: string): AttachPoint[] {
	const bare = /^__(?:x64|arm64|s390x|riscv)_sys_(.+)$/.exec(name)?.[1];
	return bare === undefined ? [] : [{ name: bare }];
}

/** `system/event`: the systems first, then the events of the one that is typed, or those whose name holds what is typed. */
function traceEvents(typed: string, catalog: Catalog, btf: BtfTypes | undefined) {
	const calls = (btf?.functionNames() ?? []).flatMap(systemCall).flatMap(({ name }) => [`sys_enter_${name}`, `sys_exit_${name}`]);
	const events: Readonly<Record<string, readonly string[]>> = {
		...catalog.traceEvents(),
		...(calls.length > 0 ? { syscalls: calls } : {}),
	};
	const systems = Object.keys(events).sort();
	const system = typed.slice(0, Math.max(0, typed.indexOf('/')));
	const names = (one: string): AttachPoint[] => (events[one] ?? []).map((event) => ({ name: `${one}/${event}` }));
	if (Object.hasOwn(events, system)) return { points: names(system), incomplete: false };
	const first = systems.map((name): AttachPoint => ({ name: `${name}/`, goesOn: true }));
	// What is typed may as well be the event's own name.
	const found = typed === '' ? [] : systems.flatMap(names).filter(({ name }) => name.includes(typed));
	return { points: [...first, ...found.slice(0, MOST_FUNCTIONS)], incomplete: true };
}

function some(btf: BtfTypes, typed: string, fits: (name: string) => boolean) {
	const names = btf.functionNames();
	const found: AttachPoint[] = [];
	const take = (accept: (name: string) => boolean): boolean => {
		for (const name of names) {
			if (!accept(name) || !fits(name)) continue;
			if (found.length === MOST_FUNCTIONS) return true;
			found.push({ name });
		}
		return false;
	};
	const incomplete =
		take((name) => name.startsWith(typed)) || (typed !== '' && take((name) => name.includes(typed) && !name.startsWith(typed)));
	return { points: found, incomplete };
}
