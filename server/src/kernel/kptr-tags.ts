// The type tags by which a pointer in a map's value becomes a kptr, and what each release takes them for. Facts: btf_find_kptr() of
// kernel/bpf/btf.c, 6.1, 6.12 and 7.2.
import { compareReleases } from './release.js';

export type KptrKind = 'kptr_ref' | 'kptr_untrusted' | 'kptr_percpu' | 'uptr';

/** `kptr` before 6.4 and since are two. */
interface Tag {
	readonly tag: string;
	readonly kind: KptrKind;
	readonly from: string;
	readonly until?: string;
	/** What people write. */
	readonly macro: string;
}

const TAGS: readonly Tag[] = [
	{ tag: 'kptr', kind: 'kptr_untrusted', from: '5.19', until: '6.4', macro: '__kptr' },
	{ tag: 'kptr_ref', kind: 'kptr_ref', from: '5.19', until: '6.4', macro: '__kptr_ref' },
	{ tag: 'kptr', kind: 'kptr_ref', from: '6.4', macro: '__kptr' },
	{ tag: 'kptr_untrusted', kind: 'kptr_untrusted', from: '6.4', macro: '__kptr_untrusted' },
	{ tag: 'percpu_kptr', kind: 'kptr_percpu', from: '6.7', macro: '__percpu_kptr' },
	{ tag: 'uptr', kind: 'uptr', from: '6.13', macro: '__uptr' },
];

/** What a tag that the release does not know does: the field alone is a plain number, or all kptrs of the value, or all its special fields. */
export type Spoils = 'field' | 'kptrs' | 'fields';

/** The release that brought each. 6.18 still loses all fields, 7.2 one; between those nobody looked, and the milder is taken. */
const SPOILS: readonly { readonly from: string; readonly spoils: Spoils }[] = [
	{ from: '6.19', spoils: 'field' },
	{ from: '6.2', spoils: 'fields' },
	{ from: '5.19', spoils: 'kptrs' },
];

/** How a release reads the tags. */
export interface TagReading {
	readonly kinds: ReadonlyMap<string, KptrKind>;
	/** Tags of other releases. */
	readonly unknown: ReadonlySet<string>;
	readonly spoils: Spoils;
	/** Is it a struct of the kernel that a map may not own a reference to? It spoils what an unknown tag does, or did in older releases. */
	readonly refuses?: (struct: string) => boolean;
}

const byRelease = new Map<string, TagReading>();

/** How `release` (`6.12`) reads the tags. */
export function tagReading(release: string): TagReading {
	let known = byRelease.get(release);
	if (!known) {
		const kinds = new Map(TAGS.filter((each) => holds(each, release)).map((each) => [each.tag, each.kind]));
		known = {
			kinds,
			unknown: new Set(TAGS.map((each) => each.tag).filter((tag) => !kinds.has(tag))),
			spoils: SPOILS.find((each) => compareReleases(each.from, release) <= 0)?.spoils ?? 'kptrs',
		};
		byRelease.set(release, known);
	}
	return known;
}

/** What people mean by the tags, whatever release they have in mind: a pointer that owns something, if there ever was such a reading. */
export const AS_MEANT: TagReading = {
	kinds: new Map(
		['kptr_untrusted', 'kptr_ref', 'kptr_percpu', 'uptr'].flatMap((kind) =>
			TAGS.filter((each) => each.kind === kind).map((each) => [each.tag, each.kind] as const),
		),
	),
	unknown: new Set(),
	spoils: 'field',
};

/** What is to be written in `release` for a field of this kind; undefined where the release has none. */
export function macroFor(kind: KptrKind, release: string): string | undefined {
	return TAGS.find((each) => each.kind === kind && holds(each, release))?.macro;
}

/** As people write the tag, and the release that brought its first or, where it was taken out, ended it. */
export function tagHistory(tag: string): { readonly macro: string; readonly from: string; readonly until?: string } | undefined {
	const rows = TAGS.filter((each) => each.tag === tag);
	const [first] = rows;
	const { until } = rows.at(-1) ?? {};
	return first && { macro: first.macro, from: first.from, ...(until === undefined ? {} : { until }) };
}

function holds({ from, until }: Tag, release: string): boolean {
	return compareReleases(from, release) <= 0 && (until === undefined || compareReleases(release, until) < 0);
}
