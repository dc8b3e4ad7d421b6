// Completion of arguments: flags of helpers and kfuncs, members of map definitions, and the typed parameters of BPF_PROG and its like.
import { type FunctionType, strip } from '../btf/ctype.js';
import { typeText } from '../btf/type-text.js';
import { callFlags, mapTypes } from '../kernel/call-words.js';
import { parameterText } from '../kernel/describe.js';
import { attachPrototype } from '../program/attach-prototype.js';
import type { View } from '../rules/checker.js';
import { targetBtf } from './attach-points.js';
import { contextsAt } from './complete-function.js';
import type { Cursor } from './cursor.js';
import type { Suggestion } from './suggestion.js';

/** Flags of the argument at the cursor. @param skipDeclared Names that the text declares are left out: clangd completes them. */
export function completeFlags(view: View, cursor: Cursor, skipDeclared: boolean): Suggestion[] {
	const { call } = cursor;
	if (!call) return [];
	const ofMap = call.name === '__uint' && call.argument === 1 ? mapMember(cursor) : undefined;
	if (ofMap === 'type') return completeMapTypes(view, skipDeclared);
	const flags = ofMap === 'map_flags' ? callFlags('map_flags', 1) : ofMap === undefined ? callFlags(call.name, call.argument) : [];
	return flags.flatMap(({ name, words, value }): Suggestion[] => {
		const known = isKnown(view, name);
		// A constant that no header has would not compile, unless its value can stand for it.
		if ((known && skipDeclared) || (!known && value === undefined)) return [];
		const newText = known ? name : `${value} /* ${name} */`;
		return [{ kind: 'flag', label: name, newText, documentation: words, rank: 1, ...(known ? {} : { detail: `= ${value}` }) }];
	});
}

/** The member that `__uint(member, ...)` sets. */
function mapMember({ tokens, call }: Cursor): string | undefined {
	return tokens[call!.token + 2]?.text;
}

function completeMapTypes(view: View, skipDeclared: boolean): Suggestion[] {
	return mapTypes(view.catalog.release).flatMap(({ name, words }): Suggestion[] => {
		const label = `BPF_MAP_TYPE_${name}`;
		return skipDeclared && isKnown(view, label) ? [] : [{ kind: 'map type', label, newText: label, documentation: words, rank: 1 }];
	});
}

function isKnown({ unit }: View, name: string): boolean {
	return unit.translation.isMacro(name) || unit.scope.symbol(name)?.kind === 'enumerator';
}

/** Macros that give a program typed arguments, and what stands before those in the macro's own. */
const PROGRAM_MACROS: ReadonlySet<string> = new Set([
	'BPF_PROG',
	'BPF_PROG2',
	'BPF_KPROBE',
	'BPF_KRETPROBE',
	'BPF_KSYSCALL',
	'BPF_KPROBE_SYSCALL',
	'BPF_STRUCT_OPS',
	'BPF_STRUCT_OPS_SLEEPABLE',
]);

/** The program's parameters out of the attach target's prototype. @param btf The BTF file of the settings. */
export function completeParameters(view: View, cursor: Cursor, btf: string | undefined, snippets: boolean): Suggestion[] {
	const { call, section } = cursor;
	const begins = ['(', ','].includes(cursor.tokens[cursor.before]?.text ?? '');
	if (!call || !PROGRAM_MACROS.has(call.name) || call.argument > 1 || !begins) return [];
	const parameters = programParameters(view, cursor, btf);
	if (!parameters) return [];
	const own = call.name === 'BPF_PROG2' ? parameters.map(separated) : parameters;
	const label = own.join(', ');
	const detail = `the arguments of ${section?.target ?? section?.text ?? 'the target'}`;
	const item: Suggestion = { kind: 'parameters', label, newText: label, detail, rank: 0, filter: `${cursor.typed}${label}` };
	if (call.argument === 1) return parameters.length > 0 ? [item] : [];
	const name = section?.target?.replace(/\W/g, '_') ?? 'handler';
	const rest = label === '' ? '' : `, ${label}`;
	const newText = snippets ? `\${1:${name}}${rest}` : `${name}${rest}`;
	return [{ ...item, label: `${name}${rest}`, newText, snippet: snippets, filter: `${cursor.typed}${name}` }];
}

/** BPF_PROG2 takes the type and the name of a parameter as two arguments. */
function separated(parameter: string): string {
	return parameter.replace(/^(.*?)(\w+)$/, (_, type: string, name: string) => `${type.trimEnd()}, ${name}`);
}

/** Parameters as C declares them; undefined where no prototype of the target is at hand. */
function programParameters(view: View, cursor: Cursor, btf: string | undefined): string[] | undefined {
	const context = contextsAt(view, cursor)[0];
	if (!context) return undefined;
	const { section } = context;
	const known = attachPrototype(withMember(view, context), view.unit.scope, view.catalog);
	if (known) return known.parameters.map(declared);
	if (section.target === undefined) return undefined;
	const target = targetFunction(section.target, section.programType, view, btf);
	if (!target) return undefined;
	const parameters = target.parameters.map(declared);
	const result = strip(target.result);
	if (cursor.call?.name === 'BPF_KRETPROBE') return result.kind === 'void' ? [] : [declared({ type: target.result, name: 'ret' })];
	const returns = (section.attachType === 'TRACE_FEXIT' || section.attachType === 'MODIFY_RETURN') && result.kind !== 'void';
	return returns ? [...parameters, declared({ type: target.result, name: 'ret' })] : parameters;
}

/** A struct_ops program that no map names yet: its section says the member. */
function withMember(view: View, context: ReturnType<typeof contextsAt>[number]): ReturnType<typeof contextsAt>[number] {
	const { section, structOps } = context;
	if (structOps || section.programType !== 'STRUCT_OPS' || section.target === undefined) return context;
	const struct = view.catalog.structOpsStructs().find((each) => view.catalog.structOpsMembers(each).includes(section.target!));
	return struct === undefined ? context : { ...context, structOps: { struct, member: section.target } };
}

function targetFunction(target: string, programType: string | undefined, view: View, btf: string | undefined): FunctionType | undefined {
	if (programType !== 'TRACING' && programType !== 'KPROBE') return undefined;
	// The name of a kfunc or helper that a header declares is no prototype of the kernel's function: BTF tells that alone.
	const name = target.replace(/\+.*$/, '');
	return targetBtf(btf)?.functionType(name) ?? (view.catalog.kfunc(name) ? functionOf(view, name) : undefined);
}

function functionOf({ unit }: View, name: string): FunctionType | undefined {
	const symbol = unit.scope.symbol(name);
	return symbol?.kind === 'function' ? symbol.type : undefined;
}

function declared({ type, name }: { readonly type: FunctionType['result']; readonly name?: string }, index = 0): string {
	return parameterText(typeText(type), name ?? `arg${index + 1}`);
}
