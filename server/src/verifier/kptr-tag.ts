// What a release reads in the type tag of a kptr field. Linux 6.4 gave the tags other names: `__kptr_ref` became `__kptr`, and `__kptr`, until then
// a pointer without a reference, became `__kptr_untrusted`. Facts: btf_find_kptr() of kernel/bpf/btf.c, 6.1 and 6.12.
import { allTags, strip } from '../btf/ctype.js';
import { compareReleases } from '../kernel/release.js';
import type { SpecialField } from './records.js';
import type { Report } from './reporter.js';

const RENAMED = '6.4';

/** The objection of a release to the tag of a field that is to hold a reference; the field is taken as meant from there on. */
export function tagObjection(release: string, field: SpecialField): Omit<Report, 'at'> | undefined {
	const type = strip(field.member.type);
	const tags = type.kind === 'pointer' ? allTags(type.to) : type.kind === 'array' ? pointeeTags(type.of) : [];
	const before = compareReleases(release, RENAMED) < 0;
	if (before && tags.includes('kptr'))
		return {
			rule: 'kptr-tag',
			variant: 'unreferenced',
			verifier: `off=${field.offset} kptr isn't referenced kptr`,
			facts: { tag: '__kptr', replacement: '__kptr_ref', field: field.name },
		};
	if (!before && tags.includes('kptr_ref'))
		return {
			rule: 'kptr-tag',
			variant: 'renamed',
			verifier: 'R1 has no valid kptr',
			facts: { tag: '__kptr_ref', replacement: '__kptr', field: field.name },
		};
	return undefined;
}

function pointeeTags(type: Parameters<typeof strip>[0]): readonly string[] {
	const t = strip(type);
	return t.kind === 'pointer' ? allTags(t.to) : t.kind === 'array' ? pointeeTags(t.of) : [];
}
