// A reference from its acquire to its end: where it is acquired, used, given back, and the returns that leak it.
import type { Program } from '../program/model.js';
import type { TextRange } from '../rules/finding.js';
import { pathTo } from '../rules/fix/tree.js';
import type { Insight } from '../rules/insight.js';
import { show } from '../rules/places.js';
import { programsAt, spotsAt } from '../rules/state-at.js';
import type { Site, Spot } from '../verifier/observe.js';

export interface ReferenceMark {
	readonly at: TextRange;
	readonly kind: 'acquire' | 'use' | 'release' | 'leak';
}

/** The programs that have to be asked for the marks at an offset. */
export function programsWithMarks(insight: Insight, offset: number): Iterable<Program> {
	const reaching = programsAt(insight, offset);
	// Without an expression it may be the return that leaks, which every program has to be asked of.
	return reaching.size > 0 ? reaching : insight.unit.programs;
}

/** The marks of the references at an offset: those that the expression there may hold, or that the call or return there acquires, releases or leaks. */
export function referenceMarks(insight: Insight, offset: number): ReferenceMark[] {
	const marks = new Map<string, ReferenceMark>();
	const add = (kind: ReferenceMark['kind'], at: TextRange | undefined): void => {
		if (!at) return;
		const key = `${at.start}:${at.end}`;
		if (!marks.has(key)) marks.set(key, { at, kind });
	};
	const values = spotsAt(insight, offset).map(({ value }) => value);
	for (const program of programsWithMarks(insight, offset)) {
		const seen = insight.observations(program);
		for (const site of sitesAt(insight, program, values, offset)) {
			add('acquire', insight.show(site.spot)?.at);
			for (const spot of seen.releases.get(site) ?? []) add('release', insight.show(spot)?.at);
			for (const at of leaksOf(insight, program, site)) add('leak', at);
			for (const { spot, sightings } of seen.values) {
				if (sightings.some((sighting) => sighting.reference?.site === site)) add('use', variableAt(insight, spot));
			}
		}
	}
	return [...marks.values()].sort((a, b) => a.at.start - b.at.start);
}

function sitesAt(insight: Insight, program: Program, values: readonly Spot[], offset: number): Set<Site> {
	const seen = insight.observations(program);
	const sites = new Set<Site>();
	for (const value of values) {
		for (const { reference } of seen.valueAt(value)?.sightings ?? []) if (reference) sites.add(reference.site);
	}
	if (sites.size > 0) return sites;
	// The name of what gives it back stands for the reference too; the acquire's does so by the value of the call.
	const called = (spot: Spot) => values.some((value) => value.function === spot.function && value.first === spot.first);
	for (const [site, spots] of seen.releases) if (spots.some(called)) sites.add(site);
	const within = (at: TextRange | undefined) => at !== undefined && at.start <= offset && offset <= at.end;
	for (const site of seen.sites) if (leaksOf(insight, program, site).some(within)) sites.add(site);
	return sites;
}

/** The returns, or other ways out, at which the analysis objects to the reference. */
function leaksOf(insight: Insight, program: Program, { spot }: Site): TextRange[] {
	const place = insight.place(spot);
	return insight.violations.flatMap(({ rule, program: found, reference, leaks }) => {
		if (rule !== 'unreleased-reference' || found.name !== program.name || !place) return [];
		const { slice, first, last } = reference?.acquired ?? {};
		if (slice !== place.slice || first !== place.first || last !== place.last) return [];
		return (leaks ?? []).flatMap((leak) => {
			const shown = show(leak, insight.layout.translation);
			return shown?.inMain ? [shown.at] : [];
		});
	});
}

/** The variable or member that is read or written at a spot; undefined for calls, casts and whatever else computes. */
function variableAt(insight: Insight, spot: Spot): TextRange | undefined {
	const definition = insight.function(spot.function)?.definition;
	const node = definition && pathTo(definition, spot.first, spot.last).find((one) => one.first === spot.first && one.last === spot.last);
	switch (node?.kind) {
		case undefined: {
			const name = (node as { nameToken?: number } | undefined)?.nameToken;
			return name === undefined ? undefined : insight.show({ ...spot, first: name, last: name })?.at;
		}
		case 'assignment': {
			const { first, last } = (node as unknown as { target: { first: number; last: number } }).target;
			return insight.show({ ...spot, first, last })?.at;
		}
		case 'identifier':
		case 'member':
		case 'index':
		case 'dereference':
			return insight.show(spot)?.at;
		default:
			return undefined;
	}
}
