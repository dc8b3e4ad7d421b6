// Rules of the verifier that changed between releases and that no single entity of a catalog carries: each with the release that brought it.
// Facts: kernel/bpf/verifier.c of 6.12 and 7.2, and the releases' histories.
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
}

const SINCE: Readonly<Record<keyof Semantics, string>> = {
	nestedReadSections: '6.19',
	trustedArguments: '7.0',
	trustedResults: '7.0',
	knownElements: '6.14',
};

/** What holds in a release (`6.12`). */
export function semanticsOf(release: string): Semantics {
	const holds = (rule: keyof Semantics): boolean => compareReleases(release, SINCE[rule]) >= 0;
	return {
		nestedReadSections: holds('nestedReadSections'),
		trustedArguments: holds('trustedArguments'),
		trustedResults: holds('trustedResults'),
		knownElements: holds('knownElements'),
	};
}
