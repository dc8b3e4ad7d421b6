// Filters of kfunc sets: which programs a set's filter lets call a kfunc, found by running the filter's source.
import { ANY_ATTACH, ProgramWorld } from './helpers.js';
import { findFunction, Interpreter, type Outcome, type Value } from './interpret.js';
import type { KernelFile } from './tree.js';

/** `all`, or the attach types that alone are let through; none where the filter refuses the program type. */
export type Allowed = 'all' | readonly string[];

class FilterWorld extends ProgramWorld {
	kfunc = '';

	constructor(
		files: readonly KernelFile[],
		private readonly sets: ReadonlyMap<string, readonly string[]>,
	) {
		super(files, new Map());
	}

	override known(text: string): Value | undefined {
		for (const call of ['btf_id_set8_contains(&', 'btf_id_set_contains(&'])
			if (text.startsWith(call) && text.endsWith(',kfunc_id)')) {
				const set = this.sets.get(text.slice(call.length, -',kfunc_id)'.length));
				return set && { kind: 'number', value: set.includes(this.kfunc) ? 1 : 0 };
			}
		return super.known(text);
	}
}

export class KfuncFilters {
	constructor(private readonly headers: readonly KernelFile[]) {}

	/**
	 * What the filter `name` of `file` says of a kfunc for a program type. A condition that is not known counts as met: the catalog
	 * names the filter, and does not refuse what the kernel may let through.
	 *
	 * @param sets the sets of the file, by name.
	 */
	allowed(file: KernelFile, name: string, kfunc: string, type: string, sets: ReadonlyMap<string, readonly string[]>): Allowed {
		const filter = findFunction(file, name);
		if (!filter || type === '*') return 'all';
		const world = new FilterWorld([file, ...this.headers], sets);
		const interpreter = new Interpreter(world);
		world.type = type;
		world.kfunc = kfunc;
		const lets = (attach: string): boolean => {
			world.attach = attach;
			const args: Value[] = filter.parameters.map((parameter) => ({ kind: 'unknown', text: parameter }));
			return interpreter.call(filter, args).some(passes);
		};
		if (lets(ANY_ATTACH)) return 'all';
		const out: string[] = [];
		const done = new Set<string>();
		for (;;) {
			const attach = [...world.seenAttach].find((each) => !done.has(each));
			if (attach === undefined) return out;
			done.add(attach);
			if (lets(attach)) out.push(attach);
		}
	}
}

/** A filter gives 0 for what it lets through, a negative error for what it does not. */
function passes({ value }: Outcome): boolean {
	return (value.kind === 'number' && value.value === 0) || value.kind === 'unknown';
}
