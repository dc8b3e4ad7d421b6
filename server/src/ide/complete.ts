// Completion: what BPF has to offer at the cursor, and nothing that any C server would.
import type { CheckOptions, View } from '../rules/checker.js';
import { targetCatalogs } from '../rules/target.js';
import { completeFlags, completeParameters } from './complete-argument.js';
import { beginsFunction, completeFunctions, completeReleases } from './complete-function.js';
import { completeMaps } from './complete-map.js';
import { completeSection } from './complete-section.js';
import { cursorAt } from './cursor.js';
import { liveReferences } from './live-references.js';
import type { Suggestions } from './suggestion.js';

export interface CompleteOptions {
	readonly check: CheckOptions;
	/** clangd completes what the text declares. */
	readonly besideClangd: boolean;
	readonly snippets: boolean;
	/** A section's or an argument's begin was typed, and nobody asked for more than what belongs there. */
	readonly triggered?: boolean;
	/** Views a changed text of the same file. */
	readonly look: (text: string) => View | undefined;
}

/** The suggestions at a UTF-16 offset; undefined where C is all there is. */
export function complete(view: View, offset: number, options: CompleteOptions): Suggestions | undefined {
	const cursor = cursorAt(view, offset);
	const { besideClangd, snippets, check, triggered = false } = options;
	if (cursor.string) return completeSection(view, cursor, check.btf);
	const { start, end, place, call } = cursor;
	const functions = () =>
		completeFunctions(view, cursor, {
			skipDeclared: besideClangd,
			snippets,
			earlier: targetCatalogs(check.kernel, check.kernelConfig).slice(0, -1),
		});
	const at = (items: Suggestions['items']): Suggestions | undefined => (items.length > 0 ? { start, end, items } : undefined);
	/** Which functions are offered is decided anew with every letter: editors match too loosely. */
	const again = (items: Suggestions['items']): Suggestions | undefined => at(items) && { start, end, items, incomplete: true };
	if (place === 'nowhere' || /^\d/.test(cursor.typed)) return undefined;
	const parameters = completeParameters(view, cursor, check.btf, snippets);
	if (parameters.length > 0) return at(parameters);
	if (triggered) return at(completeFlags(view, cursor, besideClangd));
	switch (place) {
		case 'top level':
			// Other words begin declarations of C.
			return call || !/^(?:m|$)/i.test(cursor.typed) ? undefined : at(completeMaps(view, snippets));
		case 'members':
			return at(completeFlags(view, cursor, besideClangd));
		case 'statement':
			if (!beginsFunction(view, cursor)) return undefined;
			return again([...completeReleases(view, cursor, liveReferences(view, cursor, options.look)), ...functions()]);
		case 'expression': {
			const flags = completeFlags(view, cursor, besideClangd);
			return again([...flags, ...(cursor.typed === '' ? [] : functions())]);
		}
		default:
			return undefined;
	}
}
