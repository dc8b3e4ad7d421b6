// kfunc-iterator: the kfuncs of an iterator are not in the form that the kernel asks for when they are registered, or not complete.
import type { KernelSource, KfuncEntry } from '../../kernel/kernel-side/source.js';
import { hasFlag, isPointer, type KernelSideFinding, type KernelSideRule, kfuncEntries, kfuncsOfOthers } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

/** Source: btf_check_iter_kfuncs() in kernel/bpf/btf.c, 6.12. */
const FLAGS: Readonly<Record<string, string>> = { KF_ITER_NEW: 'new', KF_ITER_NEXT: 'next', KF_ITER_DESTROY: 'destroy' };
const REFUSED = 'register_btf_kfunc_id_set() returns -EINVAL';

/** What is wrong with one kfunc by itself; undefined where nothing is, or where its prototype stands in another file. */
function wrongForm(entry: KfuncEntry, suffix: string, source: KernelSource): string | undefined {
	const fn = source.function(entry.name);
	if (!fn) return undefined;
	const [first, ...more] = fn.parameters;
	const iterator = /^struct bpf_iter_(\w+) \*$/.exec(first?.type ?? '')?.[1];
	if (iterator === undefined) return 'its first parameter has to be the iterator, a `struct bpf_iter_NAME *`';
	const expected = `bpf_iter_${iterator}_${suffix}`;
	if (entry.name !== expected) return `by its flag and its first parameter its name has to be \`${expected}\``;
	if (suffix !== 'new' && more.length > 0) return 'only the function that begins the iterator may take more than the iterator';
	if (suffix === 'next' && !isPointer(fn.result)) return 'it has to return a pointer, NULL behind the last element';
	if (suffix === 'destroy' && fn.result !== 'void') return 'it has to return nothing';
	return undefined;
}

/** Members of the iterator that nobody lists: without them a program cannot use what the others give. */
function missingMembers(entry: KfuncEntry, suffix: string, listed: ReadonlySet<string>): string[] {
	if (!entry.name.endsWith(`_${suffix}`)) return [];
	const stem = entry.name.slice(0, -suffix.length);
	return Object.values(FLAGS)
		.map((other) => stem + other)
		.filter((name) => !listed.has(name));
}

export const kfuncIterator: KernelSideRule = {
	id: 'kfunc-iterator',
	summary: 'The kfuncs of an iterator are incomplete, or not in the form that the kernel asks for.',
	category: 'Policy',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	*check(context): Iterable<KernelSideFinding> {
		const { source } = context;
		const entries = kfuncEntries(source);
		const listed = new Set([...entries, ...kfuncsOfOthers(context)].map((one) => one.name));
		const told = new Set<string>();
		for (const entry of entries) {
			const flags = entry.flags.filter((flag) => Object.hasOwn(FLAGS, flag.name));
			const [flag, second] = flags;
			if (!flag || told.has(entry.name)) continue;
			told.add(entry.name);
			const suffix = FLAGS[flag.name]!;
			const wrong = second
				? `only one of ${flags.map((one) => `\`${one.name}\``).join(' and ')} may be given`
				: wrongForm(entry, suffix, source);
			if (wrong !== undefined) {
				yield {
					at: entry.at,
					message: `${functionName(entry.name)} is no iterator function for the kernel, which then refuses the whole set: ${wrong}.`,
					kernel: REFUSED,
				};
				continue;
			}
			// Told once for an iterator, at its first function.
			const missing = missingMembers(entry, suffix, listed);
			if (missing.length === 0 || (suffix !== 'new' && entries.some((one) => hasFlag(one, 'KF_ITER_NEW') && isSibling(one, entry, suffix))))
				continue;
			yield {
				at: entry.at,
				message: `The iterator of ${functionName(entry.name)} is not complete: ${missing.map(functionName).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing, and no program can walk it without. Define and list all three of \`_new\`, \`_next\` and \`_destroy\`.`,
			};
		}
	},
};

function isSibling(beginning: KfuncEntry, entry: KfuncEntry, suffix: string): boolean {
	return beginning.name === `${entry.name.slice(0, -suffix.length)}new`;
}
