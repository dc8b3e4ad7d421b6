// "What the verifier sees": the function at the cursor, and below each of its lines what is known there, as text to read beside the source.
import type { FileResult } from '../rules/finding.js';
import { pathTo } from '../rules/fix/tree.js';
import type { Insight } from '../rules/insight.js';
import { groupsAt } from '../rules/state-at.js';
import type { Node } from '../syntax/ast.js';
import type { Spot } from '../verifier/observe.js';
import { hintsOf } from './hints.js';
import { programSummary } from './program-summary.js';
import { programsWords, stateLine, tells } from './state-words.js';
import { itemAt, type TopLevelItem } from './top-level.js';

/** Remarks are broken at this column: half a screen. */
const WIDTH = 80;
/** What a tab counts for, as in the kernel's own sources. */
const TAB = 8;
/** Remarks on deeply nested lines have at least so much room. */
const LEAST_WIDTH = 40;
/** Programs that are told of one by one; of a helper function that hundreds of programs run, these stand for all. */
const LISTED_PROGRAMS = 8;

/** What is told below a line. */
interface Remark {
	/** Where what it is about ends, for the order: an argument comes before the call. */
	readonly offset: number;
	readonly text: string;
}

/** A value at its place: `held` at `held = bpf_task_acquire(task)`. */
interface Labelled {
	readonly label: string;
	/** UTF-16, into the main file. */
	readonly start: number;
	readonly end: number;
	/** One line for each state, in plain words. */
	readonly states: readonly string[];
}

/**
 * The view for an offset (UTF-16, into the main file).
 *
 * @param kernel The target, as the settings have it.
 */
export function functionView(insight: Insight, result: FileResult, kernel: string, offset: number): string {
	const item = itemAt(insight, offset);
	const functions = insight.unit.functions.filter((fn) => item?.slices.includes(fn.slice)).map((fn) => fn.name);
	if (!item || functions.length === 0)
		return '// Put the cursor into a function: what the verifier knows at each of its lines will stand here.\n';
	const programs = insight.unit.programs.filter((program) =>
		functions.some((name) => insight.programsReaching(name).some((one) => one.name === program.name)),
	);
	const name = programs.find((program) => functions.includes(program.name))?.name ?? functions[0]!;
	const head = [`What the verifier of Linux ${kernel} sees of ${name}`];
	if (programs.length === 0) return `${comment([...head, '', 'No program of this file runs it.'], '')}\n${text(insight, item)}\n`;
	const verdicts = result.programs.filter((one) => programs.some((program) => program.name === one.name));
	for (const verdict of verdicts.slice(0, LISTED_PROGRAMS)) head.push(`${verdict.name}: ${programSummary(verdict, result, insight)}`);
	if (verdicts.length > LISTED_PROGRAMS) head.push(`and ${verdicts.length - LISTED_PROGRAMS} more programs`);
	const remarks = collectRemarks(insight, result, item, functions);
	return `${comment(head, '')}\n\n${annotated(text(insight, item), item.start, remarks, insight)}`;
}

function text({ layout }: Insight, { start, end }: TopLevelItem): string {
	return layout.text.slice(layout.lineStart(start), end);
}

/** The lines of a text with the remarks below those that they belong to. */
function annotated(source: string, start: number, remarks: ReadonlyMap<number, readonly Remark[]>, { layout }: Insight): string {
	let line = layout.lineAt(start);
	let out = '';
	for (const code of source.split(/\r?\n/)) {
		out += `${code}\n`;
		const told = [...(remarks.get(line++) ?? [])].sort((a, b) => a.offset - b.offset).flatMap((remark) => remark.text.split('\n'));
		if (told.length > 0) out += `${comment(told, /^\s*/.exec(code)![0])}\n`;
	}
	return out;
}

/** Lines as a comment, broken where they are long; what is broken off stands further in. */
function comment(lines: readonly string[], indent: string): string {
	const width = Math.max(LEAST_WIDTH, WIDTH - indent.replaceAll('\t', ' '.repeat(TAB)).length - '// '.length);
	return lines
		.flatMap((line) => {
			const broken: string[] = [];
			let rest = plain(line);
			while (rest.length > width) {
				const at = rest.lastIndexOf(' ', width);
				if (at <= 0) break;
				broken.push(rest.slice(0, at));
				rest = `    ${rest.slice(at + 1)}`;
				if (at <= 4) break;
			}
			return [...broken, rest];
		})
		.map((line) => `${indent}// ${line}`.trimEnd())
		.join('\n');
}

const plain = (markdown: string): string => markdown.replaceAll('`', '').replaceAll('**', '');

function collectRemarks(insight: Insight, result: FileResult, item: TopLevelItem, functions: readonly string[]): Map<number, Remark[]> {
	const { layout } = insight;
	const remarks = new Map<number, Remark[]>();
	const add = (offset: number, words: string): void => {
		const line = layout.lineAt(offset);
		const there = remarks.get(line) ?? [];
		if (!there.some((one) => one.text === words)) there.push({ offset, text: words });
		remarks.set(line, there);
	};
	// A variable of which nothing new is known since it was told of is not told of again.
	const told = new Map<string, string>();
	for (const { label, end, states } of labelledValues(insight, functions)) {
		const words = states.length === 1 ? `${label}: ${states[0]}` : [`${label}:`, ...states.map((state) => `  - ${state}`)].join('\n');
		if (told.get(label) === words) continue;
		told.set(label, words);
		add(end, words);
	}
	for (const { offset, label } of hintsOf(insight, new Set(['return', 'readSection']), item.start, item.end)) add(offset, label);
	for (const { at, message, verifier } of result.findings) {
		if (at.path !== result.path || at.start < item.start || at.end > item.end) continue;
		add(at.end, `>>> ${message}${verifier ? `\n    verifier: ${verifier}` : ''}`);
	}
	return remarks;
}

/** What is worth telling of the values in these functions, in the order of the text. */
function labelledValues(insight: Insight, functions: readonly string[]): Labelled[] {
	const found: Labelled[] = [];
	for (const spot of spotsIn(insight, functions)) {
		const place = insight.place(spot);
		const at = place && insight.layout.exact(place.slice, place);
		const label = at && labelOf(spot, insight);
		if (!label) continue;
		const groups = groupsAt(insight, spot).filter(({ states }) => states.some(tells));
		if (groups.length === 0) continue;
		const states = groups.flatMap((group) =>
			group.states.map((state) => plain(stateLine(state, false)) + (groups.length > 1 ? ` (${programsWords(group.programs)})` : '')),
		);
		found.push({ label, start: at.start, end: at.end, states });
	}
	// What an assignment gives its variable is told of the variable, and not of the expression once more.
	return found
		.filter((one) => !found.some((other) => other !== one && contains(other, one) && sameStates(other, one)))
		.sort((a, b) => a.end - b.end || b.start - a.start);
}

const contains = (outer: Labelled, inner: Labelled): boolean => outer.start <= inner.start && outer.end >= inner.end;
const sameStates = (a: Labelled, b: Labelled): boolean => a.states.join('\n') === b.states.join('\n');

/** Every place of these functions at which some program was seen to have a value. */
function spotsIn(insight: Insight, functions: readonly string[]): Iterable<Spot> {
	const spots = new Map<string, Spot>();
	for (const name of functions) {
		for (const program of insight.programsReaching(name)) {
			for (const { spot, pointer, sightings } of insight.observations(program).values) {
				// Of anything else than a pointer the machine has the address, which is no news, unless the kernel keeps a state of its own in it.
				const telling = pointer || sightings.some(({ kind }) => kind === 'iterator' || kind === 'dynptr-slot');
				if (telling && spot.function === name) spots.set(`${name}:${spot.first}:${spot.last}`, spot);
			}
		}
	}
	return spots.values();
}

/** What the nodes that a value may stand at have between them. */
interface AnyExpression {
	readonly kind: string;
	readonly nameToken: number;
	readonly target: Node;
}

/** What a person calls the value: the variable that gets it, or the expression as it is written. Undefined for what is no news (an address). */
function labelOf(spot: Spot, insight: Insight): string | undefined {
	const definition = insight.function(spot.function)?.definition;
	const place = insight.place(spot);
	if (!definition || !place) return undefined;
	const path = pathTo(definition, spot.first, spot.last) as (Node & Partial<AnyExpression>)[];
	const node = path.at(-1)!;
	const outer = path.at(-2);
	const { layout } = insight;
	switch (node.kind) {
		case undefined: {
			// A declarator or a parameter.
			const token = node.nameToken ?? ('type' in node && 'name' in node ? node.last : undefined);
			return token === undefined ? undefined : place.slice.tokens[token]?.text;
		}
		case 'assignment':
			return layout.source(place.slice, node.target!);
		case 'identifier':
		case 'member':
		case 'call':
			if (outer?.kind === 'address-of' || outer?.target === node) return undefined;
			return insight.unit.scope.symbol(layout.source(place.slice, node))?.kind === 'function'
				? undefined
				: layout.source(place.slice, node);
		default:
			return undefined;
	}
}
