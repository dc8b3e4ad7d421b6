// Helpers of a kernel tree: their ids, their protos, and which program types are given which proto.

import { CatalogError } from '../error.js';
import type { HelperRow, HelperVariantRow, ProgramTypeRow } from '../schema.js';
import { SECTION_RULES } from '../sections.js';
import { joinType } from './declaration.js';
import { type FunctionSource, findFunction, Interpreter, NULL_VALUE, type Value, type World } from './interpret.js';
import { IdLists, type Proto, readProtos } from './protos.js';
import type { KernelFile, KernelTree, Range } from './tree.js';

/** Stands for every attach type that no function on the way compares with. */
export const ANY_ATTACH = '(other)';
/** Configurations in which a proto is not the one of the rest are of interest only up to here. */
const MAX_CONDITIONS = 8;

interface ProgramKind {
	/** `TRACING`, or `STRUCT_OPS:tcp_congestion_ops`. */
	readonly name: string;
	readonly type: string;
	readonly getter: FunctionSource;
	readonly when: readonly string[];
}

interface Given {
	readonly proto: string;
	readonly conditions: readonly string[];
}

export interface Helpers {
	readonly helpers: Record<string, HelperRow>;
	readonly notes: readonly string[];
	/** Every program type of include/linux/bpf_types.h. */
	readonly programTypes: Record<string, ProgramTypeRow>;
}

/** What the interpreter is told: one program type, attach type and sleepability at a time. */
export class ProgramWorld implements World {
	type = '';
	/** For struct_ops: the struct; the attach type is then the member. */
	struct = '';
	attach = ANY_ATTACH;
	sleepable = false;
	readonly seenAttach = new Set<string>();
	askedSleepable = false;
	private readonly found = new Map<string, FunctionSource | undefined>();

	constructor(
		private readonly files: readonly KernelFile[],
		private readonly members: ReadonlyMap<string, readonly FunctionSource[]>,
	) {}

	lookup(name: string, file: KernelFile): FunctionSource | undefined {
		const own = this.from(file, name);
		if (own && !own.weak) return own;
		if (!this.found.has(name)) {
			// A weak function, and a stub in a header's #else branch, lose against a real body.
			const all = this.files.map((each) => findFunction(each, name)).filter((each) => each !== undefined);
			this.found.set(name, all.find((each) => !each.weak && !each.when.some((option) => option.startsWith('!'))) ?? all[0]);
		}
		return this.found.get(name);
	}

	private readonly own = new Map<string, FunctionSource | undefined>();
	private from(file: KernelFile, name: string): FunctionSource | undefined {
		const key = `${file.path} ${name}`;
		if (!this.own.has(key)) this.own.set(key, findFunction(file, name));
		return this.own.get(key);
	}

	known(text: string): Value | undefined {
		switch (text) {
			case 'prog->type':
			case 'resolve_prog_type(prog)':
				return { kind: 'name', name: `BPF_PROG_TYPE_${this.type}` };
			case 'prog->expected_attach_type':
				return { kind: 'name', name: this.attach === ANY_ATTACH ? ANY_ATTACH : `BPF_${this.attach}` };
			case 'prog_ops_moff(prog)':
				return { kind: 'name', name: this.attach === ANY_ATTACH ? ANY_ATTACH : `offsetof(struct${this.struct},${this.attach})` };
			case 'prog->sleepable':
			case 'prog->aux->sleepable':
				this.askedSleepable = true;
				return { kind: 'number', value: this.sleepable ? 1 : 0 };
			default:
				break;
		}
		// Which hook or tracepoint a program is at is no property of its type: left open, in the source's words.
		if (text.startsWith('btf_id_set_contains(') && wholeCall(text)) return { kind: 'unknown', text };
		// A program of somebody who may load anything, on a kernel that is not locked down.
		for (const call of ['bpf_token_capable(', 'bpf_capable(', 'perfmon_capable(', 'capable(', 'bpf_allow_ptr_leaks('])
			if (text.startsWith(call) && wholeCall(text)) return { kind: 'number', value: 1 };
		if (text.startsWith('security_locked_down(') && wholeCall(text)) return NULL_VALUE;
		return undefined;
	}

	indirect(member: string): readonly FunctionSource[] {
		return this.members.get(member) ?? [];
	}

	compared(value: Value, name: string): void {
		if (value.kind !== 'name') return;
		const member = `offsetof(struct${this.struct},`;
		if (this.type === 'STRUCT_OPS' && name.startsWith(member) && value.name !== name) this.seenAttach.add(name.slice(member.length, -1));
		if (!name.startsWith('BPF_') || name.startsWith('BPF_PROG_TYPE_') || name.startsWith('BPF_FUNC_')) return;
		if (value.name === ANY_ATTACH || value.name === `BPF_${this.attach}`) this.seenAttach.add(name.slice('BPF_'.length));
	}
}

function wholeCall(text: string): boolean {
	let depth = 0;
	for (let i = 0; i < text.length; i++) {
		if (text[i] === '(') depth++;
		else if (text[i] === ')' && --depth === 0) return i === text.length - 1;
	}
	return false;
}

/** The ids of helpers by name without `bpf_`: the mapper macro of include/uapi/linux/bpf.h. */
export function helperIds(tree: KernelTree): Map<string, number> {
	const file = tree.required('include/uapi/linux/bpf.h');
	const definition = file.macros.get('___BPF_FUNC_MAPPER')?.[0] ?? file.macros.get('__BPF_FUNC_MAPPER')?.[0];
	if (!definition) throw new CatalogError(file.path, 0, 'the list of helpers (__BPF_FUNC_MAPPER) is missing');
	const out = new Map<string, number>();
	const { body } = definition;
	for (let i = 0, next = 0; i + 2 < body.length; i++) {
		if (body[i]!.text !== 'FN' || body[i + 1]!.text !== '(') continue;
		const id = body[i + 3]?.text === ',' ? Number(body[i + 4]!.text) : next;
		out.set(body[i + 2]!.text, id);
		next = id + 1;
	}
	return out;
}

/** The value of `.field = ` in the initializer whose brace stands at `open`. */
export function fieldOf(file: KernelFile, open: number, field: string): Range | undefined {
	for (const range of file.split(open))
		if (file.text(range.start) === '.' && file.text(range.start + 1) === field) return { start: range.start + 3, end: range.end };
	return undefined;
}

/** Initializers of variables of a struct: `struct name variable = {`. */
export function* initializers(file: KernelFile, struct: string): Generator<{ variable: string; open: number; at: number }> {
	for (let i = 1; i + 3 < file.length; i++) {
		if (file.text(i) !== struct || file.text(i - 1) !== 'struct') continue;
		let at = i + 2;
		while (at < i + 6 && file.text(at) !== '=' && file.text(at) !== ';' && file.text(at) !== ')') at++;
		if (file.text(at) === '=' && file.text(at + 1) === '{') yield { variable: file.text(i + 1), open: at + 1, at: i };
	}
}

/** Headers whose inline functions the decisions call. */
export function deciders(tree: KernelTree): KernelFile[] {
	return ['include/linux/bpf_verifier.h', 'include/linux/bpf.h', 'include/linux/filter.h']
		.map((path) => tree.file(path))
		.filter((file) => file !== undefined);
}

/** Reads all helpers. `paths` are the files that name bpf_func_proto, relative to the tree. */
export function readHelpers(tree: KernelTree, paths: readonly string[], idPaths: readonly string[]): Helpers {
	const notes: string[] = [];
	const files = paths.map((path) => tree.required(path));
	const headers = deciders(tree);
	const ids = new IdLists(
		tree,
		[...new Set([...idPaths, ...paths])].map((path) => tree.required(path)),
	);
	const protos = new Map<string, Proto>();
	for (const file of files) for (const proto of readProtos(file, ids)) if (!protos.has(proto.name)) protos.set(proto.name, proto);

	const members = new Map<string, FunctionSource[]>([['get_func_proto', []]]);
	for (const file of files)
		for (const { open } of initializers(file, 'bpf_iter_reg')) {
			const range = fieldOf(file, open, 'get_func_proto');
			const source = range && findFunction(file, file.text(range.start));
			if (source) members.get('get_func_proto')!.push(source);
		}
	const world = new ProgramWorld([...files, ...headers], members);
	const { kinds, programTypes } = programKinds(tree, files, world, notes);
	const interpreter = new Interpreter(world);
	const helpers: Record<string, HelperRow> = {};
	for (const [short, id] of helperIds(tree)) {
		if (short === 'unspec') continue;
		const variants = new Map<string, { proto: string; conditions: readonly string[]; types: string[] }>();
		const except: string[] = [];
		for (const kind of kinds) {
			for (const [where, given] of givenProtos(interpreter, world, kind, `BPF_FUNC_${short}`)) {
				if (given.length === 0 && where !== kind.name) except.push(where);
				for (const each of given) {
					const conditions = each.conditions.filter((condition) => !kind.when.includes(condition));
					const key = [each.proto, ...conditions].join('\n');
					const variant = variants.get(key) ?? { proto: each.proto, conditions, types: [] };
					variants.set(key, variant);
					variant.types.push(where);
				}
			}
		}
		const rows = [...variants.values()].map((variant): HelperVariantRow | undefined => {
			const proto = protos.get(variant.proto);
			if (!proto) {
				notes.push(`${short}: no definition of ${variant.proto}`);
				return undefined;
			}
			return rowOf(proto, variant.types, variant.conditions);
		});
		helpers[`bpf_${short}`] = { id, ...(except.length > 0 ? { except } : {}), variants: rows.filter((row) => row !== undefined) };
	}
	return { helpers, notes, programTypes };
}

function rowOf(proto: Proto, types: readonly string[], conditions: readonly string[]): HelperVariantRow {
	const isOption = (condition: string): boolean => condition.startsWith('CONFIG_') || condition.startsWith('!CONFIG_');
	const config = conditions.filter(isOption);
	const rest = conditions.filter((condition) => !isOption(condition));
	return {
		proto: proto.name,
		returns: proto.returns,
		...(proto.returnsStruct ? { returnsStruct: proto.returnsStruct } : {}),
		arguments: proto.arguments,
		...(Object.keys(proto.structs).length > 0 ? { structs: proto.structs } : {}),
		...(Object.keys(proto.sizes).length > 0 ? { sizes: proto.sizes } : {}),
		...(proto.mightSleep ? { mightSleep: true } : {}),
		...(proto.gplOnly ? { gplOnly: true } : {}),
		...(proto.allowed ? { allowed: proto.allowed } : {}),
		types,
		...(config.length > 0 ? { config } : {}),
		...(rest.length > 0 ? { conditions: rest } : {}),
	};
}

/** The getters of program types, by way of include/linux/bpf_types.h and the verifier's operations; struct_ops by struct. */
function programKinds(
	tree: KernelTree,
	files: readonly KernelFile[],
	world: ProgramWorld,
	notes: string[],
): { kinds: ProgramKind[]; programTypes: Record<string, ProgramTypeRow> } {
	const getters = new Map<string, FunctionSource>();
	const structOps: { struct: string; ops: string; when: readonly string[] }[] = [];
	for (const file of files) {
		for (const { variable, open } of initializers(file, 'bpf_verifier_ops')) {
			const range = fieldOf(file, open, 'get_func_proto');
			const source = range && world.lookup(file.text(range.start), file);
			if (source) getters.set(variable, source);
			else if (range) notes.push(`${file.path}: ${file.text(range.start)} not found`);
		}
		for (const { open, at } of initializers(file, 'bpf_struct_ops')) {
			const name = fieldOf(file, open, 'name');
			const ops = fieldOf(file, open, 'verifier_ops');
			if (name && ops)
				structOps.push({ struct: file.text(name.start).slice(1, -1), ops: file.text(ops.end - 1), when: file.when[at] ?? [] });
		}
	}
	const kinds: ProgramKind[] = [];
	const programTypes: Record<string, ProgramTypeRow> = {};
	const types = tree.required('include/linux/bpf_types.h');
	for (const at of types.calls('BPF_PROG_TYPE')) {
		const [type, prefix, user] = types.split(at + 1).map((range) => joinType(types.words(range)));
		const name = type!.slice('BPF_PROG_TYPE_'.length);
		const when = types.when[at] ?? [];
		programTypes[name] = { context: user ?? 'void *', ...(when.length > 0 ? { config: when } : {}) };
		const getter = getters.get(`${prefix}_verifier_ops`);
		if (getter) kinds.push({ name, type: name, getter, when });
		else if (name !== 'STRUCT_OPS' && name !== 'EXT') notes.push(`${name}: no get_func_proto`);
	}
	for (const { struct, ops, when } of structOps) {
		const getter = getters.get(ops);
		if (getter) kinds.push({ name: `STRUCT_OPS:${struct}`, type: 'STRUCT_OPS', getter, when });
	}
	return { kinds, programTypes };
}

/** The protos that a program type is given for a helper: at its own name for attach types that nobody asks about, else by attach type. */
function givenProtos(interpreter: Interpreter, world: ProgramWorld, kind: ProgramKind, helper: string): [string, Given[]][] {
	world.type = kind.type;
	world.struct = kind.type === 'STRUCT_OPS' ? kind.name.slice('STRUCT_OPS:'.length) : '';
	world.seenAttach.clear();
	const run = (attach: string, sleepable: boolean): Given[] => {
		world.attach = attach;
		world.sleepable = sleepable;
		return distinct(
			interpreter.call(kind.getter, [
				{ kind: 'name', name: helper },
				{ kind: 'unknown', text: 'prog' },
			]),
		);
	};
	const both = (attach: string): Given[] => {
		world.askedSleepable = false;
		const plain = run(attach, false);
		if (!world.askedSleepable) return plain;
		const sleepable = run(attach, true);
		if (JSON.stringify(plain) === JSON.stringify(sleepable)) return plain;
		return [
			...plain.map((each) => ({ proto: each.proto, conditions: [...each.conditions, '!sleepable'] })),
			...sleepable.map((each) => ({ proto: each.proto, conditions: [...each.conditions, 'sleepable'] })),
		];
	};
	const rest = both(ANY_ATTACH);
	const out: [string, Given[]][] = [[kind.name, rest]];
	const done = new Set<string>();
	for (;;) {
		const attach = [...world.seenAttach].find((each) => !done.has(each));
		if (attach === undefined) return out;
		done.add(attach);
		if (world.struct === '' && !attachesAs(kind.type, attach)) continue;
		const given = both(attach);
		if (JSON.stringify(given) !== JSON.stringify(rest)) out.push([`${kind.name}${world.struct === '' ? ':' : '.'}${attach}`, given]);
	}
}

/** Can a program of this type have this attach type? Getters that many types share ask about those of all. */
function attachesAs(type: string, attach: string): boolean {
	return SECTION_RULES.some((rule) => rule.programType === type && rule.attachType === attach);
}

function distinct(outcomes: readonly { value: Value; conditions: readonly string[] }[]): Given[] {
	const out: Given[] = [];
	for (const { value, conditions } of outcomes) {
		if (value.kind !== 'address') continue;
		// A proto that holds with and without an option needs neither.
		const same = out.findIndex((each) => each.proto === value.name);
		if (same >= 0) {
			const shared = out[same]!.conditions.filter((condition) => conditions.includes(condition));
			out[same] = { proto: value.name, conditions: shared };
		} else out.push({ proto: value.name, conditions: conditions.slice(0, MAX_CONDITIONS) });
	}
	return out;
}
