// What each name of the text is to BPF: a program, a kfunc, a helper, a map. For semantic highlighting.
import type { Symbol as UnitSymbol } from '../program/model.js';
import type { View } from '../rules/checker.js';
import { occurrencesOf } from './occurrences.js';
import { writtenAs } from './top-level.js';

export type SemanticClass = 'program' | 'subprogram' | 'kfunc' | 'helper' | 'map' | 'global' | 'kernelVariable';

export interface ClassifiedName {
	/** UTF-16 offsets into the main file, `end` exclusive. */
	readonly start: number;
	readonly end: number;
	readonly class: SemanticClass;
	/** It stands where it is declared or defined. */
	readonly declaration: boolean;
	/** The target kernel has announced to take it away, or has done so. */
	readonly deprecated: boolean;
	/** Nothing writes it: a `const` global. */
	readonly readonly: boolean;
}

/** The names that are written in the main file, in order, each once. */
export function classifiedNames(view: View): readonly ClassifiedName[] {
	const { unit } = view;
	const programs = new Set(unit.programs.map((program) => program.name));
	const classes = new Map<string, Pick<ClassifiedName, 'class' | 'deprecated' | 'readonly'> | undefined>();
	const found = new Map<number, ClassifiedName>();
	for (const slice of unit.translation.mainSlices) {
		for (const { name, token, role } of occurrencesOf(slice.parse())) {
			const at = writtenAs(slice.tokens[token]!, view);
			if (!at) continue;
			if (!classes.has(name)) classes.set(name, classify(view, name, programs));
			const kind = classes.get(name);
			if (!kind) continue;
			const declaration = role === 'declaration' || role === 'definition' || found.get(at.start)?.declaration === true;
			found.set(at.start, { start: at.start, end: at.end, ...kind, declaration });
		}
	}
	return [...found.values()].sort((a, b) => a.start - b.start);
}

function classify(view: View, name: string, programs: ReadonlySet<string>) {
	const symbol = view.unit.scope.symbol(name);
	const kind = symbol && classOf(view, symbol, programs);
	if (!kind) return undefined;
	const gone = kind === 'kfunc' && view.catalog.availability(name).state === 'absent';
	const deprecated = gone || (kind === 'kfunc' && view.catalog.deprecation(name) !== undefined);
	return { class: kind, deprecated, readonly: symbol.kind === 'global' && symbol.section.startsWith('.rodata') };
}

function classOf(view: View, symbol: UnitSymbol, programs: ReadonlySet<string>): SemanticClass | undefined {
	switch (symbol.kind) {
		case 'function':
			if (programs.has(symbol.name)) return 'program';
			if (symbol.ksym) return 'kfunc';
			if (symbol.helperId !== undefined || view.catalog.isHelper(symbol.name)) return 'helper';
			return symbol.definition ? 'subprogram' : undefined;
		case 'global':
			if (symbol.map) return 'map';
			return symbol.ksym || symbol.section === '.kconfig' ? 'kernelVariable' : 'global';
		default:
			return undefined;
	}
}
