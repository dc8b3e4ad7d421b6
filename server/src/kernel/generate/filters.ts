// Filters of kfunc sets: which programs a set's filter lets call a kfunc, found by running the filter's source.
import { ANY_ATTACH, ProgramWorld } from './helpers.js';
import { findFunction, Interpreter, type Outcome, type Value } from './interpret.js';
import type { StructOpsVariable } from './struct-ops.js';
import type { KernelFile } from './tree.js';
import { readIdSet } from './trust.js';

/** `all`, or the attach types that alone are let through, for struct_ops `struct` or `struct.member`; none where the filter refuses the program type. */
export type Allowed = 'all' | readonly string[];

/** A member of a struct_ops that a program may fill. */
interface Place {
	readonly ops: StructOpsVariable;
	readonly member: string;
}

class FilterWorld extends ProgramWorld {
	kfunc = '';
	/** Where a struct_ops program is; undefined while that is any. */
	place: Place | undefined;
	/** The filter looked at that. */
	askedPlace = false;

	constructor(
		private readonly file: KernelFile,
		headers: readonly KernelFile[],
		private readonly sets: ReadonlyMap<string, readonly string[]>,
		private readonly structOps: readonly StructOpsVariable[],
	) {
		super([file, ...headers], new Map());
	}

	override known(text: string): Value | undefined {
		for (const call of ['btf_id_set8_contains(&', 'btf_id_set_contains(&'])
			if (text.startsWith(call) && text.endsWith(',kfunc_id)')) {
				const name = text.slice(call.length, -',kfunc_id)'.length);
				const set = this.sets.get(name) ?? readIdSet(this.file, name).map((each) => each.name);
				return set.length > 0 ? { kind: 'number', value: set.includes(this.kfunc) ? 1 : 0 } : undefined;
			}
		if (text === 'prog->aux->st_ops' || text === 'prog->aux->attach_st_ops_member_off') {
			this.askedPlace = true;
			if (!this.place || (text !== 'prog->aux->st_ops' && this.place.member === '')) return undefined;
			const { ops, member } = this.place;
			return text === 'prog->aux->st_ops'
				? { kind: 'address', name: ops.variable }
				: { kind: 'name', name: `offsetof(struct${ops.struct},${member})` };
		}
		return this.flag(text) ?? super.known(text);
	}

	/** An enumerator of the file that is one bit, or a number: `NAME = 1 << 3`. */
	private flag(name: string): Value | undefined {
		if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined;
		const { file } = this;
		for (let i = 0; i + 4 < file.length; i++)
			if (file.text(i) === name && file.text(i + 1) === '=' && /^\d+$/.test(file.text(i + 2))) {
				const value = Number(file.text(i + 2));
				return { kind: 'number', value: file.text(i + 3) === '<<' ? value << Number(file.text(i + 4)) : value };
			}
		return undefined;
	}

	/**
	 * The element of `static const u32 array[] = { [INDEX(member)] = A | B, ... }` for the member that the program is at. Members are told by their
	 * position: structs that share such an array begin alike.
	 */
	element(array: string, index: Value): Value | undefined {
		const { file, place } = this;
		if (!place || index.kind !== 'name' || index.name !== `offsetof(struct${place.ops.struct},${place.member})`) return undefined;
		const at = place.ops.members.indexOf(place.member);
		for (let i = 0; i + 4 < file.length; i++) {
			if (file.text(i) !== array || file.text(i + 1) !== '[' || file.text(i + 3) !== '=' || file.text(i + 4) !== '{') continue;
			// `[` `INDEX` `(` `member` `)` `]` `=`
			const entries = file
				.split(i + 4)
				.map((range) => ({ member: file.text(range.start + 3), equals: range.start + 6, end: range.end }))
				.filter(({ equals }) => file.text(equals) === '=');
			const owner = this.structOps.find(({ members }) => entries.every((entry) => members.includes(entry.member)));
			if (!owner) return undefined;
			for (const { member, equals, end } of entries) {
				if (owner.members.indexOf(member) !== at) continue;
				const flags = file.words({ start: equals + 1, end }).filter((word) => word !== '|');
				const values = flags.map((flag) => this.flag(flag));
				if (!values.every((value) => value?.kind === 'number')) return undefined;
				return { kind: 'number', value: values.reduce((all, value) => all | (value as { value: number }).value, 0) };
			}
			return { kind: 'number', value: 0 };
		}
		return undefined;
	}
}

export class KfuncFilters {
	/** @param structOps all that a struct_ops program can be at; without any, a filter that asks lets it through. */
	constructor(
		private readonly headers: readonly KernelFile[],
		private readonly structOps: readonly StructOpsVariable[] = [],
	) {}

	/**
	 * What the filter `name`, of the first of `files` that defines it, says of a kfunc for a program type. A condition that is not known counts as met: the catalog
	 * names the filter, and does not refuse what the kernel may let through.
	 *
	 * @param sets the members of sets, by name.
	 */
	allowed(files: readonly KernelFile[], name: string, kfunc: string, type: string, sets: ReadonlyMap<string, readonly string[]>): Allowed {
		if (type === '*') return 'all';
		const filter = first(files, (file) => findFunction(file, name));
		if (!filter) return 'all';
		const world = new FilterWorld(filter.file, this.headers, sets, this.structOps);
		const interpreter = new Interpreter(world);
		world.type = type;
		world.kfunc = kfunc;
		const lets = (attach: string): boolean => {
			world.attach = attach;
			const args: Value[] = filter.parameters.map((parameter) => ({ kind: 'unknown', text: parameter }));
			return interpreter.call(filter, args).some(passes);
		};
		const anywhere = lets(ANY_ATTACH);
		if (world.askedPlace && this.structOps.length > 0)
			return this.places((place) => {
				world.place = place;
				return lets(ANY_ATTACH);
			});
		if (anywhere) return 'all';
		const out: string[] = [];
		const done = new Set<string>();
		for (;;) {
			const attach = [...world.seenAttach].find((each) => !done.has(each));
			if (attach === undefined) return out;
			done.add(attach);
			if (lets(attach)) out.push(attach);
		}
	}

	/** The places that are let through: a struct by its name where all of its members are. */
	private places(lets: (place: Place) => boolean): Allowed {
		const out: string[] = [];
		let all = true;
		for (const ops of this.structOps) {
			// Where no member is known, a filter that asks for it lets it through.
			if (ops.members.length === 0) {
				if (lets({ ops, member: '' })) out.push(ops.struct);
				else all = false;
				continue;
			}
			const open = ops.members.filter((member) => lets({ ops, member }));
			if (open.length === ops.members.length) out.push(ops.struct);
			else {
				all = false;
				out.push(...open.map((member) => `${ops.struct}.${member}`));
			}
		}
		return all ? 'all' : out.sort();
	}
}

function first<K, T>(all: readonly K[], ask: (one: K) => T | undefined): T | undefined {
	for (const one of all) {
		const answer = ask(one);
		if (answer !== undefined) return answer;
	}
	return undefined;
}

/** A filter gives 0 for what it lets through, a negative error for what it does not. */
function passes({ value }: Outcome): boolean {
	return (value.kind === 'number' && value.value === 0) || value.kind === 'unknown';
}
