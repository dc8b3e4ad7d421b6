// struct_ops: which structs of function pointers programs may fill, and what is said of each member and its arguments.
import type { StructOpsMemberRow, StructOpsRow } from '../schema.js';
import { parameters } from './declaration.js';
import { deciders, fieldOf, initializers, ProgramWorld } from './helpers.js';
import { findFunction, Interpreter, type Outcome, type Value } from './interpret.js';
import type { Kbuild } from './kbuild.js';
import type { KernelFile, KernelTree } from './tree.js';

const NULLABLE = '__nullable';
const REFERENCED = '__ref';

class MemberWorld extends ProgramWorld {
	offset = '';

	override known(text: string): Value | undefined {
		// The member that is asked for, as the labels of the checks spell it.
		if (text === '__btf_member_bit_offset(t,member)/8' || text === 'btf_member_bit_offset(t,member)/8')
			return { kind: 'name', name: this.offset };
		return super.known(text);
	}
}

/** A `struct bpf_struct_ops` variable: the struct that it stands for, and the function pointers of that in their order. */
export interface StructOpsVariable {
	readonly variable: string;
	readonly struct: string;
	readonly members: readonly string[];
}

/** The variables of the given files, for what compares a program's struct_ops with them. */
export function structOpsVariables(tree: KernelTree, paths: readonly string[]): StructOpsVariable[] {
	return paths.flatMap((path) => {
		const file = tree.required(path);
		return [...initializers(file, 'bpf_struct_ops')].flatMap(({ variable, open }) => {
			const name = fieldOf(file, open, 'name');
			if (!name) return [];
			const struct = file.text(name.start).slice(1, -1);
			const members = functionMembers(tree, file, struct);
			return [{ variable, struct, members: members.length > 0 ? members : [...stubsOf(file, struct, open).keys()] }];
		});
	});
}

/** Reads every `struct bpf_struct_ops` of the given files. */
export function readStructOps(tree: KernelTree, kbuild: Kbuild, paths: readonly string[]): Record<string, StructOpsRow> {
	const out: Record<string, StructOpsRow> = {};
	for (const path of paths) {
		const file = tree.required(path);
		for (const { open, at } of initializers(file, 'bpf_struct_ops')) {
			const name = fieldOf(file, open, 'name');
			if (!name) continue;
			const struct = file.text(name.start).slice(1, -1);
			const config = [...new Set([...kbuild.conditions(path), ...(file.when[at] ?? [])])];
			out[struct] = { source: path, members: readMembers(tree, file, struct, open), ...(config.length > 0 ? { config } : {}) };
		}
	}
	return out;
}

function readMembers(tree: KernelTree, file: KernelFile, struct: string, open: number): Record<string, StructOpsMemberRow> {
	const check = fieldOf(file, open, 'check_member');
	const functions = stubsOf(file, struct, open);
	// Without stubs (before 6.9) the members are those of the struct itself.
	if (functions.size === 0) for (const member of functionMembers(tree, file, struct)) functions.set(member, undefined);
	const nullByCall = maybeNullCalls(file);
	const checker = check && findFunction(file, file.text(check.end - 1));
	const world = new MemberWorld([file, ...deciders(tree)], new Map());
	const interpreter = new Interpreter(world);
	world.type = 'STRUCT_OPS';
	const out: Record<string, StructOpsMemberRow> = {};
	for (const [member, stub] of functions) {
		// Only functions are members that programs fill: names, flags and timeouts stay data.
		const definition = stub === undefined ? undefined : stubParameters(file, stub);
		if (stub !== undefined && !definition) continue;
		const marked = (suffix: string): number[] => (definition ?? []).flatMap((name, index) => (name.endsWith(suffix) ? [index] : []));
		const nullable = [...new Set([...marked(NULLABLE), ...(nullByCall.get(member) ?? [])])].sort((a, b) => a - b);
		const referenced = marked(REFERENCED);
		const accepts = (sleepable: boolean): boolean => {
			if (!checker) return true;
			world.offset = `offsetof(struct${struct},${member})`;
			world.sleepable = sleepable;
			return interpreter
				.call(
					checker,
					checker.parameters.map((name): Value => ({ kind: 'unknown', text: name })),
				)
				.some(passes);
		};
		out[member] = {
			...(nullable.length > 0 ? { nullable } : {}),
			...(referenced.length > 0 ? { referenced } : {}),
			sleepable: accepts(true),
			...(accepts(false) ? {} : { unsupported: true }),
		};
	}
	return out;
}

/** Members that the struct_ops has stubs for, with the stubs' names; `open` is the variable's initializer. */
function stubsOf(file: KernelFile, struct: string, open: number): Map<string, string | undefined> {
	const stubs = fieldOf(file, open, 'cfi_stubs');
	const stubName = stubs && file.text(stubs.end - 1);
	const functions = new Map<string, string | undefined>();
	for (const { variable, open: stubsOpen } of initializers(file, struct)) {
		if (stubName !== undefined && variable !== stubName) continue;
		for (const range of file.split(stubsOpen))
			if (file.text(range.start) === '.' && file.text(range.start + 2) === '=')
				functions.set(file.text(range.start + 1), file.text(range.end - 1));
	}
	return functions;
}

function passes({ value }: Outcome): boolean {
	return (value.kind === 'number' && value.value === 0) || value.kind === 'unknown';
}

/** The names of a stub's parameters; undefined where the name is no function of the file. */
function stubParameters(file: KernelFile, name: string): string[] | undefined {
	for (const at of file.topLevel())
		if (file.text(at) === name && file.text(at + 1) === '(' && file.text(file.close(at + 1) + 1) === '{')
			return parameters(file, at + 1).map((each) => each.name);
	return undefined;
}

/** `set_arg_maybe_null("dispatch", 1, ...)`: an argument by number of a member by name. */
function maybeNullCalls(file: KernelFile): Map<string, number[]> {
	const out = new Map<string, number[]>();
	for (const at of file.calls('set_arg_maybe_null')) {
		const [member, argument] = file.split(at + 1);
		if (!member || !argument || !file.text(member.start).startsWith('"')) continue;
		const name = file.text(member.start).slice(1, -1);
		out.set(name, [...(out.get(name) ?? []), Number(file.text(argument.start))]);
	}
	return out;
}

/** Members of `struct name { ... }` that are pointers to functions, out of the file or of the headers that it includes. */
function functionMembers(tree: KernelTree, file: KernelFile, struct: string): string[] {
	for (const text of [file, ...tree.included(file)]) {
		for (let i = 0; i + 2 < text.length; i++) {
			if (text.text(i) !== 'struct' || text.text(i + 1) !== struct || text.text(i + 2) !== '{') continue;
			const out: string[] = [];
			for (const range of text.splitRange(i + 3, text.close(i + 2), ';'))
				for (let at = range.start; at + 3 < range.end; at++)
					if (text.text(at) === '(' && text.text(at + 1) === '*' && text.text(at + 3) === ')' && text.text(at + 4) === '(') {
						out.push(text.text(at + 2));
						break;
					}
			return out;
		}
	}
	return [];
}
