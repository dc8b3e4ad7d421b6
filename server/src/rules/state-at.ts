// The state at the cursor: what the verifier knows of the expression there, for each program that comes by and path by path where paths differ.
import type { Place, Program } from '../program/model.js';
import type { Expression, FunctionDefinition, Node } from '../syntax/ast.js';
import { tokensAt } from '../syntax/source-map.js';
import { ZERO } from '../verifier/describe-value.js';
import type { Branch, Sighting, Spot } from '../verifier/observe.js';
import { branchWords } from './branch-words.js';
import type { KnownByPrograms, KnownState, StateAnswer } from './checker.js';
import { pathTo } from './fix/tree.js';
import type { Insight } from './insight.js';

/** An expression under the cursor. */
export interface ExpressionSpot {
	/** Where its value is known. */
	readonly value: Spot;
	/** What a person takes it for: the variable of an assignment. */
	readonly shown: Place;
}

/** The expressions at an offset (UTF-16, into the main file). A macro's argument that the body uses several times gives several. */
export function spotsAt({ unit }: Insight, offset: number): ExpressionSpot[] {
	return tokensAt(unit.translation, offset).flatMap(({ slice, index }) => {
		const fn = unit.functions.find((one) => one.slice === slice);
		const target = fn?.definition && expressionAt(fn.definition, index);
		if (!fn || !target) return [];
		const { first, last } = target.value;
		return [{ value: { function: fn.name, first, last }, shown: { slice, first: target.shown.first, last: target.shown.last } }];
	});
}

/** The programs that come by what stands at an offset (UTF-16, into the main file). */
export function programsAt(insight: Insight, offset: number): Set<Program> {
	return new Set(spotsAt(insight, offset).flatMap(({ value }) => insight.programsReaching(value.function)));
}

/** @param offset UTF-16, into the main file. */
export function stateAt(insight: Insight, offset: number): StateAnswer | undefined {
	const { layout } = insight;
	for (const { value, shown } of spotsAt(insight, offset)) {
		const groups = groupsAt(insight, value);
		const [first] = groups;
		const range = layout.outer(shown.slice, shown);
		if (!first || !range) continue;
		return {
			expression: layout.source(shown.slice, shown),
			start: range.start,
			end: range.end,
			states: [...new Set(first.states.map((state) => state.verifier))],
			program: first.programs[0]!,
			groups,
		};
	}
	return undefined;
}

/** What is known at a place, the programs that come by taken together where they know the same. */
export function groupsAt(insight: Insight, value: Spot): KnownByPrograms[] {
	const groups = new Map<string, { programs: string[]; states: readonly KnownState[]; incomplete?: string }>();
	for (const program of insight.programsReaching(value.function)) {
		const seen = insight.observations(program).valueAt(value);
		if (!seen) continue;
		const states = merged(seen.sightings.map((sighting) => known(sighting, seen.pointer, insight)));
		const report = insight.reports.find((one) => one.program.name === program.name);
		const incomplete = seen.cut ? 'there are more' : report?.verdict === 'unknown' ? report.reason : undefined;
		const key = JSON.stringify([states, incomplete]);
		const group = groups.get(key);
		if (group) group.programs.push(program.name);
		else groups.set(key, { programs: [program.name], states, ...(incomplete === undefined ? {} : { incomplete }) });
	}
	return [...groups.values()];
}

/** The expression that a token stands for, and the one whose value is looked at where that is another: the declarator's tokens for its name. */
function expressionAt(definition: FunctionDefinition, token: number): { value: Node; shown: Node } | undefined {
	const path = pathTo(definition, token, token);
	const node = path.at(-1)!;
	const parent = path.at(-2);
	const outer = parent as Expression | undefined;
	switch (node.kind) {
		case undefined: {
			// A declarator or parameter: its name stands for the value that it has been given.
			if (node === definition.declarator || node === (definition as Node)) return undefined;
			const name = (node as Node & { nameToken?: number }).nameToken ?? ('type' in node && 'name' in node ? node.last : undefined);
			return name === token ? { value: node, shown: { first: token, last: token } } : undefined;
		}
		case 'identifier':
			if (outer?.kind === 'call' && outer.callee === node) return { value: outer, shown: outer };
			// The name that is assigned to stands for what it gets.
			if (outer?.kind === 'assignment' && outer.target === node) return { value: outer, shown: node };
			if (outer?.kind === 'address-of') return { value: node, shown: outer };
			return { value: node, shown: node };
		case 'address-of':
			return { value: (node as Expression & { kind: 'address-of' }).operand, shown: node };
		case 'member':
		case 'index':
		case 'dereference':
			if (outer?.kind === 'assignment' && outer.target === node) return { value: outer, shown: node };
			return { value: node, shown: outer?.kind === 'address-of' ? outer : node };
		case 'call':
		case 'cast':
		case 'binary':
		case 'assignment':
		case 'conditional':
		case 'inc-dec':
		case 'statement-expression':
			return { value: node, shown: node };
		default:
			return undefined;
	}
}

const KINDS = {
	pointer: 'pointer',
	scalar: 'number',
	iterator: 'slot',
	'dynptr-slot': 'slot',
	'irq-flag': 'slot',
	unknown: 'unknown',
} as const;

function known({ described, words, reference, where, kind }: Sighting, pointer: boolean, insight: Insight): KnownState {
	const site = reference?.site;
	const line = site && insight.line(site.spot);
	return {
		kind: KINDS[kind === 'scalar' && pointer ? 'pointer' : kind],
		words: pointer && words === ZERO ? 'NULL' : words,
		verifier: described,
		...(reference && site
			? { reference: { numbers: [reference.number], by: site.by, releasedBy: site.releasedBy, ...(line === undefined ? {} : { line }) } }
			: {}),
		where: where.flatMap((branch) => whereWords(branch, insight)),
	};
}

/** States that differ in nothing but the number of their reference are one: how many came before it is no matter of this place. */
function merged(states: readonly KnownState[]): KnownState[] {
	const found: KnownState[] = [];
	for (const state of states) {
		const same = found.findIndex(
			({ words, reference }) => words === state.words && reference?.by === state.reference?.by && reference?.line === state.reference?.line,
		);
		const other = found[same];
		if (!other) found.push(state);
		else if (other.reference && state.reference) {
			const numbers = [...new Set([...other.reference.numbers, ...state.reference.numbers])].sort((a, b) => a - b);
			found[same] = { ...other, reference: { ...other.reference, numbers }, where: [] };
		}
	}
	return found;
}

/** "`held` is NULL (line 17)" */
function whereWords({ spot, taken, pointer }: Branch, insight: Insight): string[] {
	const place = insight.place(spot);
	const line = insight.line(spot);
	if (!place || line === undefined) return [];
	const words = branchWords(place, taken, pointer, insight.layout) ?? `the condition is ${taken}`;
	return [`${words} (line ${line})`];
}
