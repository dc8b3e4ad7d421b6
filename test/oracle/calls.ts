// What a called kernel function does to objects and regions, as far as mutations care: acquires, releases, opens, closes.
import type { Catalog } from '../../server/src/kernel/catalog.js';
import type { Call } from '../../server/src/syntax/ast.js';

export type Effect = 'acquire' | 'release' | 'open' | 'close' | 'other';

/** Helpers that return a reference, or fill a dynptr that must be given back: is_acquire_function() in kernel/bpf/verifier.c, 6.12. */
const ACQUIRING_HELPERS = new Set([
	'bpf_sk_lookup_tcp',
	'bpf_sk_lookup_udp',
	'bpf_skc_lookup_tcp',
	'bpf_ringbuf_reserve',
	'bpf_ringbuf_reserve_dynptr',
	'bpf_kptr_xchg',
]);
const OPENING = new Set([
	'bpf_spin_lock',
	'bpf_rcu_read_lock',
	'bpf_preempt_disable',
	'bpf_local_irq_save',
	'bpf_res_spin_lock',
	'bpf_res_spin_lock_irqsave',
]);
const CLOSING = new Set([
	'bpf_spin_unlock',
	'bpf_rcu_read_unlock',
	'bpf_preempt_enable',
	'bpf_local_irq_restore',
	'bpf_res_spin_unlock',
	'bpf_res_spin_unlock_irqrestore',
]);

/** The function that a call names; undefined for calls through pointers. */
export function calleeOf(call: Call): string | undefined {
	return call.callee.kind === 'identifier' ? call.callee.name : undefined;
}

/** What calling `name` does; undefined for what is neither a kfunc nor a helper of the release. */
export function effectOf(catalog: Catalog, name: string): Effect | undefined {
	if (OPENING.has(name)) return 'open';
	if (CLOSING.has(name)) return 'close';
	const kfunc = catalog.kfunc(name);
	if (kfunc) {
		if (kfunc.flags.includes('KF_RELEASE') || kfunc.flags.includes('KF_ITER_DESTROY')) return 'release';
		if (kfunc.flags.includes('KF_ACQUIRE') || kfunc.flags.includes('KF_ITER_NEW')) return 'acquire';
		return 'other';
	}
	if (ACQUIRING_HELPERS.has(name)) return 'acquire';
	const helper = catalog.helper(name);
	if (!helper) return undefined;
	return helper.arguments.some((argument) => argument.includes('OBJ_RELEASE')) ? 'release' : 'other';
}

/** Whether the kernel follows what the function is given or gives: any kfunc, and helpers with objects, locks or results that may be NULL. */
export function isFollowed(catalog: Catalog, name: string): boolean {
	const effect = effectOf(catalog, name);
	if (effect === undefined) return false;
	if (effect !== 'other' || catalog.kfunc(name)) return true;
	return catalog.helper(name)!.returns.includes('OR_NULL') || /PTR_MAYBE_NULL/.test(catalog.helper(name)!.returns);
}
