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
	/** System calls may be attached to by sleepable programs, and their results changed, also where the kernel keeps no list of functions that errors are injected into: 6.12 refuses it, 7.2 does not, and which release brought it is not known. */
	readonly syscallsWithoutList: boolean;
	/** Programs that may run in any context use timers and work queues: 6.18 refuses it. */
	readonly timersAnywhere: boolean;
	/** A dynptr that holds a record may be overwritten while a clone of it still holds that. */
	readonly clonesKeepRecords: boolean;
	/** A node is taken out of its tree by a reference that the program owns, too: 6.18 refuses it. */
	readonly ownedNodes: boolean;
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
	syscallsWithoutList: '6.13',
	timersAnywhere: '6.19',
	clonesKeepRecords: '6.19',
	ownedNodes: '6.19',
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
		syscallsWithoutList: holds('syscallsWithoutList'),
		timersAnywhere: holds('timersAnywhere'),
		clonesKeepRecords: holds('clonesKeepRecords'),
		ownedNodes: holds('ownedNodes'),
	};
}

/**
 * The types of maps that a program which may sleep can use, each with a release from which on it can; where it is not known which release brought
 * it, the first one that may have.
 */
const SLEEPABLE_MAPS: ReadonlyMap<string, string> = new Map([
	...'HASH LRU_HASH ARRAY PERCPU_HASH PERCPU_ARRAY LRU_PERCPU_HASH ARRAY_OF_MAPS HASH_OF_MAPS RINGBUF USER_RINGBUF INODE_STORAGE SK_STORAGE TASK_STORAGE'
		.split(' ')
		.map((type) => [type, '0'] as const),
	...'CGRP_STORAGE QUEUE STACK ARENA'.split(' ').map((type) => [type, '6.2'] as const),
	...'LPM_TRIE PROG_ARRAY INSN_ARRAY'.split(' ').map((type) => [type, '6.19'] as const),
]);

/** May a program that may sleep use a map of this type (`HASH`)? check_map_prog_compatibility() of kernel/bpf/verifier.c. */
export function mayBeSleepable(release: string, mapType: string): boolean {
	const since = SLEEPABLE_MAPS.get(mapType);
	return since !== undefined && compareReleases(release, since) >= 0;
}
