// Builds the program's view of a translation unit: its functions, globals, maps and BPF programs. Names out of headers are resolved when
// somebody asks for them, through the scope.

import { BtfError } from '../btf/btf-error.js';
import { openBtf } from '../btf/btf-file.js';
import { builtinTypes } from '../btf/builtin-types.js';
import { strip } from '../btf/ctype.js';
import { chainSources, type TypeSource } from '../btf/type-source.js';
import type { Catalog } from '../kernel/catalog.js';
import type { Expression, TopLevel } from '../syntax/ast.js';
import { writtenAt } from '../syntax/macro-expander.js';
import { placed } from '../syntax/source-map.js';
import { TokenKind } from '../syntax/token.js';
import type { Included, Problem, Slice, TranslationUnit } from '../syntax/unit.js';
import type { FunctionSymbol, GlobalSymbol, MapSymbol, Program, RodataValues, Unit } from './model.js';
import { isProgramSection, parseSection } from './section.js';
import { unitScope } from './shared-scope.js';

export interface BuildOptions {
	/** A BTF file, as `openBtf` takes it; one that cannot be read gives a problem, and the other sources serve. */
	readonly btf?: string | undefined;
	/** Further sources of types that the text does not define, in order, behind `btf`. The built-in table comes after them. */
	readonly types?: readonly TypeSource[];
	/** False leaves the built-in table out. */
	readonly builtinTypes?: boolean;
	/** `any` unless told. */
	readonly rodata?: RodataValues | undefined;
}

/** The unit with its programs. `catalog` gives the section table, and the prototypes of helpers and kfuncs that no header declares. */
export function buildUnit(translation: TranslationUnit, catalog: Catalog, options: BuildOptions = {}): Unit {
	const problems: Problem[] = [];
	const others = [
		...btfSource(options.btf, translation, problems),
		...(options.types ?? []),
		...(options.builtinTypes === false ? [] : [builtinTypes(translation.directives.some(isUserInclude) ? 'user' : 'vmlinux')]),
	];
	const scope = unitScope(translation, catalog, chainSources(others), others);
	const functions: FunctionSymbol[] = [];
	const globals: GlobalSymbol[] = [];
	const candidates: FunctionSymbol[] = [];
	const seen = new Set<string>();
	const take = (slice: Slice, inMain: boolean): void => {
		for (const name of declaredNames(slice.parse())) {
			if (seen.has(name)) continue;
			seen.add(name);
			const symbol = scope.symbol(name);
			if (symbol?.kind === 'function' && symbol.definition) {
				candidates.push(symbol);
				if (inMain && symbol.slice.inMain) functions.push(symbol);
			} else if (symbol?.kind === 'global') globals.push(symbol);
		}
	};
	for (const slice of sectionedHeaderSlices(translation)) take(slice, false);
	for (const slice of translation.mainSlices) take(slice, true);
	if (!areInOrder(functions, translation.mainSlices)) functions.sort(inOrderOf(translation.mainSlices));
	const structOps = structOpsMembers(globals);
	const programs: Program[] = [];
	for (const symbol of candidates) {
		if (symbol.section === undefined || !isProgramSection(symbol.section.replace(/^\?/, ''))) continue;
		if (symbol.static) {
			problems.push(staticProgram(symbol));
			continue;
		}
		programs.push(programOf(symbol, symbol.section, catalog, structOps.get(symbol.name)));
	}
	for (const { slice } of functions) problems.push(...brokenBody(slice));
	const maps = globals.flatMap((global): MapSymbol[] => (global.map ? [global.map] : []));
	const shown = problems.map((problem) => placed(problem, translation.main));
	return { translation, scope, programs, functions, maps, globals, rodata: options.rodata ?? 'any', problems: shown };
}

const known = new WeakMap<FunctionSymbol, { readonly catalog: Catalog; readonly program: Program }>();

/** A function as a program; the same one for the same function. */
function programOf(symbol: FunctionSymbol, section: string, catalog: Catalog, member: Program['structOps']): Program {
	const before = known.get(symbol);
	const { structOps } = before?.program ?? {};
	if (before?.catalog === catalog && structOps?.struct === member?.struct && structOps?.member === member?.member) return before.program;
	const program = {
		name: symbol.name,
		section: parseSection(section, catalog.sections),
		function: symbol,
		...(member ? { structOps: member } : {}),
	};
	known.set(symbol, { catalog, program });
	return program;
}

/** A header for user space: who includes one cannot include vmlinux.h, which defines the same types. */
function isUserInclude(directive: string): boolean {
	return /^\s*#\s*include\s*<linux\//.test(directive);
}

function btfSource(path: string | undefined, translation: TranslationUnit, problems: Problem[]): readonly TypeSource[] {
	if (path === undefined) return [];
	try {
		return [openBtf(path)];
	} catch (error) {
		if (!(error instanceof BtfError)) throw error;
		const at = { file: translation.main, start: 0, end: 0 };
		problems.push({ severity: 'warning', code: 'btf', message: `BTF cannot be used: ${error.message}`, at });
		return [];
	}
}

function declaredNames(tree: TopLevel): readonly string[] {
	if (tree.kind === 'function-definition') return [tree.declarator.name];
	if (tree.kind !== 'declaration' || tree.storage === 'typedef') return [];
	return tree.declarators.map((declarator) => declarator.name);
}

function areInOrder(functions: readonly FunctionSymbol[], slices: readonly Slice[]): boolean {
	let next = 0;
	for (const slice of slices) while (functions[next]?.slice === slice) next++;
	return next === functions.length;
}

function inOrderOf(slices: readonly Slice[]): (a: FunctionSymbol, b: FunctionSymbol) => number {
	const order = new Map(slices.map((slice, index) => [slice, index]));
	return (a, b) => (order.get(a.slice) ?? 0) - (order.get(b.slice) ?? 0);
}

const SECTION_WORDS: ReadonlySet<string> = new Set(['section', '__section__']);

const hasSection = new WeakMap<Slice, boolean>();

/** Slices of small headers that state a section: some programs keep their maps, or even themselves, in a header of their own. */
function sectionedHeaderSlices(translation: TranslationUnit): readonly Slice[] {
	return withSectioned(sectionedIncludes(translation.included), translation.headerSlices(SECTION_WORDS));
}

const sectioned = new WeakMap<Included, readonly Slice[]>();

function sectionedIncludes(included: Included | undefined): readonly Slice[] {
	if (!included) return [];
	let found = sectioned.get(included);
	if (!found) {
		found = withSectioned(sectionedIncludes(included.before), included.headerSlices(SECTION_WORDS));
		sectioned.set(included, found);
	}
	return found;
}

/** Those of `earlier`, and those of `slices` that state a section. */
function withSectioned(earlier: readonly Slice[], slices: readonly Slice[]): readonly Slice[] {
	const stated = slices.filter((slice) => {
		let states = hasSection.get(slice);
		if (states === undefined) hasSection.set(slice, (states = statesSection(slice)));
		return states;
	});
	return stated.length === 0 ? earlier : [...earlier, ...stated];
}

/** A section other than those of kernel symbols, which large generated headers carry by the hundred. */
function statesSection(slice: Slice): boolean {
	const { tokens } = slice;
	return tokens.some(
		(token, index) =>
			token.kind === TokenKind.Identifier &&
			SECTION_WORDS.has(token.text) &&
			tokens[index + 2]?.text !== '".ksyms"' &&
			tokens[index + 2]?.text !== '".kconfig"',
	);
}

/** Function name to the struct and member whose initializer names it, over all instances of struct_ops in the unit. */
function structOpsMembers(globals: readonly GlobalSymbol[]): Map<string, { struct: string; member: string }> {
	const members = new Map<string, { struct: string; member: string }>();
	for (const global of globals) {
		if (!/^\??\.struct_ops(\.link)?$/.test(global.section) || global.initializer?.kind !== 'initializer-list') continue;
		const record = strip(global.type);
		const struct = record.kind === 'record' ? record.tag : undefined;
		if (record.kind !== 'record' || struct === undefined) continue;
		let next = 0;
		for (const item of global.initializer.items) {
			const written = item.designators[0]?.member;
			const index = written === undefined ? next : record.members.findIndex((m) => m.name === written);
			next = index + 1;
			const member = written ?? record.members[index]?.name;
			const fn = functionName(item.value);
			if (member !== undefined && fn !== undefined && !members.has(fn)) members.set(fn, { struct, member });
		}
	}
	return members;
}

/** The function that an initializer names: `fn`, `&fn`, `(void *)fn`. */
function functionName(value: Expression): string | undefined {
	if (value.kind === 'identifier') return value.name;
	if (value.kind === 'cast' || value.kind === 'address-of') return functionName(value.operand);
	return undefined;
}

/** Where the text of a function stops being understood, so that silence behind it is not taken for consent. */
function brokenBody(slice: Slice): Problem[] {
	const token = slice.tokens[slice.spoiledFrom?.() ?? -1];
	if (!token) return [];
	const at = writtenAt(token);
	const message = 'this is not understood; what follows it in this function is not judged';
	return [{ severity: 'hint', code: 'syntax', message, at: { file: at.file, start: at.start, end: at.end } }];
}

/** libbpf refuses an object with a static function in a program's section (bpf_object__add_programs in tools/lib/bpf/libbpf.c, 6.12). */
function staticProgram(symbol: FunctionSymbol): Problem {
	const token = symbol.place.slice.tokens[symbol.place.first];
	const file = token?.file ?? { path: '<unknown>', text: '' };
	return {
		severity: 'warning',
		code: 'static-program',
		message: `'${symbol.name}' is static: libbpf loads no static function as a program; remove 'static' or SEC("${symbol.section}")`,
		at: { file, start: token?.start ?? 0, end: token?.end ?? 0 },
	};
}
