// Rules of the verifier that changed between releases and that no single entity of a catalog carries: each with the release that brought it.
// Facts: kernel/bpf/verifier.c of 6.12, 7.2 and 7.3, and the releases' histories.
import { compareReleases } from './release.js';

export interface Semantics {
	/** bpf_rcu_read_lock() sections nest, and only the outermost unlock ends them. */
	readonly nestedReadSections: boolean;
	/** Every kfunc asks for trusted arguments, as KF_TRUSTED_ARGS did before. */
	readonly trustedArguments: boolean;
	/** An object that a kfunc returns is trusted without being acquired. */
	readonly trustedResults: boolean;
	/** A lookup in an array by a key that is known to lie in it finds its element. */
	readonly knownElements: boolean;
	/** Whether a global function may sleep is told from what it calls; before, none may be called with preemption or interrupts off. */
	readonly globalSleeps: boolean;
	/** Pages of an arena may be taken and given back under a lock. */
	readonly arenasUnderLock: boolean;
	/** A stream may be written under a lock: 6.18 refuses it. */
	readonly streamsUnderLock: boolean;
	/** bpf_kptr_xchg() may be called under a lock: 6.18 refuses it. */
	readonly exchangeUnderLock: boolean;
	/** Disabled preemption and interrupts are read sections too, and RCU pointers are lost where the last region of any kind ends. */
	readonly everyRegionProtects: boolean;
}

const SINCE: Readonly<Record<keyof Semantics, string>> = {
	nestedReadSections: '6.19',
	trustedArguments: '7.0',
	trustedResults: '7.0',
	knownElements: '6.14',
	globalSleeps: '6.15',
	arenasUnderLock: '6.18',
	streamsUnderLock: '6.19',
	exchangeUnderLock: '6.19',
	everyRegionProtects: '7.3',
};

/** What holds in a release (`6.12`). */
export function semanticsOf(release: string): Semantics {
	const holds = (rule: keyof Semantics): boolean => compareReleases(release, SINCE[rule]) >= 0;
	return {
		nestedReadSections: holds('nestedReadSections'),
		trustedArguments: holds('trustedArguments'),
		trustedResults: holds('trustedResults'),
		knownElements: holds('knownElements'),
		globalSleeps: holds('globalSleeps'),
		arenasUnderLock: holds('arenasUnderLock'),
		streamsUnderLock: holds('streamsUnderLock'),
		exchangeUnderLock: holds('exchangeUnderLock'),
		everyRegionProtects: holds('everyRegionProtects'),
	};
}
