// Completion of kfuncs and helpers: those that this program may call first, each with the declaration that it needs; and before all others the calls that
// give back what is held at the cursor.

import type { Catalog, Helper, Kfunc } from '../kernel/catalog.js';
import { prototypeText } from '../kernel/describe.js';
import { kfuncIn } from '../kernel/flags-for.js';
import { mayCallKfunc } from '../kernel/may-call.js';
import type { Program } from '../program/model.js';
import type { View } from '../rules/checker.js';
import type { TextEdit } from '../rules/finding.js';
import { declarationPlace, isDeclared } from '../rules/fix/declare.js';
import { reachedFunctions } from '../rules/reachable.js';
import type { Cursor } from './cursor.js';
import { helperPrototype } from './helper-prototype.js';
import type { LiveReference } from './live-references.js';
import type { Suggestion } from './suggestion.js';
import { itemAt, topLevelItems } from './top-level.js';

/** What a call is judged by: the program's section and, for struct_ops, its member. */
type Context = Pick<Program, 'section' | 'structOps'>;

interface Callable {
	readonly name: string;
	readonly kfunc?: Kfunc;
	readonly helper?: Helper;
}

const callables = new WeakMap<Catalog, readonly Callable[]>();

/** Every kfunc and helper of a release, by name. */
function callablesOf(catalog: Catalog): readonly Callable[] {
	let all = callables.get(catalog);
	if (!all) {
		const found = new Map<string, Callable>();
		for (const kfunc of catalog.kfuncs()) found.set(kfunc.name, { name: kfunc.name, kfunc });
		for (const helper of catalog.helpers()) if (!found.has(helper.name)) found.set(helper.name, { name: helper.name, helper });
		callables.set(catalog, (all = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))));
	}
	return all;
}

/** The programs that the cursor's function belongs to or is reached by; empty where that is not known. */
export function contextsAt(view: View, cursor: Cursor): readonly Context[] {
	const item = itemAt(view, cursor.offset);
	const names = new Set(item?.slices.flatMap((slice) => slice.names) ?? []);
	const own = view.unit.programs.find((program) => names.has(program.name));
	if (own) return [own];
	if (cursor.section) return [{ section: cursor.section }];
	const reached = reachedFunctions(view.unit);
	return view.unit.programs.filter((program) => [...names].some((name) => reached.get(program.name)?.has(name)));
}

export interface FunctionOptions {
	/** Names that the text declares are left out: clangd completes them. */
	readonly skipDeclared: boolean;
	readonly snippets: boolean;
	/** For a range: the releases before the view's own, for which the program has to hold too. */
	readonly earlier: readonly Catalog[];
}

export function completeFunctions(view: View, cursor: Cursor, { skipDeclared, snippets, earlier }: FunctionOptions): Suggestion[] {
	const contexts = contextsAt(view, cursor);
	const declare = declarations(view, cursor);
	// That header declares every helper; what is built in for where it is missing has only the usual ones.
	const hasHelpers = view.unit.translation.files.some(({ path }) => /\bbpf_helper(?:s|_defs)\.h>?$/.test(path));
	const fits = beginsWith(cursor.typed);
	const called = /^[ \t]*\(/.test(view.layout.text.slice(cursor.end, cursor.end + 8));
	return callablesOf(view.catalog).flatMap((callable): Suggestion[] => {
		const { name, kfunc } = callable;
		if (!fits(name)) return [];
		const declared = kfunc ? isDeclared(name, view) : hasHelpers || view.unit.translation.lookup(name, 'ordinary').length > 0;
		if (declared && skipDeclared) return [];
		const objections = contexts.map((context) => objectionTo(view.catalog, callable, context));
		const objection = absence(earlier, callable) ?? objections.find((each) => each !== undefined);
		const edits = declared ? undefined : declare(callable);
		const shown = kfunc ? { label: prototypeText(kfunc), names: kfunc.parameters.map((each) => each.name) } : helperPrototype(view, name);
		return [
			{
				kind: kfunc ? 'kfunc' : 'helper',
				label: name,
				detail: shown.label,
				...(called ? { newText: name } : callText(name, shown.names, snippets)),
				rank: objection === undefined ? (contexts.length > 0 ? 2 : 3) : 5,
				...(objection === undefined ? {} : { objection }),
				...(edits ? { edits } : {}),
			},
		];
	});
}

/** Does any function of the release begin as what is typed? Else it is a word of C, or a name of the program's own. */
export function beginsFunction(view: View, cursor: Cursor): boolean {
	const fits = beginsWith(cursor.typed);
	return callablesOf(view.catalog).some(({ name }) => fits(name));
}

/** Calls that give back the references that are held at the cursor, by kfuncs and helpers that a program of this function may call. */
export function completeReleases(view: View, cursor: Cursor, live: readonly LiveReference[]): Suggestion[] {
	const contexts = contextsAt(view, cursor);
	const declare = declarations(view, cursor);
	const fits = beginsWith(cursor.typed);
	const terminated = /^[ \t]*;/.test(view.layout.text.slice(cursor.end, cursor.end + 8)) ? '' : ';';
	return live.flatMap((reference) =>
		reference.releasedBy.flatMap((name): Suggestion[] => {
			const kfunc = view.catalog.kfunc(name);
			const helper = kfunc ? undefined : view.catalog.helper(name);
			const callable: Callable = { name, ...(kfunc ? { kfunc } : {}), ...(helper ? { helper } : {}) };
			const refused = contexts.length > 0 && contexts.every((context) => objectionTo(view.catalog, callable, context) !== undefined);
			if (!fits(name) || refused) return [];
			const count = kfunc?.parameters.length ?? helper?.arguments.length ?? 1;
			const call = `${name}(${[reference.holder, ...Array<string>(Math.max(0, count - 1)).fill('0')].join(', ')})`;
			const edits = isDeclared(name, view) ? undefined : declare(callable);
			return [
				{
					kind: 'release',
					label: call,
					filter: name,
					detail: reference.always
						? `gives back what ${reference.by}() acquired`
						: `on some paths, what ${reference.by}() acquired is held here`,
					newText: `${reference.mayBeNull ? `if (${reference.holder}) ` : ''}${call}${terminated}`,
					rank: 0,
					...(edits ? { edits } : {}),
				},
			];
		}),
	);
}

/** The first of these releases that is known to lack the function. */
function absence(releases: readonly Catalog[], { name, kfunc }: Callable): string | undefined {
	const lacks = (catalog: Catalog) => (kfunc ? catalog.availability(name).state === 'absent' : !catalog.isHelper(name));
	const without = releases.find(lacks);
	return without && `not in Linux ${without.release}`;
}

/** Why the kernel would refuse the call in such a program. */
function objectionTo(catalog: Catalog, { name, kfunc }: Callable, { section, structOps }: Context): string | undefined {
	const { programType, attachType, sleepable } = section;
	if (programType === undefined || programType === 'EXT') return undefined;
	if (kfunc) {
		if (!mayCallKfunc(kfunc, { programType, attachType, structOps })) {
			const place = structOps && `${structOps.struct}.${structOps.member}`;
			return place && mayCallKfunc(kfunc, { programType }) ? `not in ${place}` : `not for ${programType} programs`;
		}
		return kfuncIn(kfunc, programType).flags.includes('KF_SLEEPABLE') && !sleepable ? 'only where the program may sleep' : undefined;
	}
	const helper = catalog.helper(name, programType, structOps ? `${structOps.struct}.${structOps.member}` : attachType, sleepable);
	if (!helper) return `not for ${programType} programs`;
	return helper.mightSleep && !sleepable ? 'only where the program may sleep' : undefined;
}

/** The edits that declare a function before the cursor: a kfunc by its prototype, a helper by libbpf's header. */
function declarations(view: View, cursor: Cursor): (callable: Callable) => TextEdit[] | undefined {
	const item = itemAt(view, cursor.offset) ?? topLevelItems(view).findLast(({ start }) => start < cursor.offset);
	const place = item && declarationPlace(item.slices[0]!, view);
	const include = includeEdit(view, '<bpf/bpf_helpers.h>');
	return ({ kfunc }) => {
		const edits = kfunc ? place?.([`extern ${prototypeText(kfunc)} __ksym;`]) : include;
		// Edits elsewhere must not touch what is being typed.
		return edits?.every((edit) => edit.end < cursor.start) ? edits : undefined;
	};
}

/** Includes a header behind the last include, or at the top. */
function includeEdit({ layout }: View, header: string): TextEdit[] {
	const includes = [...layout.text.matchAll(/^[ \t]*#[ \t]*include\b.*$/gm)];
	const last = includes.at(-1);
	const at = last ? layout.lineEnd(last.index) : 0;
	return [{ start: at, end: at, newText: last ? `${layout.newline}#include ${header}` : `#include ${header}${layout.newline}` }];
}

function callText(name: string, parameters: readonly string[], snippets: boolean): Pick<Suggestion, 'newText' | 'snippet'> {
	if (!snippets) return { newText: name };
	const holes = parameters.map((parameter, index) => `\${${index + 1}:${parameter === '...' ? '' : parameter}}`);
	return { newText: `${name}(${holes.join(', ')})`, snippet: true };
}

/**
 * Does the name, or one of the words in it, begin with what is typed? A looser match would offer `bpf_task_release` to who types `else`, and a line's end would
 * accept it.
 */
function beginsWith(typed: string): (name: string) => boolean {
	const sought = `_${typed.toLowerCase()}`;
	return (name) => `_${name.toLowerCase()}`.includes(sought);
}
