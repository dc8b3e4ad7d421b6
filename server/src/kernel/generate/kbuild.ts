// Which configuration builds a file: the object lists of the Makefiles, as far as they are plain assignments.
import { posix } from 'node:path';
import type { KernelTree } from './tree.js';

interface Rule {
	/** `obj` or a composite's name. */
	readonly target: string;
	readonly option?: string;
	readonly objects: readonly string[];
}

/** Answers for files of one tree under which `CONFIG_` options they are compiled. */
export class Kbuild {
	private readonly rules = new Map<string, Rule[]>();

	constructor(private readonly tree: KernelTree) {}

	/** The options that must be set for `path` to be compiled; none where it is always, or where the Makefile does not say it plainly. */
	conditions(path: string): string[] {
		const folder = posix.dirname(path);
		return this.object(folder, `${posix.basename(path, '.c')}.o`, 0);
	}

	private object(folder: string, object: string, depth: number): string[] {
		if (depth > 4) return [];
		const rules = this.read(folder).filter((rule) => rule.objects.includes(object));
		const rule = rules.find((candidate) => candidate.option === undefined) ?? rules[0];
		if (!rule) return this.includer(folder, object, depth);
		const own = rule.option ? [rule.option] : [];
		if (rule.target === 'obj') return own;
		return [...new Set([...this.object(folder, `${rule.target}.o`, depth + 1), ...own])];
	}

	/** A file that another one includes as a whole is compiled with that one (kernel/sched/ext.c, later kernel/sched/ext/ext.c, with
	 * kernel/sched/build_policy.c). */
	private includer(folder: string, object: string, depth: number): string[] {
		const source = `${object.slice(0, -'.o'.length)}.c`;
		for (const [at, name] of [
			[folder, source],
			[posix.dirname(folder), `${posix.basename(folder)}/${source}`],
		] as const) {
			const siblings = this.tree.list([at], ['.c']).filter((path) => posix.dirname(path) === at);
			const found = this.tree.search(siblings, [`"${name}"`]).get(`"${name}"`)![0];
			const file = found === undefined ? undefined : this.tree.file(found);
			if (!file?.includes.includes(name)) continue;
			const when = file.includeWhen.get(name) ?? [];
			return [...new Set([...this.object(at, `${posix.basename(file.path, '.c')}.o`, depth + 1), ...when])];
		}
		return [];
	}

	private read(folder: string): Rule[] {
		const known = this.rules.get(folder);
		if (known) return known;
		const rules: Rule[] = [];
		const text = this.tree.text(`${folder}/Makefile`) ?? this.tree.text(`${folder}/Kbuild`) ?? '';
		let line = '';
		for (const part of text.split('\n')) {
			line += part.endsWith('\\') ? `${part.slice(0, -1)} ` : part;
			if (part.endsWith('\\')) continue;
			const rule = assignment(line);
			if (rule) rules.push(rule);
			line = '';
		}
		this.rules.set(folder, rules);
		return rules;
	}
}

/** `target-y += a.o b.o`, `target-$(CONFIG_X) := a.o`, `target-objs := a.o`. */
function assignment(line: string): Rule | undefined {
	const hash = line.indexOf('#');
	const plain = hash < 0 ? line : line.slice(0, hash);
	const equals = plain.indexOf('=');
	if (equals <= 0) return undefined;
	let name = plain.slice(0, equals).trim();
	if (name.endsWith('+') || name.endsWith(':')) name = name.slice(0, -1).trim();
	const objects = plain
		.slice(equals + 1)
		.split(/\s+/)
		.filter((word) => word.endsWith('.o'));
	if (objects.length === 0) return undefined;
	const open = name.indexOf('-$(');
	if (open > 0 && name.endsWith(')')) {
		const option = name.slice(open + 3, -1);
		return option.startsWith('CONFIG_') ? { target: name.slice(0, open), option, objects } : undefined;
	}
	for (const suffix of ['-y', '-m', '-objs', '-common'])
		if (name.endsWith(suffix)) return { target: name.slice(0, -suffix.length), objects };
	return undefined;
}
