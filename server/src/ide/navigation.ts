// From a name in the text to where it is declared and used: functions, kfunc declarations, maps and other globals; from a section to the kernel's
// type behind it.
import { parseSection } from '../program/section.js';
import type { View } from '../rules/checker.js';
import type { TextRange } from '../rules/finding.js';
import { tokensAt } from '../syntax/source-map.js';
import { type Token, TokenKind } from '../syntax/token.js';
import type { NameSpace } from '../syntax/unit.js';
import { type Occurrence, occurrencesOf } from './occurrences.js';
import { enclosingCall, textTokens, tokenIndexAt } from './text-tokens.js';
import { shownAt } from './top-level.js';

export interface NamedRange {
	readonly name: string;
	/** UTF-16 offsets into the main file, `end` exclusive. */
	readonly start: number;
	readonly end: number;
}

/** The name of file scope at an offset: that of a function, map or other global. Locals, members, types and macros are none. */
export function nameAt(view: View, at: number): NamedRange | undefined {
	// Behind a word's last letter, the word is meant and not what follows it.
	const offset = /^\w\W/.test(view.layout.text.slice(at - 1, at + 1)) ? at - 1 : at;
	const found = tokensAt(view.unit.translation, offset);
	for (const { slice, index } of found) {
		const occurrence = occurrencesOf(slice.parse()).find((each) => each.token === index);
		if (occurrence && isNavigable(view, occurrence.name)) {
			const { start, end } = view.layout.spelled(slice.tokens[index]!)!;
			return { name: occurrence.name, start, end };
		}
	}
	if (found.length > 0) return undefined;
	// What a macro turned into a string, or what is compiled out, is in no slice, and still a name.
	const tokens = textTokens(view);
	const token = tokens[tokenIndexAt(tokens, offset)];
	if (token?.kind !== TokenKind.Identifier || !isNavigable(view, token.text)) return undefined;
	return { name: token.text, start: token.start, end: token.end };
}

function isNavigable(view: View, name: string): boolean {
	const symbol = view.unit.scope.symbol(name);
	return symbol?.kind === 'function' || symbol?.kind === 'global';
}

/** Every place that declares or defines a name. */
export function declarationsOf(view: View, name: string): readonly TextRange[] {
	const slices = view.unit.translation.lookup(name, 'ordinary');
	return occurrencesIn(view, name, slices).flatMap(({ role, at }) => (isDeclaring(role) ? [at] : []));
}

/** Where a name is defined, or, where the unit has no definition, every place that declares it. */
export function definitionsOf(view: View, name: string): readonly TextRange[] {
	const declared = occurrencesIn(view, name, view.unit.translation.lookup(name, 'ordinary')).filter(({ role }) => isDeclaring(role));
	const definitions = declared.filter(({ role }) => role === 'definition');
	return distinct((definitions.length > 0 ? definitions : declared).map(({ at }) => at));
}

/** Every place of the main file that names it, and the declarations in headers. */
export function referencesTo(view: View, name: string, withDeclarations: boolean): readonly TextRange[] {
	const { translation } = view.unit;
	const elsewhere = translation.lookup(name, 'ordinary').filter((slice) => !slice.inMain);
	const all = occurrencesIn(view, name, [...elsewhere, ...translation.mainSlices]);
	const declared = new Set(all.filter(({ role }) => isDeclaring(role)).map(({ at }) => key(at)));
	// A macro such as BPF_PROG declares a name, and uses it, by one and the same word.
	return distinct(all.filter(({ at }) => withDeclarations || !declared.has(key(at))).map(({ at }) => at));
}

function isDeclaring(role: Occurrence['role']): boolean {
	return role === 'declaration' || role === 'definition';
}

function occurrencesIn(view: View, name: string, slices: View['unit']['translation']['mainSlices']) {
	return slices.flatMap((slice) =>
		occurrencesOf(slice.parse())
			.filter((each) => each.name === name)
			.flatMap(({ token, role }) => {
				const at = shownAt(slice.tokens[token]!, view);
				return at ? [{ at, role }] : [];
			}),
	);
}

function key({ path, start, end }: TextRange): string {
	return `${start}:${end}:${path}`;
}

function distinct(ranges: readonly TextRange[]): TextRange[] {
	return [...new Map(ranges.map((range) => [key(range), range])).values()];
}

/**
 * The kernel's type behind the section at an offset: a tracepoint's prototype (`btf_trace_x`), an iterator's context (`struct bpf_iter__x`). Undefined where
 * the offset is in no section, empty where the headers have no such type.
 */
export function sectionDefinitions(view: View, offset: number): readonly TextRange[] | undefined {
	const tokens = textTokens(view);
	const index = tokenIndexAt(tokens, offset);
	const token = tokens[index];
	if (token?.kind !== TokenKind.String || enclosingCall(tokens, index)?.name !== 'SEC') return undefined;
	const section = parseSection(token.text.slice(1, -1), view.catalog.sections);
	if (section.target === undefined) return [];
	if (section.attachType === 'TRACE_RAW_TP') return typeRanges(view, `btf_trace_${section.target}`, 'ordinary');
	if (section.attachType === 'TRACE_ITER') return typeRanges(view, `bpf_iter__${section.target}`, 'tag');
	return [];
}

function typeRanges(view: View, name: string, space: NameSpace): readonly TextRange[] {
	return view.unit.translation.lookup(name, space).flatMap((slice) => {
		const token = slice.tokens.find((each: Token) => each.text === name);
		const at = token && shownAt(token, view);
		return at ? [at] : [];
	});
}
