// What the analysis saw, as short words beside the text: references that are acquired, those still held at a return, trust that a load loses, and how far
// a read section goes.
import type { Insight } from '../rules/insight.js';
import type { Observations, Site, Spot } from '../verifier/observe.js';

export const HINT_KINDS = ['acquire', 'return', 'trust', 'readSection'] as const;
export type HintKind = (typeof HINT_KINDS)[number];

export interface Hint {
	readonly kind: HintKind;
	/** UTF-16, into the main file: the hint stands behind what ends here. */
	readonly offset: number;
	readonly label: string;
	/** More of it, as Markdown. */
	readonly tooltip: string;
}

/** The hints between two offsets, of the kinds that are wanted, in the order of the text. What several programs say alike is said once. */
export function hintsOf(insight: Insight, wanted: ReadonlySet<HintKind>, start: number, end: number): Hint[] {
	const found = new Map<string, Hint>();
	const numbers = numbersBySite(insight);
	const numbersOf = (site: Site) => numbers.get(keyOf(site))!;
	const add = (kind: HintKind, spot: Spot, label: string, tooltip: string): void => {
		const at = insight.show(spot)?.at;
		if (at && at.end >= start && at.end <= end) found.set(`${at.end}:${label}`, { kind, offset: at.end, label, tooltip });
	};
	for (const program of insight.unit.programs) {
		const seen = insight.observations(program);
		if (wanted.has('acquire')) for (const site of seen.sites) add('acquire', site.spot, numbersOf(site), acquireWords(site));
		if (wanted.has('return')) addReturns(seen, insight, numbersOf, (spot, label, tooltip) => add('return', spot, label, tooltip));
		if (wanted.has('trust'))
			for (const { spot, words } of seen.trustLost)
				add('trust', spot, 'trust lost', `The object that was followed is safe to use. What was loaded from it is: ${words}.`);
		if (wanted.has('readSection')) addSections(seen, insight, (spot, label, tooltip) => add('readSection', spot, label, tooltip));
	}
	return [...found.values()].sort((a, b) => a.offset - b.offset);
}

/** Numbers that a reference is called by; one that has more goes without. */
const TOLD_NUMBERS = 2;

const keyOf = ({ spot, by }: Site): string => `${spot.function}:${spot.first}:${spot.last}:${by}`;

/** `#1`, or `#1/#2` where the number depends on the path or the program; `acquired` where it depends too much. */
function numbersBySite(insight: Insight): Map<string, string> {
	const numbers = new Map<string, Set<number>>();
	for (const program of insight.unit.programs) {
		for (const site of insight.observations(program).sites) {
			const known = numbers.get(keyOf(site)) ?? new Set();
			for (const number of site.numbers) known.add(number);
			numbers.set(keyOf(site), known);
		}
	}
	const words = (known: Set<number>) =>
		known.size > TOLD_NUMBERS
			? 'acquired'
			: [...known]
					.sort((a, b) => a - b)
					.map((number) => `#${number}`)
					.join('/');
	return new Map([...numbers].map(([key, known]) => [key, words(known)]));
}

function acquireWords({ by, struct, releasedBy }: Site): string {
	const to = struct ? ` to \`struct ${struct}\`` : '';
	const release = releasedBy[0] ? `, to be given back by \`${releasedBy[0]}()\`` : '';
	return `\`${by}()\` acquires a reference${to}${release}.`;
}

type Add = (spot: Spot, label: string, tooltip: string) => void;

function addReturns(seen: Observations, insight: Insight, numbersOf: (site: Site) => string, add: Add): void {
	for (const { spot, leavesProgram, held } of seen.returns) {
		if (held.size === 0) continue;
		const names = [...held].map(([site, { holder }]) => (holder ? `${holder} (${numbersOf(site)})` : numbersOf(site)));
		const always = [...held.values()].every((one) => one.always);
		const lines = [...held.keys()].map((site) => {
			const line = insight.line(site.spot);
			return `- ${numbersOf(site)} of \`${site.by}()\`${line === undefined ? '' : `, line ${line}`}`;
		});
		const what = leavesProgram ? 'The program ends here and still holds' : 'The function returns here and still holds';
		add(spot, `${always ? 'holds' : 'may hold'} ${names.join(', ')}`, `${what}${always ? '' : ', on some paths'}:\n\n${lines.join('\n')}`);
	}
}

function addSections(seen: Observations, insight: Insight, add: Add): void {
	for (const { begin, ends } of seen.sections) {
		const lines = [...new Set(ends.flatMap((end) => insight.line(end) ?? []))].sort((a, b) => a - b);
		const from = insight.line(begin);
		const to = lines.length === 0 ? 'without end' : `to line${lines.length > 1 ? 's' : ''} ${lines.join(', ')}`;
		const inside = 'Pointers that RCU protects may be used as trusted ones only inside of it.';
		add(begin, `read section ${to}`, lines.length === 0 ? 'The RCU read section is not left in this function.' : inside);
		if (from !== undefined) for (const end of ends) add(end, `read section from line ${from}`, inside);
	}
}
